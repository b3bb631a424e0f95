"""What a device kept while it was offline, and what nobody ended: carried out as it was meant, or set aside.

Items of a batch come in any order and from several devices.  What cannot be carried out is a conflict, never an error
that the device would have to keep; a check-out that came before its check-in is paired as soon as that arrives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from points_engine.errors import (
    AlreadyCheckedIn,
    NotAdmitted,
    NotCheckedIn,
    NotFound,
    Refusal,
    StandingBlocks,
    TimeOutOfRange,
    WrongState,
)
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Activity, CheckIn, Conflict, Fact, Kiosk, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import identity_needs, the_volunteer
from points_engine.flow.rules import rule_needs, timekeeper
from points_engine.flow.service.awards import award_needs, recast, recast_needs
from points_engine.flow.service.conflicts import FORGOTTEN, OVERLAPPING, Kept, set_aside
from points_engine.flow.service.facts import fact_id, record_natural
from points_engine.flow.service.folding import IN_FORCE
from points_engine.flow.service.presence import (
    CHECKED_BY,
    CheckInAt,
    CheckOutAt,
    by_our_clock,
    check_in,
    check_in_needs,
    check_out,
    check_out_needs,
    file_presence,
)
from points_engine.flow.service.records import minutes_between
from points_engine.flow.wire import canonical, instant
from points_engine.limits import DOUBLE_TAP_SECONDS, RECORD_MINUTES

WAITING: Final = (AlreadyCheckedIn.code, NotCheckedIn.code)
"""What may only be the other half on its way from another device."""

ACTIONS: Final = ("check_in", "check_out")


@dataclass(frozen=True, slots=True)
class SyncPresence:
    """A check-in or check-out that a device kept: `at` is its own clock's time."""

    action: str
    volunteer: str
    activity: str
    at: datetime
    kiosk: str = ""
    recorded_by: str = "kiosk"
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shapes.one_of("action", self.action, ACTIONS)
        shapes.code("volunteer", self.volunteer)
        shapes.code("activity", self.activity)
        shapes.moment("at", self.at)
        shapes.optional_code("kiosk", self.kiosk)
        shapes.one_of("recorded_by", self.recorded_by, CHECKED_BY)
        shapes.stated("facts", self.facts)

    @property
    def as_check_in(self) -> CheckInAt:
        """The check-in that is meant."""
        return CheckInAt(self.volunteer, self.activity, self.kiosk, self.at, self.recorded_by, self.facts)

    @property
    def as_check_out(self) -> CheckOutAt:
        """The check-out that is meant."""
        return CheckOutAt(self.volunteer, self.activity, self.at)


def sync_needs(command: SyncPresence, desk: Desk) -> Iterator[Need]:
    if command.action == "check_in":
        yield from check_in_needs(command.as_check_in, desk)
        natural = record_natural(command.volunteer, command.activity, command.at)
        yield OneRow(Fact, (fact_id(natural, command.at),))  # for the check-out that may follow in the same batch
    else:
        yield from check_out_needs(command.as_check_out, desk)
        if command.kiosk:
            yield OneRow(Kiosk, (command.kiosk,))
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield Children(Conflict, (found.volunteer_id,))


def sync_presence(command: SyncPresence, desk: Desk) -> dict[str, Any]:
    """Carry out what a device kept, or set it aside as a conflict.

    A tap given twice is one tap, and one by a clock that is a little ahead is taken as now.

    Raises: nothing of its own; what cannot be carried out is a conflict.
    """
    taken = by_our_clock(command.at, desk.now)
    again = _tapped_twice(command, desk)
    if again is not None:
        return again
    try:
        if command.action == "check_in":
            done = check_in(command.as_check_in, desk)
        else:
            done = _overlap(desk, command, taken, _leave(desk, command, taken))
        return _revisit(desk, done, the_volunteer(desk, command.volunteer).id)
    except Refusal as refusal:
        desk.undo()
        number = desk.find(VolunteerNumber, command.volunteer)
        kept = Kept(
            command.action, command.volunteer, command.activity, taken, command.kiosk, command.recorded_by,
            command.facts, "" if number is None else number.volunteer_id,
        )  # fmt: skip
        return set_aside(desk, kept, refusal.code, str(refusal.facts.get("fact", "")))


def _recent(desk: Desk, command: SyncPresence) -> list[CheckIn]:
    """This volunteer's stretches of presence at this activity, in the order of their beginnings."""
    found = desk.find(VolunteerNumber, command.volunteer)
    if found is None:
        return []
    rows = desk.children(CheckIn, found.volunteer_id, since=desk.now - timedelta(minutes=RECORD_MINUTES))
    here = [row for row in rows if row.activity == command.activity]
    return sorted(here, key=lambda row: (row.checked_in_at, row.id))


