"""The books of stock: for each reward what came, what is gone, what was redeemed, and so what lies on its shelves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from sqlalchemy import case, func, select, true

from points_engine.flow.entities import Hold, Shelf, StockMove
from points_engine.flow.rules import rule_history, schemes
from points_engine.reading.entries import reward_title
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward, Text
from points_engine.store.tables import table_of

CARRIED: Final = "carried"
"""The kind of moves that go from shelf to shelf: in total they are nothing."""


@dataclass(slots=True)
class ShelfBook:
    """One shelf, of an outlet or (empty) in common: moves - redeemed = available + set_aside, to the item.

    `carried` among the moves is negative where more went to other shelves than came from them.
    """

    outlet: str
    available: int
    set_aside: int
    moves: dict[str, int] = field(default_factory=dict)  # by kind
    redeemed: int = 0

    @property
    def explained(self) -> int:
        """What has to lie on the shelf."""
        return sum(self.moves.values()) - self.redeemed


@dataclass(slots=True)
class StockBook:
    """One reward: opening + donated + bought + counted - lost - redeemed = available + set_aside, to the item.

    `counted` are the differences that counting found, `lost` is negative.  `redeemed_at` is where the items were handed
    over and not put back, whichever shelf they came from.
    """

    scheme: str
    reward: str
    title: Text
    shelves: list[ShelfBook]
    redeemed_at: dict[str, int] = field(default_factory=dict)  # by outlet

    @property
    def available(self) -> int:
        """What can be promised in total."""
        return sum(each.available for each in self.shelves)

    @property
    def set_aside(self) -> int:
        """What is set aside for open holds and draws, in total."""
        return sum(each.set_aside for each in self.shelves)

    @property
    def redeemed(self) -> int:
        """What was handed over and not put back, in total."""
        return sum(each.redeemed for each in self.shelves)

    @property
    def moves(self) -> dict[str, int]:
        """What came and went besides, by kind."""
        found: dict[str, int] = defaultdict(int)
        for shelf in self.shelves:
            for kind, change in shelf.moves.items():
                found[kind] += change
        return {kind: change for kind, change in found.items() if kind != CARRIED}

    @property
    def explained(self) -> int:
        """What has to lie there."""
        return sum(each.explained for each in self.shelves)


def stock(view: View, partner: str = "") -> list[StockBook]:
    """The book of every reward whose stock is kept, by scheme and reward; of one partner's where one is named."""
    moves, redeemed = _moves(view), _redeemed(view)
    theirs = _rewards_of(view, partner) if partner else None
    books = []
    kept = (row for row in view.where(Shelf) if row.available is not None)
    for (scheme, reward), rows in groupby(kept, key=lambda row: (row.scheme, row.reward)):
        if theirs is not None and (scheme, reward) not in theirs:
            continue
        shelves, handed_over = [], defaultdict[str, int](int)
        for row in rows:
            taken = redeemed.get((scheme, reward, row.outlet), {})
            moved = moves.get((scheme, reward, row.outlet), {})
            shelves.append(ShelfBook(row.outlet, row.available or 0, row.held, moved, sum(taken.values())))
            for outlet, items in taken.items():
                handed_over[outlet] += items
        books.append(StockBook(scheme, reward, reward_title(view, scheme, reward), shelves, dict(handed_over)))
    return books


Place = tuple[str, str, str]
"""A scheme, a reward, and the outlet whose shelf it is."""


def _moves(view: View) -> dict[Place, dict[str, int]]:
    table = table_of(StockMove)
    place = (table.c.scheme, table.c.reward, table.c.shelf)
    # Served by stock_move_by_reward.
    query = select(*place, table.c.kind, func.sum(table.c.change)).group_by(*place, table.c.kind)
    found: dict[Place, dict[str, int]] = defaultdict(dict)
    for scheme, reward, shelf, kind, change in view.connection.execute(query):
        found[scheme, reward, shelf][kind] = int(change)
    return found


def _redeemed(view: View) -> dict[Place, dict[str, int]]:
    """By shelf and by the outlet where the items were handed over."""
    table = table_of(Hold)
    used = table.c.state.in_(("confirmed", "refunded"))
    kept = func.sum(case((used, table.c.quantity - table.c.restocked), else_=0))
    place = (table.c.scheme, table.c.reward, table.c.shelf, table.c.confirmed_outlet)
    # A scan of the holds: a report, not the counter.
    query = select(*place, kept).where(table.c.stocked == true(), used).group_by(*place)
    found: dict[Place, dict[str, int]] = defaultdict(dict)
    for scheme, reward, shelf, outlet, items in view.connection.execute(query):
        found[scheme, reward, shelf][outlet] = int(items)
    return found


def _rewards_of(view: View, partner: str) -> set[tuple[str, str]]:
    def ask(scheme: str) -> set[tuple[str, str]]:
        versions = view.ask(lambda desk: rule_history(desk, scheme)).versions
        return {(scheme, rule.id) for _, pack in versions for rule in pack.of_kind(Reward) if rule.partner == partner}

    return set().union(*(ask(each.code) for each in view.ask(schemes)))
