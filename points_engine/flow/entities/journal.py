"""The journal: accepted commands in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class StoredCommand(Row):
    """An accepted command: content and outcome, in its place (`seq`, `index`)."""

    TABLE = "command"
    KEY = ("id",)
    id: str
    seq: int
    index: int
    recorded_at: datetime
    principal: str
    key: str
    fingerprint: str
    kind: str
    content_json: str
    outcome_json: str
