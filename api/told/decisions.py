"""What callers get of the reasons for points."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.told.answers import Told, Words


class DecisionShown(Told):
    scheme: str
    day: date | None
    sentence: Words
    steps_zh: list[str]
    steps_en: list[str]
    pack: str = Field(description="hash of the pack version that decided")


class StandingShown(Told):
    scheme: str
    minutes: int
    points: str
    awaiting: str
    entry: str | None
    decision: DecisionShown | None


class AwardShown(StandingShown):
    """What a record counts for in one scheme, with the trace that was kept."""

    trace: dict[str, Any] = Field(description="the decision as it is kept: rules, facts, parameters, steps")
