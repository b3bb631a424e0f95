"""Groups: teams and organisations that are given points, and give them on."""

from __future__ import annotations

from fastapi import APIRouter

from api import telling
from api.access import Administrator, SeesPeople
from api.asked import GiftOfGroup, NewGroup
from api.gateway import Books, Write
from api.problems import responses
from api.told import Done, Given, GroupShown
from points_engine.flow.money.gifts import GiveFromGroup
from points_engine.flow.programme import RegisterGroup
from points_engine.flow.shapes import exact_number
from points_engine.reading.groups import groups

router = APIRouter(prefix="/v1/groups", tags=["volunteers"])


@router.post("", status_code=201, summary="Register a group", responses=responses(400, 409))
async def register_group(asked: NewGroup, caller: Administrator, write: Write) -> Done:
    """A team or organisation with an account of its own. The same group again changes nothing."""
    caller.over_all()
    return Done(**await write.submit(RegisterGroup(asked.code, asked.name_zh, asked.name_en), caller.principal))


@router.get("", summary="The groups", responses=responses())
async def list_groups(caller: SeesPeople, books: Books) -> list[GroupShown]:
    """Every group by its code, and the points that it can give on."""
    return [
        GroupShown(group=each.group.code, name=telling.name_of(each.group), points=each.points)
        for each in await books.read(groups)
    ]


@router.post("/{group}/gifts", status_code=201, summary="A group gives points on", responses=responses(400, 404, 409))
async def give_from_group(group: str, asked: GiftOfGroup, caller: Administrator, write: Write) -> Given:
    """To somebody, another group or a fund, as far as the rules let a group's points pass."""
    caller.over_all()
    points = exact_number("points", asked.points)
    command = GiveFromGroup(group, asked.scheme, points, asked.to_kind, asked.to)
    return Given(**await write.submit(command, caller.principal))
