"""Checking in and out: presence becomes a service record when the volunteer leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import (
    AlreadyCheckedIn,
    ConflictingRecord,
    NotCheckedIn,
    NotFound,
    TimeOutOfRange,
    WrongState,
)
from points_engine.flow import shapes
from points_engine.flow.admission import admit
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Activity, CheckIn, Fact, Kiosk, SignUp, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import an_active_volunteer, the_volunteer, volunteer_needs
from points_engine.flow.rules import day_begins, programme_zone, rule_needs
from points_engine.flow.service.awards import awaited, award_needs, step_needs
from points_engine.flow.service.conflicts import Kept, set_aside
from points_engine.flow.service.facts import fact_id, record_natural
from points_engine.flow.service.folding import IN_FORCE
from points_engine.flow.service.records import file_fact, minutes_between, stated_facts
from points_engine.flow.wire import canonical, instant
from points_engine.limits import CLOCK_AHEAD_SECONDS, RECORD_MINUTES

CHECKED_BY = ("kiosk", "self_located")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class CheckInAt:
    """A volunteer arrives. `at` is the device's own time where it was offline, else None for now."""

    volunteer: str
    activity: str
    kiosk: str = ""
    at: datetime | None = None
    recorded_by: str = "kiosk"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("activity", self.activity)
        shapes.optional_code("kiosk", self.kiosk)
        if self.at is not None:
            shapes.moment("at", self.at)
        shapes.one_of("recorded_by", self.recorded_by, CHECKED_BY)
        shapes.stated("facts", self.facts)


