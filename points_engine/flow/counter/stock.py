"""Stock as a book: what came onto a reward's shelf, what was counted, what is gone; what was redeemed the holds say.

On the shelf is what can be promised and what is set aside.  Every change that is not a redemption is a row of its own,
so that a points supermarket can be reconciled: moves, less what was redeemed, is what lies on the shelf, and the audit
adds it up, shelf by shelf where each outlet has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound, OutletRequired, RewardNotOffered, SoldOut, WrongOutlet
from points_engine.flow import shapes
from points_engine.flow.counter.offers import check_outlet, rule_if_known
from points_engine.flow.counter.shelves import left_on, opened, shelf_at
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Outlet, Shelf, StockMove
from points_engine.flow.notes import keep_note
from points_engine.flow.rules import pack_today, rule_needs, the_scheme
from points_engine.flow.wire import ERASABLE
from points_engine.limits import STOCK_MAX
from points_engine.rulebook.kinds import Reward

KINDS: Final = ("donated", "bought", "counted", "lost")
"""What happens to stock besides redemptions; `opening` is what the rules began with, `carried` went between shelves."""


@dataclass(frozen=True, slots=True)
class MoveStock:
    """Items come onto a reward's shelf (`donated`, `bought`), are gone (`lost`), or are `counted`: that many lie there.

    `outlet` says where, `reason` why or from whom.  Where each outlet has a stock of its own, it says whose.
    """

    scheme: str
    reward: str
    stock: str
    items: int
    outlet: str = ""
    reason: str = field(default="", metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("scheme", self.scheme)
        shapes.code("reward", self.reward)
        shapes.one_of("stock", self.stock, KINDS)
        least = 0 if self.stock == "counted" else 1
        if not isinstance(self.items, int) or isinstance(self.items, bool) or not least <= self.items <= STOCK_MAX:
            wanted = Both(f"a whole number from {least} to {STOCK_MAX}", f"{least} 至 {STOCK_MAX} 的整数")
            raise InvalidValue(field="items", value=str(self.items), expected=wanted)
        shapes.optional_code("outlet", self.outlet)
        shapes.text("reason", self.reason)


def move_needs(command: MoveStock, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    if command.outlet:
        yield OneRow(Outlet, (command.outlet,))
    _, rule = rule_if_known(desk, command.scheme, command.reward)
    yield OneRow(Shelf, (command.scheme, command.reward, "" if rule is None else shelf_at(rule, command.outlet)))


def move_stock(command: MoveStock, desk: Desk) -> dict[str, Any]:
    """Write a move into the book of a reward's stock; the first move begins the book of one that had no bound.

    Raises, first that applies: NotFound (scheme, outlet), NoPackInForce, RewardNotOffered (no such reward),
    WrongOutlet (another partner's; also one that does not give the reward, where each outlet has its own stock),
    OutletRequired, SoldOut (more are lost than can be promised), InvalidValue (fewer are counted than are set aside).
    """
    reward = the_reward(desk, command.scheme, command.reward)
    _check_where(desk, reward, command.outlet)
    place = shelf_at(reward, command.outlet)
    known = desk.find(Shelf, command.scheme, command.reward, place)
    available = left_on(reward, known, place) or 0
    held = 0 if known is None else known.held
    if command.stock == "lost" and command.items > available:
        raise SoldOut(required=command.items, available=available)
    if command.stock == "counted" and command.items < held:
        least = Both(f"at least {held}, which are set aside", f"不少于已预留的 {held} 件")
        raise InvalidValue(field="items", value=command.items, expected=least)

    # Nothing below this line may refuse.
    shelf = opened(desk, command.scheme, reward, place)
    assert shelf.available is not None, "a shelf that was opened has a number"
    on_shelf = shelf.available + shelf.held
    change = {"lost": -command.items, "counted": command.items - on_shelf}.get(command.stock, command.items)
    after = replace(shelf, available=shelf.available + change)
    desk.put(after)
    note = keep_note(desk, command.reason) if command.reason else ""
    identity = desk.make_id()
    desk.put(
        StockMove(
            identity, command.scheme, command.reward, command.outlet, command.stock, change, note, desk.now, place,
        )
    )  # fmt: skip
    return {
        "move": identity,
        "reward": command.reward,
        "change": change,
        "available": after.available,
        "on_shelf": on_shelf + change,
    }


def the_reward(desk: Desk, scheme: str, reward: str) -> Reward:
    """A reward as today's rules have it, whether or not it is offered.

    Raises, first that applies: NotFound (scheme), NoPackInForce, RewardNotOffered (no such reward).
    """
    rule = pack_today(desk, the_scheme(desk, scheme).code).rules.get(reward)
    if not isinstance(rule, Reward):
        raise RewardNotOffered(reward=reward)
    return rule


def _check_where(desk: Desk, reward: Reward, outlet: str) -> None:
    """Whether stock of a reward can be moved at an outlet.

    Raises, first that applies: NotFound, WrongOutlet, OutletRequired.
    """
    if reward.has_shelves:
        check_has_shelf(desk, reward, outlet)
    elif outlet:
        check_partner(desk, reward, outlet)


def check_has_shelf(desk: Desk, reward: Reward, outlet: str) -> None:
    """Whether an outlet has a shelf of its own for a reward: one of those that give it.

    Raises, first that applies: NotFound, WrongOutlet, OutletRequired.
    """
    check_outlet(desk, reward, outlet)
    if not outlet:
        raise OutletRequired(reward=reward.id)


def check_partner(desk: Desk, reward: Reward, outlet: str) -> None:
    """Whether an outlet is one of the partner that gives a reward.

    Raises, first that applies: NotFound, WrongOutlet.
    """
    there = desk.find(Outlet, outlet)
    if there is None:
        raise NotFound(what="outlet", code=outlet)
    if there.partner != reward.partner:
        raise WrongOutlet(outlet=outlet)
