"""Imports over HTTP: records, deeds and opening balances in bulk, an outcome for each; and taking an import back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import Administrator, Caller, SeesRecords, Staff
from api.asked import Asked, NewDeed, NewRecord
from api.bulk import Item, ItemOutcomes, Malformed, Plan, WriteAll, planned
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.shapes import Code, Day, Note, Words
from api.told import Done, Listed, Told
from points_engine.bilingual import Both
from points_engine.errors import Forbidden
from points_engine.flow.entities import Activity, Import, Volunteer, VolunteerNumber
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.service.corrections import CloseImport, OpenImport, ReverseImported
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.shapes import exact_number
from points_engine.limits import AMOUNT_MAX, BULK_ITEMS
from points_engine.reading import View, imports
from points_engine.reading.service import is_under

router = APIRouter(prefix="/v1", tags=["imports"])

Foreign = Mapping[str, Forbidden]
"""Things by name that the key does not reach, and the refusal."""


class NewImport(Asked):
    """An import is announced, so that its records can be found, and undone, together."""

    code: Code = Field(examples=["2026-11-greening"])
    title: Note = Field("", examples=["十一月绿化签到表"])


class ImportOpened(Done):
    """`code` of the import under `import`; `created` is false where it was there already."""

    created: bool


class ImportShown(Told):
    """An import: how many of its records and deeds are in force, how many were taken back."""

    code: str = Field(examples=["2026-11-greening"])
    title: str
    state: Literal["open", "undone"]
    opened_by: str
    opened_at: datetime
    in_force: int
    taken_back: int
    volunteers: int
    minutes: int


class NewRecords(Asked):
    """Service records; one that is refused does not fail the others."""

    items: list[Item[NewRecord]] = Field(min_length=1, max_length=BULK_ITEMS)


class NewDeeds(Asked):
    """Deeds; one that is refused does not fail the others."""

    items: list[Item[NewDeed]] = Field(min_length=1, max_length=BULK_ITEMS)


class NewOpening(Asked):
    """One lot that a volunteer brings along from books kept before."""

    volunteer: Code = Field(examples=["HD-MEI-75"])
    scheme: Code = Field(examples=["huadu-residents"])
    points: Annotated[int, Field(ge=1, le=AMOUNT_MAX, description="in smallest units", examples=[25])]
    line: Annotated[int, Field(ge=0, le=AMOUNT_MAX, description="tells lots of one volunteer apart", examples=[1])]
    expires_on: Day | None = Field(None, description="last usable day; none: never", examples=["2027-12-31"])


class NewOpenings(Asked):
    """Opening balances, lot by lot; one that is refused does not fail the others."""

    items: list[Item[NewOpening]] = Field(min_length=1, max_length=BULK_ITEMS)


class Undoing(Asked):
    """An import is taken back."""

    reason: Words = Field(examples=["签到表日期有误"])
    after: str | None = Field(None, max_length=64, description="`next` of the answer before")


class Undone(ItemOutcomes):
    """What became of the volunteers of this step, and where the next step begins."""

    reversed: int = Field(description="records and deeds taken back in this step")
    minutes: int = Field(description="change of minutes served in this step")
    next: str | None = Field(description="pass it as `after` until there is none")


@router.post("/imports", status_code=201, summary="Announce an import", responses=responses(400, 409))
async def open_import(asked: NewImport, caller: Staff, write: Write) -> ImportOpened:
    """Open an import. One that is open already stays so; one that was undone is opened again."""
    return ImportOpened(**await write.submit(OpenImport(asked.code, asked.title), caller.principal))


@router.get("/imports", summary="Imports, newest first", responses=responses(400))
async def list_imports(
    caller: SeesRecords,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[Literal["open", "undone"] | None, Query(description="only those in this state")] = None,
) -> Listed[ImportShown]:
    """Every import, with how much of it is in force."""
    after = key_of(cursor, datetime.fromisoformat, str)
    page = await books.read(lambda view: imports.imports(view, limit, after, state or ""))
    return Listed(items=[_told(each) for each in page.items], next=cursor_of(page.next))


@router.get("/imports/{code}", summary="An import", responses=responses(404))
async def show_import(code: str, caller: SeesRecords, books: Books) -> ImportShown:
    """One import, with how much of it is in force."""
    return _told(await books.read(lambda view: imports.an_import(view, code)))


@router.post("/imports/{code}/records", summary="Record service in bulk", responses=responses(400, 404, 413))
async def import_records(code: str, asked: NewRecords, caller: Staff, books: Books, write: WriteAll) -> ItemOutcomes:
    """Up to 500 service records, each with its own outcome, behind whoever stands at a counter. The same record again
    is refused as `duplicate_record` and changes nothing."""
    out_of_reach = await _foreign_activities(caller, books, code, asked.items)
    plans = [
        out_of_reach.get(getattr(item, "activity", "")) or planned(item, lambda each: _record(each, code))
        for item in asked.items
    ]
    return await write.submit(plans, caller.principal)


@router.post("/imports/{code}/deeds", summary="Record deeds in bulk", responses=responses(400, 404, 413))
async def import_deeds(code: str, asked: NewDeeds, caller: Staff, books: Books, write: WriteAll) -> ItemOutcomes:
    """Up to 500 deeds, each with its own outcome, behind whoever stands at a counter."""
    out_of_reach = await _foreign_people(caller, books, code, asked.items)
    plans = [
        out_of_reach.get(getattr(item, "volunteer", "")) or planned(item, lambda each: _deed(each, code))
        for item in asked.items
    ]
    return await write.submit(plans, caller.principal)


@router.post("/imports/{code}/undo", summary="Take an import back", responses=responses(400, 404, 409))
async def undo_import(
    code: str, asked: Undoing, caller: Administrator, books: Books, write: Write, write_all: WriteAll
) -> Undone:
    """Reverse what came with an import, up to 500 volunteers a request; go on with `next` until there is none.

    An item is one volunteer: everything they got from the import is taken out of force in one entry, or refused as a
    whole. Nothing can be added to the import meanwhile.
    """

    caller.over_all()

    def ask(view: View) -> tuple[str, list[tuple[str, str]]]:
        state = view.the(Import, "import", code).state
        return state, imports.people_of(view, code, BULK_ITEMS + 1, asked.after or "")

    state, people = await books.read(ask)
    if state == "open":
        await write.submit(CloseImport(code), caller.principal)
    step = people[:BULK_ITEMS]
    plans: list[Plan] = [planned(number, lambda each: ReverseImported(each, code, asked.reason)) for _, number in step]
    done = await write_all.submit(plans, caller.principal, [f":undo:{identity}" for identity, _ in step])
    return Undone(
        **dict(done),
        reversed=_sum(done, "reversed"),
        minutes=_sum(done, "minutes"),
        next=step[-1][0] if len(people) > BULK_ITEMS else None,
    )


@router.post("/opening-balances", summary="Book opening balances", responses=responses(400, 413))
async def open_balances(asked: NewOpenings, caller: Administrator, write: WriteAll) -> ItemOutcomes:
    """Up to 500 lots brought along from books kept before, each with its own outcome. A lot of the same volunteer,
    scheme and `line` is booked once."""
    caller.over_all()
    return await write.submit([planned(item, lambda each: OpenBalance(**each.model_dump())) for item in asked.items],
                              caller.principal)  # fmt: skip


def _told(found: imports.ImportView) -> ImportShown:
    run = found.run
    return ImportShown(
        code=run.code, title=run.title, state="open" if run.state == "open" else "undone", opened_by=run.opened_by,
        opened_at=run.opened_at, in_force=found.in_force, taken_back=found.taken_back, volunteers=found.volunteers,
        minutes=found.minutes,
    )  # fmt: skip


def _record(item: NewRecord, source: str) -> RecordService:
    return RecordService(item.volunteer, item.activity, item.start, item.end, item.recorded_by, item.facts, source)


def _deed(item: NewDeed, source: str) -> RecordDeed:
    quantity = exact_number("quantity", item.quantity)
    return RecordDeed(
        item.volunteer, item.kind, item.occurred_at, quantity, item.activity or "", item.facts, source=source
    )


def _sum(done: ItemOutcomes, name: str) -> int:
    return sum(each.result[name] for each in done.items if each.result is not None)


async def _foreign_activities(caller: Caller, books: Gateway, code: str, items: Iterable[Any]) -> Foreign:
    """Activities of the items that the key does not reach.

    Raises: NotFound (the import).
    """
    wanted = sorted({item.activity for item in items if not isinstance(item, Malformed)})

    def ask(view: View) -> Foreign:
        view.the(Import, "import", code)
        found = view.among(Activity, "code", wanted) if caller.key.unit else []
        return _beyond(view, caller, {each.code: each.host for each in found})

    return await books.read(ask)


async def _foreign_people(caller: Caller, books: Gateway, code: str, items: Iterable[Any]) -> Foreign:
    """Volunteers of the items whom the key does not reach.

    Raises: NotFound (the import).
    """
    wanted = sorted({item.volunteer for item in items if not isinstance(item, Malformed)})

    def ask(view: View) -> Foreign:
        view.the(Import, "import", code)
        names = view.among(VolunteerNumber, "number", wanted) if caller.key.unit else []
        people = view.among(Volunteer, "id", sorted({each.volunteer_id for each in names}))
        homes = {each.id: each.home_unit or "" for each in people}
        return _beyond(view, caller, {each.number: homes[each.volunteer_id] for each in names})

    return await books.read(ask)


def _beyond(view: View, caller: Caller, units: Mapping[str, str]) -> Foreign:
    """Which of some named things stand in units that the key does not reach, with the refusal."""
    why = Forbidden(why=Both(f"this key reaches unit {caller.key.unit} only", f"此密钥仅限组织 {caller.key.unit}"))
    return {name: why for name, unit in units.items() if not is_under(view, unit, caller.key.unit)}