def _tapped_twice(command: SyncPresence, desk: Desk) -> dict[str, Any] | None:
    """The answer to the same tap a moment before; None where there was none.

    By the device's clock, which may have been ahead of ours when the first of them was taken.
    """
    window = _double_tap(desk)
    for row in _recent(desk, command):
        moment, stated = (
            (row.checked_in_at, row.stated_in_at)
            if command.action == "check_in"
            else (row.checked_out_at, row.stated_out_at)
        )
        if row.state == "forgotten" or moment is None:
            continue
        if abs(command.at - (stated or moment)) <= window:
            return {"check_in": row.id, "activity": row.activity, "at": instant(moment), "again": True}
    return None


def _revisit(desk: Desk, done: dict[str, Any], volunteer_id: str) -> dict[str, Any]:
    """Carry out what had been set aside only because this had not arrived: a check-out before its check-in, a check-in
    while the check-out elsewhere was still on its way."""
    carried: list[str] = []
    while (ready := next(_carried_out(desk, volunteer_id), None)) is not None:
        carried.append(ready)
    return done | {"solved": carried} if carried else done


def _carried_out(desk: Desk, volunteer_id: str) -> Iterator[str]:
    """The first of the waiting conflicts that can be carried out now, which is done."""
    waiting = [row for row in desk.children(Conflict, volunteer_id) if row.state == "open" and row.code in WAITING]
    for row in sorted(waiting, key=lambda row: (row.at, row.id)):
        if row.action == "check_in" and _is_elsewhere(desk, row):
            continue
        try:
            if row.action == "check_in":
                facts = json.loads(row.facts_json)
                fact = ""
                check_in(CheckInAt(row.number, row.activity, row.kiosk, row.at, row.recorded_by, facts), desk)
            else:
                fact = check_out(CheckOutAt(row.number, row.activity, row.at), desk)["fact"]
        except (NotFound, StandingBlocks, WrongState, TimeOutOfRange, AlreadyCheckedIn, NotCheckedIn, NotAdmitted):
            continue  # refused before anything was written; it goes on waiting
        solved(desk, row, "paired", fact)
        yield row.id


def _is_elsewhere(desk: Desk, conflict: Conflict) -> bool:
    """Whether the person was somewhere else at that moment, as far as is known."""
    rows = desk.children(CheckIn, conflict.volunteer_id, since=desk.now - timedelta(minutes=RECORD_MINUTES))
    return any(
        row.checked_in_at <= conflict.at and (row.checked_out_at is None or conflict.at < row.checked_out_at)
        for row in rows
        if row.activity != conflict.activity and row.state != "forgotten"
    )


def solved(desk: Desk, conflict: Conflict, resolution: str, fact: str = "", note: str = "") -> None:
    """Say how a conflict was solved."""
    desk.put(
        replace(
            conflict, state="solved", resolution=resolution, fact_id=fact or conflict.fact_id, solved_at=desk.now,
            solved_by=desk.principal, note_id=note,
        )
    )  # fmt: skip


def _leave(desk: Desk, command: SyncPresence, taken: datetime) -> dict[str, Any]:
    """Check out; where the stretch had been closed as forgotten, its true end replaces what was made up.

    Raises, first that applies: NotFound, NotCheckedIn, TimeOutOfRange, DecreaseBlocked.
    """
    try:
        return check_out(command.as_check_out, desk)
    except NotCheckedIn:
        forgotten = [row for row in _recent(desk, command) if row.state == "forgotten" and row.checked_in_at < taken]
        if not forgotten:
            raise
    presence = forgotten[-1]
    volunteer = the_volunteer(desk, command.volunteer)
    activity = desk.find(Activity, command.activity)
    assert activity is not None, "somebody was present there"
    done = end_forgotten(desk, volunteer, activity, presence, taken, command.volunteer)
    for row in desk.children(Conflict, volunteer.id):
        if (row.state, row.code, row.at) == ("open", FORGOTTEN, presence.checked_in_at):
            solved(desk, row, "paired", str(done["fact"]))
    return done


