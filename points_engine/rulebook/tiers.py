"""Tiers: ranks reached from history, how long a level holds, when it is looked at again, and what takes it away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from points_engine.rulebook.cases import Case
from points_engine.rulebook.expiries import last_day
from points_engine.rulebook.kinds import Standing, Tier
from points_engine.rulebook.measures import Tallies
from points_engine.rulebook.occasions import TIER_DAYS, TIERS, TierReached, named
from points_engine.rulebook.plans import Clause
from points_engine.rulebook.standings import blocking, last_entered_on, state_standings
from points_engine.rulebook.standpoints import Standpoint
from points_engine.rulebook.watching import was_asked
from points_engine.rulebook.windows import index_of


def step_now(standpoint: Standpoint, clause: Clause[Tier]) -> int:
    """The highest step whose measures are reached, counted from 1; 0 for none."""
    reached = _step_reached(standpoint, clause)
    was_asked(clause.rule.id, standpoint.values)
    return reached


def _step_reached(standpoint: Standpoint, clause: Clause[Tier]) -> int:
    for number in range(len(clause.rule.steps), 0, -1):
        step = clause.rule.steps[number - 1]
        reach = (clause.readings[f"{number - 1}.{part}"] for part in range(len(step.reach)))
        met = [standpoint.holds(reading) for reading in reach]
        if met and (all(met) if step.mode == "all" else any(met)):
            return number
    return 0


def step_on(standpoint: Standpoint, clause: Clause[Tier]) -> int:
    """The step that a tier stands at: what was reached before counts for as long as it holds."""
    return _standing_on(standpoint, clause)[0]


def _standing_on(here: Standpoint, clause: Clause[Tier]) -> tuple[int, int]:
    """The step, and the day number since which it counts."""
    if not here.applies(clause) or not all(here.holds(reading) for reading in clause.require):
        return 0, 0
    before, since = known_step(here, clause)
    now = step_now(here, clause)
    if here.holding and blocking(here, "tier") is not None:
        now = min(now, before)
    if any(clause.rule.id in each.rule.drops for each in here.holding):
        return 0, since
    return (now, here.day.toordinal()) if now > before else (before, since)


def known_step(here: Standpoint, clause: Clause[Tier]) -> tuple[int, int]:
    """The step reached earlier that still holds here, after what was dropped, reset, looked at again or has fallen."""
    rule = clause.rule
    key = named(rule.id, here.volunteer)
    step, since = here.tallies.cells(TIERS).get(key, 0), here.tallies.cells(TIER_DAYS).get(key, 0)
    assert isinstance(step, int), f"{key} stands at a step"
    assert isinstance(since, int), f"{key} was reached on a day"
    if not step:
        return 0, since
    if any(_dropped_since(here, standing, rule, since) for standing in here.plan.standings):
        return 0, here.day.toordinal()
    if rule.reset is not None:
        fiscal = here.plan.pack.fiscal_year_starts
        if index_of(rule.reset, date.fromordinal(since), fiscal) != index_of(rule.reset, here.day, fiscal):
            return 0, here.day.toordinal()
    if rule.holds is not None:
        step, since = _reviewed(here, clause, step, since)
    if rule.falls == "at_once" and (now := step_now(here, clause)) < step:
        return now, here.day.toordinal()
    return step, since


def _dropped_since(here: Standpoint, standing: Clause[Standing], rule: Tier, since: int) -> bool:
    if rule.id not in standing.rule.drops:
        return False
    entered = last_entered_on(here, standing)
    return entered is not None and entered.toordinal() >= since


def _reviewed(here: Standpoint, clause: Clause[Tier], step: int, since: int) -> tuple[int, int]:
    """The step after every term that has ended: what the measures say on the day after it, for another term.

    A level that never falls has nothing to be measured by: it is simply over, and may be reached again.
    """
    rule = clause.rule
    assert rule.holds is not None, "only a level with a term is looked at again"
    tallies = Tallies(here.tallies.slots)
    while step:
        begun = date.fromordinal(since)
        ends = last_day(rule.holds, begun, here.plan.pack.fiscal_year_starts)
        if ends >= here.day or ends < begun:
            return step, since
        review = ends + timedelta(days=1)
        since = review.toordinal()
        if rule.falls == "never":
            return 0, since
        at = Standpoint(here.plan, here.subject, tallies, review, {}, here.volunteer)
        state_standings(at)
        step = step_now(at, clause)
        tallies.writable(TIER_DAYS)[named(rule.id, here.volunteer)] = since
    return step, since


def review_tiers(here: Standpoint) -> None:
    """Write down which levels have fallen or ended before this occasion or act, while no measure counts it."""
    for clause in here.plan.reviews:
        _keep(here, clause, *known_step(here, clause))
    if "volunteer.tier" in here.asked_of_persons:
        here.restate("volunteer.tier")


def reached_now(case: Case) -> Iterator[TierReached]:
    """The levels newly reached with this occasion, which its measures already count."""
    case.forget_measures()
    for clause in case.plan.tiers:
        before, _ = known_step(case, clause)
        now, since = _standing_on(case, clause)
        _keep(case, clause, now, case.days[-1].toordinal() if now > before else since)
        if now > before:
            yield TierReached(clause.rule.id, clause.rule.steps[now - 1].level, case.day, case.volunteer)


def _keep(here: Standpoint, clause: Clause[Tier], step: int, since: int) -> None:
    key = named(clause.rule.id, here.volunteer)
    if here.tallies.cells(TIERS).get(key, 0) != step:
        here.tallies.writable(TIERS)[key] = step
    if since and here.tallies.cells(TIER_DAYS).get(key, 0) != since:
        here.tallies.writable(TIER_DAYS)[key] = since
