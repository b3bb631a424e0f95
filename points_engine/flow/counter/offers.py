"""What a volunteer can have: the ladder from a reward's offer to its price, shared by quote and hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import (
    InsufficientFunds,
    InsufficientPoints,
    LimitReached,
    NotEligible,
    NotFound,
    RewardNotOffered,
    SoldOut,
    WrongOutlet,
)
from points_engine.flow.admission import reason_facts, say, values_for
from points_engine.flow.desk import Children, Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Fund, Hold, Outlet, Partner, Shelf, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import an_active_volunteer, volunteer_needs
from points_engine.flow.rules import pack_today, rule_history, rule_needs, schemes, the_scheme
from points_engine.flow.service.awards import award_needs
from points_engine.ledger import amounts
from points_engine.rulebook.acts import admission, floor, limits_of, payment, price, reward_reasons
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack

COUNTED = ("open", "confirmed", "refunded")
"""States of a hold that use up a limit; a whole refund gives it back."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward as one volunteer can have it today: amounts for the whole `quantity`."""

    pack: Pack
    reward: Reward
    volunteer: Volunteer
    quantity: int
    points: int  # smallest units of the scheme
    money: int  # minor units the volunteer pays in cash
    pays: int  # minor units the fund owes the partner
    today: date
    usable: int  # smallest units in lots usable today
    trace: str


def offer_needs(desk: Desk, number: str, scheme: str, reward: str, outlet: str) -> Iterator[Need]:
    """What an offer reads; the fund and the shelf are locked."""
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, number)
    if outlet:
        yield OneRow(Outlet, (outlet,))
    yield OneRow(Shelf, (scheme, reward))
    found = desk.peek(VolunteerNumber, number)
    if found is not None:
        yield from award_needs(desk, found.volunteer_id)
        yield Children(Hold, (found.volunteer_id,))
    rule = _rule_if_known(desk, scheme, reward)
    if rule is not None:
        yield OneRow(Partner, (rule.partner,))
        if rule.fund:
            yield from fund_needs(desk, rule.fund)


def fund_needs(desk: Desk, code: str) -> Iterator[Need]:
    """A fund (locked) and its accounts."""
    yield OneRow(Fund, (code,))
    fund = desk.peek(Fund, code)
    if fund is not None:
        yield OneAccount(amounts.fund(code), fund.currency)
        yield OneAccount(amounts.fund(code, "reserved"), fund.currency)


def _rule_if_known(desk: Desk, scheme: str, reward: str) -> Reward | None:
    """The reward's rule today, once the rules are on the desk; None where there is none."""
    if not all(desk.has(need) for need in rule_needs(desk)):
        return None
    if scheme not in {known.code for known in schemes(desk)}:
        return None
    versions = rule_history(desk, scheme).versions
    return next((rule for _, pack in reversed(versions) if isinstance(rule := pack.rules.get(reward), Reward)), None)


def make_offer(desk: Desk, number: str, scheme: str, reward_id: str, outlet: str, quantity: int) -> Offer:
    """Whether a volunteer can have a reward now, and for what.

    Raises, first that applies: NotFound (volunteer, scheme, outlet), StandingBlocks, NoPackInForce, RewardNotOffered,
    WrongOutlet, NotEligible, LimitReached, SoldOut, InsufficientPoints, InsufficientFunds.
    """
    volunteer = an_active_volunteer(desk, number)
    pack = pack_today(desk, the_scheme(desk, scheme).code)
    today = desk.now.astimezone(pack.zone).date()
    reward = pack.rules.get(reward_id)
    if not isinstance(reward, Reward) or not is_offered(reward, today):
        raise RewardNotOffered(reward=reward_id)
    if desk.find(Partner, reward.partner) is None:
        raise RewardNotOffered(reward=reward_id)
    _check_outlet(desk, reward, outlet)
    values = values_for(desk, pack, volunteer, today, {"act.today": today, "act.reward": reward.id,
                                                       "act.quantity": quantity, "act.outlet": outlet})  # fmt: skip
    reasons = [*reward_reasons(pack, reward, values), *admission(pack, "redeem", today, values)]
    if reasons:
        raise NotEligible(say=say(reasons), reasons=[reason_facts(reason) for reason in reasons])
    cost = price(pack, reward.id, today, values)
    if cost is None:
        raise NotEligible(say=Both("no price applies", "没有适用的价格"), reasons=[])
    _check_limits(desk, pack, reward, volunteer, today, quantity, values)
    _check_stock(desk, scheme, reward, quantity)
    points = cost.points * quantity
    pays = (payment(pack, reward, today, values) or 0) * quantity
    usable = _check_points(desk, pack, volunteer, points, today)
    _check_fund(desk, reward, pays)
    return Offer(pack, reward, volunteer, quantity, points, cost.money * quantity, pays, today, usable, cost.trace)


