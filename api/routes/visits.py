"""The counter without a reservation: a code from the volunteer's phone, what they can have here, and taking it."""

from __future__ import annotations

import base64

from fastapi import APIRouter, Request

from api import telling
from api.access import AtCounter, Caller, Site
from api.asked import NewGift, NewVisit, TakenRewards
from api.drawing import qr_svg
from api.gateway import Books, Gateway, Write
from api.problems import language_of, responses
from api.told import Given, LinkedPhone, Redeemed, VisitOpened, VisitShown
from points_engine.errors import CardCodeWrong
from points_engine.flow.counter.cards import LinkPhone
from points_engine.flow.counter.visits import OpenVisit, Redeem, RewardTaken, check_outlet
from points_engine.flow.money.gifts import GivePoints
from points_engine.flow.shapes import exact_number
from points_engine.reading import View, counter, offers

router = APIRouter(prefix="/v1", tags=["redemptions"])


@router.post(
    "/volunteers/{number}/phone",
    status_code=201,
    summary="Link a phone",
    responses=responses(400, 404),
    tags=["people"],
)
async def link_phone(request: Request, number: str, caller: Site, books: Books, write: Write) -> LinkedPhone:
    """The volunteer's phone shows their codes from now on; it needs no connection for that. An older link ends."""
    await books.read(lambda view: caller.reach_person(view, number))
    done = await write.submit(LinkPhone(number), caller.principal)
    key = books.card_key(done["volunteer"], done["generation"])
    link = f"{request.base_url}phone#{number}.{base64.b32encode(key).decode().rstrip('=')}"
    return LinkedPhone(generation=done["generation"], link=link, qr_svg=qr_svg(link))


@router.post("/gifts", status_code=201, summary="Give points away", responses=responses(400, 404, 409))
async def give(asked: NewGift, caller: Site, books: Books, write: Write) -> Given:
    """To somebody or to a fund, as far as the rules let points pass; at a device only by who said their PIN."""
    caller.in_scheme(asked.scheme)
    await books.read(lambda view: caller.open_to(view, asked.volunteer))
    points = exact_number("points", asked.points)
    command = GivePoints(asked.volunteer, asked.scheme, points, asked.to_kind, asked.to, asked.kinship or "")
    return Given(**await write.submit(command, caller.principal))


@router.post("/visits", status_code=201, summary="Somebody stands at the counter", responses=responses(400, 404, 409))
async def open_visit(asked: NewVisit, caller: AtCounter, books: Books, write: Write) -> VisitOpened:
    """For some minutes rewards can be taken here.

    A merchant needs the code that the phone of whoever stands there shows, or their identification by PIN.
    """
    outlet = caller.at_outlet(asked.outlet)
    there = asked.fetched_by or asked.volunteer

    def ask(view: View) -> bool:
        caller.reach_person(view, asked.volunteer)
        return bool(asked.shown) or caller.knows(view, there)

    if not await books.read(ask):
        raise CardCodeWrong()
    command = OpenVisit(asked.volunteer, outlet, asked.shown or "", asked.fetched_by or "")
    return VisitOpened(**await write.submit(command, caller.principal))


async def _theirs(caller: Caller, books: Gateway, visit: str) -> counter.VisitView:
    """A visit at the caller's counter.

    Raises, first that applies: NotFound, Forbidden, WrongOutlet.
    """

    def ask(view: View) -> counter.VisitView:
        found = counter.visit(view, visit)
        check_outlet(found.visit, caller.at_outlet(found.visit.outlet if caller.key.partner else None))
        caller.reach_owner(view, found.visit.volunteer_id)
        return found

    return await books.read(ask)


@router.get("/visits/{visit}", summary="What can be taken in a visit", responses=responses(404))
async def show_visit(request: Request, visit: str, caller: AtCounter, books: Books) -> VisitShown:
    """What this outlet can give to this volunteer now, and for everything else it gives what stands in the way."""
    found = await _theirs(caller, books, visit)

    def ask(view: View) -> list[offers.Quote]:
        quotes = offers.quotes(view, found.visit.number, found.visit.outlet, here=True)
        return [each for each in quotes if caller.sees_scheme(each.pack.scheme)]

    quotes = await books.read(ask)
    return VisitShown(
        visit=visit,
        volunteer=found.visit.number,
        volunteer_name=found.shown_name,
        outlet=found.visit.outlet,
        expires_at=found.visit.expires_at,
        is_over=found.is_over,
        quotes=[telling.quote(each, language_of(request)) for each in quotes],
    )


@router.post(
    "/visits/{visit}/redemptions", status_code=201, summary="Take rewards", responses=responses(400, 404, 409, 410)
)
async def redeem(visit: str, asked: TakenRewards, caller: AtCounter, books: Books, write: Write) -> Redeemed:
    """Everything is handed over now: all of it, or nothing."""
    for each in asked.rewards:
        caller.in_scheme(each.scheme)
    await _theirs(caller, books, visit)
    taken = tuple(
        RewardTaken(
            each.scheme, each.reward, each.quantity, each.choice or "", each.asked_minor,
            telling.exact("offered", each.offered),
        )
        for each in asked.rewards
    )  # fmt: skip
    return Redeemed(**await write.submit(Redeem(visit, taken), caller.principal))
