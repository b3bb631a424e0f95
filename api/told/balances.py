"""What callers get of balances, statements and levels."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.told.answers import Told, Words


class LotShown(Told):
    amount: str
    usable_to: date


class SchemeBalanceShown(Told):
    scheme: str
    title: Words
    keeps_time: bool = Field(description="whether minutes are credited under this scheme's rules")
    spendable: str = Field(examples=["2"])
    held: str
    donate_only: str
    debt: str
    lots: list[LotShown]


class BalanceShown(Told):
    """Minutes are the statutory record and never spent; points are told per scheme."""

    number: str
    minutes: int = Field(examples=[130])
    as_of: datetime | None
    schemes: list[SchemeBalanceShown]


class StatementLineShown(Told):
    entry: str
    seq: int
    kind: str
    kind_text: Words
    occurred_at: datetime
    recorded_at: datetime
    scheme: str | None = Field(description="none: minutes of service")
    amount: str
    balance_after: str
    service_day: date | None = Field(description="the day served, where the line is about service")
    why: Words


class TierShown(Told):
    """A tier; `required`, `available` and `missing` are of the next level, in minutes where it counts time."""

    scheme: str
    tier: str
    title: Words
    level: str
    level_title: Words | None
    since: date | None
    next_level: str
    next_title: Words | None
    required: int | None
    available: int | None
    missing: int | None
