"""Verdicts: what `make_offer` would answer about every reward of a catalogue, found for all of them together.

The ladder is that of `make_offer`, rung by rung, and each answer is the one that a hold would get; what rewards have in
common is evaluated once, and a refusal is put into words only when somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from points_engine.bilingual import Both
from points_engine.errors import (
    InsufficientFunds,
    InsufficientPoints,
    NotEligible,
    Refusal,
    RewardNotOffered,
    SoldOut,
)
from points_engine.flow.admission import reason_facts, say, values_for
from points_engine.flow.counter.catalogue import Catalogue, Given, Listed, catalogue_of
from points_engine.flow.counter.offers import Wish, check_outlet, facts_of, fund_needs, is_offered, spendable
from points_engine.flow.counter.quotas import Taking, check_limits, counts, quota_needs
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Fund, Hold, Outlet, Partner, Volunteer
from points_engine.flow.exact import lacking
from points_engine.flow.people.lookup import an_active_volunteer, identity_needs, the_volunteer, volunteer_needs
from points_engine.flow.rules import rule_needs
from points_engine.flow.service.awards import award_needs
from points_engine.ledger import amounts
from points_engine.rulebook.acts import admission, payment, reward_reasons
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import cost_of, with_day
from points_engine.rulebook.reasons import Reason

Why = Callable[[], Refusal]


class Verdict(NamedTuple):
    """One reward for one volunteer: what one item costs, or why it cannot be had (`code`, and `why` in words)."""

    reward: Reward
    points: int | None  # smallest units
    money: int | None
    code: str
    why: Why | None


def verdict_needs(desk: Desk, number: str, pack: Pack, outlet: str) -> Iterator[Need]:
    """What the verdicts about a pack's rewards read, but for shelves: those are laid for the whole scheme."""
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, number)
    if outlet:
        yield OneRow(Outlet, (outlet,))
    catalogue = catalogue_of(pack)
    for partner in catalogue.partners:
        yield OneRow(Partner, (partner,))
    for fund in catalogue.funds:
        yield from fund_needs(desk, fund)
    yield from _person_needs(desk, number, pack, outlet, catalogue)


def _person_needs(desk: Desk, number: str, pack: Pack, outlet: str, catalogue: Catalogue) -> Iterator[Need]:
    if not all(desk.has(need) for need in volunteer_needs(desk, number)):
        return
    volunteer = the_volunteer(desk, number)
    yield from identity_needs(desk, volunteer.id)
    yield from award_needs(desk, volunteer.id)
    yield Children(Hold, (volunteer.id,))
    if all(desk.has(need) for need in identity_needs(desk, volunteer.id)):
        for each in catalogue.alone:
            yield from quota_needs(desk, pack, volunteer, Taking(each.reward, outlet, 1))


def verdicts(desk: Desk, number: str, pack: Pack, outlet: str, stock: Mapping[str, int | None]) -> Iterator[Verdict]:
    """The verdict about every reward of a pack that is offered today, by id.

    `stock` is what can be promised from the shelf that is taken from (None: unlimited); of a reward that it does not
    name, nothing was taken or moved yet.

    Raises: NotFound (the volunteer).
    """
    today = desk.now.astimezone(pack.zone).date()
    offered = [each for each in catalogue_of(pack).listed if is_offered(each.reward, today)]
    the_volunteer(desk, number)
    try:
        volunteer = an_active_volunteer(desk, number)
    except Refusal as barred:
        for each in offered:
            yield _no(each.reward, barred)
        return
    yield from _Counter(desk, pack, volunteer, outlet).answers(offered, stock)


def _no(reward: Reward, refusal: Refusal, points: int | None = None) -> Verdict:
    return Verdict(reward, points, None, refusal.code, lambda: refusal)


