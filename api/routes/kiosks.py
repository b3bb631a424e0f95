"""Kiosks over HTTP: what devices kept while they were offline, and the conflicts that come of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import Administrator, Anybody, Caller, SeesRecords, Site, Staff
from api.asked import Asked
from api.bulk import Item, ItemOutcomes, Malformed, Plan, WriteAll, planned
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Write
from api.problems import responses
from api.shapes import Code, Facts, Moment, Words
from api.told import Done, Listed, Told
from api.told import Words as TwoWords
from api.told import words as in_both
from points_engine.bilingual import Both
from points_engine.errors import Forbidden
from points_engine.flow.entities import Activity, Conflict, Kiosk
from points_engine.flow.programme import RegisterKiosk
from points_engine.flow.service.solving import ReopenConflict, SolveConflict
from points_engine.flow.service.syncing import SyncPresence
from points_engine.limits import BULK_ITEMS
from points_engine.reading import View, conflicts, people
from points_engine.reading.service import is_under, units_under

router = APIRouter(prefix="/v1", tags=["kiosks"])


class KeptTap(Asked):
    """A check-in or check-out that a device kept: `id` is made on the device, `at` is its clock's time."""

    id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] = Field(
        examples=["0b6ff0d33f2b4d388f5c1a3a1b1f9b51"], description="the same id is carried out once"
    )
    action: Literal["check_in", "check_out"] = Field(examples=["check_in"])
    volunteer: Code = Field(examples=["HD-MEI-75"])
    activity: Code = Field(examples=["440114001-C1-greening"])
    at: Moment = Field(examples=["2026-11-20T09:00:00+08:00"])
    kiosk: Code | None = Field(None, description="a kiosk's key says which kiosk it is")
    recorded_by: Literal["kiosk", "self_located"] = "kiosk"
    facts: Facts = Field(default_factory=dict)


class KeptTaps(Asked):
    """What a device kept, in the order in which it happened there."""

    items: list[Item[KeptTap]] = Field(min_length=1, max_length=BULK_ITEMS)


class TapOutcomes(ItemOutcomes):
    """The outcomes of all taps. Those set aside were accepted, and have a `conflict` in their `result`."""

    set_aside: int = Field(description="taps that became conflicts, for somebody to solve", examples=[0])


class NewKiosk(Asked):
    """A check-in kiosk that belongs to a unit."""

    code: Code = Field(examples=["K-XINHUA-1"])
    unit: Code = Field(examples=["440114001"])
    name_zh: Words = Field(examples=["新华街签到机"])
    name_en: Words = Field(examples=["Xinhua kiosk"])


class KioskShown(Told):
    """A kiosk."""

    code: str
    unit: str
    name: TwoWords


class RegisteredKiosk(Done):
    kiosk: str
    created: bool


class ConflictShown(Told):
    """Something that did not fit and was set aside, or was made up and should be looked at."""

    conflict: str
    code: str = Field(description="why it was set aside", examples=["not_checked_in"])
    why: TwoWords
    action: Literal["check_in", "check_out"]
    volunteer: str | None = Field(description="none: nobody has the number that came")
    number: str = Field(description="the number as it came", examples=["HD-MEI-75"])
    activity: str
    activity_name: str | None
    unit: str | None = Field(description="whose staff solve it")
    kiosk: str | None
    at: datetime = Field(description="by the device's clock")
    record: str | None = Field(description="id of the record that it is about")
    state: Literal["open", "solved"]
    resolution: str | None = Field(examples=["retry"])
    raised_at: datetime
    raised_by: str
    solved_at: datetime | None
    solved_by: str | None


class NewResolution(Asked):
    """What becomes of a conflict.

    `keep`: the books stay as they are. `retry`: it is carried out after all, under another number, activity or time
    where one is given. `record`: the whole stretch is written down, from `start` to `end`. `correct`: the record that
    it is about gets these times.
    """

    resolution: Literal["keep", "retry", "record", "correct"] = Field(examples=["record"])
    reason: Words = Field(examples=["查签到表：忘记签到"])
    volunteer: Code | None = None
    activity: Code | None = None
    at: Moment | None = None
    start: Moment | None = Field(None, examples=["2026-11-20T09:00:00+08:00"])
    end: Moment | None = Field(None, examples=["2026-11-20T11:00:00+08:00"])


class Resolved(Told):
    """A conflict that was solved, or opened again; `done` is what the books were asked for, and its answer."""

    conflict: str
    state: Literal["open", "solved"]
    resolution: str | None = None
    done: dict[str, Any] | None = None


@router.post("/kiosk-batches", summary="What a device kept offline", responses=responses(400, 413))
async def sync(asked: KeptTaps, caller: Site, books: Books, write: WriteAll) -> TapOutcomes:
    """Up to 500 check-ins and check-outs with their real times, each with its own outcome.

    What cannot be carried out is set aside as a conflict and never dropped: the device may forget every item whose
    status is `accepted`. Batches come in any order and from several devices; a check-out that arrives before its
    check-in is paired when that comes. A tap given twice within a minute is one tap.
    """
    items: list[Any] = asked.items
    wanted = sorted({item.activity for item in items if not isinstance(item, Malformed)})

    def ask(view: View) -> set[str]:
        found = view.among(Activity, "code", wanted) if caller.key.unit else []
        return {each.code for each in found if not is_under(view, each.host, caller.key.unit)}

    foreign = await books.read(ask)
    plans: list[Plan] = [planned(item, lambda each: _kept(each, caller, foreign)) for item in items]
    keys = ["" if isinstance(item, Malformed) else f"tap:{item.id}" for item in items]
    done = await write.submit(plans, caller.principal, keys)
    set_aside = sum("conflict" in (each.result or {}) for each in done.items)
    return TapOutcomes(**dict(done), set_aside=set_aside)