def check_in_needs(command: CheckInAt | CheckOutAt, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    yield OneRow(Activity, (command.activity,))
    if isinstance(command, CheckInAt) and command.kiosk:
        yield OneRow(Kiosk, (command.kiosk,))
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield OneRow(SignUp, (command.activity, found.volunteer_id))
        yield Children(CheckIn, (found.volunteer_id,), desk.now - timedelta(minutes=RECORD_MINUTES))
        yield from award_needs(desk, found.volunteer_id)


def by_our_clock(at: datetime | None, now: datetime) -> datetime:
    """When something happened: now where nothing is said, or where the device's clock is a little ahead of ours."""
    if at is None or now < at <= now + timedelta(seconds=CLOCK_AHEAD_SECONDS):
        return now
    return at


def _as_stated(stated: datetime | None, taken: datetime) -> datetime | None:
    """What a device said, where it was taken for another time; else None."""
    return stated if stated != taken else None


def check_in(command: CheckInAt, desk: Desk) -> dict[str, Any]:
    """Open a stretch of presence.

    Raises, first that applies: NotFound (volunteer, activity, kiosk), StandingBlocks, WrongState (the activity is
    cancelled), TimeOutOfRange, AlreadyCheckedIn (anywhere, since before), NotAdmitted.
    """
    volunteer = an_active_volunteer(desk, command.volunteer)
    activity = desk.find(Activity, command.activity)
    if activity is None:
        raise NotFound(what="activity", code=command.activity)
    if command.kiosk and desk.find(Kiosk, command.kiosk) is None:
        raise NotFound(what="kiosk", code=command.kiosk)
    if activity.state == "cancelled":
        raise WrongState(state=activity.state, action="check in")
    at = by_our_clock(command.at, desk.now)
    oldest = desk.now - timedelta(minutes=RECORD_MINUTES)
    if not oldest <= at <= desk.now:
        future, long_ago = Both("in the future", "晚于当前时间"), Both("longer ago than a record may be", "距今过久")
        why = future if at > desk.now else long_ago
        raise TimeOutOfRange(start=instant(at), end="—", why=why)
    recent = desk.children(CheckIn, volunteer.id, since=oldest)
    for other in recent:
        if other.state == "open" and (other.checked_in_at <= at or other.activity == command.activity):
            raise AlreadyCheckedIn(since=instant(other.checked_in_at), activity=other.activity)
    day = at.astimezone(programme_zone(desk)).date()
    stated = stated_facts(activity, command.facts)
    stated["record.recorded_by"] = command.recorded_by
    admit(desk, "check_in", volunteer, day, stated | arrival_facts(desk, activity, at, recent))

    # Nothing below this line may refuse.
    identity = desk.make_id()
    facts = dict(command.facts) | {"record.recorded_by": command.recorded_by}
    desk.put(
        CheckIn(
            identity, volunteer.id, command.activity, command.kiosk, at, None, "open", command.at is not None,
            canonical(facts), _as_stated(command.at, at),
        )
    )  # fmt: skip
    return {"check_in": identity, "volunteer": volunteer.id, "activity": command.activity, "since": instant(at)}


def arrival_facts(desk: Desk, activity: Activity, at: datetime, recent: Sequence[CheckIn]) -> dict[str, int]:
    """What the rules may ask of an arrival: which pair of the day it is, how early or late, how soon after the last.

    An activity without hours is never early or late; nobody who was not here for a month comes too soon.
    """
    day = at.astimezone(programme_zone(desk)).date()
    begins = day_begins(desk, day)
    here = [row for row in recent if row.activity == activity.code]
    opens = at if activity.opens_minute is None else begins + timedelta(minutes=activity.opens_minute)
    left = [row.checked_out_at or row.checked_in_at for row in here if (row.checked_out_at or row.checked_in_at) <= at]
    return {
        "act.pairs": 1 + sum(row.checked_in_at >= begins for row in here),
        "act.early": max(0, (opens - at) // MINUTE),
        "act.late": max(0, (at - opens) // MINUTE),
        "act.since_last": min(((at - moment) // MINUTE for moment in left), default=RECORD_MINUTES),
    }


@dataclass(frozen=True, slots=True)
class CheckOutAt:
    """A volunteer leaves. `at` is the device's own time where it was offline, else None for now."""

    volunteer: str
    activity: str
    at: datetime | None = None

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("activity", self.activity)
        if self.at is not None:
            shapes.moment("at", self.at)


def check_out_needs(command: CheckOutAt, desk: Desk) -> Iterator[Need]:
    yield from check_in_needs(command, desk)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        since = desk.now - timedelta(minutes=RECORD_MINUTES)
        if desk.has(Children(CheckIn, (found.volunteer_id,), since)):
            for row in desk.children(CheckIn, found.volunteer_id, since=since):
                if row.state == "open" and row.activity == command.activity:
                    natural = record_natural(command.volunteer, command.activity, row.checked_in_at)
                    yield OneRow(Fact, (fact_id(natural, row.checked_in_at),))
                    yield from step_needs(desk, found.volunteer_id, row.checked_in_at)


def check_out(command: CheckOutAt, desk: Desk) -> dict[str, Any]:
    """Close the open presence at this activity: it becomes a service record and is awarded.

    Where a record of the same beginning came in by another way, that one stands, and the check-out is set aside as a
    conflict: nobody stays checked in because of it.

    Raises, first that applies: NotFound, NotCheckedIn, TimeOutOfRange.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    activity = desk.find(Activity, command.activity)
    if activity is None:
        raise NotFound(what="activity", code=command.activity)
    oldest = desk.now - timedelta(minutes=RECORD_MINUTES)
    there = [
        row
        for row in desk.children(CheckIn, volunteer.id, since=oldest)
        if row.state == "open" and row.activity == command.activity
    ]
    if not there:
        raise NotCheckedIn(activity=command.activity)
    presence = there[-1]
    at = by_our_clock(command.at, desk.now)
    minutes_between(presence.checked_in_at, at, desk.now)
    known = desk.find(Fact, presence_fact_id(command.volunteer, presence))

    # Nothing below this line may refuse.
    desk.put(replace(presence, state="closed", checked_out_at=at, stated_out_at=_as_stated(command.at, at)))
    promise = desk.find(SignUp, command.activity, volunteer.id)
    if promise is not None and promise.state == "promised":
        desk.put(replace(promise, state="attended"))
    is_offline = presence.offline or command.at is not None
    if known is not None and known.state in IN_FORCE:
        return _met(desk, command, presence, at, known)
    return file_presence(desk, volunteer, activity, presence, at, command.volunteer, is_offline=is_offline)


def presence_fact_id(number: str, presence: CheckIn) -> str:
    """The id of the record that a stretch of presence becomes."""
    return fact_id(record_natural(number, presence.activity, presence.checked_in_at), presence.checked_in_at)


def file_presence(
    desk: Desk, volunteer: Volunteer, activity: Activity, presence: CheckIn, until: datetime, number: str, *,
    is_offline: bool = False, is_forgotten: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Turn a stretch of presence into a service record, and award it."""
    natural = record_natural(number, presence.activity, presence.checked_in_at)
    identity = fact_id(natural, presence.checked_in_at)
    minutes = minutes_between(presence.checked_in_at, until, desk.now)
    stated = stated_facts(activity, json.loads(presence.facts_json))
    recorded_by = str(stated.pop("record.recorded_by", "kiosk"))
    if is_offline:
        stated["record.offline"] = True
    if is_forgotten:
        stated["record.forgotten"] = True
    fact = Fact(
        identity, natural, volunteer.id, "record", presence.activity,
        presence.checked_in_at, until, minutes,
        canonical(stated), "", "approved", desk.now.astimezone(programme_zone(desk)).date(), "", recorded_by,
        desk.principal,
    )  # fmt: skip
    return file_fact(desk, volunteer, fact, is_new=desk.find(Fact, identity) is None)


def _met(desk: Desk, command: CheckOutAt, presence: CheckIn, at: datetime, known: Fact) -> dict[str, Any]:
    """A check-out that meets a record of the same beginning: that one stands; another end is for people to decide."""
    answer = {
        "fact": known.id, "service_minutes": known.minutes, "entry": None, "awarded": {}, "minutes": 0,
        "awaiting": awaited(desk, known.id),
    }  # fmt: skip
    if known.end == at:
        return answer
    facts = json.loads(presence.facts_json)
    recorded_by = str(facts.pop("record.recorded_by", "kiosk"))
    kept = Kept(
        "check_out", command.volunteer, command.activity, at, presence.kiosk, recorded_by, facts, known.volunteer_id
    )
    desk.require([OneRow(Kiosk, (presence.kiosk,))] if presence.kiosk else [])
    return answer | set_aside(desk, kept, ConflictingRecord.code, known.id)
