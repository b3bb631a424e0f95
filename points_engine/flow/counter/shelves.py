"""Shelves: where the stock of a reward lies, in common for all outlets or on a shelf of each outlet's own.

What is taken remembers its shelf, so that it goes back to the same one whatever the rules say by then.
"""

from __future__ import annotations

from points_engine.errors import OutletRequired, SoldOut
from points_engine.flow.desk import Desk
from points_engine.flow.entities import Shelf, StockMove
from points_engine.rulebook.kinds import Reward

COMMON = ""
"""The shelf of a reward whose stock all its outlets have in common."""


def shelf_at(reward: Reward, outlet: str) -> str:
    """The shelf that is taken from at an outlet: its own, or the common one."""
    return outlet if reward.has_shelves else COMMON


def left_on(reward: Reward, shelf: Shelf | None, outlet: str) -> int | None:
    """How many items can be promised from the shelf of an outlet, or from the common one; None: unlimited.

    A shelf that nothing was moved to yet has what the rules begin with; the shelves of outlets have a bound always.
    """
    if shelf is not None:
        return shelf.available
    return begins_with(reward) if is_shelf_of(reward, outlet) else None


def is_shelf_of(reward: Reward, outlet: str) -> bool:
    """Whether the rules have such a shelf: one of an outlet, or the common one."""
    return reward.has_shelves == bool(outlet)


def begins_with(reward: Reward) -> int | None:
    """What the rules put on a shelf to begin with; None: they keep no stock."""
    return (reward.stock or 0) if reward.has_shelves else reward.stock


def check_shelf(desk: Desk, scheme: str, reward: Reward, outlet: str, quantity: int, shelf: str | None = None) -> str:
    """Which shelf `quantity` items can be taken from; `shelf` where that is settled already.

    Raises, first that applies: OutletRequired, SoldOut.
    """
    if shelf is None:
        if reward.has_shelves and not outlet:
            raise OutletRequired(reward=reward.id)
        shelf = shelf_at(reward, outlet)
    available = left_on(reward, desk.find(Shelf, scheme, reward.id, shelf), shelf)
    if available is not None and available < quantity:
        raise SoldOut(required=quantity, available=available)
    return shelf


def opened(desk: Desk, scheme: str, reward: Reward, outlet: str) -> Shelf:
    """A shelf whose stock is kept; the first time, what the rules begin with is its opening.

    One that the rules no longer have begins with nothing.
    """
    known = desk.find(Shelf, scheme, reward.id, outlet)
    if known is not None and known.available is not None:
        return known
    stock = (begins_with(reward) or 0) if is_shelf_of(reward, outlet) else 0
    begun = Shelf(scheme, reward.id, outlet, stock, 0)
    desk.put(begun)
    desk.put(StockMove(desk.make_id(), scheme, reward.id, outlet, "opening", stock, "", desk.now, outlet))
    return begun
