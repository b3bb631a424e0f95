"""The books of stock: for each reward what came, what is gone, what was redeemed, and so what lies on the shelf."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import case, func, select, true

from points_engine.flow.entities import Hold, Shelf, StockMove
from points_engine.flow.rules import rule_history, schemes
from points_engine.reading.entries import reward_title
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward, Text
from points_engine.store.tables import table_of


@dataclass(slots=True)
class StockBook:
    """One reward: opening + donated + bought + counted - lost - redeemed = available + set_aside, to the item.

    `counted` are the differences that counting found, `lost` is negative.  Moves say at which outlet they were where
    somebody stated it; `redeemed_at` where the items were handed over and not put back.
    """

    scheme: str
    reward: str
    title: Text
    available: int | None
    set_aside: int
    moves: dict[str, int] = field(default_factory=dict)  # by kind
    redeemed: int = 0
    redeemed_at: dict[str, int] = field(default_factory=dict)  # by outlet

    @property
    def explained(self) -> int:
        """What has to lie on the shelf."""
        return sum(self.moves.values()) - self.redeemed


def stock(view: View, partner: str = "") -> list[StockBook]:
    """The book of every reward whose stock is kept, by scheme and reward; of one partner's where one is named."""
    shelves = [row for row in view.where(Shelf) if row.available is not None]
    moves, redeemed = _moves(view), _redeemed(view)
    books = []
    for shelf in shelves:
        place = (shelf.scheme, shelf.reward)
        handed_over = redeemed.get(place, {})
        title, moved = reward_title(view, *place), moves.get(place, {})
        total = sum(handed_over.values())
        books.append(StockBook(*place, title, shelf.available, shelf.held, moved, total, handed_over))
    if not partner:
        return books
    return [book for book in books if (book.scheme, book.reward) in _rewards_of(view, partner)]


def _moves(view: View) -> dict[tuple[str, str], dict[str, int]]:
    table = table_of(StockMove)
    # Served by stock_move_by_reward.
    query = select(table.c.scheme, table.c.reward, table.c.kind, func.sum(table.c.change)).group_by(
        table.c.scheme, table.c.reward, table.c.kind
    )
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for scheme, reward, kind, change in view.connection.execute(query):
        found[scheme, reward][kind] = int(change)
    return found


def _redeemed(view: View) -> dict[tuple[str, str], dict[str, int]]:
    table = table_of(Hold)
    used = table.c.state.in_(("confirmed", "refunded"))
    kept = func.sum(case((used, table.c.quantity - table.c.restocked), else_=0))
    # A scan of the holds: a report, not the counter.
    query = (
        select(table.c.scheme, table.c.reward, table.c.confirmed_outlet, kept)
        .where(table.c.stocked == true(), used)
        .group_by(table.c.scheme, table.c.reward, table.c.confirmed_outlet)
    )
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for scheme, reward, outlet, items in view.connection.execute(query):
        found[scheme, reward][outlet] = int(items)
    return found


def _rewards_of(view: View, partner: str) -> set[tuple[str, str]]:
    def ask(scheme: str) -> set[tuple[str, str]]:
        versions = view.ask(lambda desk: rule_history(desk, scheme)).versions
        return {(scheme, rule.id) for _, pack in versions for rule in pack.of_kind(Reward) if rule.partner == partner}

    return set().union(*(ask(each.code) for each in view.ask(schemes)))
