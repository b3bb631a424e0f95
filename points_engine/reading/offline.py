"""What an outlet keeps for when there is no network, and what became of the vouchers that were taken then."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from points_engine.errors import (
    AlreadyUsed,
    HoldExpired,
    LimitReached,
    RewardNotOffered,
    VoucherCancelled,
    VoucherRefunded,
)
from points_engine.flow.counter.offline import ENDED
from points_engine.flow.entities import Hold, OfflineUse, Outlet
from points_engine.flow.rules import rule_history, schemes
from points_engine.limits import ENDED_AGAIN_SECONDS, ENDED_VOUCHERS
from points_engine.reading.queries import behind
from points_engine.reading.view import Page, View, paged
from points_engine.rulebook.kinds import Offline, Reward, Text
from points_engine.store.tables import table_of

WHY: Final[dict[str, Text]] = {
    AlreadyUsed.code: Text("已在别处使用", "it had been used elsewhere"),
    VoucherRefunded.code: Text("使用后已退换", "it had been used and refunded"),
    VoucherCancelled.code: Text("已取消，积分已退回", "it had been cancelled, and its points went back"),
    HoldExpired.code: Text("交付时已过期，或补报太晚", "its time was over, or it was brought too late"),
    LimitReached.code: Text("超过每台设备每天的张数", "beyond what a device may take in a day"),
    RewardNotOffered.code: Text("该兑换品不可断网交付", "it is not handed over without a network"),
}
"""Why a voucher could not be confirmed, by the code of the conflict."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A reward that an outlet may hand over without a network."""

    scheme: str
    reward: Reward
    terms: Offline


@dataclass(frozen=True, slots=True)
class Ended:
    """A voucher that is no longer good, although it does not say so itself; `why` is the code that it would be told."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class KeptForOffline:
    """What an outlet keeps: the rewards, and a page of vouchers that are over; the next begins behind `next`."""

    outlet: Outlet
    rewards: list[Taken]
    ended: list[Ended]
    is_all: bool
    next: tuple[str, str]


def kept_for(view: View, outlet: str, after: tuple[str, ...] | None = None) -> KeptForOffline:
    """What an outlet keeps for when there is no network: everything that still matters, or what ended since a place.

    The place behind the last page reaches back a little, so that nothing which was written late is missed.
    Raises: NotFound.
    """
    found = view.the(Outlet, "outlet", outlet)
    table = table_of(Hold)
    # By the index hold_ended: of one partner, in the order in which they ended.
    query = select(table).where(
        table.c.partner == found.partner, table.c.ended_at.is_not(None), table.c.expires_at >= view.now,
        table.c.outlet.in_(("", outlet)),
    )  # fmt: skip
    if after is not None:
        query = query.where(behind(table.c.ended_at, table.c.id, (datetime.fromisoformat(after[0]), after[1])))
    query = query.order_by(table.c.ended_at, table.c.id)
    page = paged(view.connection, query, ENDED_VOUCHERS, lambda row: Hold(*row), ("ended_at", "id"))
    back = (view.now - timedelta(seconds=ENDED_AGAIN_SECONDS)).isoformat()
    ended = [Ended(hold.code, ENDED[hold.state]) for hold in page.items]
    return KeptForOffline(found, _taken(view, found), ended, page.next is None, page.next or (back, ""))  # type: ignore[arg-type]


def _taken(view: View, outlet: Outlet) -> list[Taken]:
    taken = []
    for scheme in view.ask(schemes):
        history = view.ask(lambda desk, code=scheme.code: rule_history(desk, code))  # type: ignore[misc]
        if not history.versions:
            continue
        day = view.now.astimezone(history.versions[-1][1].zone).date()
        for rule in history.on(day).of_kind(Reward):
            is_here = rule.partner == outlet.partner and (not rule.outlets or outlet.code in rule.outlets)
            if is_here and rule.offline is not None:
                taken.append(Taken(scheme.code, rule, rule.offline))
    return taken


def uses(
    view: View, most: int, after: tuple[str, ...] | None = None, *, conflicts: bool = True, scheme: str = "",
    outlets: Collection[str] = (),
) -> Page:  # fmt: skip
    """Vouchers that were taken without a network, in the order in which they were brought; or the conflicts alone."""
    table = table_of(OfflineUse)
    query = select(table)  # by the index offline_use_by_brought_at
    if conflicts:
        query = query.where(table.c.conflict != "")
    if scheme:
        query = query.where(table.c.scheme == scheme)
    if outlets:
        query = query.where(table.c.outlet.in_(sorted(outlets)))
    if after is not None:
        query = query.where(behind(table.c.brought_at, table.c.id, (datetime.fromisoformat(after[0]), after[1])))
    query = query.order_by(table.c.brought_at, table.c.id)
    return paged(view.connection, query, most, lambda row: OfflineUse(*row), ("brought_at", "id"))
