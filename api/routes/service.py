"""Service: activities, sign-ups, check-ins and check-outs, records, deeds, approvals, corrections."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from api import telling
from api.access import Anybody, Caller, SeesRecords, Site, Staff
from api.asked import (
    Arrival,
    Departure,
    NewActivity,
    NewApproval,
    NewCorrection,
    NewDeed,
    NewRecord,
    NewRejection,
    Promise,
)
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.shapes import Day
from api.tags import tagged
from api.told import (
    ActivityShown,
    CheckedIn,
    Decided,
    Listed,
    PresentShown,
    Recorded,
    RecordShown,
    RegisteredActivity,
    SignedUp,
    WaitingShown,
    Words,
    words,
)
from points_engine.errors import InvalidValue
from points_engine.flow.access.keys import granted_by
from points_engine.flow.entities import Activity
from points_engine.flow.service.activities import RegisterActivity, SignUpFor
from points_engine.flow.service.approvals import ApproveFact, RejectFact
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.reading import Page, View, activities, people, presences, records, service
from points_engine.reading.activities import ActivityView

router = APIRouter(prefix="/v1")


async def _at_activity(caller: Caller, books: Gateway, activity: str) -> None:
    """Refuse an activity outside the key's unit."""

    def ask(view: View) -> None:
        caller.reach(view, view.the(Activity, "activity", activity).host)

    if caller.key.unit:
        await books.read(ask)


async def _at_record(caller: Caller, books: Gateway, record: str) -> None:
    """Refuse a record outside the key's unit."""
    if caller.key.unit:
        await books.read(lambda view: caller.reach(view, service.host_of(view, record)))


async def _may_undo(caller: Caller, books: Gateway, record: str) -> None:
    """Refuse a record outside the key's unit, and one that the key could not have let count.

    Whoever rejects, corrects or reverses may grant a level that the record waits for, or else one that it was granted.
    """
    await _at_record(caller, books, record)
    if granted_by(caller.key) is not None:
        caller.grant_any(await books.read(lambda view: records.deciding_levels(view, record)))


@router.post(
    "/activities",
    status_code=201,
    tags=["activities"],
    summary="Register an activity",
    responses=responses(400, 404, 409),
)
async def register_activity(asked: NewActivity, caller: Staff, books: Books, write: Write) -> RegisteredActivity:
    """Something to serve in; the same registration again answers the one that is there."""
    if caller.key.unit:
        await books.read(lambda view: caller.reach(view, asked.host))
    return RegisteredActivity(**await write.submit(RegisterActivity(**asked.model_dump()), caller.principal))


@router.get("/activities", tags=["activities"], summary="Activities, by code", responses=responses(400))
async def list_activities(
    caller: Anybody,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    host: Annotated[str | None, Query(max_length=64, description="only those of this unit, and below it")] = None,
    category: Annotated[str | None, Query(max_length=64, description="only those of this category")] = None,
    state: Annotated[Literal["planned", "cancelled"] | None, Query(description="only those in this state")] = None,
    on: Annotated[Day | None, Query(description="only those that take place on this day")] = None,
) -> Listed[ActivityShown]:
    """Activities in the order of their codes; those within the key's unit, where it has one."""
    after = key_of(cursor, str)
    top = host or caller.key.unit
    page = await books.read(
        lambda view: activities.activities(
            view, limit, after, unit=top, category=category or "", state=state or "", on=on
        )
    )
    return Listed(items=[_activity(each) for each in page.items], next=cursor_of(page.next))


@router.get("/activities/{code}", tags=["activities"], summary="An activity", responses=responses(404))
async def activity(code: str, caller: Anybody, books: Books, response: Response) -> ActivityShown:
    """One activity with its places."""
    found = await books.read(lambda view: activities.activity(view, code))
    tagged(response, found.activity)
    return _activity(found)