class _Counter:
    """One volunteer before one catalogue: what was found out about them so far."""

    def __init__(self, desk: Desk, pack: Pack, volunteer: Volunteer, outlet: str) -> None:
        self.desk, self.pack, self.volunteer, self.outlet = desk, pack, volunteer, outlet
        self.today = desk.now.astimezone(pack.zone).date()
        self.available = spendable(desk, pack, volunteer, self.today)[1]
        self.taken = {
            hold.reward
            for hold in desk.children(Hold, volunteer.id)
            if hold.scheme == pack.scheme and counts(hold, desk)
        }
        self._values: dict[Given, Mapping[str, Any]] = {}
        self._known: dict[Given, dict[str, object]] = {}
        self._admission: dict[Given, tuple[Reason, ...]] = {}
        self._shared: dict[int, Any] = {}  # what was found out, by the numbers of the catalogue

    def answers(self, offered: list[Listed], stock: Mapping[str, int | None]) -> Iterator[Verdict]:
        """What each of these rewards gets, rung by rung as `make_offer` has them."""
        shared, available = self._shared, self.available
        for each in offered:
            reward = each.reward
            barred = shared[each.place] if each.place in shared else self._place(each)
            if barred is not None:
                refusal = RewardNotOffered(reward=reward.id) if barred.code == "reward_not_offered" else barred
                yield _no(reward, refusal)
                continue
            left = stock.get(reward.id, reward.stock)
            if left is not None and left < 1:
                yield Verdict(reward, None, None, SoldOut.code, partial(SoldOut, required=1, available=left))
                continue
            unmet = shared[each.terms] if each.terms in shared else self._terms(each)
            if unmet is not None:
                yield Verdict(reward, None, None, NotEligible.code, partial(_not_eligible, reward, *unmet))
                continue
            cost = shared[each.price] if each.price in shared else self._price(each)
            if cost is None:
                yield _no(reward, NotEligible(say=Both("no price applies", "没有适用的价格"), reasons=[]))
                continue
            if each.limits and (code := self._limits(each)):
                yield Verdict(reward, None, None, code, partial(self._limit, each))
                continue
            points, money = cost
            if points > available:
                yield Verdict(reward, points, None, InsufficientPoints.code, partial(self._short, points))
                continue
            poor = self._fund(each) if reward.fund else None
            if poor is not None:
                yield _no(reward, poor)
                continue
            yield Verdict(reward, points, money, "", None)

    def _place(self, each: Listed) -> Refusal | None:
        """Why nothing of this partner is given here, whichever reward it is."""
        reward = each.reward
        found: Refusal | None = None
        if self.desk.find(Partner, reward.partner) is None:
            found = RewardNotOffered(reward=reward.id)
        else:
            try:
                check_outlet(self.desk, reward, self.outlet)
            except Refusal as refusal:
                found = refusal
        self._shared[each.place] = found
        return found

    def _what(self, each: Listed) -> dict[str, object]:
        """What the rules about a reward read."""
        known = self._known.get(each.given)
        if known is None:
            wish = Wish(self.volunteer.number, self.pack.scheme, each.reward.id, self.outlet, choice=each.choice)
            facts = facts_of(self.desk, self.pack, self.volunteer, each.reward, wish, self.today)
            if each.deep not in self._values:
                found = values_for(self.desk, self.pack, self.volunteer, self.today, facts)
                self._values[each.deep] = with_day(self.pack, self.today, found)
            values = self._values[each.deep]
            own = {"act.choice": each.choice} if each.choice else {}
            known = {**values, "act.reward": each.reward.id, "act.partner": each.reward.partner, **own}
            if not each.choice:
                known.pop("act.choice", None)
            self._known[each.given] = known
        return known

    def _terms(self, each: Listed) -> tuple[tuple[Reason, ...], tuple[Reason, ...]] | None:
        """The reward's own reasons and those of the pack why it cannot be had; None where it can."""
        known = self._what(each)
        own = reward_reasons(self.pack, each.reward, known)
        if each.given not in self._admission:
            self._admission[each.given] = admission(self.pack, "redeem", self.today, known)
        general = self._admission[each.given]
        found = self._shared[each.terms] = (own, general) if own or general else None
        return found

    def _price(self, each: Listed) -> tuple[int, int] | None:
        found = cost_of(self.pack, each.reward, self._what(each))
        cost = self._shared[each.price] = None if found is None else found[1:]
        return cost

    def _limits(self, each: Listed) -> str:
        """The code of what a limit answers; empty where there is room."""
        alone = each.limits_alone or each.reward.id in self.taken
        if not alone and each.limits in self._shared:
            known: str = self._shared[each.limits]
            return known
        try:
            self._check_limits(each)
            code = ""
        except Refusal as refusal:
            code = refusal.code
        if not alone:
            self._shared[each.limits] = code
        return code

    def _check_limits(self, each: Listed) -> None:
        taking = Taking(each.reward, self.outlet, 1)
        check_limits(self.desk, self.pack, self.volunteer, taking, self.today, self._what(each))

    def _limit(self, each: Listed) -> Refusal:
        try:
            self._check_limits(each)
        except Refusal as refusal:
            return refusal
        raise AssertionError("a limit that was reached a moment ago is reached")

    def _short(self, points: int) -> Refusal:
        return lacking(points, self.available, self.pack.scale)

    def _fund(self, each: Listed) -> Refusal | None:
        if each.pays not in self._shared:
            self._shared[each.pays] = payment(self.pack, each.reward, self.today, self._what(each)) or 0
        pays = self._shared[each.pays]
        if not pays:
            return None
        fund = self.desk.find(Fund, each.reward.fund)
        if fund is None:
            return RewardNotOffered(reward=each.reward.id)
        available = self.desk.account(amounts.fund(fund.code), fund.currency).balance
        return InsufficientFunds(fund=fund.code, required=pays, available=available) if available < pays else None


def _not_eligible(reward: Reward, own: tuple[Reason, ...], general: tuple[Reason, ...]) -> Refusal:
    """The same reasons as those of the reward that they were found for, under this one's name."""
    reasons = [*(replace(reason, rule=reward.id) for reason in own), *general]
    return NotEligible(say=say(reasons), reasons=[reason_facts(reason) for reason in reasons])
