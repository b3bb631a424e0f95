"""Holds: points, stock and fund budget set aside together, and let go again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from points_engine.errors import NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.counter import codes
from points_engine.flow.counter.codes import as_typed, voucher_code
from points_engine.flow.counter.offers import Offer, fund_needs, make_offer, offer_needs, shown
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Fund, Hold, HoldCode, Shelf, Volunteer
from points_engine.flow.rules import pack_today, rule_needs
from points_engine.flow.wire import canonical, instant
from points_engine.ledger import amounts
from points_engine.ledger.amounts import NEVER
from points_engine.ledger.entries import Entry, Line
from points_engine.ledger.lots import draw
from points_engine.rulebook.acts import expiry_of

DEBT: Final = "debt"
"""The place in a draw where points were lent: an account may go below zero to its floor."""

HOLD_MOVES: Final[Mapping[str, frozenset[str]]] = {
    "open": frozenset({"confirmed", "released", "expired"}),
    "confirmed": frozenset({"refunded"}),
    "released": frozenset(),
    "expired": frozenset(),
    "refunded": frozenset(),
}
"""Which state may follow which. A partial refund stays `confirmed`."""


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Set points aside for `quantity` of one reward; `outlet` empty means any outlet of the partner."""

    volunteer: str
    scheme: str
    reward: str
    outlet: str = ""
    quantity: int = 1

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("scheme", self.scheme)
        shapes.code("reward", self.reward)
        shapes.optional_code("outlet", self.outlet)
        shapes.quantity("quantity", self.quantity)


def hold_needs(command: PlaceHold, desk: Desk) -> Iterator[Need]:
    yield from offer_needs(desk, command.volunteer, command.scheme, command.reward, command.outlet)


def place_hold(command: PlaceHold, desk: Desk) -> dict[str, Any]:
    """Set points, stock and fund budget aside for one reward and issue the voucher's code.

    Raises, first that applies: NotFound (volunteer, scheme, outlet), StandingBlocks, NoPackInForce, RewardNotOffered,
    WrongOutlet, NotEligible, LimitReached, SoldOut, InsufficientPoints, InsufficientFunds.
    """
    offer = make_offer(desk, command.volunteer, command.scheme, command.reward, command.outlet, command.quantity)

    # Nothing below this line may refuse.
    identity = desk.make_id()
    hold = _hold_of(desk, offer, identity, command.outlet)
    desk.put(hold)
    desk.put(HoldCode(hold.code, identity, offer.volunteer.id))
    _take_stock(desk, hold, offer.reward.stock)
    post(desk, hold, "hold", [*_set_aside(hold), *_reserve(desk, hold)])
    return hold_outcome(hold, offer.pack.scale)


def _hold_of(desk: Desk, offer: Offer, identity: str, outlet: str) -> Hold:
    wallet = desk.account(amounts.volunteer(offer.volunteer.id), amounts.points(offer.pack.scheme))
    from_lots = min(offer.points, offer.usable)
    drawn: list[list[object]] = [[day.isoformat(), amount] for day, amount in draw(wallet.lots, from_lots, offer.today)]
    if offer.points > from_lots:
        drawn.append([DEBT, offer.points - from_lots])
    return Hold(
        id=identity,
        code=voucher_code(desk.secret, identity),
        volunteer_id=offer.volunteer.id,
        scheme=offer.pack.scheme,
        reward=offer.reward.id,
        partner=offer.reward.partner,
        outlet=outlet,
        quantity=offer.quantity,
        points=offer.points,
        money=offer.money,
        pays=offer.pays if offer.reward.fund else 0,
        fund=offer.reward.fund,
        drawn_json=canonical(drawn),
        state="open",
        placed_at=desk.now,
        expires_at=desk.now + timedelta(minutes=offer.reward.hold_minutes),
        confirmed_at=None,
        confirmed_outlet="",
        refunded_quantity=0,
        restock=offer.reward.restock_on_refund,
        stocked=False,
        trace=offer.trace,
    )


