"""Redemptions: the outlet confirms a hold once; a refund undoes it, whole or in part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import (
    AlreadyUsed,
    HoldExpired,
    InvalidValue,
    NotFound,
    RefundTooLate,
    VoucherCancelled,
    VoucherRefunded,
    WrongOutlet,
    WrongState,
)
from points_engine.flow import shapes
from points_engine.flow.counter import codes
from points_engine.flow.counter.holds import (
    HOLD_MOVES,
    code_needs,
    heard_of,
    hold_if_known,
    hold_outcome,
    put_back,
    taken_away,
    the_hold,
)
from points_engine.flow.counter.postings import DEBT, currency_of, drawn_parts, lent_back, post
from points_engine.flow.counter.quotas import give_back
from points_engine.flow.counter.zeroing import given_back, zeroed
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Hold, Lapse, Outlet
from points_engine.flow.notes import keep_note
from points_engine.flow.rules import pack_today, programme_zone, rule_history, the_scheme
from points_engine.flow.wire import ERASABLE, instant
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.ledger.entries import Line, merged
from points_engine.ledger.lots import restored
from points_engine.limits import SAME_USE_SECONDS
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

    The same confirmation again by the same outlet answers the first result.  A voucher of several uses is paid for with
    the first; each further use is only counted.
    Raises, first that applies: NotFound (outlet), VoucherSignatureWrong, VoucherMistyped, NotFound (voucher),
    WrongOutlet (another partner's), VoucherRefunded, AlreadyUsed (it says when, not where), WrongOutlet (another outlet
    of the partner), VoucherCancelled, HoldExpired.
    """
    outlet = desk.find(Outlet, command.outlet)
    if outlet is None:
        raise NotFound(what="outlet", code=command.outlet)
    hold = the_hold(desk, command.code)
    if hold.partner != outlet.partner:
        raise WrongOutlet(outlet=outlet.code)
    scale = the_scheme(desk, hold.scheme).scale
    if hold.state == "confirmed" and hold.confirmed_outlet == outlet.code and _is_same_use(hold, desk):
        return confirmed(hold, scale) | {"again": True}
    if hold.state in ("confirmed", "refunded"):
        assert hold.confirmed_at is not None, "a confirmed hold says when"
        if hold.state == "refunded":
            raise VoucherRefunded(used_at=instant(hold.confirmed_at))
        if hold.used >= hold.uses:
            raise AlreadyUsed(used_at=instant(hold.confirmed_at))
    if hold.outlet and hold.outlet != outlet.code:
        raise WrongOutlet(outlet=outlet.code)
    if hold.state == "released":
        raise VoucherCancelled()
    if hold.state == "expired" or (hold.state in ("open", "confirmed") and hold.expires_at < desk.now):
        raise HoldExpired(expired_at=instant(hold.expires_at))
    assert hold.state in ("open", "confirmed"), "every other state has its answer"

    # Nothing below this line may refuse.
    return used_at(desk, hold, outlet.code, desk.now)


def used_at(desk: Desk, hold: Hold, outlet: str, at: datetime) -> dict[str, Any]:
    """Use a hold that is open, or has uses left, at an outlet and as of a moment; answers what a confirmation does."""
    scale = the_scheme(desk, hold.scheme).scale
    used = replace(
        hold, state="confirmed", confirmed_at=at, confirmed_outlet=outlet, used=hold.used + 1,
        ended_at=heard_of(desk, hold),
    )  # fmt: skip
    if hold.state == "confirmed":  # a voucher of several uses is paid for with the first
        desk.put(used)
        return confirmed(used, scale) | {"entry": None, "again": False}
    assert "confirmed" in HOLD_MOVES[hold.state], "an open hold can be confirmed"
    asset, held = amounts.points(hold.scheme), amounts.volunteer(hold.volunteer_id, "held")
    lines = [Line(held, asset, -amount, expires_on) for _, expires_on, amount in drawn_parts(hold)]
    entry = collected(desk, used, lines, "reserved")
    used = without_the_rest(desk, used)
    return confirmed(used, scale) | {"entry": entry or None, "again": False}


def collected(desk: Desk, hold: Hold, lines: list[Line], budget: str) -> str:
    """Keep a confirmed hold and post what the partner gets, after the lines that took the points.

    `budget` is the part of the fund's account that pays: reserved by a hold, or straight from what it can promise.
    Answers the entry's id, empty for a reward that moves nothing.
    """
    if hold.points:
        lines.append(Line(amounts.partner(hold.partner, "redeemed"), amounts.points(hold.scheme), hold.points))
    if hold.pays:
        currency = currency_of(desk, hold.fund)
        lines.append(Line(amounts.fund(hold.fund, budget), currency, -hold.pays))
        lines.append(Line(amounts.partner(hold.partner, "payable"), currency, hold.pays))
    desk.put(hold)
    taken_away(desk, hold)
    return post(desk, hold, "confirm", lines, hold.confirmed_at)


