"""The Huadu demonstration programme: real streets, made-up people, history from a seeded generator, all labelled so."""

from __future__ import annotations

from points_engine.demonstration.preparation import DemoKey, DemoProgramme, prepare

__all__ = ["DemoKey", "DemoProgramme", "prepare"]