def end_forgotten(
    desk: Desk, volunteer: Volunteer, activity: Activity, presence: CheckIn, until: datetime, number: str
) -> dict[str, Any]:
    """Give a stretch that was closed as forgotten its true end.

    Raises, first that applies: TimeOutOfRange, DecreaseBlocked.
    """
    minutes = minutes_between(presence.checked_in_at, until, desk.now)
    identity = fact_id(record_natural(number, presence.activity, presence.checked_in_at), presence.checked_in_at)
    known = desk.find(Fact, identity)
    desk.put(replace(presence, state="closed", checked_out_at=until))
    if known is None or known.state not in IN_FORCE:
        return file_presence(desk, volunteer, activity, presence, until, number, is_offline=True)
    stated = {name: value for name, value in json.loads(known.facts_json).items() if name != "record.forgotten"}
    stated["record.offline"] = True
    desk.require(list(recast_needs(desk, volunteer.id)))
    desk.put(replace(known, end=until, minutes=minutes, facts_json=canonical(stated)))
    return {"fact": known.id, "service_minutes": minutes, **recast(desk, volunteer, since=known.start)}


def _overlap(desk: Desk, command: SyncPresence, taken: datetime, done: dict[str, Any]) -> dict[str, Any]:
    """Presence at two places at once: the time counts once, and somebody should look at it."""
    if "conflict" in done:
        return done
    fact = desk.find(Fact, done["fact"])
    assert fact is not None, "a check-out has its record"
    rows = desk.children(CheckIn, fact.volunteer_id, since=desk.now - timedelta(minutes=RECORD_MINUTES))
    for row in rows:
        elsewhere = row.activity != fact.activity and row.state == "closed" and row.checked_out_at is not None
        if elsewhere and row.checked_in_at < fact.end and row.checked_out_at > fact.start:  # type: ignore[operator]
            kept = Kept("check_out", command.volunteer, command.activity, taken, command.kiosk,
                        command.recorded_by, command.facts, fact.volunteer_id)  # fmt: skip
            return done | set_aside(desk, kept, OVERLAPPING, fact.id)
    return done


@dataclass(frozen=True, slots=True)
class CloseForgotten:
    """Nobody checked out: the stretch is closed as the rules say, and listed for somebody to look at."""

    check_in: str

    def __post_init__(self) -> None:
        shapes.code("check_in", self.check_in)


def close_forgotten_needs(command: CloseForgotten, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(CheckIn, (command.check_in,))
    found = desk.peek(CheckIn, command.check_in)
    if found is not None:
        yield from identity_needs(desk, found.volunteer_id)
        yield from award_needs(desk, found.volunteer_id)
        yield OneRow(Activity, (found.activity,))
        if found.kiosk:
            yield OneRow(Kiosk, (found.kiosk,))
        yield Children(VolunteerNumber, (found.volunteer_id,))


def forgotten_policy(desk: Desk) -> tuple[int, int]:
    """Minutes credited, and minutes after which a stretch counts as forgotten, as the scheme that keeps time says."""
    pack = timekeeper(desk)
    return (0, 24 * 60) if pack is None else pack.forgotten


def _double_tap(desk: Desk) -> timedelta:
    """Within which time the same tap is one tap, as the scheme that keeps time says."""
    pack = timekeeper(desk)
    return timedelta(seconds=DOUBLE_TAP_SECONDS if pack is None else pack.double_tap)


def close_forgotten(command: CloseForgotten, desk: Desk) -> dict[str, Any]:
    """Close a stretch of presence that nobody ended, crediting what the rules say.

    Raises, first that applies: NotFound, WrongState (closed already, or not long enough ago).
    """
    presence = desk.find(CheckIn, command.check_in)
    if presence is None:
        raise NotFound(what="check-in", code=command.check_in)
    credit, after = forgotten_policy(desk)
    if presence.state != "open" or presence.checked_in_at + timedelta(minutes=after) > desk.now:
        raise WrongState(state=presence.state, action="close")
    volunteer = desk.find(Volunteer, presence.volunteer_id)
    activity = desk.find(Activity, presence.activity)
    assert volunteer is not None, "somebody was present"
    assert activity is not None, "at something"

    # Nothing below this line may refuse.
    number = volunteer.number
    until = presence.checked_in_at + timedelta(minutes=credit)
    desk.put(replace(presence, state="forgotten", checked_out_at=until if credit else None))
    known = desk.find(
        Fact, fact_id(record_natural(number, activity.code, presence.checked_in_at), presence.checked_in_at)
    )
    done: dict[str, Any] = {"fact": None, "service_minutes": 0, "entry": None, "awarded": {}, "minutes": 0}
    if credit and known is None:
        done = file_presence(desk, volunteer, activity, presence, until, number, is_forgotten=True)
    kept = Kept("check_out", number, activity.code, presence.checked_in_at, presence.kiosk, "kiosk", {}, volunteer.id)
    return {"check_in": presence.id} | done | set_aside(desk, kept, FORGOTTEN, str(done["fact"] or ""))
