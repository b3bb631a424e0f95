"""Draws of scarce things over HTTP: opened, entered, drawn in the open, offered, taken up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import Administrator, Anybody, Caller, SeesPeople, Site, Staff
from api.asked import Asked
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.shapes import Code, CodeOrNone, Moment, Words
from api.told import Listed
from api.told.draws import (
    Declined,
    DrawCancelled,
    DrawListed,
    DrawnNow,
    DrawOpened,
    DrawShown,
    TakenUp,
    TicketGiven,
    TicketHeld,
    Withdrawn,
)
from points_engine.flow.entities import Draw
from points_engine.flow.scarce.cancelling import CancelDraw
from points_engine.flow.scarce.draws import DrawNow, OpenDraw
from points_engine.flow.scarce.takings import DeclineOffer, TakeUpOffer
from points_engine.flow.scarce.tickets import EnterDraw, WithdrawEntry
from points_engine.limits import DRAW_PLACES, OFFER_HOURS
from points_engine.reading import View, scarce

router = APIRouter(prefix="/v1", tags=["draws"])


class NewDraw(Asked):
    """Places of a reward or of an activity, whichever the rule is for."""

    code: Code = Field(examples=["opera-2026-12"])
    scheme: Code = Field(examples=["huadu-residents"])
    rule: Code = Field(examples=["opera_tickets"], description="the `draw` of the scheme's rules that it goes by")
    closes_at: Moment = Field(examples=["2026-12-01T18:00:00+08:00"], description="until when can be entered")
    reward: CodeOrNone = Field("", examples=["opera"])
    activity: CodeOrNone = ""
    outlet: CodeOrNone = Field("", description="of a reward of which each outlet has its own stock: whose it is")
    places: Annotated[int, Field(ge=1, le=DRAW_PLACES)] | None = Field(None, description="none: as the rule says")
    offer_hours: int = Field(48, ge=1, le=OFFER_HOURS, description="how long a winner may take the place up")


class Entry(Asked):
    """Whose entry, or whose offer."""

    volunteer: Code = Field(examples=["HD-MEI-75"])


class Cancelling(Asked):
    """Why a draw gives nothing out any more."""

    reason: Words = Field(examples=["停电"], description="can be erased")


class TakingUp(Asked):
    """A winner takes the place; `outlet` and `choice` as when a reward is reserved."""

    volunteer: Code = Field(examples=["HD-MEI-75"])
    outlet: CodeOrNone = ""
    choice: CodeOrNone = Field("", description="which of a bundle")


@router.post("/draws", status_code=201, summary="Open a draw", responses=responses(400, 404, 409))
async def open_draw(asked: NewDraw, caller: Administrator, write: Write) -> DrawOpened:
    """What is given out is kept aside from now on, and the seed is committed to: nobody knows it, nobody can change it
    any more. The same draw again answers the one that is there."""
    caller.over_every_unit()
    caller.in_scheme(asked.scheme)
    command = OpenDraw(
        asked.code, asked.scheme, asked.rule, asked.closes_at, asked.reward, asked.activity, asked.places,
        asked.offer_hours, asked.outlet,
    )  # fmt: skip
    return DrawOpened(**await write.submit(command, caller.principal))


@router.get("/draws", summary="Draws, newest first", responses=responses(400))
async def list_draws(
    caller: Anybody,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    scheme: Annotated[str | None, Query(max_length=64, description="only of this scheme")] = None,
) -> Listed[DrawListed]:
    """What is and was given out by draw; each with what was committed to."""
    after = key_of(cursor, datetime.fromisoformat, str)
    wanted = scheme or caller.key.scheme
    caller.in_scheme(wanted)
    page = await books.read(lambda view: scarce.draws(view, limit, after, scheme=wanted))
    return Listed(items=[DrawListed(**scarce.head(each)) for each in page.items], next=cursor_of(page.next))


@router.get("/draws/{draw}", summary="A draw with its tickets", responses=responses(404))
async def show_draw(draw: str, caller: Anybody, books: Books) -> DrawShown:
    """Tickets by number and without names; once it is drawn, the seed and the ranking."""
    return DrawShown(**await books.read(lambda view: scarce.published(scarce.a_draw(view, draw))))


@router.get(
    "/public/draws/{draw}", tags=["public"], summary="The same for everybody; needs no key", responses=responses(404)
)
async def publish_draw(draw: str, books: Books) -> DrawShown:
    """Anybody can draw it again from this document alone: `points draw verify` does, and so does a short script."""
    return DrawShown(**await books.read(lambda view: scarce.published(scarce.a_draw(view, draw))))


@router.post("/draws/{draw}/entries", status_code=201, summary="Enter a draw", responses=responses(400, 404, 409))
async def enter_draw(draw: str, asked: Entry, caller: Site, books: Books, write: Write) -> TicketGiven:
    """The volunteer gets the next ticket; who has one is told which. Where the first who come are served, a free place
    is offered at once, and the others wait."""
    await _reach(caller, books, draw, asked.volunteer)
    return TicketGiven(**await write.submit(EnterDraw(draw, asked.volunteer), caller.principal))


@router.post(
    "/draws/{draw}/withdrawals", status_code=201, summary="Take an entry back", responses=responses(400, 404, 409)
)
async def withdraw_entry(draw: str, asked: Entry, caller: Site, books: Books, write: Write) -> Withdrawn:
    """Before the draw, or while waiting for a place."""
    await _reach(caller, books, draw, asked.volunteer)
    return Withdrawn(**await write.submit(WithdrawEntry(draw, asked.volunteer), caller.principal))


@router.post("/draws/{draw}/drawing", status_code=201, summary="Draw", responses=responses(400, 404, 409))
async def draw_now(draw: str, caller: Administrator, books: Books, write: Write) -> DrawnNow:
    """Once nobody can enter any more: the seed is revealed, the tickets are ranked, the first are offered the places.
    Whoever asks, and however late, the ranking of these tickets is the same."""
    caller.over_every_unit()
    await books.read(lambda view: caller.in_scheme(view.the(Draw, "draw", draw).scheme))
    return DrawnNow(**await write.submit(DrawNow(draw), caller.principal))


@router.post("/draws/{draw}/cancellation", status_code=201, summary="Cancel a draw", responses=responses(400, 404, 409))
async def cancel_draw(draw: str, asked: Cancelling, caller: Administrator, books: Books, write: Write) -> DrawCancelled:
    """Before it is drawn or after: nobody is given a place any more, and what was kept aside is free for everybody.
    What was taken up stays."""
    caller.over_every_unit()
    await books.read(lambda view: caller.in_scheme(view.the(Draw, "draw", draw).scheme))
    return DrawCancelled(**await write.submit(CancelDraw(draw, asked.reason), caller.principal))


@router.get("/draws/{draw}/offers", summary="Who is offered a place", responses=responses(404))
async def list_offers(draw: str, caller: Staff, books: Books) -> list[TicketHeld]:
    """Offers that are open, with the numbers of those to be told; of volunteers within the key's unit."""

    def ask(view: View) -> list[scarce.TicketView]:
        caller.in_scheme(view.the(Draw, "draw", draw).scheme)
        return scarce.offers_of(view, draw, caller.key.unit)

    return [TicketHeld(**scarce.held(each)) for each in await books.read(ask)]