def without_the_rest(desk: Desk, hold: Hold) -> Hold:
    """What becomes of the points that are left after a redemption, as the pack says; answers the hold as it stands."""
    hold, lost = zeroed(desk, hold)
    if lost:
        desk.put(hold)
        post(desk, hold, "forfeit", lost)
    return hold


def _is_same_use(hold: Hold, desk: Desk) -> bool:
    """Whether a confirmation means the last use: the last there is, or a voucher read twice within a minute."""
    assert hold.confirmed_at is not None, "a confirmed hold says when"
    return hold.used >= hold.uses or desk.now - hold.confirmed_at <= timedelta(seconds=SAME_USE_SECONDS)


def confirmed(hold: Hold, scale: int) -> dict[str, Any]:
    """What a confirmed hold looks like to its outlet."""
    assert hold.confirmed_at is not None, "a confirmed hold says when"
    return hold_outcome(hold, scale) | {"confirmed_at": instant(hold.confirmed_at), "outlet": hold.confirmed_outlet}


@dataclass(frozen=True, slots=True)
class RefundRedemption:
    """Undo a confirmed redemption, or `quantity` of its items; `outlet` empty means that staff do it."""

    code: str
    reason: str = field(metadata=ERASABLE)
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
    hold = hold_if_known(desk, command.code)
    if hold is not None:
        for part, expires_on, _ in drawn_parts(hold):
            if part != DEBT:
                yield OneRow(Lapse, (hold.scheme, hold.volunteer_id, expires_on))
        for expires_on, _ in given_back(hold):
            yield OneRow(Lapse, (hold.scheme, hold.volunteer_id, expires_on))


def refund_redemption(command: RefundRedemption, desk: Desk) -> dict[str, Any]:
    """Give points back to the lots that they came from, last drawn first, and the money back to the fund.

    Raises, first that applies: NotFound (outlet), VoucherSignatureWrong, VoucherMistyped, NotFound (voucher),
    WrongOutlet, WrongState, RefundTooLate (for an outlet), InvalidValue (more items than are left).
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
    refunded = hold.refunded_quantity + quantity
    is_whole = refunded == hold.quantity
    lines = _points_back(desk, hold, points, policy, today)
    if is_whole:
        for expires_on, amount in given_back(hold):
            lines += _lot_back(desk, hold, expires_on, amount, policy, today)
            lines.append(Line(amounts.scheme(hold.scheme, "forfeited"), amounts.points(hold.scheme), -amount))
    if pays:
        currency = currency_of(desk, hold.fund)
        lines.append(Line(amounts.partner(hold.partner, "payable"), currency, -pays))
        lines.append(Line(amounts.fund(hold.fund), currency, pays))
    after = replace(hold, refunded_quantity=refunded, state="refunded" if is_whole else "confirmed")
    desk.put(after)
    give_back(desk, hold, quantity, whole=is_whole)
    if command.restock and hold.restock and put_back(desk, after, quantity):
        desk.put(replace(after, restocked=after.restocked + quantity))
    entry = post(desk, after, "refund", list(merged(lines)))
    note = keep_note(desk, command.reason)
    scale = the_scheme(desk, hold.scheme).scale
    return {
        "hold": hold.id,
        "code": hold.code,
        "state": after.state,
        "refunded_quantity": refunded,
        "points": shown(points, scale),
        "entry": entry or None,
        "note": note,
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
        lines += _lot_back(desk, hold, expires_on, given, policy, today)
    if points:
        lines.append(Line(amounts.partner(hold.partner, "redeemed"), asset, -points))
    return lines


def _lot_back(desk: Desk, hold: Hold, expires_on: date, amount: int, policy: str, today: date) -> list[Line]:
    """One lot comes back; the pack says what becomes of it where its last day has passed meanwhile."""
    asset = amounts.points(hold.scheme)
    if expires_on < today and policy == "expire":
        lapse = desk.find(Lapse, hold.scheme, hold.volunteer_id, expires_on)
        expired = amount + (lapse.amount if lapse is not None else 0)
        desk.put(Lapse(hold.scheme, hold.volunteer_id, expires_on, expired))
        return [Line(amounts.scheme(hold.scheme, "expired"), asset, amount)]
    if expires_on < today and policy == "extend":
        expires_on = expiry_of(pack_today(desk, hold.scheme), today)
    return [Line(amounts.volunteer(hold.volunteer_id), asset, amount, expires_on)]


def _reward_of(desk: Desk, hold: Hold) -> Reward | None:
    for _, pack in reversed(rule_history(desk, hold.scheme).versions):
        rule = pack.rules.get(hold.reward)
        if isinstance(rule, Reward):
            return rule
    return None
