"""Activities after they were registered, promises to come and not coming, and how much took place."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import Caller, SeesPeople, SeesRecords, Site, Staff
from api.asked import Asked, Promise
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.shapes import Code, CodeOrNone, Day, Note, Words
from api.tags import IfMatch
from api.told import Done, Listed, Recorded, Told
from points_engine.errors import InvalidValue
from points_engine.flow.entities import Activity, SignUp
from points_engine.flow.service.activities import DAY_MINUTES, WithdrawSignUp
from points_engine.flow.service.planning import CancelActivity, EditActivity, MarkAbsent
from points_engine.ledger.amounts import shown
from points_engine.limits import AMOUNT_MAX
from points_engine.reading import View, activities, attributions, people

router = APIRouter(prefix="/v1", tags=["activities"])

Minute = Annotated[int, Field(ge=0, le=DAY_MINUTES, description="minutes from midnight, where the programme is")]
Number = Annotated[int, Field(ge=0, le=AMOUNT_MAX)]
State = Literal["promised", "attended", "withdrawn", "absent"]


class ActivityChange(Asked):
    """What changes about an activity; what is left out stays."""

    name: Words | None = Field(None, examples=["社区绿化（改期）"])
    category: Code | None = None
    level: CodeOrNone | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    capacity: Number | None = None
    participants: Number | None = None
    place: Note | None = Field(None, examples=["中心公园东门"])
    opens_minute: Minute | None = Field(None, examples=[540])
    closes_minute: Minute | None = Field(None, examples=[720])


class Cancellation(Asked):
    """An activity does not take place."""

    reason: Words = Field(examples=["暴雨"])


class ActivityChanged(Done):
    activity: str
    state: Literal["planned", "cancelled"]


class Absence(Promise):
    """Somebody had promised to come, and did not."""

    day: Day = Field(examples=["2026-11-20"])


class PromiseShown(Promise):
    """A promise to come, and what became of it."""

    state: State
    signed_up_at: datetime


class PromiseWithdrawn(Done):
    activity: str
    volunteer: str


class CreditShown(Told):
    """What stands to the credit of one unit in one scheme; without a unit, what is to nobody's credit."""

    scheme: str = Field(examples=["huadu-party-members"])
    unit: str | None = Field(examples=["440114001-C1"])
    awards: int = Field(description="records and deeds that counted")
    minutes: int
    points: str = Field(examples=["12"])


class CountShown(Told):
    """How much took place: a session is one activity on one day, an attendance one service record."""

    name: str = Field(description="the unit, activity or category", examples=["440114001-C1"])
    period: str = Field(examples=["2026-11"])
    sessions: int
    attendances: int
    minutes: int
    hours: str = Field(description="minutes as hours, with one decimal, rounded down", examples=["12.5"])
    deeds: int


async def _within(caller: Caller, books: Gateway, activity: str) -> None:
    def ask(view: View) -> None:
        caller.reach(view, view.the(Activity, "activity", activity).host)

    await books.read(ask)


@router.post(
    "/activities/{code}/changes", status_code=201, summary="Change an activity", responses=responses(400, 404, 409, 412)
)
async def change(
    code: str, asked: ActivityChange, caller: Staff, books: Books, write: Write, if_match: IfMatch = None
) -> ActivityChanged:
    """Name, time, place, places. What was recorded keeps what was known then."""
    await _within(caller, books, code)
    command = EditActivity(code, **asked.model_dump())
    return ActivityChanged(**await write.submit(command, caller.principal, on=(Activity, code)))


@router.post(
    "/activities/{code}/cancellation", status_code=201, summary="Cancel an activity", responses=responses(400, 404, 409)
)
async def cancel(code: str, asked: Cancellation, caller: Staff, books: Books, write: Write) -> ActivityChanged:
    """Nobody can sign up or check in any more; what was recorded stays."""
    await _within(caller, books, code)
    return ActivityChanged(**await write.submit(CancelActivity(code, asked.reason), caller.principal))


