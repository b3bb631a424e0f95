"""Holds: points, stock and fund budget set aside together, and let go again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from fractions import Fraction
from typing import Any, Final

from points_engine.errors import NotFound, VoucherMistyped, VoucherSignatureWrong, WrongState
from points_engine.flow import shapes
from points_engine.flow.counter import codes
from points_engine.flow.counter.codes import is_well_formed, voucher_code
from points_engine.flow.counter.offers import Offer, Wish, check_wish, fund_needs, make_offer, offer_needs
from points_engine.flow.counter.postings import DEBT, currency_of, drawn_parts, lent_back, post, reserve, set_aside
from points_engine.flow.counter.quotas import give_back, take, used_needs
from points_engine.flow.counter.shelves import left_on, opened
from points_engine.flow.counter.tokens import short_code
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Hold, HoldCode, Shelf, Volunteer
from points_engine.flow.rules import rule_needs
from points_engine.flow.wire import LATER, canonical, instant
from points_engine.ledger import amounts
from points_engine.ledger.amounts import NEVER, shown
from points_engine.ledger.entries import Line
from points_engine.ledger.lots import draw
from points_engine.rulebook.acts import voucher_until

LAST_INSTANT: Final = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a voucher that does not end."""

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
    """Set points aside for `quantity` of one reward; `outlet` empty means any outlet of the partner.

    `choice` is one of a bundle; `asked_minor` the outlet's own price of one item and `offered` the points given for it.
    """

    volunteer: str
    scheme: str
    reward: str
    outlet: str = ""
    quantity: int = 1
    choice: str = field(default="", metadata=LATER)
    asked_minor: int | None = field(default=None, metadata=LATER)
    offered: Fraction | None = field(default=None, metadata=LATER)

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("scheme", self.scheme)
        shapes.code("reward", self.reward)
        shapes.optional_code("outlet", self.outlet)
        shapes.quantity("quantity", self.quantity)
        check_wish(self.choice, self.asked_minor, self.offered)

    @property
    def wish(self) -> Wish:
        """What is asked for."""
        return Wish(
            self.volunteer, self.scheme, self.reward, self.outlet, self.quantity,
            self.choice, self.asked_minor, self.offered,
        )  # fmt: skip


def hold_needs(command: PlaceHold, desk: Desk) -> Iterator[Need]:
    yield from offer_needs(desk, command.wish)


def place_hold(command: PlaceHold, desk: Desk) -> dict[str, Any]:
    """Set points, stock and fund budget aside for one reward and issue the voucher with its code.

    Its signed token follows from the outcome (`PointsEngine.voucher_token`); what follows is not kept.

    Raises, first that applies: whatever `make_offer` does.
    """
    offer = make_offer(desk, command.wish)

    # Nothing below this line may refuse.
    hold = new_hold(desk, offer, command.outlet)
    post(desk, hold, "hold", [*set_aside(hold), *reserve(desk, hold)])
    return voucher_outcome(hold, offer.pack.scale)


def new_hold(desk: Desk, offer: Offer, outlet: str) -> Hold:
    """Put the hold of an offer on the desk with its code, and take what it uses off the shelf and the limits."""
    hold = _hold_of(desk, offer, desk.make_id(), outlet)
    if hold.stocked:
        shelf = opened(desk, hold.scheme, offer.reward, hold.shelf)
        assert shelf.available is not None, "stock that is kept has a number"
        desk.put(replace(shelf, available=shelf.available - hold.quantity, held=shelf.held + hold.quantity))
    desk.put(hold)
    desk.put(HoldCode(hold.code, hold.id, offer.volunteer.id))
    return hold


def _hold_of(desk: Desk, offer: Offer, identity: str, outlet: str) -> Hold:
    scheme, reward = offer.pack.scheme, offer.reward
    wallet = desk.account(amounts.volunteer(offer.volunteer.id), amounts.points(scheme))
    from_lots = min(offer.points, offer.usable)
    drawn: list[list[object]] = [[day.isoformat(), amount] for day, amount in draw(wallet.lots, from_lots, offer.today)]
    if offer.points > from_lots:
        drawn.append([DEBT, offer.points - from_lots])
    shelf, ends = desk.find(Shelf, scheme, reward.id, offer.shelf), _ends(desk, offer)
    return Hold(
        id=identity,
        code=voucher_code(desk.secret, identity),
        volunteer_id=offer.volunteer.id,
        scheme=scheme,
        reward=reward.id,
        partner=reward.partner,
        outlet=outlet,
        quantity=offer.quantity,
        points=offer.points,
        money=offer.money,
        pays=offer.pays if reward.fund else 0,
        fund=reward.fund,
        drawn_json=canonical(drawn),
        state="open",
        placed_at=desk.now,
        expires_at=ends,
        confirmed_at=None,
        confirmed_outlet="",
        refunded_quantity=0,
        restock=reward.restock_on_refund,
        stocked=left_on(reward, shelf, offer.shelf) is not None,
        trace=offer.trace,
        choice=offer.choice,
        uses=reward.uses,
        offline_until=None if reward.offline is None else _later(ends, reward.offline.within),
        quotas_json=take(desk, scheme, offer.uses),
        shelf=offer.shelf,
    )