def _activity(told: ActivityView) -> ActivityShown:
    found, seats = told.activity, told.seats
    return ActivityShown(
        code=found.code,
        name=found.name,
        category=found.category,
        host=found.host,
        host_name=Words(zh=told.host.name_zh, en=told.host.name_en),
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        level=found.level or None,
        place=found.place or None,
        opens_minute=found.opens_minute,
        closes_minute=found.closes_minute,
        state="cancelled" if found.state == "cancelled" else "planned",
        participants=found.participants,
        capacity=None if seats is None else seats.capacity,
        taken=0 if seats is None else seats.taken,
    )


@router.post("/sign-ups", status_code=201, tags=["activities"], summary="Sign up", responses=responses(400, 404, 409))
async def sign_up(asked: Promise, caller: Site, books: Books, write: Write) -> SignedUp:
    """A volunteer promises to come."""
    await _at_activity(caller, books, asked.activity)
    return SignedUp(**await write.submit(SignUpFor(asked.volunteer, asked.activity), caller.principal))


@router.post("/check-ins", status_code=201, tags=["service"], summary="Check in", responses=responses(400, 404, 409))
async def check_in(asked: Arrival, caller: Site, books: Books, write: Write) -> CheckedIn:
    """A volunteer arrives. Offline, the device sends its own time."""
    kiosk = caller.at_kiosk(asked.kiosk)
    await _at_activity(caller, books, asked.activity)
    command = CheckInAt(asked.volunteer, asked.activity, kiosk, asked.at)
    return CheckedIn(**await write.submit(command, caller.principal))


@router.get("/check-ins", tags=["service"], summary="Who is here now", responses=responses(400))
async def list_present(
    caller: SeesRecords, books: Books, limit: Limit = 50, cursor: Cursor = None
) -> Listed[PresentShown]:
    """Who has checked in and not out, the longest first; at the activities within the key's unit, where it has one."""
    after = key_of(cursor, datetime.fromisoformat, str)
    page: Page = await books.read(lambda view: presences.present(view, limit, after, caller.key.unit))
    return Listed(items=[_present(each) for each in page.items], next=cursor_of(page.next))


def _present(found: presences.PresenceView) -> PresentShown:
    here = found.check_in
    return PresentShown(
        check_in=here.id, volunteer=found.number, name=found.name, activity=here.activity,
        activity_name=None if found.activity is None else found.activity.name, since=here.checked_in_at,
        kiosk=here.kiosk or None,
    )  # fmt: skip


@router.post("/check-outs", status_code=201, tags=["service"], summary="Check out", responses=responses(400, 404, 409))
async def check_out(asked: Departure, caller: Site, books: Books, write: Write) -> Recorded:
    """A volunteer leaves: presence becomes a service record, and counts as far as nobody has to confirm it."""
    await _at_activity(caller, books, asked.activity)
    command = CheckOutAt(asked.volunteer, asked.activity, asked.at)
    return Recorded(**await write.submit(command, caller.principal))


@router.post(
    "/service-records",
    status_code=201,
    tags=["service"],
    summary="Record a stretch of service",
    responses=responses(400, 404, 409),
)
async def record_service(asked: NewRecord, caller: Staff, books: Books, write: Write) -> Recorded:
    """A stretch of service that was not checked in and out at a kiosk."""
    await _at_activity(caller, books, asked.activity)
    command = RecordService(asked.volunteer, asked.activity, asked.start, asked.end, asked.recorded_by, asked.facts)
    return Recorded(**await write.submit(command, caller.principal))


@router.get(
    "/service-records", tags=["service"], summary="Records and deeds, oldest first", responses=responses(400, 404)
)
async def list_records(
    caller: SeesRecords,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    awaiting: Annotated[str | None, Query(max_length=64, description="only what waits for this level")] = None,
    kind: Annotated[Literal["record", "deed"] | None, Query(description="only records, or only deeds")] = None,
    state: Annotated[
        Literal["recorded", "approved", "rejected", "reversed"] | None, Query(description="only those in this state")
    ] = None,
    activity: Annotated[str | None, Query(max_length=64, description="only those of this activity")] = None,
    volunteer: Annotated[str | None, Query(max_length=64, description="only this volunteer's")] = None,
    source: Annotated[str | None, Query(max_length=64, description="only those of this import")] = None,
    since: Annotated[Day | None, Query(description="first service day")] = None,
    until: Annotated[Day | None, Query(description="last service day")] = None,
) -> Listed[RecordShown]:
    """Service records and deeds, and what each counts for; those within the key's unit, where it has one."""
    after = key_of(cursor, datetime.fromisoformat, str)

    def ask(view: View) -> Page:
        whose = people.volunteer(view, volunteer).id if volunteer else ""
        wanted = records.Filters(
            kind or "", state or "", awaiting or "", activity or "", whose, source or "", since, until, caller.key.unit
        )
        return records.records(view, limit, after, wanted)

    page = await books.read(ask)
    return Listed(items=[telling.record(each) for each in page.items], next=cursor_of(page.next))


