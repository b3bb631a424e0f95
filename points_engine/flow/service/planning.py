"""Activities after they were registered: what changes about them, cancelling them, and who did not come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Activity, Fact, Seats, SignUp, VolunteerNumber
from points_engine.flow.notes import keep_note
from points_engine.flow.people.lookup import the_volunteer, volunteer_needs
from points_engine.flow.rules import day_begins, rule_needs, today
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.service.awards import award_needs, step_needs
from points_engine.flow.service.facts import fact_id
from points_engine.flow.service.folding import IN_FORCE
from points_engine.flow.service.records import file_fact, stated_facts
from points_engine.flow.wire import ERASABLE, canonical

ABSENCE = "absence"
"""The kind of the deed that an absence is: rules may count it."""


@dataclass(frozen=True, slots=True)
class EditActivity:
    """Change what is known of an activity; None keeps a value. What was recorded stays as it was stated then."""

    code: str
    name: str | None = None
    category: str | None = None
    level: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    capacity: int | None = None
    participants: int | None = None
    place: str | None = None
    opens_minute: int | None = None
    closes_minute: int | None = None

    def __post_init__(self) -> None:
        RegisterActivity(
            code=self.code,
            name="x" if self.name is None else self.name,
            category="x" if self.category is None else self.category,
            host="x",
            level="" if self.level is None else self.level,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            capacity=self.capacity,
            participants=self.participants,
            place="" if self.place is None else self.place,
            opens_minute=self.opens_minute,
            closes_minute=self.closes_minute,
        )


def edit_needs(command: EditActivity | CancelActivity, desk: Desk) -> Iterator[Need]:
    yield OneRow(Activity, (command.code,))
    yield OneRow(Seats, (command.code,))


def edit_activity(command: EditActivity, desk: Desk) -> dict[str, Any]:
    """Change an activity.

    Raises, first that applies: NotFound, WrongState (it is cancelled), InvalidValue (it would end before it begins, or
    have fewer places than are taken).
    """
    there, seats = _the_activity(desk, command.code)
    if there.state == "cancelled":
        raise WrongState(state=there.state, action="correct")

    def kept(name: str) -> Any:
        value = getattr(command, name)
        return getattr(there, name) if value is None else value

    names = (
        "name", "category", "level", "starts_on", "ends_on", "participants", "place", "opens_minute", "closes_minute"
    )  # fmt: skip
    changed = {name: kept(name) for name in names}
    capacity = seats.capacity if command.capacity is None else command.capacity
    RegisterActivity(code=there.code, host=there.host, capacity=capacity, **changed)  # the same checks as at first
    if capacity is not None and capacity < seats.taken:
        expected = Both(f"{seats.taken} or more: so many have signed up", f"不少于已报名的 {seats.taken} 人")
        raise InvalidValue(field="capacity", value=capacity, expected=expected)

    # Nothing below this line may refuse.
    desk.put(replace(there, **changed))
    desk.put(replace(seats, capacity=capacity))
    return {"activity": there.code, "state": there.state}


@dataclass(frozen=True, slots=True)
class CancelActivity:
    """An activity does not take place (any more): nobody can sign up or check in; what was recorded stays."""

    code: str
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("code", self.code)
        shapes.text("reason", self.reason, least=1)


def cancel_activity(command: CancelActivity, desk: Desk) -> dict[str, Any]:
    """Cancel an activity.

    Raises, first that applies: NotFound, WrongState (cancelled already).
    """
    there, _ = _the_activity(desk, command.code)
    if there.state == "cancelled":
        raise WrongState(state=there.state, action="cancel")
    desk.put(replace(there, state="cancelled"))
    return {"activity": there.code, "state": "cancelled", "note": keep_note(desk, command.reason)}


def _the_activity(desk: Desk, code: str) -> tuple[Activity, Seats]:
    there, seats = desk.find(Activity, code), desk.find(Seats, code)
    if there is None or seats is None:
        raise NotFound(what="activity", code=code)
    return there, seats


@dataclass(frozen=True, slots=True)
class MarkAbsent:
    """Somebody had promised to come on a day and did not: a fact that rules may count."""

    volunteer: str
    activity: str
    day: date

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("activity", self.activity)
        shapes.day("day", self.day)


def absent_needs(command: MarkAbsent, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    yield OneRow(Activity, (command.activity,))
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield OneRow(SignUp, (command.activity, found.volunteer_id))
        yield from award_needs(desk, found.volunteer_id)
        yield from step_needs(desk, found.volunteer_id, desk.now)


def mark_absent(command: MarkAbsent, desk: Desk) -> dict[str, Any]:
    """Note an absence: the sign-up says so, and a deed of the kind `absence` is folded.

    Raises, first that applies: NotFound (volunteer, activity, sign-up), WrongState (attended, withdrawn or noted
    already), InvalidValue (a day to come).
    """
    volunteer = the_volunteer(desk, command.volunteer)
    activity = desk.find(Activity, command.activity)
    if activity is None:
        raise NotFound(what="activity", code=command.activity)
    promise = desk.find(SignUp, command.activity, volunteer.id)
    if promise is None:
        raise NotFound(what="sign-up", code=command.activity)
    if promise.state != "promised":
        raise WrongState(state=promise.state, action="mark absent")
    if command.day > today(desk):
        expected = Both(f"{today(desk)} or earlier", f"{today(desk)} 或以前")
        raise InvalidValue(field="day", value=command.day, expected=expected)

    # Nothing below this line may refuse.
    desk.put(replace(promise, state="absent"))
    moment = day_begins(desk, command.day)
    stated = stated_facts(activity, {}) | {"deed.kind": ABSENCE, "deed.quantity": "1"}
    natural = f"{ABSENCE}|{volunteer.id}|{command.activity}|{command.day}"
    identity = fact_id(natural, moment)
    known = desk.find(Fact, identity)
    assert known is None or known.state not in IN_FORCE, "a promise that is noted as broken is not promised any more"
    fact = Fact(
        identity, natural, volunteer.id, "deed", command.activity, moment, moment, 0, canonical(stated), "",
        "approved", today(desk), "", "steward", desk.principal,
    )  # fmt: skip
    return file_fact(desk, volunteer, fact, is_new=known is None)