def _take_stock(desk: Desk, hold: Hold, initial: int | None) -> None:
    shelf = desk.find(Shelf, hold.scheme, hold.reward)
    available = initial if shelf is None else shelf.available
    if available is not None:
        desk.put(Shelf(hold.scheme, hold.reward, available - hold.quantity))
        desk.put(replace(hold, stocked=True))


def put_back(desk: Desk, hold: Hold, quantity: int) -> None:
    """Put items of a hold back on the shelf that they were taken from."""
    shelf = desk.find(Shelf, hold.scheme, hold.reward)
    if hold.stocked and shelf is not None and shelf.available is not None:
        desk.put(replace(shelf, available=shelf.available + quantity))


# ---- lines ---------------------------------------------------------------------------------------------------------


def drawn_parts(hold: Hold) -> list[tuple[str, date, int]]:
    """The (account part, lot, amount) that a hold was drawn from, in draw order."""
    return [
        (DEBT, NEVER, amount) if place == DEBT else ("", date.fromisoformat(place), amount)
        for place, amount in json.loads(hold.drawn_json)
    ]


def _set_aside(hold: Hold) -> list[Line]:
    lines = []
    asset, held = amounts.points(hold.scheme), amounts.volunteer(hold.volunteer_id, "held")
    for part, expires_on, amount in drawn_parts(hold):
        lines.append(Line(amounts.volunteer(hold.volunteer_id, part), asset, -amount, expires_on))
        lines.append(Line(held, asset, amount, expires_on))
    return lines


def lent_back(desk: Desk, hold: Hold, amount: int) -> list[Line]:
    """Give lent points back: to the debt as far as it still stands; what awards have paid of it can be spent again."""
    asset = amounts.points(hold.scheme)
    debt = amounts.volunteer(hold.volunteer_id, DEBT)
    owed = min(amount, -desk.account(debt, asset).balance)
    lines = [Line(debt, asset, owed)] if owed else []
    if amount > owed:
        pack = pack_today(desk, hold.scheme)
        expires_on = expiry_of(pack, desk.now.astimezone(pack.zone).date())
        lines.append(Line(amounts.volunteer(hold.volunteer_id), asset, amount - owed, expires_on))
    return lines


def _reserve(desk: Desk, hold: Hold) -> list[Line]:
    if not hold.pays:
        return []
    currency = currency_of(desk, hold.fund)
    return [
        Line(amounts.fund(hold.fund), currency, -hold.pays),
        Line(amounts.fund(hold.fund, "reserved"), currency, hold.pays),
    ]


def currency_of(desk: Desk, fund: str) -> str:
    """The currency of a fund that is known to exist."""
    found = desk.find(Fund, fund)
    assert found is not None, "a hold names a fund that exists"
    return found.currency


def post(desk: Desk, hold: Hold, kind: str, lines: list[Line]) -> str:
    """Post an entry about a hold; a reward of price 0 moves nothing and posts nothing."""
    if not lines:
        return ""
    entry_id = desk.make_id()
    desk.post(Entry(entry_id, kind, desk.command_id, desk.now, tuple(lines)))
    return entry_id


def hold_outcome(hold: Hold, scale: int) -> dict[str, Any]:
    """What a hold looks like to those who placed it."""
    return {
        "hold": hold.id,
        "code": hold.code,
        "reward": hold.reward,
        "quantity": hold.quantity,
        "points": shown(hold.points, scale),
        "money": hold.money,
        "state": hold.state,
        "expires_at": instant(hold.expires_at),
    }


# ---- letting go ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CancelHold:
    """Let a hold go before it is confirmed."""

    code: str

    def __post_init__(self) -> None:
        codes.check("code", self.code)


def code_needs(desk: Desk, code: str) -> Iterator[Need]:
    """What acting on a voucher's code reads: its volunteer is locked before the hold itself is read."""
    yield from rule_needs(desk)
    yield OneRow(HoldCode, (as_typed(code),))
    name = desk.peek(HoldCode, as_typed(code))
    if name is not None:
        yield from hold_row_needs(desk, name.hold_id, name.volunteer_id)


