"""What lies on the shelves of a scheme: of each reward in total, and at each outlet where it has its own stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from points_engine.flow.counter.shelves import begins_with
from points_engine.flow.entities import Outlet, Shelf
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack


class Stock(NamedTuple):
    """What can be promised of one reward; None where it is not counted.

    `here` is on the shelf that is taken from: that of the outlet that was asked for, of none the fullest there is.
    `outlets` are those that have a shelf of their own for it, with what is on each.
    """

    here: int | None
    total: int | None
    outlets: Mapping[str, int]

    @property
    def fullest(self) -> str:
        """The outlet with the most on its shelf; empty where none has a shelf of its own."""
        return max(self.outlets, key=lambda outlet: self.outlets[outlet], default="")


NO_OUTLETS: Mapping[str, int] = {}


class Shelves:
    """The shelves of one scheme in a snapshot."""

    def __init__(self, view: View, scheme: str) -> None:
        self._view = view
        self._common: dict[str, int | None] = {}
        self._of_outlets: dict[str, dict[str, int]] = defaultdict(dict)
        self._partners: dict[str, tuple[str, ...]] = {}
        self._alike: dict[int | None, Stock] = {}  # what is on common shelves: a large catalogue has few numbers
        for shelf in view.where(Shelf, scheme=scheme):
            if not shelf.outlet:
                self._common[shelf.reward] = shelf.available
            elif shelf.available is not None:
                self._of_outlets[shelf.reward][shelf.outlet] = shelf.available

    def stock(self, reward: Reward, outlet: str = "") -> Stock:
        """What can be promised of a reward, at an outlet or at any."""
        if not reward.has_shelves:
            left = self._common.get(reward.id, reward.stock)
            known = self._alike.get(left)
            if known is None:
                known = self._alike[left] = Stock(left, left, NO_OUTLETS)
            return known
        begins, there = begins_with(reward) or 0, self._of_outlets[reward.id]
        giving = reward.outlets or self._outlets_of(reward.partner)
        left_at = {each: there.get(each, begins) for each in giving}
        return Stock(
            left_at.get(outlet, 0) if outlet else max(left_at.values(), default=0), sum(left_at.values()), left_at
        )

    def taken_from(self, pack: Pack, outlet: str) -> dict[str, int | None]:
        """What is on the shelf that each reward of a pack is taken from at an outlet, or at the fullest for it.

        A reward that nothing was moved or taken of yet is left out where the outlets have its stock in common.
        """
        found = dict(self._common)
        for reward in pack.once("rewards with shelves", lambda: _with_shelves(pack)):
            found[reward.id] = self.stock(reward, outlet).here
        return found

    def _outlets_of(self, partner: str) -> tuple[str, ...]:
        if partner not in self._partners:
            self._partners[partner] = tuple(each.code for each in self._view.where(Outlet, partner=partner))
        return self._partners[partner]


def _with_shelves(pack: Pack) -> tuple[Reward, ...]:
    return tuple(reward for reward in pack.of_kind(Reward) if reward.has_shelves)