def _kept(item: KeptTap, caller: Caller, foreign: set[str]) -> SyncPresence:
    if item.activity in foreign:
        raise Forbidden(why=Both(f"this key reaches unit {caller.key.unit} only", f"此密钥仅限组织 {caller.key.unit}"))
    kiosk = caller.at_kiosk(item.kiosk)
    return SyncPresence(item.action, item.volunteer, item.activity, item.at, kiosk, item.recorded_by, item.facts)


@router.get("/conflicts", summary="What was set aside", responses=responses(400, 404))
async def list_conflicts(
    caller: SeesRecords,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[Literal["open", "solved", "all"], Query(description="`all` for both")] = "open",
    code: Annotated[str | None, Query(max_length=64, description="only conflicts of this kind")] = None,
    volunteer: Annotated[str | None, Query(max_length=64, description="only this volunteer's")] = None,
    unit: Annotated[str | None, Query(max_length=64, description="only those of this unit, and below it")] = None,
) -> Listed[ConflictShown]:
    """Conflicts, oldest first; those within the key's unit, where it has one."""
    after = key_of(cursor, datetime.fromisoformat, str)

    def ask(view: View) -> Any:
        if unit is not None:
            caller.reach(view, unit)
        whose = people.volunteer(view, volunteer).id if volunteer else ""
        of_state = "" if state == "all" else state
        top = unit or caller.key.unit
        return conflicts.conflicts(view, limit, after, state=of_state, code=code or "", volunteer_id=whose, unit=top)

    page = await books.read(ask)
    return Listed(items=[_told(each) for each in page.items], next=cursor_of(page.next))


@router.get("/conflicts/{conflict}", summary="A conflict", responses=responses(404))
async def show_conflict(conflict: str, caller: SeesRecords, books: Books) -> ConflictShown:
    """One conflict, and how it was solved."""

    def ask(view: View) -> conflicts.ConflictView:
        _within(caller, view, conflict)
        return conflicts.a_conflict(view, conflict)

    return _told(await books.read(ask))


@router.post(
    "/conflicts/{conflict}/resolutions", status_code=201, summary="Solve a conflict", responses=responses(400, 404, 409)
)
async def solve(conflict: str, asked: NewResolution, caller: Staff, books: Books, write: Write) -> Resolved:
    """Say what really happened; the books follow. Nobody solves a conflict about themselves."""

    def ask(view: View) -> None:
        _within(caller, view, conflict)
        if asked.activity is not None:
            caller.reach(view, view.the(Activity, "activity", asked.activity).host)

    await books.read(ask)
    command = SolveConflict(
        conflict, asked.resolution, asked.reason, asked.volunteer or "", asked.activity or "", asked.at, asked.start,
        asked.end,
    )  # fmt: skip
    return Resolved(**await write.submit(command, caller.principal))


@router.post(
    "/conflicts/{conflict}/reopen", status_code=201, summary="Open a conflict again", responses=responses(400, 404, 409)
)
async def reopen(conflict: str, caller: Staff, books: Books, write: Write) -> Resolved:
    """A conflict in which the books were left as they were is looked at again."""
    await books.read(lambda view: _within(caller, view, conflict))
    return Resolved(**await write.submit(ReopenConflict(conflict), caller.principal))


@router.post("/kiosks", status_code=201, summary="Register a kiosk", responses=responses(400, 404, 409))
async def register_kiosk(asked: NewKiosk, caller: Administrator, books: Books, write: Write) -> RegisteredKiosk:
    """A kiosk of a unit; it gets a key of its own by `POST /v1/keys`."""
    await books.read(lambda view: caller.reach(view, asked.unit))
    command = RegisterKiosk(asked.code, asked.unit, asked.name_zh, asked.name_en)
    return RegisteredKiosk(**await write.submit(command, caller.principal))


@router.get("/kiosks", summary="The kiosks, by code", responses=responses(400))
async def list_kiosks(caller: Anybody, books: Books, limit: Limit = 50, cursor: Cursor = None) -> Listed[KioskShown]:
    """Every kiosk; those within the key's unit, where it has one."""
    after = key_of(cursor, str)

    def ask(view: View) -> Any:
        top = caller.key.unit
        return view.page(Kiosk, limit, after, **({"unit": units_under(view, top)} if top else {}))

    page = await books.read(ask)
    shown = [
        KioskShown(code=each.code, unit=each.unit, name=TwoWords(zh=each.name_zh, en=each.name_en))
        for each in page.items
    ]
    return Listed(items=shown, next=cursor_of(page.next))


def _within(caller: Caller, view: View, conflict: str) -> None:
    caller.reach(view, view.the(Conflict, "conflict", conflict).unit)


def _told(found: conflicts.ConflictView) -> ConflictShown:
    row = found.conflict
    return ConflictShown(
        conflict=row.id, code=row.code, why=in_both(found.why),
        action="check_in" if row.action == "check_in" else "check_out", volunteer=found.number or None,
        number=row.number, activity=row.activity, activity_name=None if found.activity is None else found.activity.name,
        unit=row.unit or None, kiosk=row.kiosk or None, at=row.at, record=row.fact_id or None,
        state="open" if row.state == "open" else "solved", resolution=row.resolution or None, raised_at=row.raised_at,
        raised_by=row.raised_by, solved_at=row.solved_at, solved_by=row.solved_by or None,
    )  # fmt: skip