def is_offered(reward: Reward, today: date) -> bool:
    """Whether a reward's own dates include `today`."""
    return (reward.from_day is None or reward.from_day <= today) and (
        reward.until_day is None or today <= reward.until_day
    )


def _check_outlet(desk: Desk, reward: Reward, outlet: str) -> None:
    if not outlet:
        return
    there = desk.find(Outlet, outlet)
    if there is None:
        raise NotFound(what="outlet", code=outlet)
    if there.partner != reward.partner or (reward.outlets and outlet not in reward.outlets):
        raise WrongOutlet(outlet=outlet)


def _check_limits(
    desk: Desk, pack: Pack, reward: Reward, volunteer: Volunteer, today: date, quantity: int, values: Mapping[str, Any]
) -> None:
    past = [hold for hold in desk.children(Hold, volunteer.id) if _counts(hold, desk) and hold.scheme == pack.scheme]
    for limit in limits_of(pack, reward, today, values):
        used = sum(
            hold.quantity - hold.refunded_quantity if limit.counts == "items" else 1
            for hold in past
            if (limit.any_reward or hold.reward == reward.id)
            and limit.covers(hold.placed_at.astimezone(pack.zone).date())
        )
        asked = quantity if limit.counts == "items" else 1
        if used + asked > limit.most:
            title = Both(reward.title.en, reward.title.zh)
            raise LimitReached(limit=limit.rule, reward=title, used=used, most=limit.most, until=limit.until)


def _counts(hold: Hold, desk: Desk) -> bool:
    if hold.state == "open":
        return hold.expires_at >= desk.now
    return hold.state in COUNTED and hold.refunded_quantity < hold.quantity


def _check_stock(desk: Desk, scheme: str, reward: Reward, quantity: int) -> None:
    shelf = desk.find(Shelf, scheme, reward.id)
    available = reward.stock if shelf is None else shelf.available
    if available is not None and available < quantity:
        raise SoldOut(required=quantity, available=available)


def _check_points(desk: Desk, pack: Pack, volunteer: Volunteer, points: int, today: date) -> int:
    asset = amounts.points(pack.scheme)
    usable = desk.account(amounts.volunteer(volunteer.id), asset).usable(today)
    owed = desk.account(amounts.volunteer(volunteer.id, "debt"), asset).balance
    lowest = floor(pack, today, {})
    available = usable + owed - (0 if lowest is None else lowest)
    if points > available:
        scale = pack.scale
        raise InsufficientPoints(
            required=shown(points, scale), available=shown(available, scale), missing=shown(points - available, scale)
        )
    return usable


def _check_fund(desk: Desk, reward: Reward, pays: int) -> None:
    if not reward.fund or not pays:
        return
    fund = desk.find(Fund, reward.fund)
    if fund is None:
        raise RewardNotOffered(reward=reward.id)
    available = desk.account(amounts.fund(fund.code), fund.currency).balance
    if available < pays:
        raise InsufficientFunds(fund=fund.code, required=pays, available=available)


def shown(amount: int, scale: int) -> str:
    """An amount in smallest units as people write it.

    >>> shown(4300, 3), shown(-25, 1), shown(7, 0)
    ('4.3', '-2.5', '7')
    """
    if scale == 0:
        return str(amount)
    whole, rest = divmod(abs(amount), 10**scale)
    decimals = f"{rest:0{scale}d}".rstrip("0")
    return ("-" if amount < 0 else "") + (f"{whole}.{decimals}" if decimals else str(whole))
