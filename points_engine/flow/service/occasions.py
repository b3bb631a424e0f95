"""Facts as the rules see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from points_engine.flow.desk import Desk
from points_engine.flow.entities import Fact
from points_engine.rulebook.kinds import Value
from points_engine.rulebook.occasions import Occasion


def granted_levels(fact: Fact) -> frozenset[str]:
    """The approval levels granted for a fact."""
    return frozenset(fact.granted.split(",")) if fact.granted else frozenset()


def stated_values(desk: Desk, fact: Fact) -> Mapping[str, Value]:
    """What was stated with a fact, as rules read it."""
    return desk.memo(
        ("facts", fact.recorded_by, fact.facts_json),
        lambda: _values({**json.loads(fact.facts_json), "record.recorded_by": fact.recorded_by}),
    )


def occasion(desk: Desk, fact: Fact, totals: Mapping[str, Value], member: str = "") -> Occasion:
    """The fact as the rules see it, with what totals said to it; `member` says whose it is where a household's service
    is counted together."""
    stated = stated_values(desk, fact)
    return Occasion(
        fact.id,
        fact.kind,
        fact.start,
        fact.end,
        fact.minutes,
        {**stated, **totals} if totals else stated,
        fact.effective_on,
        granted_levels(fact),
        member,
    )


def _values(stated: Mapping[str, Any]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, value in stated.items():
        if isinstance(value, list):
            values[name] = tuple(value)
        elif name in ("deed.quantity", "record.quantity") and isinstance(value, str):
            exact = Fraction(value)
            values[name] = exact.numerator if exact.denominator == 1 else exact
        else:
            values[name] = value
    return values
