"""Stock as a book: what came onto a reward's shelf, what was counted, what is gone; what was redeemed the holds say.

On the shelf is what can be promised and what is set aside.  Every change that is not a redemption is a row of its own,
so that a points supermarket can be reconciled: moves, less what was redeemed, is what lies on the shelf, and the audit
adds it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound, RewardNotOffered, SoldOut, WrongOutlet
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Outlet, Shelf, StockMove
from points_engine.flow.notes import keep_note
from points_engine.flow.rules import pack_today, rule_needs, the_scheme
from points_engine.flow.wire import ERASABLE
from points_engine.limits import STOCK_MAX
from points_engine.rulebook.kinds import Reward

KINDS: Final = ("donated", "bought", "counted", "lost")
"""What happens to stock besides redemptions; `opening` is what the rules began with."""


@dataclass(frozen=True, slots=True)
class MoveStock:
    """Items come onto a reward's shelf (`donated`, `bought`), are gone (`lost`), or are `counted`: that many lie there.

    `outlet` says where, `reason` why or from whom.
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
    yield OneRow(Shelf, (command.scheme, command.reward))


def move_stock(command: MoveStock, desk: Desk) -> dict[str, Any]:
    """Write a move into the book of a reward's stock; the first move begins the book of one that had no bound.

    Raises, first that applies: NotFound (scheme, outlet), NoPackInForce, RewardNotOffered (no such reward),
    WrongOutlet (another partner's), SoldOut (more are lost than can be promised), InvalidValue (fewer are counted than
    are set aside).
    """
    pack = pack_today(desk, the_scheme(desk, command.scheme).code)
    reward = pack.rules.get(command.reward)
    if not isinstance(reward, Reward):
        raise RewardNotOffered(reward=command.reward)
    if command.outlet:
        there = desk.find(Outlet, command.outlet)
        if there is None:
            raise NotFound(what="outlet", code=command.outlet)
        if there.partner != reward.partner:
            raise WrongOutlet(outlet=command.outlet)
    known = desk.find(Shelf, command.scheme, command.reward)
    available = (reward.stock if known is None else known.available) or 0
    held = 0 if known is None else known.held
    if command.stock == "lost" and command.items > available:
        raise SoldOut(required=command.items, available=available)
    if command.stock == "counted" and command.items < held:
        least = Both(f"at least {held}, which are set aside", f"不少于已预留的 {held} 件")
        raise InvalidValue(field="items", value=command.items, expected=least)

    # Nothing below this line may refuse.
    shelf = opened(desk, command.scheme, command.reward, reward.stock)
    assert shelf.available is not None, "a shelf that was opened has a number"
    on_shelf = shelf.available + shelf.held
    change = {"lost": -command.items, "counted": command.items - on_shelf}.get(command.stock, command.items)
    after = replace(shelf, available=shelf.available + change)
    desk.put(after)
    note = keep_note(desk, command.reason) if command.reason else ""
    identity = desk.make_id()
    desk.put(StockMove(identity, command.scheme, command.reward, command.outlet, command.stock, change, note, desk.now))
    return {
        "move": identity,
        "reward": command.reward,
        "change": change,
        "available": after.available,
        "on_shelf": on_shelf + change,
    }


def opened(desk: Desk, scheme: str, reward: str, stock: int | None) -> Shelf:
    """The shelf of a reward whose stock is kept; the first time, what the rules begin with is its opening."""
    known = desk.find(Shelf, scheme, reward)
    if known is not None and known.available is not None:
        return known
    begun = Shelf(scheme, reward, stock or 0, 0)
    desk.put(begun)
    desk.put(StockMove(desk.make_id(), scheme, reward, "", "opening", stock or 0, "", desk.now))
    return begun
