"""What a volunteer can have: the ladder from a reward's offer to its price, shared by quote, hold and redemption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from points_engine.bilingual import Both, one_of
from points_engine.errors import (
    InsufficientFunds,
    InvalidValue,
    NotEligible,
    NotFound,
    RewardNotOffered,
    WrongOutlet,
)
from points_engine.flow import shapes
from points_engine.flow.admission import reason_facts, say, values_for
from points_engine.flow.counter.quotas import Taking, Use, check_limits, quota_needs
from points_engine.flow.counter.shelves import begins_with, check_shelf, left_on, shelf_at
from points_engine.flow.desk import Children, Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Fund, Hold, Outlet, Partner, Shelf, Volunteer, VolunteerNumber
from points_engine.flow.exact import lacking
from points_engine.flow.people.lookup import an_active_volunteer, identity_needs
from points_engine.flow.rules import pack_today, rule_history, rule_needs, schemes, the_scheme, today_of
from points_engine.flow.service.awards import award_needs
from points_engine.ledger import amounts
from points_engine.limits import AMOUNT_MAX
from points_engine.rulebook.acts import admission, floor, payment, price, reward_reasons
from points_engine.rulebook.kinds import Admit, Reward
from points_engine.rulebook.measures import whole
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for at the counter.

    `choice` is one of a bundle.  Where the outlet names the price, `asked_minor` is that price of one item in minor
    units and `offered` how many points the volunteer gives for one.  `visit` names the visit that several rewards of
    one redemption belong to; `fetcher` is what the person at the counter is to the volunteer: self, household, guardian
    or other. `shelf` is the shelf that it comes from where that is settled; None: as the reward and the outlet say.
    """

    volunteer: str
    scheme: str
    reward: str
    outlet: str = ""
    quantity: int = 1
    choice: str = ""
    asked_minor: int | None = None
    offered: Fraction | None = None
    visit: str = ""
    fetcher: str = "self"
    shelf: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward as one volunteer can have it today: amounts for the whole `quantity`."""

    pack: Pack
    reward: Reward
    volunteer: Volunteer
    quantity: int
    choice: str
    points: int  # smallest units of the scheme
    money: int  # minor units the volunteer pays in cash
    pays: int  # minor units the fund owes the partner
    today: date
    usable: int  # smallest units in lots usable today
    uses: tuple[Use, ...]  # of limits that are shared
    trace: str
    shelf: str = ""  # that it is taken from; empty: the common one


def check_wish(choice: str, asked_minor: int | None, offered: Fraction | None) -> None:
    """The shapes of what a wish may say about one item.

    Raises: InvalidValue.
    """
    shapes.optional_code("choice", choice)
    if asked_minor is not None:
        shapes.amount("asked_minor", asked_minor, least=0)
    if offered is not None and not 0 <= offered <= AMOUNT_MAX:
        raise InvalidValue(field="offered", value=str(offered), expected=Both("points, 0 or more", "0 以上的积分"))


def offer_needs(desk: Desk, wish: Wish, aside: int = 0) -> Iterator[Need]:
    """What an offer reads; the fund, the shelf and shared limits are locked.

    Where stock is kept, the shelf is read before the person and their accounts: who finds it empty costs no more.
    `aside` items were kept for this wish.
    """
    yield from rule_needs(desk)
    yield OneRow(VolunteerNumber, (wish.volunteer,))
    found = desk.peek(VolunteerNumber, wish.volunteer)
    if found is not None:
        yield OneRow(Volunteer, (found.volunteer_id,))
    if wish.outlet:
        yield OneRow(Outlet, (wish.outlet,))
    pack, rule = rule_if_known(desk, wish.scheme, wish.reward)
    shelf = _shelf_of(wish, rule)
    yield OneRow(Shelf, (wish.scheme, wish.reward, shelf))
    if pack is None or rule is None:
        return
    yield OneRow(Partner, (rule.partner,))
    if not _has_stock(desk, wish, rule, shelf, aside):
        return
    if rule.fund:
        yield from fund_needs(desk, rule.fund)
    if found is None:
        return
    yield from identity_needs(desk, found.volunteer_id)
    yield from award_needs(desk, found.volunteer_id)
    yield Children(Hold, (found.volunteer_id,))
    volunteer = desk.peek(Volunteer, found.volunteer_id)
    if volunteer is not None and all(desk.has(need) for need in identity_needs(desk, found.volunteer_id)):
        yield from quota_needs(desk, pack, volunteer, _taking(wish, rule))


def _shelf_of(wish: Wish, rule: Reward | None) -> str:
    """The shelf that a wish is about: the common one, as long as no rule says otherwise."""
    if wish.shelf is not None:
        return wish.shelf
    return "" if rule is None else shelf_at(rule, wish.outlet)


def _has_stock(desk: Desk, wish: Wish, reward: Reward, outlet: str, aside: int) -> bool:
    """Whether a shelf is known to hold enough, as far as stock is kept at all."""
    if not desk.has(OneRow(Shelf, (wish.scheme, wish.reward, outlet))):
        return begins_with(reward) is None
    available = left_on(reward, desk.peek(Shelf, wish.scheme, wish.reward, outlet), outlet)
    return available is None or available + aside >= wish.quantity


def fund_needs(desk: Desk, code: str) -> Iterator[Need]:
    """A fund (locked) and its accounts."""
    yield OneRow(Fund, (code,))
    fund = desk.peek(Fund, code)
    if fund is not None:
        yield OneAccount(amounts.fund(code), fund.currency)
        yield OneAccount(amounts.fund(code, "reserved"), fund.currency)


def _taking(wish: Wish, reward: Reward) -> Taking:
    return Taking(reward, wish.outlet, wish.quantity, wish.visit)


def rule_if_known(desk: Desk, scheme: str, reward: str) -> tuple[Pack | None, Reward | None]:
    """The reward's rule with its pack, once the rules are on the desk: today's, or the newest where it has none."""
    if not all(desk.has(need) for need in rule_needs(desk)):
        return None, None
    if scheme not in {known.code for known in schemes(desk)}:
        return None, None
    history = rule_history(desk, scheme)
    if history.versions and history.versions[0][0] <= (today := today_of(desk, scheme)):
        pack = history.on(today)
        rule = pack.rules.get(reward)
        if isinstance(rule, Reward):
            return pack, rule
    for _, pack in reversed(history.versions):
        rule = pack.rules.get(reward)
        if isinstance(rule, Reward):
            return pack, rule
    return None, None


def make_offer(desk: Desk, wish: Wish) -> Offer:
    """Whether a volunteer can have a reward now, and for what.

    Raises, first that applies: NotFound (volunteer, scheme, outlet), StandingBlocks, NoPackInForce, RewardNotOffered,
    WrongOutlet, InvalidValue (a choice that the bundle has not), OutletRequired (each outlet has its own stock),
    SoldOut, NotEligible, InvalidValue (no outlet, where a limit is per outlet), LimitReached, InsufficientPoints,
    InsufficientFunds.
    """
    volunteer = an_active_volunteer(desk, wish.volunteer)
    pack = pack_today(desk, the_scheme(desk, wish.scheme).code)
    today = desk.now.astimezone(pack.zone).date()
    reward = pack.rules.get(wish.reward)
    if not isinstance(reward, Reward) or not is_offered(reward, today):
        raise RewardNotOffered(reward=wish.reward)
    if desk.find(Partner, reward.partner) is None:
        raise RewardNotOffered(reward=wish.reward)
    check_outlet(desk, reward, wish.outlet)
    _check_choice(reward, wish.choice)
    shelf = check_shelf(desk, wish.scheme, reward, wish.outlet, wish.quantity, wish.shelf)
    values = values_for(desk, pack, volunteer, today, facts_of(desk, pack, volunteer, reward, wish, today))
    if wish.fetcher != "self" and not _may_be_fetched(pack, reward):
        raise NotEligible(say=Both("nobody may fetch this for somebody else", "不可代领"), reasons=[])
    reasons = [*reward_reasons(pack, reward, values), *admission(pack, "redeem", today, values)]
    if reasons:
        raise NotEligible(say=say(reasons), reasons=[reason_facts(reason) for reason in reasons])
    cost = price(pack, reward.id, today, values)
    if cost is None:
        raise NotEligible(say=Both("no price applies", "没有适用的价格"), reasons=[])
    uses = check_limits(desk, pack, volunteer, _taking(wish, reward), today, values)
    points = cost.points * wish.quantity
    pays = (payment(pack, reward, today, values) or 0) * wish.quantity
    usable = _check_points(desk, pack, volunteer, points, today)
    _check_fund(desk, reward, pays)
    money = cost.money * wish.quantity
    return Offer(
        pack, reward, volunteer, wish.quantity, wish.choice, points, money, pays, today, usable, uses, cost.trace,
        shelf,
    )  # fmt: skip


def _may_be_fetched(pack: Pack, reward: Reward) -> bool:
    """Whether a rule says anything about who fetches: where none does, nobody may for somebody else."""

    def find() -> bool:
        rules = [reward, *(rule for rule in pack.of_kind(Admit) if "redeem" in rule.at)]
        return any("act.fetcher" in each.names for rule in rules for each in expressions_of(rule))

    return pack.once(("fetched", reward.id), find)


def facts_of(desk: Desk, pack: Pack, volunteer: Volunteer, reward: Reward, wish: Wish, today: date) -> dict[str, Any]:
    """What rules may read about this act, beside the person: the wish, and the account as it stands."""
    asset, unit = amounts.points(pack.scheme), 10**pack.scale
    spendable = Fraction(desk.account(amounts.volunteer(volunteer.id), asset).usable(today), unit)
    held = Fraction(desk.account(amounts.volunteer(volunteer.id, "held"), asset).balance, unit)
    facts: dict[str, Any] = {
        "act.today": today,
        "act.reward": reward.id,
        "act.quantity": wish.quantity,
        "act.outlet": wish.outlet,
        "act.partner": reward.partner,
        "act.fetcher": wish.fetcher,
        "account.spendable": whole(spendable),
        "account.held": whole(held),
        "account.balance": whole(spendable + held),
    }
    if wish.choice:
        facts["act.choice"] = wish.choice
    if wish.asked_minor is not None:
        facts["act.asked"] = wish.asked_minor
    if wish.offered is not None:
        facts["act.offered"] = whole(wish.offered)
    return facts


def is_offered(reward: Reward, today: date) -> bool:
    """Whether a reward's own dates include `today`."""
    return (reward.from_day is None or reward.from_day <= today) and (
        reward.until_day is None or today <= reward.until_day
    )