@router.get("/approvals", tags=["service"], summary="What waits for whom", responses=responses())
async def list_waiting(caller: SeesRecords, books: Books) -> list[WaitingShown]:
    """How many records wait for an approval of each level, within the key's unit; `/v1/service-records?awaiting=` lists
    them."""
    found = await books.read(lambda view: records.waiting(view, caller.key.unit))
    return [
        WaitingShown(level=each.level, text=words(each.text), records=each.records, oldest=each.oldest)
        for each in found
    ]


@router.get("/service-records/{record}", tags=["service"], summary="A record and why", responses=responses(404))
async def show_record(record: str, caller: SeesRecords, books: Books) -> RecordShown:
    """A service record or deed, and what it counts for in every scheme."""
    await _at_record(caller, books, record)
    return telling.record(await books.read(lambda view: service.record(view, record)))


@router.post("/deeds", status_code=201, tags=["service"], summary="Record a deed", responses=responses(400, 404, 409))
async def record_deed(asked: NewDeed, caller: Staff, books: Books, write: Write) -> Recorded:
    """Something that earns without time: a dispute mediated, blood given."""
    if caller.key.unit:
        await books.read(lambda view: caller.reach_person(view, asked.volunteer))
    command = RecordDeed(
        asked.volunteer, asked.kind, asked.occurred_at, _exact(asked.quantity), asked.activity or "", asked.facts
    )
    return Recorded(**await write.submit(command, caller.principal))


def _exact(text: str) -> Fraction:
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise InvalidValue(field="quantity", value=text, expected='an exact number such as 3 or "1/2"') from None


@router.post("/approvals", status_code=201, tags=["service"], summary="Approve", responses=responses(400, 404, 409))
async def approve(asked: NewApproval, caller: Staff, books: Books, write: Write) -> Decided:
    """Confirm a record or deed at a level that the key may grant; what that lets count is awarded. Nobody approves
    their own."""
    caller.grant(asked.level)
    await _at_record(caller, books, asked.record)
    return Decided(**await write.submit(ApproveFact(asked.record, asked.level), caller.principal))


@router.post("/rejections", status_code=201, tags=["service"], summary="Reject", responses=responses(400, 404, 409))
async def reject(asked: NewRejection, caller: Staff, books: Books, write: Write) -> Decided:
    """Say that a record or deed does not count; what it had earned is taken back."""
    await _may_undo(caller, books, asked.record)
    return Decided(**await write.submit(RejectFact(asked.record, asked.reason), caller.principal))


@router.post("/corrections", status_code=201, tags=["service"], summary="Correct", responses=responses(400, 404, 409))
async def correct(asked: NewCorrection, caller: Staff, books: Books, write: Write) -> Decided:
    """Change what was recorded; what that changes, for this record and those after it, is posted as one entry."""
    await _may_undo(caller, books, asked.record)
    command = CorrectRecord(asked.record, asked.reason, asked.start, asked.end, asked.facts)
    return Decided(**await write.submit(command, caller.principal))


@router.post("/reversals", status_code=201, tags=["service"], summary="Reverse", responses=responses(400, 404, 409))
async def reverse(asked: NewRejection, caller: Staff, books: Books, write: Write) -> Decided:
    """Take a record or deed out of force: it was false, or entered twice. What it had earned is taken back by a linked
    entry; recorded again, it comes into force again."""
    await _may_undo(caller, books, asked.record)
    return Decided(**await write.submit(ReverseRecord(asked.record, asked.reason), caller.principal))