def _later(moment: datetime, minutes: int) -> datetime:
    """Some minutes later, or at the last instant that there is."""
    return moment + min(timedelta(minutes=minutes), LAST_INSTANT - moment)


def _ends(desk: Desk, offer: Offer) -> datetime:
    """Until when a hold is good: some minutes, or to the end of the last day of a voucher that has one."""
    last = voucher_until(offer.pack, offer.reward, offer.today)
    if last is None:
        return desk.now + timedelta(minutes=offer.reward.hold_minutes)
    if last == NEVER:
        return LAST_INSTANT
    next_day = datetime.combine(last + timedelta(days=1), time(), offer.pack.zone)
    return next_day.astimezone(UTC) - timedelta(microseconds=1)


def heard_of(desk: Desk, hold: Hold) -> datetime | None:
    """When a hold ends, where outlets without a network have to hear of it: now."""
    return None if hold.offline_until is None else desk.now


def put_back(desk: Desk, hold: Hold, quantity: int) -> bool:
    """Put items of a hold back on the shelf that they were taken from; answers whether they were."""
    shelf = desk.find(Shelf, hold.scheme, hold.reward, hold.shelf)
    if not hold.stocked or shelf is None or shelf.available is None:
        return False
    set_aside_no_more = quantity if hold.state == "open" else 0
    desk.put(replace(shelf, available=shelf.available + quantity, held=shelf.held - set_aside_no_more))
    return True


def taken_away(desk: Desk, hold: Hold) -> None:
    """What was set aside leaves the shelf."""
    shelf = desk.find(Shelf, hold.scheme, hold.reward, hold.shelf)
    if hold.stocked and shelf is not None:
        desk.put(replace(shelf, held=shelf.held - hold.quantity))


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
        "choice": hold.choice,
        "uses_left": hold.uses - hold.used,
    }


def voucher_outcome(hold: Hold, scale: int) -> dict[str, Any]:
    """The same with what else the voucher's signed token says."""
    return hold_outcome(hold, scale) | {"scheme": hold.scheme, "outlet": hold.outlet, "partner": hold.partner}


# ---- letting go ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CancelHold:
    """Let a hold go before it is confirmed."""

    code: str

    def __post_init__(self) -> None:
        codes.check("code", self.code)


def code_needs(desk: Desk, code: str) -> Iterator[Need]:
    """What acting on a voucher's code or token reads: its volunteer is locked before the hold itself is read."""
    yield from rule_needs(desk)
    try:
        short = short_code(desk.secret, code)
    except VoucherSignatureWrong:
        return
    yield OneRow(HoldCode, (short,))
    name = desk.peek(HoldCode, short)
    if name is not None:
        yield from hold_row_needs(desk, name.hold_id, name.volunteer_id)


def hold_if_known(desk: Desk, code: str) -> Hold | None:
    """The hold that a code or token means, as far as it was read."""
    try:
        name = desk.peek(HoldCode, short_code(desk.secret, code))
    except VoucherSignatureWrong:
        return None
    return None if name is None else desk.peek(Hold, name.hold_id)


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
        yield OneRow(Shelf, (hold.scheme, hold.reward, hold.shelf))
        yield from used_needs(hold)
        if hold.fund:
            yield from fund_needs(desk, hold.fund)


def the_hold(desk: Desk, code: str) -> Hold:
    """The hold that a code means, typed or out of a signed token.

    Raises, first that applies: VoucherSignatureWrong, VoucherMistyped, NotFound.
    """
    short = short_code(desk.secret, code)
    if not is_well_formed(short):
        raise VoucherMistyped(voucher=code)
    name = desk.find(HoldCode, short)
    if name is None:
        raise NotFound(what="voucher", code=short)
    assert desk.find(Volunteer, name.volunteer_id) is not None, "a voucher belongs to a volunteer"
    hold = desk.find(Hold, name.hold_id)
    assert hold is not None, "a voucher's code belongs to a hold"
    return hold


def cancel_needs(command: CancelHold, desk: Desk) -> Iterator[Need]:
    yield from code_needs(desk, command.code)


def cancel_hold(command: CancelHold, desk: Desk) -> dict[str, Any]:
    """Give points, stock and budget back.

    Raises, first that applies: VoucherSignatureWrong, VoucherMistyped, NotFound,
    WrongState (confirmed, refunded, or let go already).
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

    Where an outlet without a network may have taken the voucher, it may still bring the use for a while.

    Raises, first that applies: VoucherSignatureWrong, VoucherMistyped, NotFound,
    WrongState (not open, or its time is not over).
    """
    hold = the_hold(desk, command.code)
    if hold.state != "open" or hold.kept_until >= desk.now:
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
    desk.put(replace(hold, state=state, ended_at=heard_of(desk, hold)))
    put_back(desk, hold, hold.quantity)
    give_back(desk, hold, hold.quantity, whole=True)
    entry = post(desk, hold, kind, lines)
    return {"hold": hold.id, "code": hold.code, "state": state, "entry": entry or None}
