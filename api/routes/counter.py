"""The counter: redemptions from the hold to the refund."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import telling
from api.access import Anybody, AtCounter, Caller, SeesStock, Site, SiteOrCounter
from api.asked import Confirmation, NewCarriedStock, NewRedemption, NewRefund, NewStockMove
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.shapes import TypedCode
from api.told import (
    Confirmed,
    LetGo,
    OutletShown,
    RedemptionShown,
    Refunded,
    StockCarried,
    StockMoved,
    StockShown,
    VoucherPlaced,
)
from points_engine.errors import WrongOutlet
from points_engine.flow.counter.carrying import CarryStock
from points_engine.flow.counter.holds import CancelHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.entities import Outlet
from points_engine.reading import View, counter, stock

router = APIRouter(prefix="/v1", tags=["redemptions"])


async def seen(caller: Caller, books: Gateway, code: str, outlet: str) -> tuple[counter.RedemptionView, bool]:
    """A redemption, and whether it is for this outlet; a merchant does not see those of other partners.

    Raises, first that applies: VoucherSignatureWrong, VoucherMistyped, NotFound, Forbidden (outside the key's unit or
    scheme), WrongOutlet.
    """

    short = books.short_code(code)

    def ask(view: View) -> tuple[counter.RedemptionView, bool]:
        found = counter.redemption(view, short)
        caller.reach_owner(view, found.hold.volunteer_id)
        caller.in_scheme(found.hold.scheme)
        return found, bool(outlet) and counter.is_for(view, found.hold, outlet)

    found, is_here = await books.read(ask)
    if caller.role == "merchant" and not is_here:
        raise WrongOutlet(outlet=outlet)
    return found, is_here


@router.post("/redemptions", status_code=201, summary="Set points aside", responses=responses(400, 404, 409))
async def place_hold(asked: NewRedemption, caller: Site, books: Books, write: Write) -> VoucherPlaced:
    """Points, stock and fund budget are reserved together; the answer is a voucher with its code and its signed token.

    A counter opens a visit instead: there the volunteer's own code says that it is them.
    """
    outlet = caller.at_outlet(asked.outlet)
    caller.in_scheme(asked.scheme)
    if caller.key.unit or caller.is_device:
        await books.read(lambda view: caller.open_to(view, asked.volunteer))
    command = PlaceHold(
        asked.volunteer, asked.scheme, asked.reward, outlet, asked.quantity,
        asked.choice or "", asked.asked_minor, telling.exact("offered", asked.offered),
    )  # fmt: skip
    return VoucherPlaced(**books.with_token(await write.submit(command, caller.principal)))


@router.get("/redemptions/{code}", summary="What a voucher is good for", responses=responses(404))
async def show_redemption(
    code: TypedCode,
    caller: Anybody,
    books: Books,
    outlet: Annotated[str | None, Query(max_length=64, description="a merchant's key says which it is")] = None,
) -> RedemptionShown:
    """Look a voucher up without using it."""
    found, is_here = await seen(caller, books, code, caller.at_outlet(outlet))
    return telling.redemption(found, is_here)


@router.post("/redemptions/{code}/confirm", summary="Use a voucher", responses=responses(400, 404, 409, 410))
async def confirm_redemption(
    code: TypedCode, asked: Confirmation, caller: AtCounter, books: Books, write: Write
) -> Confirmed:
    """The outlet hands the reward over. Confirming again at the same outlet answers the first result."""
    outlet = caller.at_outlet(asked.outlet)
    if caller.is_narrowed:
        await seen(caller, books, code, outlet)
    command = ConfirmHold(code, outlet)
    return Confirmed(**await write.submit(command, caller.principal))


@router.post("/redemptions/{code}/cancel", summary="Let a voucher go", responses=responses(400, 404, 409))
async def cancel_redemption(
    code: TypedCode,
    caller: SiteOrCounter,
    books: Books,
    write: Write,
    outlet: Annotated[str | None, Query(max_length=64, description="a merchant's key says which it is")] = None,
) -> LetGo:
    """Points, stock and budget go back where they came from."""
    await seen(caller, books, code, caller.at_outlet(outlet))
    return LetGo(**await write.submit(CancelHold(code), caller.principal))


@router.post(
    "/redemptions/{code}/refunds", status_code=201, summary="Undo a redemption", responses=responses(400, 404, 409)
)
async def refund_redemption(
    code: TypedCode, asked: NewRefund, caller: AtCounter, books: Books, write: Write
) -> Refunded:
    """Points go back to the lots they came from, the money back to the fund."""
    outlet = caller.at_outlet(asked.outlet)
    if caller.is_narrowed:
        await seen(caller, books, code, outlet)
    command = RefundRedemption(code, asked.reason, outlet, asked.quantity, asked.restock)
    return Refunded(**await write.submit(command, caller.principal))


@router.post(
    "/stock-moves", status_code=201, summary="Items come, are gone, or are counted", responses=responses(400, 404, 409)
)
async def move_stock(asked: NewStockMove, caller: AtCounter, write: Write) -> StockMoved:
    """The stock of a reward is a book: every change that is not a redemption is written down with its reason."""
    outlet = caller.at_outlet(asked.outlet)
    caller.in_scheme(asked.scheme)
    command = MoveStock(asked.scheme, asked.reward, asked.stock, asked.items, outlet, asked.reason)
    return StockMoved(**await write.submit(command, caller.principal))


@router.post(
    "/stock-moves/carried", status_code=201, summary="Items go to another outlet", responses=responses(400, 404, 409)
)
async def carry_stock(asked: NewCarriedStock, caller: AtCounter, write: Write) -> StockCarried:
    """Where each outlet has a stock of its own: two moves in one, so that the book of each shelf adds up.

    What lay in common before is handed out the same way. A merchant gives away what is on its own shelf.
    """
    outlet = caller.at_outlet(asked.from_outlet)
    caller.in_scheme(asked.scheme)
    command = CarryStock(asked.scheme, asked.reward, asked.items, outlet, asked.to_outlet or "", asked.reason)
    return StockCarried(**await write.submit(command, caller.principal))


@router.get("/stock", summary="The books of stock", responses=responses())
async def show_stock(caller: SeesStock, books: Books) -> list[StockShown]:
    """What came, what is gone, what was redeemed where, and so what lies on the shelf; a merchant's own partner's."""

    def ask(view: View) -> list[stock.StockBook]:
        found = view.one(Outlet, caller.key.outlet) if caller.key.outlet else None
        books_of = stock.stock(view, caller.key.partner or ("" if found is None else found.partner))
        return [each for each in books_of if caller.sees_scheme(each.scheme)]

    return [telling.stock(each) for each in await books.read(ask)]


@router.get("/outlets", summary="The outlets", responses=responses(), tags=["programme"])
async def outlets(caller: Anybody, books: Books) -> list[OutletShown]:
    """Every outlet, by code; a merchant's key sees its own, or its partner's."""
    found = await books.read(lambda view: view.where(Outlet))
    own = caller.outlets or ({caller.key.outlet} if caller.key.outlet else set())
    return [
        OutletShown(code=each.code, partner=each.partner, name=telling.name_of(each), unit=each.unit)
        for each in found
        if not own or each.code in own
    ]
