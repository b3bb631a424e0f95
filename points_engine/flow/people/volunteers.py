"""Registering volunteers and stating dated facts about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import AlreadyExists, InvalidValue, NotFound
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import (
    Award,
    CheckIn,
    Conflict,
    Fact,
    Hold,
    Person,
    Unit,
    Volunteer,
    VolunteerFact,
    VolunteerNumber,
)
from points_engine.flow.people.households import HOUSEHOLD, move_in, move_in_needs, subjects_ever
from points_engine.flow.people.lookup import the_volunteer, volunteer_needs
from points_engine.flow.rules import day_begins, rule_needs, today
from points_engine.flow.service.awards import recast, recast_needs
from points_engine.flow.service.facts import event_fact, file_event, file_event_needs
from points_engine.flow.service.lateness import known_schemes
from points_engine.flow.wire import canonical

STANDINGS = ("good", "suspended", "deregistered", "blacklisted")


@dataclass(frozen=True, slots=True)
class RegisterVolunteer:
    """A person becomes a volunteer. `referrer` is the number of the volunteer who brought them, if any."""

    number: str
    name: str
    joined_on: date
    born_on: date | None = None
    phone: str = ""
    home_unit: str | None = None
    work_unit: str | None = None
    referrer: str | None = None
    pin_hash: str = ""

    def __post_init__(self) -> None:
        shapes.code("number", self.number)
        shapes.text("name", self.name)
        shapes.day("joined_on", self.joined_on)
        if self.born_on is not None:
            shapes.day("born_on", self.born_on)
        shapes.text("phone", self.phone)
        shapes.text("pin_hash", self.pin_hash)
        for field, value in (("home_unit", self.home_unit), ("work_unit", self.work_unit), ("referrer", self.referrer)):
            shapes.optional_code(field, value)


def register_needs(command: RegisterVolunteer, desk: Desk) -> Iterator[Need]:
    yield from volunteer_needs(desk, command.number)
    for unit in (command.home_unit, command.work_unit):
        if unit:
            yield OneRow(Unit, (unit,))
    if command.referrer:
        yield from volunteer_needs(desk, command.referrer)
        yield from file_event_needs(desk, command.referrer)


def register_volunteer(command: RegisterVolunteer, desk: Desk) -> dict[str, Any]:
    """Register a volunteer; the same registration again answers the volunteer who is there.

    Raises, first that applies: NotFound (a unit, the referrer), InvalidValue (a birth date after joining),
    AlreadyExists (the number belongs to somebody else).
    """
    for unit in (command.home_unit, command.work_unit):
        if unit and desk.find(Unit, unit) is None:
            raise NotFound(what="unit", code=unit)
    if command.referrer and desk.find(VolunteerNumber, command.referrer) is None:
        raise NotFound(what="volunteer", code=command.referrer)
    if command.born_on is not None and command.born_on >= command.joined_on:
        raise InvalidValue(
            field="born_on",
            value=command.born_on,
            expected=Both(f"a day before {command.joined_on}", f"{command.joined_on} 之前的日期"),
        )
    there = desk.find(VolunteerNumber, command.number)
    if there is not None:
        person = desk.find(Person, there.volunteer_id)
        if person is None or person.name != command.name or person.born_on != command.born_on:
            raise AlreadyExists(what="volunteer", code=command.number)
        return {"volunteer": there.volunteer_id, "number": command.number, "created": False}

    # Nothing below this line may refuse.
    identity = desk.make_id()
    desk.put(Volunteer(identity, command.number, command.home_unit, command.work_unit, command.joined_on, "good", None))
    desk.put(VolunteerNumber(command.number, identity))
    desk.put(Person(identity, command.name, command.born_on, command.phone, command.pin_hash))
    newcomer = desk.peek(Volunteer, identity)
    assert newcomer is not None
    joined = event_fact(desk, newcomer, "joined", day_begins(desk, command.joined_on), {})
    desk.known_absent(_nothing_yet(desk, identity, joined.id))
    file_event(desk, newcomer, joined)
    if command.referrer:
        referrer = the_volunteer(desk, command.referrer)
        facts = {"referral.newcomer": identity}
        file_event(desk, referrer, event_fact(desk, referrer, "referral", joined.start, facts, identity))
    return {"volunteer": identity, "number": command.number, "created": True}


def _nothing_yet(desk: Desk, identity: str, joined: str) -> Iterator[Need]:
    """What would be read about a volunteer, or about the fact that they joined."""
    for kind in (VolunteerFact, CheckIn, Fact, Award, Hold, Conflict):
        yield Children(kind, (identity,))
    yield from recast_needs(desk, identity)
    for scheme in known_schemes(desk):
        yield OneRow(Award, (joined, scheme.code))


@dataclass(frozen=True, slots=True)
class StateFact:
    """State a dated fact about a volunteer (`volunteer.roles`, `volunteer.flags`, …): it holds from a day on."""

    volunteer: str
    name: str
    from_day: date
    value: Any

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("name", self.name)
        shapes.day("from_day", self.from_day)
        if not self.name.startswith("volunteer."):
            raise InvalidValue(
                field="name",
                value=self.name,
                expected=Both("a fact such as volunteer.roles", "volunteer.roles 之类的事实"),
            )
        shapes.facts("value", {self.name: self.value})
        shapes.of_type("value", self.name, self.value)


def state_needs(command: StateFact, desk: Desk) -> Iterator[Need]:
    yield from volunteer_needs(desk, command.volunteer)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from recast_needs(desk, found.volunteer_id)
        if command.name == HOUSEHOLD and command.value:
            yield from move_in_needs(found.volunteer_id, command.value)


def state_fact(command: StateFact, desk: Desk) -> dict[str, Any]:
    """State a dated fact; a day in the past folds again from that day.

    Raises, first that applies: NotFound, DecreaseBlocked.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    left: list[str] = []
    if command.name == HOUSEHOLD:
        left = subjects_ever(desk, volunteer.id)
        if command.value:
            move_in(desk, volunteer.id, command.value)
    desk.put(VolunteerFact(volunteer.id, command.name, command.from_day, canonical(command.value)))
    change = recast(desk, volunteer, since=day_begins(desk, command.from_day), left=left)
    return {"volunteer": volunteer.id, "name": command.name, "from_day": command.from_day.isoformat(), **change}


@dataclass(frozen=True, slots=True)
class SetStanding:
    """Change a volunteer's standing: good, suspended, deregistered or blacklisted."""

    volunteer: str
    standing: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.one_of("standing", self.standing, STANDINGS)


def standing_needs(command: SetStanding, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from recast_needs(desk, found.volunteer_id)


def set_standing(command: SetStanding, desk: Desk) -> dict[str, Any]:
    """Change what a volunteer may do from today on; days before today stay as they are.

    Raises, first that applies: NotFound, DecreaseBlocked (where a rule takes back what today had earned).
    """
    volunteer = the_volunteer(desk, command.volunteer)
    before = volunteer.standing
    day = today(desk)
    desk.put(VolunteerFact(volunteer.id, "volunteer.standing", day, canonical(command.standing)))
    desk.put(
        Volunteer(
            volunteer.id,
            volunteer.number,
            volunteer.home_unit,
            volunteer.work_unit,
            volunteer.joined_on,
            command.standing,
            volunteer.merged_into,
        )
    )
    change = recast(desk, volunteer, since=day_begins(desk, day))
    return {"volunteer": volunteer.id, "standing": command.standing, "before": before, "entry": change["entry"]}
