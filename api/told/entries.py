"""What callers get of the journal: entries, and who asked for what."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import Field

from api.told.answers import Told, Words
from api.told.decisions import DecisionShown


class LineShown(Told):
    account: str
    asset: str
    usable_to: date
    amount: str
    balance_after: str | None


class EntryListed(Told):
    """An entry in a list."""

    entry: str
    seq: int
    kind: str
    kind_text: Words
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None


class EntryShown(Told):
    """An entry: its lines sum to zero per asset; its decisions say why."""

    entry: str
    seq: int
    kind: str
    kind_text: Words
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None
    principal: str
    command: str
    why: Words
    lines: list[LineShown]
    decisions: list[DecisionShown]


class AuditLine(Told):
    """Who asked for what, with which key, and what became of it; personal data and free text are left out."""

    seq: int
    index: int
    recorded_at: datetime
    principal: str
    key: str | None = Field(description="id of the API key that was shown")
    command: str
    content: dict[str, Any] = Field(description="what it was about")
    outcome: Literal["accepted", "refused"]
    code: str | None = Field(description="of a refusal")
    id: str | None = Field(description="of an accepted command")
