"""Quotes: every reward that a volunteer can have, could have, and what is missing for it. The flow decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from points_engine.errors import Refusal
from points_engine.flow.counter.catalogue import catalogue_of
from points_engine.flow.counter.offers import Wish, make_offer, offer_needs
from points_engine.flow.counter.verdicts import verdict_needs, verdicts
from points_engine.flow.entities import Partner
from points_engine.flow.people.lookup import the_volunteer
from points_engine.flow.rules import rule_history, schemes
from points_engine.ledger.amounts import shown
from points_engine.reading.shelves import Shelves, Stock
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of

__all__ = ["Quote", "asks_of", "quotes"]

ASKED = {"act.choice": "choice", "act.asked": "asked_minor", "act.offered": "offered"}
"""What a reward's rule may want to know of the person at the counter, and the field that says it."""


class Quote(NamedTuple):
    """One reward for one volunteer now: its price, or why not (`code`, and `why` in words).

    `asks` are the fields that its rule wants to know and nobody has said yet: the answer is for when they are said.
    `stock` is what there is of it: at the outlet that was asked for, or in total.
    """

    pack: Pack
    reward: Reward
    partner: Partner | None
    price: int | None  # smallest units; also where only points are missing
    money: int | None
    code: str
    why: Callable[[], Refusal] | None
    asks: tuple[str, ...]
    stock: Stock
    outlet: str  # that it was asked for; empty: any

    @property
    def is_possible(self) -> bool:
        """Whether a hold of it would be placed now."""
        return not self.code

    @property
    def refusal(self) -> Refusal | None:
        """What a hold of it would be answered."""
        return None if self.why is None else self.why()

    @property
    def available(self) -> int | None:
        """How many can be had at the outlet, or in total where none was named; None where they are not counted."""
        return self.stock.here if self.outlet else self.stock.total

    @property
    def outlets(self) -> dict[str, int]:
        """Where it can be had, with how many, where each outlet has its own stock and none was named."""
        return {} if self.outlet else {place: items for place, items in self.stock.outlets.items() if items}

    @property
    def points(self) -> str | None:
        """The price in points, as people write it."""
        return None if self.price is None else shown(self.price, self.pack.scale)


def asks_of(pack: Pack, reward: Reward) -> tuple[str, ...]:
    """Which fields beside the quantity a wish for this reward has to state."""

    def find() -> tuple[str, ...]:
        named = {name for each in expressions_of(reward) for name in each.names}
        return tuple(
            field for fact, field in ASKED.items() if fact in named or (fact == "act.choice" and reward.choose)
        )

    return pack.once(("asks", reward.id), find)


def quotes(view: View, number: str, outlet: str = "", *, here: bool = False) -> list[Quote]:
    """Every reward that is offered today: those that can be had first, then those for which only points are missing.

    `here` leaves out what the outlet does not give.
    Raises: NotFound (the volunteer).
    """
    view.ask(lambda desk: the_volunteer(desk, number))
    possible: list[Quote] = []
    short: list[Quote] = []
    barred: list[Quote] = []
    for scheme in view.ask(schemes):
        history = view.ask(lambda desk, code=scheme.code: rule_history(desk, code))  # type: ignore[misc]
        if not history.versions:
            continue
        day = view.now.astimezone(history.versions[-1][1].zone).date()
        if history.versions[0][0] > day:
            continue
        pack = history.on(day)
        view.require(lambda desk, pack=pack: verdict_needs(desk, number, pack, outlet))  # type: ignore[misc]
        shelves = Shelves(view, pack.scheme)
        stock = shelves.taken_from(pack, outlet)
        asks = pack.once("what rewards ask", lambda pack=pack: _all_asks(pack))  # type: ignore[misc]
        partners = {code: view.desk.find(Partner, code) for code in catalogue_of(pack).partners}
        for reward, price, money, code, why in verdicts(view.desk, number, pack, outlet, stock):
            if here and code == "wrong_outlet":
                continue
            kept = possible if not code else short if code == "insufficient_points" else barred
            partner, there = partners[reward.partner], shelves.stock(reward, outlet)
            kept.append(Quote(pack, reward, partner, price, money, code, why, asks[reward.id], there, outlet))
    return [*possible, *short, *barred]


def _all_asks(pack: Pack) -> dict[str, tuple[str, ...]]:
    """What a wish that says nothing has still to say, by reward."""
    return {reward.id: asks_of(pack, reward) for reward in pack.of_kind(Reward)}


def quote(view: View, pack: Pack, reward: Reward, wish: Wish) -> Quote:
    """One reward as asked for; what a bundle wants to know is answered for its first choice until somebody says.

    Where each outlet has its own stock and none is named, the answer is for the one that has most.
    """
    there = Shelves(view, pack.scheme).stock(reward, wish.outlet)
    asked = _first_choice(reward, wish)
    if there.outlets and not wish.outlet:
        asked = replace(asked, shelf=there.fullest)
    view.require(lambda desk: offer_needs(desk, asked))
    asks = tuple(field for field in asks_of(pack, reward) if not getattr(wish, field) and getattr(wish, field) != 0)
    partner = view.one(Partner, reward.partner)
    try:
        offer = view.ask(lambda desk: make_offer(desk, asked))
    except Refusal as refusal:
        return Quote(pack, reward, partner, None, None, refusal.code, partial(_same, refusal), asks, there, wish.outlet)
    return Quote(pack, reward, partner, offer.points, offer.money, "", None, asks, there, wish.outlet)


def _same(refusal: Refusal) -> Refusal:
    return refusal


def _first_choice(reward: Reward, wish: Wish) -> Wish:
    """What is wished for, with the first choice of a bundle where nobody has chosen."""
    return replace(wish, choice=next(iter(reward.choose))) if reward.choose and not wish.choice else wish
