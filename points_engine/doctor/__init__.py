"""The doctor: what is wrong with a deployment, where, and what would be right. It looks and changes nothing."""

from __future__ import annotations

from points_engine.doctor.examination import examine
from points_engine.doctor.findings import Examined, Finding

__all__ = ["Examined", "Finding", "examine"]