def hold_row_needs(desk: Desk, hold_id: str, volunteer_id: str) -> Iterator[Need]:
    """A hold, after its volunteer; then the accounts, the shelf and the fund that it has to do with."""
    yield OneRow(Volunteer, (volunteer_id,))
    if desk.peek(Volunteer, volunteer_id) is None:
        return
    yield OneRow(Hold, (hold_id,))
    hold = desk.peek(Hold, hold_id)
    if hold is not None:
        asset = amounts.points(hold.scheme)
        for part in ("", "held", "debt"):
            yield OneAccount(amounts.volunteer(hold.volunteer_id, part), asset)
        yield OneRow(Shelf, (hold.scheme, hold.reward))
        if hold.fund:
            yield from fund_needs(desk, hold.fund)


def the_hold(desk: Desk, code: str) -> Hold:
    """The hold that a typed code means.

    Raises: NotFound.
    """
    name = desk.find(HoldCode, as_typed(code))
    if name is None:
        raise NotFound(what="voucher", code=code)
    assert desk.find(Volunteer, name.volunteer_id) is not None, "a voucher belongs to a volunteer"
    hold = desk.find(Hold, name.hold_id)
    assert hold is not None, "a voucher's code belongs to a hold"
    return hold


def cancel_needs(command: CancelHold, desk: Desk) -> Iterator[Need]:
    yield from code_needs(desk, command.code)


def cancel_hold(command: CancelHold, desk: Desk) -> dict[str, Any]:
    """Give points, stock and budget back.

    Raises, first that applies: NotFound, WrongState (confirmed, refunded, or let go already).
    """
    hold = the_hold(desk, command.code)
    if hold.state != "open":
        raise WrongState(state=hold.state, action="cancel")
    return let_go(desk, hold, "released", "release")


@dataclass(frozen=True, slots=True)
class ExpireHold:
    """A sweep lets a hold go whose time is over."""

    code: str

    def __post_init__(self) -> None:
        codes.check("code", self.code)


def expire_needs(command: ExpireHold, desk: Desk) -> Iterator[Need]:
    yield from code_needs(desk, command.code)


def expire_hold(command: ExpireHold, desk: Desk) -> dict[str, Any]:
    """Give points, stock and budget back after a hold's time is over.

    Raises, first that applies: NotFound, WrongState (not open, or its time is not over).
    """
    hold = the_hold(desk, command.code)
    if hold.state != "open" or hold.expires_at >= desk.now:
        raise WrongState(state=hold.state, action="expire")
    return let_go(desk, hold, "expired", "release")


def let_go(desk: Desk, hold: Hold, state: str, kind: str) -> dict[str, Any]:
    """Move an open hold to `state`: lots go back with their dates, budget and stock return."""
    assert state in HOLD_MOVES[hold.state], f"a hold does not go from {hold.state} to {state}"

    # Nothing below this line may refuse.
    asset, held = amounts.points(hold.scheme), amounts.volunteer(hold.volunteer_id, "held")
    lines = []
    for part, expires_on, amount in drawn_parts(hold):
        lines.append(Line(held, asset, -amount, expires_on))
        if part == DEBT:
            lines += lent_back(desk, hold, amount)
        else:
            lines.append(Line(amounts.volunteer(hold.volunteer_id, part), asset, amount, expires_on))
    if hold.pays:
        currency = currency_of(desk, hold.fund)
        lines.append(Line(amounts.fund(hold.fund, "reserved"), currency, -hold.pays))
        lines.append(Line(amounts.fund(hold.fund), currency, hold.pays))
    desk.put(replace(hold, state=state))
    put_back(desk, hold, hold.quantity)
    entry = post(desk, hold, kind, lines)
    return {"hold": hold.id, "code": hold.code, "state": state, "entry": entry or None}
