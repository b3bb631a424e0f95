"""Quotes: every reward that a volunteer can have, could have, and what is missing for it. The flow decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

from points_engine.errors import Refusal
from points_engine.flow.counter.offers import Offer, Wish, is_offered, make_offer, offer_needs, shown
from points_engine.flow.desk import Desk
from points_engine.flow.entities import Partner
from points_engine.flow.people.lookup import the_volunteer
from points_engine.flow.rules import rule_history, schemes
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of

__all__ = ["Quote", "asks_of", "quotes"]

ASKED = {"act.choice": "choice", "act.asked": "asked_minor", "act.offered": "offered"}
"""What a reward's rule may want to know of the person at the counter, and the field that says it."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One reward for one volunteer now: its price, or why not.

    `asks` are the fields that its rule wants to know and nobody has said yet: the answer is for when they are said.
    """

    pack: Pack
    reward: Reward
    partner: Partner | None
    points: str | None
    money: int | None
    refusal: Refusal | None
    asks: tuple[str, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether a hold of it would be placed now."""
        return self.refusal is None


def asks_of(pack: Pack, reward: Reward) -> tuple[str, ...]:
    """Which fields beside the quantity a wish for this reward has to state."""

    def find() -> tuple[str, ...]:
        named = {name for each in expressions_of(reward) for name in each.names}
        return tuple(
            field for fact, field in ASKED.items() if fact in named or (fact == "act.choice" and reward.choose)
        )

    return pack.once(("asks", reward.id), find)


def quotes(view: View, number: str, outlet: str = "", *, here: bool = False) -> list[Quote]:
    """Every reward that is offered today: those that can be had first, then those that are missing least.

    `here` leaves out what the outlet does not give.
    Raises: NotFound (the volunteer).
    """
    view.ask(lambda desk: the_volunteer(desk, number))
    answers: list[Quote] = []
    for scheme in view.ask(schemes):
        history = view.ask(lambda desk, code=scheme.code: rule_history(desk, code))  # type: ignore[misc]
        if not history.versions:
            continue
        day = view.now.astimezone(history.versions[-1][1].zone).date()
        if history.versions[0][0] > day:
            continue
        pack = history.on(day)
        offered = [reward for reward in pack.of_kind(Reward) if is_offered(reward, day)]
        wishes = [_first_choice(reward, Wish(number, pack.scheme, reward.id, outlet)) for reward in offered]
        # The person's rows are found with one wish: what is left of the others comes at once.
        for some in (wishes[:1], wishes):
            view.require(lambda desk, asked=some: chain.from_iterable(offer_needs(desk, each) for each in asked))  # type: ignore[misc]
        answers += [_quote(view, pack, reward, Wish(number, pack.scheme, reward.id, outlet)) for reward in offered]
    kept = [each for each in answers if not here or each.refusal is None or each.refusal.code != "wrong_outlet"]
    return sorted(kept, key=_order)


def quote(view: View, pack: Pack, reward: Reward, wish: Wish) -> Quote:
    """One reward as asked for; what a bundle wants to know is answered for its first choice until somebody says."""
    view.require(lambda desk: offer_needs(desk, _first_choice(reward, wish)))
    return _quote(view, pack, reward, wish)


def _quote(view: View, pack: Pack, reward: Reward, wish: Wish) -> Quote:
    """The same, where everything that the offer reads lies on the desk."""
    asks = tuple(field for field in asks_of(pack, reward) if not getattr(wish, field) and getattr(wish, field) != 0)
    asked = _first_choice(reward, wish)
    partner = view.one(Partner, reward.partner)

    def offered(desk: Desk) -> Offer:
        return make_offer(desk, asked)

    try:
        offer = view.ask(offered)
    except Refusal as refusal:
        required = refusal.facts.get("required") if refusal.code == "insufficient_points" else None
        return Quote(pack, reward, partner, None if required is None else str(required), None, refusal, asks)
    return Quote(pack, reward, partner, shown(offer.points, pack.scale), offer.money, None, asks)


def _first_choice(reward: Reward, wish: Wish) -> Wish:
    """What is wished for, with the first choice of a bundle where nobody has chosen."""
    return replace(wish, choice=next(iter(reward.choose))) if reward.choose and not wish.choice else wish


def _order(quote: Quote) -> tuple[bool, bool, str, str]:
    short = quote.refusal is not None and quote.refusal.code != "insufficient_points"
    return (not quote.is_possible, short, quote.pack.scheme, quote.reward.id)
