"""Bonuses: what is paid for having reached something, on top of the occasion with which it is reached.

A bonus is decided like an occasion of its own, of kind `reached` or `tier`, after the measures count the occasion
itself: a measure counts it only where its `source` names that kind.  It is credited together with the occasion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from points_engine.rulebook.cases import Case
from points_engine.rulebook.kinds import Award, Value
from points_engine.rulebook.occasions import PAID, TierReached, named
from points_engine.rulebook.plans import Clause
from points_engine.rulebook.windows import index_of


def bonus_cases(case: Case, tiers: Sequence[TierReached], reward: Callable[[Case], None]) -> list[Case]:
    """The bonuses that this occasion leads to, each decided by `reward`."""
    found = []
    for reached in tiers:
        rule = next(clause.rule for clause in case.plan.tiers if clause.rule.id == reached.tier)
        step = next(at for at, each in enumerate(rule.steps, start=1) if each.level == reached.level)
        facts: dict[str, Value] = {"tier.scale": reached.tier, "tier.reached": reached.level, "tier.step": step}
        found.append(_paid(case, "tier", facts, reward))
    found.append(_paid(case, "reached", {}, reward))
    return [each for each in found if each is not None]


def _paid(case: Case, kind: str, facts: dict[str, Value], reward: Callable[[Case], None]) -> Case | None:
    event = replace(case.occasion, kind=kind, minutes=0, facts=facts, granted=frozenset())
    bonus = Case(case.plan, case.subject, case.tallies, event)
    bonus.is_counted = True
    for clause in case.plan.bonuses:
        if clause.rule.at != kind or _is_paid(bonus, clause) or not bonus.applies(clause):
            continue
        if all(bonus.holds(reading) for reading in clause.require):
            bonus.use(clause)
            bonus.paying.append(clause)
    if not bonus.paying:
        return None
    reward(bonus)
    for clause in bonus.paying if kind == "reached" else ():
        index = _window(bonus, clause)
        assert index is not None, "a bonus is paid inside its window"
        bonus.tallies.writable(PAID)[named(clause.rule.id, bonus.volunteer)] = index
    return bonus


def _is_paid(bonus: Case, clause: Clause[Award]) -> bool:
    if clause.rule.at != "reached":
        return False
    index = _window(bonus, clause)
    paid = bonus.tallies.cells(PAID).get(named(clause.rule.id, bonus.volunteer))
    return index is None or paid == index


def _window(bonus: Case, clause: Clause[Award]) -> int | None:
    return index_of(clause.rule.over, bonus.day, bonus.plan.pack.fiscal_year_starts)


def add_bonus(trace: dict[str, Any], bonus: dict[str, Any]) -> None:
    """Let the decision of an occasion hold what one of its bonuses is, so that its points remain the trace's."""
    trace["points"] += bonus["points"]
    for part in ("steps", "reasons"):
        if part in bonus:
            trace[part] = [*trace.get(part, ()), *bonus[part]]
    trace["rules"] = [*trace.get("rules", ()), *bonus["rules"]]
    for part in ("facts", "parameters"):
        if part in bonus:
            trace[part] = {**bonus[part], **trace.get(part, {})}
    if "funds" in bonus:
        funds: dict[str, int] = {}
        for fund, amount in (*trace.get("funds", ()), *bonus["funds"]):
            funds[fund] = funds.get(fund, 0) + amount
        trace["funds"] = [[fund, amount] for fund, amount in sorted(funds.items()) if amount]
    if "received" in bonus:
        trace["received"] = trace.get("received", 0) + bonus["received"]
    if "lots" in bonus:
        lots: dict[str, int] = {}
        for ends, amount in (*trace.get("lots", ()), *bonus["lots"]):
            lots[ends] = lots.get(ends, 0) + amount
        trace["lots"] = [[ends, amount] for ends, amount in sorted(lots.items()) if amount]