@router.post(
    "/draws/{draw}/take-ups", status_code=201, summary="Take a place up", responses=responses(400, 404, 409, 410)
)
async def take_up_offer(draw: str, asked: TakingUp, caller: Site, books: Books, write: Write) -> TakenUp:
    """A reward is reserved as any other is, out of what was kept aside; an activity is signed up for."""
    outlet = caller.at_outlet(asked.outlet)
    await _reach(caller, books, draw, asked.volunteer)
    command = TakeUpOffer(draw, asked.volunteer, outlet, asked.choice)
    told = await write.submit(command, caller.principal)
    voucher = told["redemption"]
    return TakenUp(**told | {"redemption": None if voucher is None else books.with_token(voucher)})


@router.post("/draws/{draw}/declines", status_code=201, summary="Decline a place", responses=responses(400, 404, 409))
async def decline_offer(draw: str, asked: Entry, caller: Site, books: Books, write: Write) -> Declined:
    """The place passes to the next who waits."""
    await _reach(caller, books, draw, asked.volunteer)
    return Declined(**await write.submit(DeclineOffer(draw, asked.volunteer), caller.principal))


@router.get("/volunteers/{number}/tickets", summary="Somebody's tickets", responses=responses(404), tags=["volunteers"])
async def volunteer_tickets(number: str, caller: SeesPeople, books: Books) -> list[TicketHeld]:
    """Every draw that the volunteer takes or took part in, the newest first, with offers that are open."""

    def ask(view: View) -> list[scarce.TicketView]:
        caller.open_to(view, number)
        return [each for each in scarce.tickets_of(view, number) if caller.sees_scheme(each.draw.scheme)]

    return [TicketHeld(**scarce.held(each)) for each in await books.read(ask)]


async def _reach(caller: Caller, books: Gateway, draw: str, number: str) -> None:
    """Refuse what lies outside the key's reach: another scheme's draw, another unit's volunteer.

    Raises, first that applies: NotFound, Forbidden, IdentificationNeeded.
    """

    def ask(view: View) -> None:
        caller.in_scheme(view.the(Draw, "draw", draw).scheme)
        if caller.key.unit or caller.is_device:
            caller.open_to(view, number)

    await books.read(ask)
