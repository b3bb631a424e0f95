"""Quotes: every reward that a volunteer can have, could have, and what is missing for it. The flow decides."""

from __future__ import annotations

from dataclasses import dataclass

from points_engine.errors import Refusal
from points_engine.flow.counter.offers import Offer, is_offered, make_offer, offer_needs, shown
from points_engine.flow.desk import Desk
from points_engine.flow.entities import Partner
from points_engine.flow.people.lookup import the_volunteer
from points_engine.flow.rules import rule_history, schemes
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack

__all__ = ["Quote", "quotes"]


@dataclass(frozen=True, slots=True)
class Quote:
    """One reward for one volunteer now: its price, or why not."""

    pack: Pack
    reward: Reward
    partner: Partner | None
    points: str | None
    money: int | None
    refusal: Refusal | None

    @property
    def is_possible(self) -> bool:
        """Whether a hold of it would be placed now."""
        return self.refusal is None


def quotes(view: View, number: str, outlet: str = "") -> list[Quote]:
    """Every reward that is offered today: those that can be had first, then those that are missing least.

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
        answers += [_quote(view, pack, reward, number, outlet) for reward in offered]
    return sorted(answers, key=_order)


def _quote(view: View, pack: Pack, reward: Reward, number: str, outlet: str) -> Quote:
    view.require(lambda desk: offer_needs(desk, number, pack.scheme, reward.id, outlet))
    partner = view.one(Partner, reward.partner)

    def offered(desk: Desk) -> Offer:
        return make_offer(desk, number, pack.scheme, reward.id, outlet, 1)

    try:
        offer = view.ask(offered)
    except Refusal as refusal:
        required = refusal.facts.get("required") if refusal.code == "insufficient_points" else None
        return Quote(pack, reward, partner, None if required is None else str(required), None, refusal)
    return Quote(pack, reward, partner, shown(offer.points, pack.scale), offer.money, None)


def _order(quote: Quote) -> tuple[bool, bool, str, str]:
    short = quote.refusal is not None and quote.refusal.code != "insufficient_points"
    return (not quote.is_possible, short, quote.pack.scheme, quote.reward.id)