@router.get("/sign-ups", summary="Promises to come", responses=responses(400, 404))
async def list_sign_ups(
    caller: SeesPeople,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    activity: Annotated[str | None, Query(max_length=64, description="only those for this activity")] = None,
    volunteer: Annotated[str | None, Query(max_length=64, description="only this volunteer's")] = None,
    state: Annotated[State | None, Query(description="only those in this state")] = None,
) -> Listed[PromiseShown]:
    """By activity and volunteer; those for activities within the key's unit, where it has one."""
    after = key_of(cursor, str, str)

    def ask(view: View) -> Any:
        whose = people.volunteer(view, volunteer).id if volunteer else ""
        return activities.sign_ups(
            view, limit, after, activity=activity or "", volunteer_id=whose, state=state or "", unit=caller.key.unit
        )

    page = await books.read(ask)
    return Listed(items=[_promise(*each) for each in page.items], next=cursor_of(page.next))


def _promise(row: SignUp, number: str) -> PromiseShown:
    told = {"activity": row.activity, "volunteer": number, "state": row.state, "signed_up_at": row.signed_up_at}
    return PromiseShown.model_validate(told)


@router.post(
    "/sign-ups/withdrawals", status_code=201, summary="Take a promise back", responses=responses(400, 404, 409)
)
async def withdraw(asked: Promise, caller: Site, books: Books, write: Write) -> PromiseWithdrawn:
    """The place is free again."""
    await _within(caller, books, asked.activity)
    return PromiseWithdrawn(**await write.submit(WithdrawSignUp(asked.volunteer, asked.activity), caller.principal))


@router.post("/sign-ups/absences", status_code=201, summary="Note an absence", responses=responses(400, 404, 409))
async def absent(asked: Absence, caller: Staff, books: Books, write: Write) -> Recorded:
    """Somebody had promised to come and did not: a deed of the kind `absence`, which rules may count."""
    await _within(caller, books, asked.activity)
    return Recorded(**await write.submit(MarkAbsent(asked.volunteer, asked.activity, asked.day), caller.principal))


@router.get("/counts", summary="How much took place", responses=responses())
async def counts(
    caller: SeesRecords,
    books: Books,
    since: Annotated[Day, Query(description="first day", examples=["2026-01-01"])],
    until: Annotated[Day, Query(description="last day", examples=["2026-12-31"])],
    by: Annotated[Literal["unit", "activity", "category"], Query(description="what it is counted by")] = "unit",
    period: Annotated[Literal["day", "month", "year", "all"], Query(description="how it is cut")] = "month",
    unit: Annotated[str | None, Query(max_length=64, description="only of this unit, and below it")] = None,
) -> list[CountShown]:
    """Sessions, attendances, hours and deeds in force, by unit, activity or category, and by period; within the key's
    unit, where it has one."""
    _a_span(since, until)

    def ask(view: View) -> list[activities.Count]:
        if unit is not None:
            caller.reach(view, unit)
        return activities.counts(view, since, until, by, period, unit or caller.key.unit)

    return [_count(each) for each in await books.read(ask)]


@router.get("/credits", summary="To whose credit", responses=responses())
async def to_whose_credit(
    caller: SeesRecords,
    books: Books,
    since: Annotated[Day, Query(description="first day", examples=["2026-01-01"])],
    until: Annotated[Day, Query(description="last day", examples=["2026-12-31"])],
    role: Annotated[Literal["home", "work"], Query(description="which of the volunteers' units")] = "home",
    scheme: Annotated[str | None, Query(max_length=64, description="only of this scheme")] = None,
) -> list[CreditShown]:
    """What awards gave, by scheme and by the home or work unit that their rules name. The rows of one role add up to
    all that was awarded; those of and below the key's unit, where it has one."""
    _a_span(since, until)
    found = await books.read(
        lambda view: attributions.attributed(view, since, until, role, scheme=scheme or "", under=caller.key.unit)
    )
    return [
        CreditShown(
            scheme=each.scheme.code, unit=each.unit or None, awards=each.awards, minutes=each.minutes,
            points=shown(each.points, each.scheme.scale),
        )
        for each in found
    ]  # fmt: skip


def _a_span(since: Day, until: Day) -> None:
    if until < since or (until - since).days > 3660:
        raise InvalidValue(field="until", value=until, expected=f"up to ten years from {since}")


def _count(count: activities.Count) -> CountShown:
    tenths = count.minutes // 6
    return CountShown(
        name=count.name, period=count.period, sessions=len(count.sessions), attendances=count.attendances,
        minutes=count.minutes, hours=f"{tenths // 10}.{tenths % 10}", deeds=count.deeds,
    )  # fmt: skip
