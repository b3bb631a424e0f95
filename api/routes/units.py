"""The organisation tree over HTTP."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.access import Administrator, Anybody
from api.asked import Asked
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Write
from api.problems import responses
from api.shapes import Code, Day, Words
from api.tags import IfMatch, tagged
from api.telling import name_of
from api.told import Done, Listed, Told, UnitShown
from points_engine.flow.entities import Unit
from points_engine.flow.programme import RegisterUnit
from points_engine.flow.units import MoveUnit
from points_engine.reading import View, units
from points_engine.reading.service import units_under

router = APIRouter(prefix="/v1/units", tags=["programme"])

Kind = Literal["district", "street", "town", "community", "village", "grid", "building", "joint", "community_online"]


class NewUnit(Asked):
    """A node of the organisation tree."""

    code: Code = Field(examples=["440114001-C2"])
    kind: Kind = Field(examples=["community"])
    name_zh: Words = Field(examples=["新华社区"])
    name_en: Words = Field(examples=["Xinhua community"])
    parent: Code | None = Field(None, examples=["440114001"], description="none: the top")


class RegisteredUnit(Done):
    unit: str
    created: bool


class NewMove(Asked):
    """From a day on, today or before, a unit stands under another one."""

    parent: Code | None = Field(examples=["440114002"], description="none: the top")
    from_day: Day = Field(examples=["2026-03-01"])


class Moved(Done):
    unit: str
    parent: str | None
    before: str | None
    from_day: date


class UnitListed(UnitShown):
    """A unit, and what it stands under."""

    parent: str | None


class UnitMoveShown(Told):
    """A move of the unit."""

    from_day: date
    parent: str | None
    before: str | None
    moved_by: str
    moved_at: datetime


class UnitPlaced(UnitListed):
    """A unit in its place: the way up to the top, what stands right below, and its moves."""

    above: list[UnitListed]
    below: list[UnitListed]
    moves: list[UnitMoveShown]


def _shown(unit: Unit) -> UnitListed:
    return UnitListed(code=unit.code, kind=unit.kind, name=name_of(unit), parent=unit.parent)


@router.post("", status_code=201, summary="Register a unit", responses=responses(400, 404, 409))
async def register_unit(asked: NewUnit, caller: Administrator, books: Books, write: Write) -> RegisteredUnit:
    """A node of the tree; the same registration again answers the one that is there."""
    await books.read(lambda view: caller.reach(view, asked.parent))
    return RegisteredUnit(**await write.submit(RegisterUnit(**asked.model_dump()), caller.principal))


@router.get("", summary="Units, by code", responses=responses(400))
async def list_units(
    caller: Anybody,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    parent: Annotated[str | None, Query(max_length=64, description="only what stands right below this one")] = None,
    kind: Annotated[Kind | None, Query(description="only units of this kind")] = None,
) -> Listed[UnitListed]:
    """Every unit; those within the key's unit, where it has one."""
    after = key_of(cursor, str)

    def ask(view: View) -> Any:
        wanted: dict[str, Any] = {"code": units_under(view, caller.key.unit)} if caller.key.unit else {}
        wanted |= {name: value for name, value in (("parent", parent), ("kind", kind)) if value}
        return units.units(view, limit, after, **wanted)

    page = await books.read(ask)
    return Listed(items=[_shown(each) for each in page.items], next=cursor_of(page.next))


@router.get("/{code}", summary="A unit in its place", responses=responses(404))
async def show_unit(
    code: str,
    caller: Anybody,
    books: Books,
    response: Response,
    on: Annotated[Day | None, Query(description="the way up as it was on this day")] = None,
) -> UnitPlaced:
    """The way up to the top, what stands right below, and when it moved."""
    found = await books.read(lambda view: units.a_unit(view, code, on))
    tagged(response, found.unit)
    moves = [
        UnitMoveShown(
            from_day=each.from_day, parent=each.parent, before=each.before, moved_by=each.moved_by,
            moved_at=each.moved_at,
        )
        for each in found.moves
    ]  # fmt: skip
    return UnitPlaced(
        **dict(_shown(found.unit)), above=[_shown(each) for each in found.above],
        below=[_shown(each) for each in found.below], moves=moves,
    )  # fmt: skip


@router.post("/{code}/moves", status_code=201, summary="Move a unit", responses=responses(400, 404, 412))
async def move_unit(
    code: str, asked: NewMove, caller: Administrator, books: Books, write: Write, if_match: IfMatch = None
) -> Moved:
    """Move a unit, with everything below it. The key has to reach where it stands and where it goes."""

    def ask(view: View) -> None:
        caller.reach(view, code)
        caller.reach(view, asked.parent)

    await books.read(ask)
    command = MoveUnit(code, asked.parent, asked.from_day)
    return Moved(**await write.submit(command, caller.principal, on=(Unit, code)))
