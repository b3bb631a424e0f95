"""What changes about a person: the units they are linked to, and a birth date that had been written down wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Person, Unit, VolunteerFact, VolunteerNumber
from points_engine.flow.notes import keep_note
from points_engine.flow.people.actors import actor_needs, not_oneself
from points_engine.flow.people.lookup import UNITS, linked, the_volunteer, volunteer_needs
from points_engine.flow.rules import day_begins, rule_needs, today
from points_engine.flow.service.awards import recast, recast_needs
from points_engine.flow.service.lateness import BEGINNING
from points_engine.flow.wire import ERASABLE, canonical


@dataclass(frozen=True, slots=True)
class LinkUnits:
    """From a day on, today or before, a volunteer is linked to these units: where they live, and where they work."""

    volunteer: str
    from_day: date
    home_unit: str | None = None
    work_unit: str | None = None

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.day("from_day", self.from_day)
        shapes.optional_code("home_unit", self.home_unit)
        shapes.optional_code("work_unit", self.work_unit)


def change_needs(command: LinkUnits | CorrectBirthDate, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    if isinstance(command, LinkUnits):
        for unit in (command.home_unit, command.work_unit):
            if unit:
                yield OneRow(Unit, (unit,))
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from recast_needs(desk, found.volunteer_id)
        if isinstance(command, CorrectBirthDate):
            yield from actor_needs(desk)


def link_units(command: LinkUnits, desk: Desk) -> dict[str, Any]:
    """Link a volunteer to other units; records from that day on are folded again.

    Raises, first that applies: NotFound (volunteer, unit), InvalidValue (a day to come), DecreaseBlocked.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    for unit in (command.home_unit, command.work_unit):
        if unit and desk.find(Unit, unit) is None:
            raise NotFound(what="unit", code=unit)
    _not_to_come(desk, "from_day", command.from_day)

    stated = [row for row in desk.children(VolunteerFact, volunteer.id) if row.name == UNITS]
    before = linked(volunteer.home_unit, volunteer.work_unit)
    if not stated:  # what held so far was nowhere stated with a day
        desk.put(VolunteerFact(volunteer.id, UNITS, date(1900, 1, 1), canonical(before)))
    now = linked(command.home_unit, command.work_unit)
    desk.put(VolunteerFact(volunteer.id, UNITS, command.from_day, canonical(now)))
    if all(row.from_day <= command.from_day for row in stated):
        volunteer = replace(volunteer, home_unit=command.home_unit or None, work_unit=command.work_unit or None)
        desk.put(volunteer)
    change = recast(desk, volunteer, since=day_begins(desk, command.from_day))
    return {"volunteer": volunteer.id, "name": UNITS, "from_day": command.from_day.isoformat(), **change}


@dataclass(frozen=True, slots=True)
class CorrectBirthDate:
    """A birth date was written down wrongly; None where it is not known after all."""

    volunteer: str
    born_on: date | None
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        if self.born_on is not None:
            shapes.day("born_on", self.born_on)
        shapes.text("reason", self.reason, least=1)


def correct_birth_date(command: CorrectBirthDate, desk: Desk) -> dict[str, Any]:
    """Correct a birth date: the whole history is folded again, and what that changes is posted.

    Raises, first that applies: NotFound, Forbidden (oneself, one's household), InvalidValue (not before joining),
    DecreaseBlocked.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    not_oneself(desk, volunteer.id)
    if command.born_on is not None and command.born_on >= volunteer.joined_on:
        last = volunteer.joined_on - timedelta(days=1)
        raise InvalidValue(
            field="born_on", value=command.born_on, expected=Both(f"{last} or earlier", f"{last} 或以前")
        )
    person = desk.find(Person, volunteer.id)
    assert person is not None, "a volunteer is a person"
    desk.put(replace(person, born_on=command.born_on))
    change = recast(desk, volunteer, since=BEGINNING)
    note = keep_note(desk, command.reason)
    return {"volunteer": volunteer.id, "note": note, **change}


def _not_to_come(desk: Desk, field: str, day: date) -> None:
    if day > today(desk):
        raise InvalidValue(field=field, value=day, expected=Both(f"{today(desk)} or earlier", f"{today(desk)} 或以前"))
