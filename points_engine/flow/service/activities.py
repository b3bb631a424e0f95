"""Activities, and promises to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import ActivityFull, AlreadyExists, AlreadySignedUp, InvalidValue, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.admission import admit
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Activity, Seats, SignUp, Unit, VolunteerNumber
from points_engine.flow.people.lookup import an_active_volunteer, the_volunteer, volunteer_needs
from points_engine.flow.rules import rule_needs, today
from points_engine.flow.service.awards import award_needs
from points_engine.flow.service.records import stated_facts

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class RegisterActivity:
    """Something to serve in. `host` is the unit that answers for it; `capacity` None means no bound.

    `opens_minute` and `closes_minute` are minutes from midnight, on each of its days, where the programme is.
    """

    code: str
    name: str
    category: str
    host: str
    level: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    capacity: int | None = None
    participants: int | None = None
    place: str = ""
    opens_minute: int | None = None
    closes_minute: int | None = None

    def __post_init__(self) -> None:
        shapes.code("code", self.code)
        shapes.text("name", self.name, least=1)
        shapes.text("place", self.place)
        _hours(self.opens_minute, self.closes_minute)
        shapes.code("category", self.category)
        shapes.code("host", self.host)
        shapes.optional_code("level", self.level)
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            raise InvalidValue(
                field="ends_on",
                value=self.ends_on,
                expected=Both(f"{self.starts_on} or later", f"{self.starts_on} 或以后"),
            )
        for field, value in (("capacity", self.capacity), ("participants", self.participants)):
            if value is not None:
                shapes.amount(field, value, least=0)


def _hours(opens: int | None, closes: int | None) -> None:
    for field, value in (("opens_minute", opens), ("closes_minute", closes)):
        if value is not None and (isinstance(value, bool) or not 0 <= value <= DAY_MINUTES):
            expected = Both(f"minutes from midnight, up to {DAY_MINUTES}", f"零点起的分钟数，不超过 {DAY_MINUTES}")
            raise InvalidValue(field=field, value=value, expected=expected)
    if opens is not None and closes is not None and closes <= opens:
        expected = Both(f"after {opens}, when it opens", f"晚于开始时间 {opens}")
        raise InvalidValue(field="closes_minute", value=closes, expected=expected)


def activity_needs(command: RegisterActivity, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Activity, (command.code,))
    yield OneRow(Seats, (command.code,))
    yield OneRow(Unit, (command.host,))


def register_activity(command: RegisterActivity, desk: Desk) -> dict[str, Any]:
    """Register an activity; the same registration again answers the one that is there.

    Raises, first that applies: NotFound (the host unit), AlreadyExists, NotAdmitted (the rules for publishing).
    """
    if desk.find(Unit, command.host) is None:
        raise NotFound(what="unit", code=command.host)
    activity = Activity(
        command.code, command.name, command.category, command.host, command.level, command.starts_on,
        command.ends_on, command.participants, command.place, command.opens_minute, command.closes_minute,
    )  # fmt: skip
    there = desk.find(Activity, command.code)
    if there is not None:
        seats = desk.find(Seats, command.code)
        if there != activity or seats is None or seats.capacity != command.capacity:
            raise AlreadyExists(what="activity", code=command.code)
        return {"activity": command.code, "created": False}
    facts = stated_facts(activity, {})
    if command.starts_on is not None:
        facts["activity.starts_on"] = command.starts_on
    if command.ends_on is not None:
        facts["activity.ends_on"] = command.ends_on
    admit(desk, "publish", None, today(desk), facts)

    # Nothing below this line may refuse.
    desk.put(activity)
    desk.put(Seats(command.code, command.capacity, 0))
    return {"activity": command.code, "created": True}


@dataclass(frozen=True, slots=True)
class SignUpFor:
    """A volunteer promises to come."""

    volunteer: str
    activity: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("activity", self.activity)


def sign_up_needs(command: SignUpFor, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    yield OneRow(Activity, (command.activity,))
    yield OneRow(Seats, (command.activity,))
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield OneRow(SignUp, (command.activity, found.volunteer_id))
        yield from award_needs(desk, found.volunteer_id)


def sign_up(command: SignUpFor, desk: Desk) -> dict[str, Any]:
    """Take a place in an activity.

    Raises, first that applies: NotFound (volunteer, activity), StandingBlocks, WrongState (the activity is cancelled),
    AlreadySignedUp, ActivityFull, NotAdmitted.
    """
    volunteer = an_active_volunteer(desk, command.volunteer)
    activity, seats = desk.find(Activity, command.activity), desk.find(Seats, command.activity)
    if activity is None or seats is None:
        raise NotFound(what="activity", code=command.activity)
    if activity.state == "cancelled":
        raise WrongState(state=activity.state, action="sign up")
    there = desk.find(SignUp, command.activity, volunteer.id)
    if there is not None and there.state != "withdrawn":
        raise AlreadySignedUp(activity=command.activity)
    if seats.capacity is not None and seats.taken >= seats.capacity:
        raise ActivityFull(capacity=seats.capacity)
    admit(desk, "sign_up", volunteer, today(desk), stated_facts(activity, {}))

    # Nothing below this line may refuse.
    desk.put(SignUp(command.activity, volunteer.id, "promised", desk.now))
    desk.put(replace(seats, taken=seats.taken + 1))
    left = None if seats.capacity is None else seats.capacity - seats.taken - 1
    return {"activity": command.activity, "volunteer": volunteer.id, "places_left": left}


@dataclass(frozen=True, slots=True)
class WithdrawSignUp:
    """A volunteer takes a promise back; the place is free again."""

    volunteer: str
    activity: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("activity", self.activity)


def withdraw_needs(command: WithdrawSignUp, desk: Desk) -> Iterator[Need]:
    yield from volunteer_needs(desk, command.volunteer)
    yield OneRow(Seats, (command.activity,))
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield OneRow(SignUp, (command.activity, found.volunteer_id))


def withdraw_sign_up(command: WithdrawSignUp, desk: Desk) -> dict[str, Any]:
    """Give a place back.

    Raises, first that applies: NotFound (volunteer, sign-up), WrongState (withdrawn or attended already).
    """
    volunteer = the_volunteer(desk, command.volunteer)
    there, seats = desk.find(SignUp, command.activity, volunteer.id), desk.find(Seats, command.activity)
    if there is None or seats is None:
        raise NotFound(what="sign-up", code=command.activity)
    if there.state != "promised":
        raise WrongState(state=there.state, action="withdraw")

    # Nothing below this line may refuse.
    desk.put(replace(there, state="withdrawn"))
    desk.put(replace(seats, taken=seats.taken - 1))
    return {"activity": command.activity, "volunteer": volunteer.id}
