"""Histories in a cell of a table: `2023-01-01:99h59`, `2024-03-01:20min*12[category=patrol]`, `2024-01-01:visit*19`.

A history is somebody's records and deeds before the row, each confirmed by everybody who may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any, Final

from points_engine.rulebook.kinds import Approve, Cap, Value
from points_engine.rulebook.occasions import Occasion, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.vocabulary import DATE, FACTS, NUMERIC
from points_engine.stories.values import as_count, as_day, as_exact, as_minutes, fact_named, fact_value

MOST_A_DAY: Final = 600
"""Minutes of one day of a history: what is longer goes on on the next day."""

BEGINS: Final = time(8)
"""When the first record of a day of a history begins, in the scheme's time zone."""

MEMBER: Final = "member"
"""Whose a record or deed is, in a household's fold: `[member=bo]` in a history, or the column of that name."""

MEASURE: Final = "measure."
"""How a column begins that states a measure which reaches beyond the person: a team's or a unit's total."""

_PART = re.compile(r"(\d{4}-\d{2}-\d{2}):([^*\[\]]+)(?:\*(\d+))?(?:\[([^\]]*)\])?")
_DATED = re.compile(r"(\d{4}-\d{2}-\d{2}):(.*)")


@dataclass(frozen=True, slots=True)
class Past:
    """Something done on each of `times` days from `day` on: `minutes` served, or a deed of a kind."""

    day: date
    minutes: int = 0
    kind: str = ""
    times: int = 1
    facts: Mapping[str, Any] = field(default_factory=dict)
    member: str = ""  # of a household: who did it


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact about a person with the day from which each of its values holds."""

    values: tuple[tuple[date, Any], ...]


def as_served(text: str) -> tuple[Past, ...]:
    """Time served: from a day on, at most ten hours a day, once or on so many days."""
    return tuple(
        Past(day, as_minutes(what), times=times, facts=facts, member=facts.pop(MEMBER, ""))
        for day, what, times, facts in _parts(text, "record")
    )


def as_done(text: str) -> tuple[Past, ...]:
    """Deeds: of a kind, on one day or on so many days."""
    return tuple(
        Past(day, kind=what, times=times, facts=facts, member=facts.pop(MEMBER, ""))
        for day, what, times, facts in _parts(text, "deed")
    )


def _parts(text: str, group: str) -> list[tuple[date, str, int, dict[str, Any]]]:
    parts = re.split(r",(?![^\[]*\])", text)
    found = []
    for part in parts:
        match = _PART.fullmatch(part)
        if match is None:
            what = "2023-01-01:99h59 or 2023-01-01:2h*40" if group == "record" else "2023-01-01:visit*19"
            raise ValueError(f"a history such as {what}")
        found.append((as_day(match[1]), match[2], as_count(match[3] or "1"), _facts(match[4], group)))
    return found


def _facts(text: str | None, group: str) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for each in (text or "").split(";") if text else ():
        name, _, value = each.partition("=")
        if name == MEMBER:
            facts[MEMBER] = value
            continue
        named = fact_named(name, group)
        facts[named] = stated(named, fact_value(named, value))
    return facts


def as_dated(name: str, text: str) -> Any:
    """A fact about a person: its value, or `2024-03-01:value;2025-03-01:value`, each from its day on."""
    if not _DATED.match(text):
        return fact_value(name, text)
    values = []
    for part in text.split(";"):
        match = _DATED.fullmatch(part)
        if match is None:
            raise ValueError(f"values of {name} by day such as 2024-03-01:one;2025-03-01:two")
        values.append((as_day(match[1]), stated(name, fact_value(name, match[2]))))
    return Dated(tuple(sorted(values, key=lambda each: each[0])))


def stated(name: str, value: Any) -> Any:
    """A fact's value as the rules read it."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str) and FACTS[name].type in NUMERIC:
        return Fraction(value)
    if isinstance(value, str) and FACTS[name].type == DATE:
        return as_day(value)
    return value


def facts_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that a row states about the occasion or the act, and totals beyond the person by their bare names."""
    facts: dict[str, Any] = {}
    for name, value in given.items():
        if name.startswith(MEASURE):
            facts[name.removeprefix(MEASURE)] = value
        elif "." in name and not name.startswith("volunteer."):
            facts[name] = stated(name, value)
    return facts


def as_total(text: str) -> int | Fraction:
    """A measure's value: a duration in minutes, or a number."""
    try:
        return as_minutes(text)
    except ValueError:
        return as_quantity(text)


def person(given: Mapping[str, Any]) -> Subject:
    """Who a row is about: birth date and facts about the person; a fact without a day has always held."""
    dated: dict[str, Sequence[tuple[date, Value]]] = {}
    for name, value in given.items():
        if name.startswith("volunteer."):
            dated[name] = value.values if isinstance(value, Dated) else [(date.min, stated(name, value))]
    return Subject("somebody", dated, given.get("born"))


def occasions(pack: Pack, given: Mapping[str, Any]) -> list[Occasion]:
    """The records and deeds of a row's `served` and `done`, in the fold's order."""
    granted = everybody(pack)
    ends: dict[tuple[str, date], datetime] = {}
    found: list[Occasion] = []
    for past in (*given.get("served", ()), *given.get("done", ())):
        for day, minutes in _days(past):
            start = ends.get((past.member, day)) or datetime.combine(day, BEGINS, pack.zone).astimezone(UTC)
            end = ends[past.member, day] = start + timedelta(minutes=minutes)
            facts = {"record.recorded_by": "kiosk", **past.facts}
            if past.kind:
                facts = {"deed.kind": past.kind, "deed.quantity": 1, **past.facts}
            kind = "deed" if past.kind else "record"
            number = f"past-{len(found)}"
            found.append(Occasion(number, kind, start, end, minutes, facts, day, granted, past.member))
    return sorted(found, key=lambda each: each.order)


def _days(past: Past) -> list[tuple[date, int]]:
    """The days of a stretch of history, with the minutes of each."""
    if past.kind:
        return [(past.day + timedelta(days=number), 0) for number in range(past.times)]
    days: list[tuple[date, int]] = []
    for _ in range(past.times):
        left = past.minutes
        while left > 0:
            days.append((past.day + timedelta(days=len(days)), min(left, MOST_A_DAY)))
            left -= MOST_A_DAY
    return days


def everybody(pack: Pack) -> frozenset[str]:
    """Every level that a pack lets approve."""
    steps = {step.by for rule in pack.of_kind(Approve) for step in rule.steps}
    return frozenset(steps | {cap.by for cap in pack.of_kind(Cap) if cap.excess == "approve"}) - {"rule"}


def as_won(text: str) -> dict[str, tuple[date, ...]]:
    """Who won before: mei:2024-03-01,bo:2024-05-01."""
    found: dict[str, tuple[date, ...]] = {}
    for part in text.split(","):
        name, _, day = part.partition(":")
        found[name] = (*found.get(name, ()), as_day(day))
    return found


def as_quantity(text: str) -> int | Fraction:
    """An exact number, as the rules count."""
    value = as_exact(text)
    return value.numerator if value.denominator == 1 else value
