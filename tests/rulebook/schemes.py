"""Histories under the packs of rules/: records, deeds and flags of one person, and what the rules say on a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from points_engine.rulebook.acts import values_at
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.kinds import Number, Reward, Value
from points_engine.rulebook.loading import load_pack
from points_engine.rulebook.occasions import FoldResult, Occasion, Subject
from points_engine.rulebook.pack import Pack
from tests.rulebook.packs import RULES


@cache
def scheme(name: str) -> Pack:
    """The pack of a folder of rules/."""
    return load_pack(RULES / name)


def person(born: str = "1950-01-01", **dated: Sequence[tuple[str, Value]]) -> Subject:
    """`flags=[("2024-03-10", ("x",))]` states volunteer.flags from that day on."""
    facts: Mapping[str, list[tuple[date, Value]]] = {
        f"volunteer.{name}": [(date.fromisoformat(day), value) for day, value in rows] for name, rows in dated.items()
    }
    return Subject("mei", facts, date.fromisoformat(born))


def served(pack: Pack, day: str, minutes: int, at: str = "08:00", **facts: Any) -> Occasion:
    """A record that begins on a day; `activity_category="x"` states activity.category."""
    start = datetime.combine(date.fromisoformat(day), time.fromisoformat(at), pack.zone).astimezone(UTC)
    stated = {"record.recorded_by": "kiosk", **{name.replace("_", ".", 1): value for name, value in facts.items()}}
    end = start + timedelta(minutes=minutes)
    return Occasion(f"r{day}{at}", "record", start, end, minutes, stated, date.fromisoformat(day))


def done(pack: Pack, day: str, kind: str, quantity: Number = 1, **facts: Any) -> Occasion:
    """A deed on a day, confirmed by everybody who may."""
    start = datetime.combine(date.fromisoformat(day), time(9), pack.zone).astimezone(UTC)
    stated = {"deed.kind": kind, "deed.quantity": quantity, **{n.replace("_", ".", 1): v for n, v in facts.items()}}
    granted = frozenset({"steward", "community", "office"})
    return Occasion(f"d{day}{kind}", "deed", start, start, 0, stated, date.fromisoformat(day), granted)


def hours(pack: Pack, first: str, total: int, minutes: int = 0) -> list[Occasion]:
    """So many hours from a day on, ten a day."""
    found, left, day = [], total * 60 + minutes, date.fromisoformat(first)
    while left:
        found.append(served(pack, day.isoformat(), min(left, 600)))
        left, day = left - min(left, 600), day + timedelta(days=1)
    return found


def folded(pack: Pack | RuleHistory, occasions: Sequence[Occasion], subject: Subject | None = None) -> FoldResult:
    """All of it, in the fold's order."""
    history = RuleHistory(((pack.effective_on, pack),)) if isinstance(pack, Pack) else pack
    return fold(history, subject or person(), sorted(occasions, key=lambda each: each.order))


def total(result: FoldResult) -> int:
    """The points of a result, in the smallest unit."""
    return sum(credit.points for credit in result.credits)


def earned(result: FoldResult) -> dict[date, Number]:
    """Points by the day on which they were earned."""
    found: dict[date, Number] = {}
    for credit in result.credits:
        found[credit.day] = found.get(credit.day, 0) + credit.points
    return found


def known(pack: Pack, occasions: Sequence[Occasion], day: str, subject: Subject | None = None, **facts: Any) -> Any:
    """What rules may read on a day after this history."""
    who = subject or person()
    stated = {name.replace("_", ".", 1): value for name, value in facts.items()}
    return values_at(pack, who, folded(pack, occasions, who).state, date.fromisoformat(day), stated)


def reward(pack: Pack, name: str) -> Reward:
    """A reward of a pack."""
    found = pack.rules[name]
    assert isinstance(found, Reward)
    return found
