"""Decisions about acts rather than history: who is admitted, what a reward costs, how much an account may hold.

Every answer is a function of the pack, the day and a mapping of values; `values_at` makes the mapping.  Parameters and
the calendar of the day are always known, also where the caller gives no values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from points_engine.rulebook.expiries import last_day, last_usable
from points_engine.rulebook.kinds import (
    Admit,
    Cap,
    Expiry,
    Expression,
    Reward,
    Text,
    Tier,
)
from points_engine.rulebook.measures import Tallies
from points_engine.rulebook.occasions import NEVER, FoldState, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.plans import plan_of
from points_engine.rulebook.prices import Price, Values, in_force, payment, price, with_day
from points_engine.rulebook.reasons import Reason, can_be_earned, reason_of, reasons_of
from points_engine.rulebook.standings import Held, blocking, blocks_of, held, state_standings
from points_engine.rulebook.standpoints import Standpoint
from points_engine.rulebook.tiers import review_tiers, step_now, step_on
from points_engine.rulebook.windows import span

__all__ = [
    "Ahead", "Ceiling", "Held", "Limit", "Price", "Reason", "admission", "ceiling", "expiry_of", "floor", "in_force",
    "limits_of", "missing_to_next", "payment", "price", "reward_reasons", "standings_on", "tier_on", "values_at",
    "voucher_until",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in the days from `since` to `until`: of this reward, or of any where `any_reward`."""

    rule: str
    most: int
    since: date
    until: date
    each: str = "volunteer"
    any_reward: bool = False
    counts: str = "items"
    rewards: tuple[str, ...] = ()  # where the limit is about some rewards together: which
    same: tuple[str, ...] = ()  # what has to be the same besides: partner, outlet

    def covers(self, day: date) -> bool:
        """Whether something redeemed on `day` counts towards the limit."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that an account may hold, in the smallest unit, and what happens to what is above."""

    most: int
    excess: str
    route: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next level of a tier, and what is missing for it."""

    tier: str
    level: str
    title: Text
    reasons: tuple[Reason, ...]


def standpoint(
    pack: Pack, subject: Subject, state: FoldState, day: date, facts: Values | None = None, volunteer: str = ""
) -> Standpoint:
    """Everything known about a subject on `day`, to ask expressions of.

    In a household's fold `volunteer` names the member whose own tallies, tiers and standings are asked for.
    """
    here = Standpoint(plan_of(pack), subject, Tallies(state.slots), day, {"act.today": day, **(facts or {})}, volunteer)
    if here.plan.standings:
        state_standings(here)
    if here.plan.reviews:
        review_tiers(here)
        _state_tier(here, facts or {})
    return here


def _state_tier(here: Standpoint, facts: Values) -> None:
    """Let rules read the level that stands on the day, where it may have risen or fallen since the last occasion."""
    first = here.plan.tiers[0]
    number = step_on(here, first)
    stated = facts.get("volunteer.tier", first.rule.steps[number - 1].level if number else None)
    if stated is None:
        here.values.pop("volunteer.tier", None)
    elif "volunteer.tier" in here.plan.act_names:
        here.values["volunteer.tier"] = stated


def values_at(
    pack: Pack, subject: Subject, state: FoldState, day: date, facts: Values | None = None, volunteer: str = ""
) -> Mapping[str, object]:
    """What expressions may read on `day`: facts of the act and the person, parameters, and measures as they stand."""
    here = standpoint(pack, subject, state, day, facts, volunteer)
    for name in here.plan.tallies:
        here.prepare(name)
    return here.values


def admission(pack: Pack, at: str, day: date, values: Values) -> tuple[Reason, ...]:
    """Why the act is not admitted; empty when it is.  An unknown requirement refuses, and so does a standing."""
    known = with_day(pack, day, values)
    barred = [Reason(rule.id, rule.because or rule.title, "standing") for rule in blocks_of(pack, at, known)]
    unmet = [
        reason
        for rule in pack.of_kind(Admit)
        if at in rule.at and in_force(rule, day, known)
        for reason in reasons_of(rule.id, rule.require, known)
    ]
    return (*barred, *unmet)


def standings_on(pack: Pack, subject: Subject, state: FoldState, day: date, volunteer: str = "") -> tuple[Held, ...]:
    """The standings in force on `day`, each with its first day, the last day of its time, and what still holds it."""
    here = standpoint(pack, subject, state, day, volunteer=volunteer)
    return tuple(found for clause in here.plan.standings if (found := held(here, clause)) is not None)


def reward_reasons(pack: Pack, reward: Reward, values: Values, day: date | None = None) -> tuple[Reason, ...]:
    """Why this person cannot have the reward: its conditions and its requirements that are not known to hold."""
    today = day if day is not None else values.get("act.today")
    known = with_day(pack, today, values) if isinstance(today, date) else values
    unmet = [reason_of(reward.id, each, None, known) for each in reward.when if each(known) is not True]
    if reward.choose and known.get("act.choice") not in reward.choose:
        unmet.append(Reason(reward.id, None, "unknown", unknown=("act.choice",)))
    return (*unmet, *reasons_of(reward.id, reward.require, known))


def limits_of(pack: Pack, reward: Reward, day: date, values: Values) -> tuple[Limit, ...]:
    """How often the reward may be had, each limit with the days of its window.

    A reward's own limits count items of it; the pack's `times` caps at `redeem` count redemptions of any reward, of
    this one where they say `same: [reward]`, or of those that they apply to; an unknown number lets nothing through.
    """
    known = with_day(pack, day, values)
    general = [cap for cap in pack.of_kind(Cap) if cap.at == "redeem" and cap.limits == "times"]
    limits = []
    for cap in (*reward.limits, *general):
        days = span(cap.over, day, pack.fiscal_year_starts)
        if cap.most is None or days is None or not in_force(cap, day, known):
            continue
        if cap.applies_to and reward.id not in cap.applies_to:
            continue
        most = cap.most(known)
        at_most = int(most) if isinstance(most, (int, Fraction)) else 0
        is_general = cap in general
        limits.append(
            Limit(
                cap.id,
                at_most,
                *days,
                each=cap.each,
                any_reward=is_general and "reward" not in cap.same and not cap.applies_to,
                counts="redemptions" if is_general else "items",
                rewards=cap.applies_to,
                same=tuple(key for key in cap.same if key != "reward"),
            )
        )
    return tuple(limits)


def ceiling(pack: Pack, day: date, values: Values) -> Ceiling | None:
    """The lowest ceiling in force; None where an account may hold any amount."""
    known = with_day(pack, day, values)
    found = [
        Ceiling(units, cap.excess, cap.route, cap.id)
        for cap, units in _balance_bounds(pack, day, known, "most")
    ]  # fmt: skip
    return min(found, key=lambda each: each.most, default=None)


def floor(pack: Pack, day: date, values: Values) -> int | None:
    """The highest floor in force, in the smallest unit; None where the pack states none."""
    known = with_day(pack, day, values)
    return max((units for _, units in _balance_bounds(pack, day, known, "least")), default=None)


def expiry_of(pack: Pack, day: date, values: Values | None = None) -> date:
    """The last usable day of points earned on `day`, by the first expiry rule that applies; NEVER if none does."""
    known = with_day(pack, day, values or {})
    for rule in pack.of_kind(Expiry):
        if in_force(rule, day, known):
            return last_usable(rule, day, pack.fiscal_year_starts)
    return NEVER


def tier_on(pack: Pack, subject: Subject, state: FoldState, day: date, volunteer: str = "") -> dict[str, str]:
    """The level of every tier that the subject has one in, by rule id."""
    here = standpoint(pack, subject, state, day, volunteer=volunteer)
    levels = {}
    for clause in here.plan.tiers:
        number = step_on(here, clause)
        if number:
            levels[clause.rule.id] = clause.rule.steps[number - 1].level
    return levels


def missing_to_next(
    pack: Pack, subject: Subject, state: FoldState, day: date, volunteer: str = ""
) -> tuple[Ahead, ...]:
    """For every tier that has a next level: what is still missing for it, or the standing that keeps it back."""
    here = standpoint(pack, subject, state, day, volunteer=volunteer)
    ahead = []
    for clause in here.plan.tiers:
        rule: Tier = clause.rule
        held_step, number = step_on(here, clause), step_now(here, clause)
        barred = blocking(here, "tier") if number > held_step else None
        if barred is not None:
            step = rule.steps[held_step]
            reason = Reason(barred.rule.id, barred.rule.because or barred.rule.title, "standing")
            ahead.append(Ahead(rule.id, step.level, step.title, (reason,)))
            continue
        number = max(held_step, number)
        if number < len(rule.steps) and here.applies(clause):
            step = rule.steps[number]
            for name in here.plan.tallies:
                here.prepare(name)
            unmet = [reach for reach in step.reach if not _true(reach, here)]
            if step.mode == "any":  # who is too old for one group is told what the group of their age asks for
                unmet = [reach for reach in unmet if can_be_earned(reach, here.plan.tallies, here.values)] or unmet
            reasons = tuple(reason_of(rule.id, reach, None, here.values) for reach in unmet)
            ahead.append(Ahead(rule.id, step.level, step.title, reasons))
    return tuple(ahead)


def voucher_until(pack: Pack, reward: Reward, day: date) -> date | None:
    """The last day of a voucher given on `day`; None where it ends with its hold."""
    return None if reward.valid is None else last_day(reward.valid, day, pack.fiscal_year_starts)


def _true(expression: Expression, here: Standpoint) -> bool:
    return expression(here.values) is True


def _balance_bounds(pack: Pack, day: date, values: Values, field: str) -> Iterable[tuple[Cap, int]]:
    for cap in pack.of_kind(Cap):
        bound: Expression | None = getattr(cap, field)
        if cap.limits == "balance" and bound is not None and in_force(cap, day, values):
            amount = bound(values)
            if isinstance(amount, (int, Fraction)):
                yield cap, int(amount * 10**pack.scale // 1)
