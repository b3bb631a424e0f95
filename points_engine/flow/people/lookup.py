"""Finding volunteers by the number on their card, and what their history needs to be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Final

from points_engine.errors import NotFound, StandingBlocks
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Person, Volunteer, VolunteerFact, VolunteerNumber
from points_engine.flow.people.households import household_needs
from points_engine.rulebook.kinds import Value
from points_engine.rulebook.occasions import Subject

UNITS: Final = "volunteer.units"


def volunteer_needs(desk: Desk, number: str) -> Iterator[Need]:
    """The rows that say who a number is: the volunteer (locked), the person and the dated facts."""
    yield OneRow(VolunteerNumber, (number,))
    found = desk.peek(VolunteerNumber, number)
    if found is not None and desk.peek(Volunteer, found.volunteer_id) is None:  # these rows are read together
        yield from identity_needs(desk, found.volunteer_id)


def identity_needs(desk: Desk, volunteer_id: str) -> Iterator[Need]:
    """The rows of a volunteer whose id is known; before them their households, where these are counted together."""
    if before := household_needs(desk, volunteer_id):
        yield from before
        return
    yield OneRow(Volunteer, (volunteer_id,))
    yield OneRow(Person, (volunteer_id,))
    yield Children(VolunteerFact, (volunteer_id,))


def the_volunteer(desk: Desk, number: str) -> Volunteer:
    """The volunteer whom a number means.

    Raises: NotFound.
    """
    found = desk.find(VolunteerNumber, number)
    if found is None:
        raise NotFound(what="volunteer", code=number)
    volunteer = desk.find(Volunteer, found.volunteer_id)
    assert volunteer is not None, "a number belongs to a volunteer"
    return volunteer


def an_active_volunteer(desk: Desk, number: str) -> Volunteer:
    """The volunteer whom a number means, in good standing.

    Raises, first that applies: NotFound, StandingBlocks.
    """
    volunteer = the_volunteer(desk, number)
    if volunteer.standing != "good":
        raise StandingBlocks(standing=volunteer.standing, volunteer=number)
    return volunteer


def subject(desk: Desk, volunteer: Volunteer) -> Subject:
    """The volunteer as the rules see it: dated facts, oldest first, and the birth date."""
    dated = dated_facts(desk, volunteer.id)
    person = desk.find(Person, volunteer.id)
    dated.setdefault("volunteer.joined_on", [(date.min, volunteer.joined_on)])
    units = tuple(unit for unit in (volunteer.home_unit, volunteer.work_unit) if unit)
    dated[UNITS] = [(day, _named(value)) for day, value in dated.get(UNITS, [(date.min, units)])]
    dated["volunteer.standing"] = [(date.min, "good"), *dated.get("volunteer.standing", [])]
    return Subject(volunteer.id, dated, person.born_on if person is not None else None)


def dated_facts(desk: Desk, volunteer_id: str) -> dict[str, list[tuple[date, Value]]]:
    """What was stated about a volunteer, each fact with the days from which its values hold, oldest first."""
    dated: dict[str, list[tuple[date, Value]]] = {}
    for fact in sorted(desk.children(VolunteerFact, volunteer_id), key=lambda row: (row.name, row.from_day)):
        dated.setdefault(fact.name, []).append((fact.from_day, _value(json.loads(fact.value_json))))
    return dated


def linked(home: str | None, work: str | None) -> list[str]:
    """The units of somebody as they are stated with a day: the home unit first, then the work unit.

    >>> linked("lane", None), linked("lane", "office"), linked(None, "office"), linked(None, None)
    (['lane'], ['lane', 'office'], ['', 'office'], [])
    """
    return [home or "", work] if work else [home] if home else []


def _named(units: Value) -> Value:
    return tuple(unit for unit in units if unit) if isinstance(units, tuple) else units


def _value(value: object) -> Value:
    return tuple(value) if isinstance(value, list) else value  # type: ignore[return-value]
