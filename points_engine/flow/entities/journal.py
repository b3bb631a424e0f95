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
    credential: str  # id of the API key that was shown; empty: none


@dataclass(frozen=True, slots=True)
class RefusedAction(Row):
    """A command that was refused to a member of staff, in its place (`seq`, `index`): for the audit log only."""

    TABLE = "refused_action"
    KEY = ("seq", "index")
    seq: int
    index: int
    recorded_at: datetime
    principal: str
    credential: str
    kind: str
    content_json: str  # without personal data
    code: str  # of the refusal


@dataclass(frozen=True, slots=True)
class BookEntry(Row):
    """The head of an entry that stands in the books: read by commands about it, written by the store alone."""

    TABLE = "entry"
    KEY = ("id",)
    id: str
    seq: int
    idx: int
    kind: str
    cause: str  # id of the command that asked for it
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None
