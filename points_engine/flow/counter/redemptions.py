"""Redemptions: the outlet confirms a hold once; a refund undoes it, whole or in part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import (
    AlreadyUsed,
    HoldExpired,
    InvalidValue,
    NotFound,
    RefundTooLate,
    WrongOutlet,
    WrongState,
)
from points_engine.flow import shapes
from points_engine.flow.counter import codes
from points_engine.flow.counter.codes import as_typed
from points_engine.flow.counter.holds import (
    DEBT,
    HOLD_MOVES,
    code_needs,
    currency_of,
    drawn_parts,
    hold_outcome,
    lent_back,
    post,
    put_back,
    the_hold,
)
from points_engine.flow.counter.offers import shown
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Hold, HoldCode, Lapse, Outlet
from points_engine.flow.rules import pack_today, programme_zone, rule_history, the_scheme
from points_engine.flow.wire import instant
from points_engine.ledger import amounts
from points_engine.ledger.entries import Line, merged
from points_engine.ledger.lots import restored
from points_engine.rulebook.acts import expiry_of
from points_engine.rulebook.kinds import Reward


@dataclass(frozen=True, slots=True)
class ConfirmHold:
    """The outlet has handed the reward over, or is about to: the voucher is used."""

    code: str
    outlet: str

    def __post_init__(self) -> None:
        codes.check("code", self.code)
        shapes.code("outlet", self.outlet)


def confirm_needs(command: ConfirmHold, desk: Desk) -> Iterator[Need]:
    yield OneRow(Outlet, (command.outlet,))
    yield from code_needs(desk, command.code)


def confirm_hold(command: ConfirmHold, desk: Desk) -> dict[str, Any]:
    """Spend a hold: points to the partner's collected points, the fund's budget to what it owes the partner.

    The same confirmation again by the same outlet answers the first result.
    Raises, first that applies: NotFound (outlet, voucher), WrongOutlet, AlreadyUsed, WrongState, HoldExpired.
    """
    outlet = desk.find(Outlet, command.outlet)
    if outlet is None:
        raise NotFound(what="outlet", code=command.outlet)
    hold = the_hold(desk, command.code)
    if hold.partner != outlet.partner or (hold.outlet and hold.outlet != outlet.code):
        raise WrongOutlet(outlet=outlet.code)
    scale = the_scheme(desk, hold.scheme).scale
    if hold.state == "confirmed" and hold.confirmed_outlet == outlet.code:
        return _confirmed(hold, scale) | {"again": True}
    if hold.state in ("confirmed", "refunded"):
        assert hold.confirmed_at is not None, "a confirmed hold says when"
        raise AlreadyUsed(used_at=instant(hold.confirmed_at))
    if hold.state == "expired" or (hold.state == "open" and hold.expires_at < desk.now):
        raise HoldExpired(expired_at=instant(hold.expires_at))
    if hold.state != "open":
        raise WrongState(state=hold.state, action="confirm")
    assert "confirmed" in HOLD_MOVES[hold.state], "an open hold can be confirmed"

    # Nothing below this line may refuse.
    asset, held = amounts.points(hold.scheme), amounts.volunteer(hold.volunteer_id, "held")
    lines = [Line(held, asset, -amount, expires_on) for _, expires_on, amount in drawn_parts(hold)]
    if hold.points:
        lines.append(Line(amounts.partner(hold.partner, "redeemed"), asset, hold.points))
    if hold.pays:
        currency = currency_of(desk, hold.fund)
        lines.append(Line(amounts.fund(hold.fund, "reserved"), currency, -hold.pays))
        lines.append(Line(amounts.partner(hold.partner, "payable"), currency, hold.pays))
    used = replace(hold, state="confirmed", confirmed_at=desk.now, confirmed_outlet=outlet.code)
    desk.put(used)
    entry = post(desk, used, "confirm", lines)
    return _confirmed(used, scale) | {"entry": entry or None, "again": False}


def _confirmed(hold: Hold, scale: int) -> dict[str, Any]:
    assert hold.confirmed_at is not None, "a confirmed hold says when"
    return hold_outcome(hold, scale) | {"confirmed_at": instant(hold.confirmed_at), "outlet": hold.confirmed_outlet}


@dataclass(frozen=True, slots=True)
class RefundRedemption:
    """Undo a confirmed redemption, or `quantity` of its items; `outlet` empty means that staff do it."""

    code: str
    reason: str
    outlet: str = ""
    quantity: int | None = None
    restock: bool = True

    def __post_init__(self) -> None:
        codes.check("code", self.code)
        shapes.text("reason", self.reason, least=1)
        shapes.optional_code("outlet", self.outlet)
        if self.quantity is not None:
            shapes.quantity("quantity", self.quantity)


def refund_needs(command: RefundRedemption, desk: Desk) -> Iterator[Need]:
    if command.outlet:
        yield OneRow(Outlet, (command.outlet,))
    yield from code_needs(desk, command.code)
    name = desk.peek(HoldCode, as_typed(command.code))
    hold = desk.peek(Hold, name.hold_id) if name is not None else None
    if hold is not None:
        for part, expires_on, _ in drawn_parts(hold):
            if part != DEBT:
                yield OneRow(Lapse, (hold.scheme, hold.volunteer_id, expires_on))


def refund_redemption(command: RefundRedemption, desk: Desk) -> dict[str, Any]:
    """Give points back to the lots that they came from, last drawn first, and the money back to the fund.

    Raises, first that applies: NotFound (outlet, voucher), WrongOutlet, WrongState, RefundTooLate (for an outlet),
    InvalidValue (more items than are left).
    """
    if command.outlet and desk.find(Outlet, command.outlet) is None:
        raise NotFound(what="outlet", code=command.outlet)
    hold = the_hold(desk, command.code)
    if command.outlet and command.outlet != hold.confirmed_outlet:
        raise WrongOutlet(outlet=command.outlet)
    if hold.state != "confirmed" or hold.confirmed_at is None:
        raise WrongState(state=hold.state, action="refund")
    reward = _reward_of(desk, hold)
    today = desk.now.astimezone(programme_zone(desk)).date()
    last_day = hold.confirmed_at.astimezone(programme_zone(desk)).date() + timedelta(
        days=reward.refund_days if reward is not None else 0
    )
    if command.outlet and today > last_day:
        raise RefundTooLate(until=last_day)
    left = hold.quantity - hold.refunded_quantity
    quantity = left if command.quantity is None else command.quantity
    if quantity > left:
        raise InvalidValue(field="quantity", value=quantity, expected=Both(f"at most {left}", f"不超过 {left}"))

    # Nothing below this line may refuse.
    points, pays = hold.points // hold.quantity * quantity, hold.pays // hold.quantity * quantity
    policy = reward.on_expired_refund if reward is not None else "expire"
    lines = _points_back(desk, hold, points, policy, today)
    if pays:
        currency = currency_of(desk, hold.fund)
        lines.append(Line(amounts.partner(hold.partner, "payable"), currency, -pays))
        lines.append(Line(amounts.fund(hold.fund), currency, pays))
    refunded = hold.refunded_quantity + quantity
    after = replace(hold, refunded_quantity=refunded, state="refunded" if refunded == hold.quantity else "confirmed")
    desk.put(after)
    if command.restock and hold.restock:
        put_back(desk, after, quantity)
    entry = post(desk, after, "refund", list(merged(lines)))
    scale = the_scheme(desk, hold.scheme).scale
    return {
        "hold": hold.id,
        "code": hold.code,
        "state": after.state,
        "refunded_quantity": refunded,
        "points": shown(points, scale),
        "entry": entry or None,
    }


def _points_back(desk: Desk, hold: Hold, points: int, policy: str, today: date) -> list[Line]:
    """Lines that give `points` back, after what earlier refunds gave back, last drawn first."""
    asset = amounts.points(hold.scheme)
    lines: list[Line] = []
    already = hold.points // hold.quantity * hold.refunded_quantity
    drawn = [((part, expires_on), amount) for part, expires_on, amount in drawn_parts(hold)]
    for (part, expires_on), given in restored(drawn, already, points):
        if part == DEBT:
            lines += lent_back(desk, hold, given)
            continue
        if expires_on < today and policy == "expire":
            lapse = desk.find(Lapse, hold.scheme, hold.volunteer_id, expires_on)
            expired = given + (lapse.amount if lapse is not None else 0)
            desk.put(Lapse(hold.scheme, hold.volunteer_id, expires_on, expired))
            lines.append(Line(amounts.scheme(hold.scheme, "expired"), asset, given))
            continue
        if expires_on < today and policy == "extend":
            expires_on = expiry_of(pack_today(desk, hold.scheme), today)
        lines.append(Line(amounts.volunteer(hold.volunteer_id, part), asset, given, expires_on))
    if points:
        lines.append(Line(amounts.partner(hold.partner, "redeemed"), asset, -points))
    return lines


def _reward_of(desk: Desk, hold: Hold) -> Reward | None:
    for _, pack in reversed(rule_history(desk, hold.scheme).versions):
        rule = pack.rules.get(hold.reward)
        if isinstance(rule, Reward):
            return rule
    return None
