"""Totals of groups and units: added up with every award, and told to the occasions and acts whose rules read them.

A total is one row for each measure, group or unit, and window, so that nobody's history is read for it.  What it says
to a record or deed is written down when that is accepted, like an approval: what is folded again reads the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from points_engine import canonical
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Fact, Total, Volunteer, VolunteerFact
from points_engine.flow.people.lookup import subject
from points_engine.flow.rules import rule_history, schemes, today_of
from points_engine.flow.service.occasions import stated_values
from points_engine.rulebook.beyond import Place, minus, places, plus, totals
from points_engine.rulebook.occasions import Cell
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.plans import plan_of

Parts = dict[Place, Cell]


def has_totals(desk: Desk) -> bool:
    """Whether the rules of some scheme count by group or unit."""

    def find() -> bool:
        histories = [rule_history(desk, scheme.code).versions for scheme in schemes(desk)]
        return any(plan_of(pack).beyond for versions in histories for _, pack in versions)

    return desk.memo(("has totals", desk.rules_revision), find)


def total_needs(desk: Desk, volunteer_id: str) -> Iterator[Need]:
    """The totals of today that a volunteer's service counts to, read and locked ahead, as far as they are known."""
    if desk.rules_known != desk.rules_revision or not has_totals(desk):
        return
    volunteer = desk.peek(Volunteer, volunteer_id)
    if volunteer is None or not desk.has(Children(VolunteerFact, (volunteer_id,))):
        return
    for scheme in schemes(desk):
        for _, pack in rule_history(desk, scheme.code).versions[-1:]:
            person = subject(desk, volunteer)
            for place in places(pack, person, today_of(desk, scheme.code), {}, of_fold=False):
                yield OneRow(Total, (scheme.code, *place))


def said_to(desk: Desk, volunteer: Volunteer, fact: Fact) -> str:
    """What the totals that its rules read say to a fact that is being accepted, by scheme, as canonical JSON."""
    if not has_totals(desk):
        return "{}"
    said: dict[str, dict[str, object]] = {}
    for scheme in schemes(desk):
        history = rule_history(desk, scheme.code)
        if not history.versions or history.versions[0][0] > fact.effective_on:
            continue
        pack = history.on(fact.effective_on)
        day = fact.start.astimezone(pack.zone).date()
        known = _told(desk, pack, volunteer, day, dict(stated_values(desk, fact)), of_fold=True)
        if known:
            said[scheme.code] = dict(known)
    return canonical.text(said, _exact)


def told_to_acts(
    desk: Desk, pack: Pack, volunteer: Volunteer, day: date, facts: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the totals of a volunteer's groups and units say to the rules of an act on a day."""
    return _told(desk, pack, volunteer, day, dict(facts), of_fold=False) if plan_of(pack).beyond else {}


def _told(
    desk: Desk, pack: Pack, volunteer: Volunteer, day: date, facts: dict[str, Any], *, of_fold: bool
) -> Mapping[str, Any]:
    person = subject(desk, volunteer)
    asked = places(pack, person, day, facts, of_fold=of_fold)
    if not asked:
        return {}
    desk.require(OneRow(Total, (pack.scheme, *place)) for place in asked)
    return totals(pack, person, day, facts, _reader(desk, pack.scheme), of_fold=of_fold)


def _reader(desk: Desk, scheme: str) -> Callable[[Place], Cell | None]:
    def read(place: Place) -> Cell | None:
        row = desk.find(Total, scheme, *place)
        return None if row is None else _cell(json.loads(row.part_json))

    return read


def add_up(desk: Desk, scheme: str, parts: Mapping[Place, Cell]) -> None:
    """Add to the totals of a scheme what awards add, or no longer add, to them."""
    moved = {place: cell for place, cell in sorted(parts.items()) if cell not in (0, (0, 0))}
    desk.require(OneRow(Total, (scheme, *place)) for place in moved)
    for place, cell in moved.items():
        row = desk.find(Total, scheme, *place)
        before = None if row is None else _cell(json.loads(row.part_json))
        desk.put(Total(scheme, *place, canonical.text(plus(before, cell), _exact)))


def written(beyond: Iterable[tuple[str, int, Cell]]) -> str:
    """What an award adds to totals, as canonical JSON."""
    return canonical.text([list(each) for each in beyond], _exact)


def added(parts: Parts, beyond: str, *, off: bool = False) -> None:
    """Add to `parts` what an award adds to totals, or take it off."""
    for slot, window, part in json.loads(beyond):
        cell = _cell(part)
        parts[slot, window] = plus(parts.get((slot, window)), minus(cell) if off else cell)


def said_by_totals(fact: Fact, scheme: str) -> Mapping[str, Any]:
    """What totals said to a fact in one scheme when it was accepted."""
    if fact.totals_json == "{}":
        return {}
    return {name: _cell(value) for name, value in json.loads(fact.totals_json).get(scheme, {}).items()}


def _cell(value: Any) -> Cell:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str):
        exact = Fraction(value)
        return exact.numerator if exact.denominator == 1 else exact
    assert isinstance(value, int), f"{value!r} is a part of a total"
    return value


def _exact(value: object) -> str:
    assert isinstance(value, Fraction), f"{value!r} has no place in a total"
    return f"{value.numerator}/{value.denominator}"