def check_outlet(desk: Desk, reward: Reward, outlet: str) -> None:
    """Whether an outlet gives a reward; no outlet named is any of them.

    Raises, first that applies: NotFound, WrongOutlet.
    """
    if not outlet:
        return
    there = desk.find(Outlet, outlet)
    if there is None:
        raise NotFound(what="outlet", code=outlet)
    if there.partner != reward.partner or (reward.outlets and outlet not in reward.outlets):
        raise WrongOutlet(outlet=outlet)


def _check_choice(reward: Reward, choice: str) -> None:
    if reward.choose and choice not in reward.choose:
        raise InvalidValue(field="choice", value=choice or "—", expected=one_of(tuple(reward.choose)))
    if choice and not reward.choose:
        raise InvalidValue(field="choice", value=choice, expected=Both("nothing to choose from", "此兑换品无需选择"))


def spendable(desk: Desk, pack: Pack, volunteer: Volunteer, today: date) -> tuple[int, int]:
    """What lies in lots usable today, and what may be spent: with debt taken off, down to the floor."""
    asset = amounts.points(pack.scheme)
    usable = desk.account(amounts.volunteer(volunteer.id), asset).usable(today)
    owed = desk.account(amounts.volunteer(volunteer.id, "debt"), asset).balance
    lowest = floor(pack, today, {})
    return usable, usable + owed - (0 if lowest is None else lowest)


def _check_points(desk: Desk, pack: Pack, volunteer: Volunteer, points: int, today: date) -> int:
    usable, available = spendable(desk, pack, volunteer, today)
    if points > available:
        raise lacking(points, available, pack.scale)
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
