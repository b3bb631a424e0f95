"""Visits: somebody stands at the counter without a reservation, and takes one or several rewards in one redemption."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import HoldExpired, InvalidValue, NotFound, Refusal, WrongOutlet
from points_engine.flow import shapes
from points_engine.flow.counter.cards import card_needs, check_card
from points_engine.flow.counter.holds import hold_outcome, new_hold
from points_engine.flow.counter.offers import Wish, check_wish, make_offer, offer_needs
from points_engine.flow.counter.postings import drawn_parts
from points_engine.flow.counter.redemptions import collected, without_the_rest
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Hold, Outlet, Visit, Volunteer
from points_engine.flow.people.actors import actor_needs, not_oneself
from points_engine.flow.people.households import household_on
from points_engine.flow.people.lookup import (
    an_active_volunteer,
    identity_needs,
    subject,
    the_volunteer,
    volunteer_needs,
)
from points_engine.flow.rules import rule_needs, today
from points_engine.flow.wire import instant
from points_engine.ledger import amounts
from points_engine.ledger.entries import Line
from points_engine.limits import REWARDS_PER_VISIT, VISIT_MINUTES
from points_engine.rulebook.subjects import fact_on


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """Somebody stands at an outlet's counter.

    `shown` is the code on their phone; empty where whoever asks has seen who it is (a card and a PIN, a known face).
    `fetched_by` is the number of the person who stands there, where it is not the volunteer: the code is theirs.
    """

    volunteer: str
    outlet: str
    shown: str = ""
    fetched_by: str = ""

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("outlet", self.outlet)
        shapes.optional_code("shown", self.shown)
        shapes.optional_code("fetched_by", self.fetched_by)


def open_needs(command: OpenVisit, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Outlet, (command.outlet,))
    for number in (command.volunteer, command.fetched_by):
        if number:
            yield from volunteer_needs(desk, number)
            yield from card_needs(desk, number)
    if not command.shown:
        yield from actor_needs(desk)


def open_visit(command: OpenVisit, desk: Desk) -> dict[str, Any]:
    """Begin a visit of some minutes, in which rewards can be taken at this outlet.

    Raises, first that applies: NotFound (outlet, volunteer, who fetches), StandingBlocks, CardCodeWrong,
    Forbidden (somebody without a code who serves themself or their household).
    """
    if desk.find(Outlet, command.outlet) is None:
        raise NotFound(what="outlet", code=command.outlet)
    volunteer = an_active_volunteer(desk, command.volunteer)
    there = the_volunteer(desk, command.fetched_by) if command.fetched_by else volunteer
    if command.shown:
        check_card(desk, there, command.shown)
    else:
        not_oneself(desk, there.id)
        not_oneself(desk, volunteer.id)

    # Nothing below this line may refuse.
    ends = desk.now + timedelta(minutes=VISIT_MINUTES)
    fetcher = there.id if there.id != volunteer.id else ""
    visit = Visit(desk.make_id(), volunteer.id, command.volunteer, command.outlet, desk.now, ends, fetcher)
    desk.put(visit)
    return {"visit": visit.id, "volunteer": command.volunteer, "outlet": visit.outlet, "expires_at": instant(ends)}


@dataclass(frozen=True, slots=True)
class RewardTaken:
    """One reward of a redemption; `choice`, `asked_minor` and `offered` as in `PlaceHold`."""

    scheme: str
    reward: str
    quantity: int = 1
    choice: str = ""
    asked_minor: int | None = None
    offered: Fraction | None = None

    def __post_init__(self) -> None:
        shapes.code("scheme", self.scheme)
        shapes.code("reward", self.reward)
        shapes.quantity("quantity", self.quantity)
        check_wish(self.choice, self.asked_minor, self.offered)


@dataclass(frozen=True, slots=True)
class Redeem:
    """Everything that is taken in a visit, handed over now: all of it, or nothing."""

    visit: str
    rewards: tuple[RewardTaken, ...]

    def __post_init__(self) -> None:
        shapes.code("visit", self.visit)
        if not 1 <= len(self.rewards) <= REWARDS_PER_VISIT:
            most = Both(f"1 to {REWARDS_PER_VISIT} rewards", f"1 至 {REWARDS_PER_VISIT} 种兑换品")
            raise InvalidValue(field="rewards", value=len(self.rewards), expected=most)


def _wishes(command: Redeem, visit: Visit, relation: str = "") -> Iterator[Wish]:
    for each in command.rewards:
        yield Wish(
            visit.number, each.scheme, each.reward, visit.outlet, each.quantity, each.choice, each.asked_minor,
            each.offered, visit.id, relation,
        )  # fmt: skip


def redeem_needs(command: Redeem, desk: Desk) -> Iterator[Need]:
    yield OneRow(Visit, (command.visit,))
    visit = desk.peek(Visit, command.visit)
    if visit is not None:
        for wish in _wishes(command, visit):
            yield from offer_needs(desk, wish)
        if visit.fetched_by:
            yield from identity_needs(desk, visit.fetched_by)


def redeem(command: Redeem, desk: Desk) -> dict[str, Any]:
    """Take rewards at the counter without a reservation: points, stock, limits and budget in one go.

    Each reward is checked after those before it were taken; the first that cannot be had refuses all of them, and the
    refusal says which it is (`line`, from 1).
    Raises, first that applies: NotFound (visit), HoldExpired (its minutes are over), whatever `make_offer` does.
    """
    visit = desk.find(Visit, command.visit)
    if visit is None:
        raise NotFound(what="visit", code=command.visit)
    if visit.expires_at < desk.now:
        raise HoldExpired(expired_at=instant(visit.expires_at))
    taken: list[tuple[Hold, int]] = []
    for line, wish in enumerate(_wishes(command, visit, _relation(desk, visit)), start=1):
        try:
            taken.append(_take(desk, wish, visit))
        except Refusal as refusal:
            refusal.facts = {**refusal.facts, "line": line, "reward": refusal.facts.get("reward", wish.reward)}
            raise
    last = without_the_rest(desk, taken[-1][0])
    outcomes = [hold_outcome(hold, scale) for hold, scale in [*taken[:-1], (last, taken[-1][1])]]
    return {
        "visit": visit.id,
        "outlet": visit.outlet,
        "confirmed_at": instant(desk.now),
        "money": sum(hold.money for hold, _ in taken),
        "rewards": outcomes,
    }


def _take(desk: Desk, wish: Wish, visit: Visit) -> tuple[Hold, int]:
    offer = make_offer(desk, wish)
    placed = replace(
        new_hold(desk, offer, wish.outlet), state="confirmed", confirmed_at=desk.now, expires_at=desk.now,
        confirmed_outlet=wish.outlet, used=1, offline_until=None, visit=visit.id, fetched_by=visit.fetched_by,
    )  # fmt: skip
    asset = amounts.points(placed.scheme)
    lines = [
        Line(amounts.volunteer(placed.volunteer_id, part), asset, -amount, expires_on)
        for part, expires_on, amount in drawn_parts(placed)
    ]
    collected(desk, placed, lines, "")
    return placed, offer.pack.scale


def _relation(desk: Desk, visit: Visit) -> str:
    """What the person at the counter is to the volunteer: self, household, guardian or other."""
    if not visit.fetched_by:
        return "self"
    owner, there = desk.find(Volunteer, visit.volunteer_id), desk.find(Volunteer, visit.fetched_by)
    assert owner is not None, "a visit has its volunteer"
    assert there is not None, "who fetches is registered"
    day = today(desk)
    if fact_on(subject(desk, owner), "volunteer.guardian", day) in (there.number, there.id):
        return "guardian"
    ours = household_on(desk, owner.id, day)
    return "household" if ours and ours == household_on(desk, there.id, day) else "other"


def check_outlet(visit: Visit, outlet: str) -> None:
    """Refuse another outlet than the one at which a visit was opened.

    Raises: WrongOutlet.
    """
    if outlet and visit.outlet != outlet:
        raise WrongOutlet(outlet=outlet)
