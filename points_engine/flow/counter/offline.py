"""What an outlet handed over without a network and brings later: confirmed as of then, or a conflict to be borne.

The outlet could check the signature, what the voucher is for, its last second and the list of those that were over as
it last heard.  What it could have seen is its own to bear, and so is what goes beyond the bound of the reward; what had
been used or let go elsewhere meanwhile it could not know, and the reward says who bears that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from points_engine.errors import (
    AlreadyUsed,
    HoldExpired,
    LimitReached,
    NotFound,
    RewardNotOffered,
    VoucherCancelled,
    VoucherRefunded,
    WrongOutlet,
)
from points_engine.flow import shapes
from points_engine.flow.counter import codes
from points_engine.flow.counter.holds import code_needs, hold_if_known, hold_outcome, the_hold
from points_engine.flow.counter.postings import currency_of, post
from points_engine.flow.counter.redemptions import used_at
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Hold, OfflineUse, Outlet, Quota
from points_engine.flow.rules import rule_history, the_scheme
from points_engine.flow.wire import instant
from points_engine.ledger import amounts
from points_engine.ledger.entries import Line
from points_engine.rulebook.kinds import Offline, Reward

ENDED: Final = {
    "confirmed": AlreadyUsed.code,
    "refunded": VoucherRefunded.code,
    "released": VoucherCancelled.code,
    "expired": HoldExpired.code,
}
"""Why a hold that is not open cannot be confirmed."""

UNKNOWABLE: Final = frozenset({AlreadyUsed.code, VoucherRefunded.code, VoucherCancelled.code})
"""What an outlet without a network cannot know."""


@dataclass(frozen=True, slots=True)
class ConfirmOffline:
    """An outlet has handed the reward over without a network; `at` is what its device's clock said."""

    code: str
    outlet: str
    device: str
    at: datetime

    def __post_init__(self) -> None:
        codes.check("code", self.code)
        shapes.code("outlet", self.outlet)
        shapes.code("device", self.device)
        shapes.moment("at", self.at)


def offline_needs(command: ConfirmOffline, desk: Desk) -> Iterator[Need]:
    yield OneRow(Outlet, (command.outlet,))
    yield from code_needs(desk, command.code)
    hold = hold_if_known(desk, command.code)
    if hold is not None:
        yield Children(OfflineUse, (hold.id,))
        yield OneRow(Quota, _place(desk, hold, command.device, _moment(command, hold, desk)))


def confirm_offline(command: ConfirmOffline, desk: Desk) -> dict[str, Any]:
    """Confirm a voucher as of the moment at which it was taken, or list it as a conflict and say who bears it.

    A device that brings the same voucher again, and an outlet that had confirmed it after all, get the first answer.

    Raises, first that applies: NotFound (outlet), VoucherSignatureWrong, VoucherMistyped, NotFound (voucher),
    WrongOutlet; nothing of what an outlet without a network could not have checked.
    """
    outlet = desk.find(Outlet, command.outlet)
    if outlet is None:
        raise NotFound(what="outlet", code=command.outlet)
    hold = the_hold(desk, command.code)
    if hold.partner != outlet.partner or hold.outlet not in ("", outlet.code):
        raise WrongOutlet(outlet=outlet.code)

    # Nothing below this line may refuse.
    brought = desk.children(OfflineUse, hold.id)
    for use in brought:
        if (use.outlet, use.device) == (outlet.code, command.device):
            return _told(desk, hold, use) | {"again": True}
    if (hold.state, hold.confirmed_outlet) == ("confirmed", outlet.code) and all(use.conflict for use in brought):
        return _told(desk, hold, None) | {"again": True}
    at = _moment(command, hold, desk)
    terms = offline_terms(desk, hold, at)
    place = _place(desk, hold, command.device, at)
    known = desk.find(Quota, *place)
    taken = 0 if known is None else known.used
    is_within = terms is not None and taken < terms.most
    conflict = _why_not(desk, hold, at, terms, is_within=is_within)
    pays = _borne_by_fund(desk, hold, conflict, terms, is_within=is_within)
    charged = "fund" if pays else "outlet" if conflict else ""
    entry: str | None = None
    if not conflict:
        entry = used_at(desk, hold, outlet.code, at)["entry"]
    elif pays:
        currency = currency_of(desk, hold.fund)
        lines = [
            Line(amounts.fund(hold.fund), currency, -pays),
            Line(amounts.partner(hold.partner, "payable"), currency, pays),
        ]
        entry = post(desk, hold, "compensation", lines, at)
    use = OfflineUse(
        desk.make_id(), hold.id, hold.code, hold.scheme, hold.reward, hold.partner, outlet.code, command.device, at,
        conflict, charged, pays, desk.now, desk.principal,
    )  # fmt: skip
    desk.put(use)
    desk.put(Quota(*place, taken + 1))
    after = desk.find(Hold, hold.id)
    assert after is not None, "the hold was there a moment ago"
    return _told(desk, after, use) | {"entry": entry, "again": False}


def offline_terms(desk: Desk, hold: Hold, at: datetime) -> Offline | None:
    """What the rules of that day say of handing it over without a network, where the voucher was given for that."""
    history = rule_history(desk, hold.scheme)
    pack = history.on(at.astimezone(history.versions[-1][1].zone).date())
    rule = pack.rules.get(hold.reward)
    return rule.offline if isinstance(rule, Reward) and hold.offline_until is not None else None


def _moment(command: ConfirmOffline, hold: Hold, desk: Desk) -> datetime:
    """When the voucher was taken: not before there was one, and not later than now, whatever a clock says."""
    return min(max(command.at, hold.placed_at), desk.now)


def _place(desk: Desk, hold: Hold, device: str, at: datetime) -> tuple[str, str, str]:
    """Where it is counted what a device takes of a reward in a day."""
    day = at.astimezone(rule_history(desk, hold.scheme).versions[-1][1].zone).date()
    return hold.scheme, hold.reward, f"offline/{device}|{day.isoformat()}"


def _why_not(desk: Desk, hold: Hold, at: datetime, terms: Offline | None, *, is_within: bool) -> str:
    """The code of what keeps a voucher from being confirmed as of then; empty where nothing does.

    What the outlet could have seen comes first: it bears that, whatever else had happened.
    """
    if terms is None or hold.offline_until is None:
        return RewardNotOffered.code
    if hold.expires_at < at or hold.offline_until < desk.now:
        return HoldExpired.code
    if hold.state != "open":
        return ENDED[hold.state]
    return "" if is_within else LimitReached.code


def _borne_by_fund(desk: Desk, hold: Hold, conflict: str, terms: Offline | None, *, is_within: bool) -> int:
    """What the fund pays the partner for a conflict, in minor units, as far as the rule says so and it can."""
    if conflict not in UNKNOWABLE or terms is None or terms.charge != "fund" or not is_within or not hold.pays:
        return 0
    there = desk.account(amounts.fund(hold.fund), currency_of(desk, hold.fund)).balance
    return hold.pays if there >= hold.pays else 0


def _told(desk: Desk, hold: Hold, use: OfflineUse | None) -> dict[str, Any]:
    """What became of a voucher that was brought; without a `use` of its own it had been confirmed with a network."""
    return hold_outcome(hold, the_scheme(desk, hold.scheme).scale) | {
        "offline_use": None if use is None else use.id,
        "outlet": hold.confirmed_outlet if use is None else use.outlet,
        "taken_at": None if use is None else instant(use.taken_at),
        "conflict": (use.conflict or None) if use is not None else None,
        "charged": (use.charged or None) if use is not None else None,
        "pays": 0 if use is None else use.pays,
        "entry": None,
    }
