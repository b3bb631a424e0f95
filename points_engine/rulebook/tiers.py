"""Tiers: ranks reached from history; a rank that never falls is kept however later measures move."""

from __future__ import annotations

from collections.abc import Iterator

from points_engine.rulebook.cases import Case
from points_engine.rulebook.kinds import Tier
from points_engine.rulebook.occasions import TIERS, TierReached
from points_engine.rulebook.plans import Clause
from points_engine.rulebook.standpoints import Standpoint


def step_now(standpoint: Standpoint, clause: Clause[Tier]) -> int:
    """The highest step whose measures are reached, counted from 1; 0 for none."""
    for number in range(len(clause.rule.steps), 0, -1):
        step = clause.rule.steps[number - 1]
        reach = (clause.readings[f"{number - 1}.{part}"] for part in range(len(step.reach)))
        met = [standpoint.holds(reading) for reading in reach]
        if met and (all(met) if step.mode == "all" else any(met)):
            return number
    return 0


def step_on(standpoint: Standpoint, clause: Clause[Tier]) -> int:
    """The step that a tier stands at: what was reached before counts unless it falls at once."""
    if not standpoint.applies(clause) or not all(standpoint.holds(reading) for reading in clause.require):
        return 0
    now = step_now(standpoint, clause)
    if clause.rule.falls == "at_once":
        return now
    before = standpoint.tallies.cells(TIERS).get(clause.rule.id, 0)
    return max(now, before) if isinstance(before, int) else now


def reached_now(case: Case) -> Iterator[TierReached]:
    """The levels newly reached with this occasion, which its measures already count."""
    case.forget_measures()
    known = case.tallies.cells(TIERS)
    for clause in case.plan.tiers:
        before = known.get(clause.rule.id, 0)
        now = step_on(case, clause)
        if now == before:
            continue
        case.tallies.writable(TIERS)[clause.rule.id] = now
        if isinstance(before, int) and now > before:
            yield TierReached(clause.rule.id, clause.rule.steps[now - 1].level, case.day)
