"""The fold: service history in, credited minutes and points out, one occasion after another.

Pure: nothing but the arguments decides.  Folding a list in one call equals folding it in any cutting with the state
passed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from points_engine.rulebook.approvals import apply_approvals, approve_amount, share_grants
from points_engine.rulebook.beyond import plus
from points_engine.rulebook.bonuses import add_bonus, bonus_cases
from points_engine.rulebook.caps import (
    cap_amount,
    cap_time,
    cap_times,
    chosen_of,
    cut_short_stretch,
    settle_amounts,
    skip_first_minutes,
    sum_of,
)
from points_engine.rulebook.cases import Case
from points_engine.rulebook.durations import mark_horizon, measure_duration, round_time, rounded_along
from points_engine.rulebook.expiries import expires_on
from points_engine.rulebook.groups import best_awards
from points_engine.rulebook.measures import Tallies, whole
from points_engine.rulebook.occasions import (
    EMPTY,
    Checkpoint,
    Credit,
    FoldResult,
    FoldState,
    Occasion,
    Subject,
    TierReached,
)
from points_engine.rulebook.plans import Plan, plan_of
from points_engine.rulebook.rates import apply_factors, check_requirements, choose_awards, earn, pay
from points_engine.rulebook.standings import blocking, enter_standings
from points_engine.rulebook.tallying import settle_tallies
from points_engine.rulebook.tiers import reached_now, review_tiers
from points_engine.rulebook.traces import canonical, decision
from points_engine.rulebook.versions import RuleHistory

__all__ = ["RuleHistory", "decide", "fold", "share_grants"]


def fold(history: RuleHistory, subject: Subject, occasions: Sequence[Occasion], state: FoldState = EMPTY) -> FoldResult:
    """Fold occasions, sorted by `order` and all after `state.last`, into a state.

    One credit per occasion, in the same order.  Raises ValueError when an occasion is out of order.
    """
    tallies = Tallies(state.slots)
    last = state.last
    credited: list[Credit] = []
    checkpoints: list[Checkpoint] = []
    tiers: list[TierReached] = []
    plans = [plan_of(pack) for _, pack in history.versions]
    for occasion in occasions:
        order = occasion.order
        if last is not None and order <= last:
            raise ValueError(f"occasion {occasion.id} is not after the one before it")
        plan = plans[0] if len(plans) == 1 else plan_of(history.on(occasion.effective_on))
        case = Case(plan, subject.whose(occasion.volunteer), tallies, occasion)
        if last is not None and last[0].astimezone(plan.pack.zone).year != case.from_day.year:
            checkpoints.append(Checkpoint(date(case.from_day.year, 1, 1), FoldState(tallies.snapshot(), last)))
        if plan.reviews:
            review_tiers(case)
        decide(case)
        trace = _trace(case)
        settle_tallies(case, plans)
        if plan.standings:
            enter_standings(case)
        if plan.tiers:
            reached = tuple(reached_now(case))
            tiers.extend(reached)
            if reached:
                trace["tiers"] = [[each.tier, each.level] for each in reached]
        if plan.bonuses and case.in_force:
            _pay_bonuses(case, trace, plans)
        credited.append(_credit(case, trace))
        last = order
    return FoldResult(tuple(credited), FoldState(tallies.slots, last), tuple(checkpoints), tuple(tiers))


def decide(case: Case) -> None:
    """One occasion through the stages, in the order that the trace prints."""
    carried = {slot: case.tallies.slots.get(slot) for slot in case.plan.round_slots}
    measure_duration(case)
    if not case.is_refused:
        round_time(case)
    case.stated()
    case.served = case.minutes
    _admit(case)
    case.asked = case.minutes
    if not case.is_refused:
        apply_approvals(case)
        case.served = case.minutes
        case.stated()
    if case.in_force:
        choose_awards(case)
        _bar_awards(case)
    if case.in_force:
        _count(case)
    if not case.in_force:
        case.minutes = [0] * len(case.minutes)
        case.paying, case.amounts = [], []
        case.tallies.put_back(carried)
    mark_horizon(case)


def _admit(case: Case) -> None:
    barred = blocking(case, case.occasion.kind) if case.holding else None
    if barred is not None:
        case.use(barred)
        case.refuse(["standing", barred.rule.id])
    for clause in case.plan.admits:
        if case.occasion.kind in clause.rule.at and case.applies(clause):
            case.use(clause)
            check_requirements(case, clause)


def _bar_awards(case: Case) -> None:
    """A standing may let time count and keep points from being earned."""
    barred = blocking(case, "award") if case.holding and case.paying else None
    if barred is not None:
        case.use(barred)
        case.reasons.append(["standing", barred.rule.id])
        case.paying = []


def _count(case: Case) -> None:
    """From the shortest stretch to the time caps, then what the time that is left earns."""
    cut_short_stretch(case)
    cap_time(case)
    case.values["credited.minutes"] = case.total
    if not case.is_refused:
        earn(case, skip_first_minutes(case, case.total) if case.paying else 0)
        cap_times(case)
        _reward(case)


def _reward(case: Case) -> None:
    """From the rates to the amount caps."""
    if case.is_refused:
        return
    pay(case)
    apply_factors(case)
    if case.plan.groups:
        best_awards(case)
    case.values["credited.minutes"] = case.total
    case.earns = frozenset(award.rule.id for award, amount in zip(case.paying, case.amounts, strict=True) if amount)
    _round_amounts(case)
    cap_amount(case)
    if case.plan.late_approvals:
        _approve_amounts(case)


def _approve_amounts(case: Case) -> None:
    """Approvals that go by points."""
    chosen = list(range(len(case.amounts)))
    before = sum_of(case, chosen)
    if before > 0:
        settle_amounts(case, chosen, before, approve_amount(case, before))


def _round_amounts(case: Case) -> None:
    for clause in case.plan.amount_rounds:
        chosen = chosen_of(case, clause.rule.applies_to)
        before = sum_of(case, chosen)
        if not before or not case.applies(clause):
            continue
        after, left = rounded_along(case, clause, before)
        case.use(clause)
        case.step("round_amount", clause.rule.id, before, after, *((left,) if left else ()))
        settle_amounts(case, chosen, before, after)


def _pay_bonuses(case: Case, trace: dict[str, Any], plans: Sequence[Plan]) -> None:
    """What was reached with this occasion is paid with it."""
    reached = [TierReached(tier, level, case.day) for tier, level in trace.get("tiers", ())]
    case.forget_measures()
    for bonus in bonus_cases(case, reached, _earn_without_time):
        add_bonus(trace, _trace(bonus))
        settle_tallies(bonus, plans)
        for place, cell in bonus.beyond.items():
            case.beyond[place] = plus(case.beyond.get(place), cell)


def _earn_without_time(case: Case) -> None:
    earn(case, 0)
    cap_times(case)
    _reward(case)


def _trace(case: Case) -> dict[str, Any]:
    points = _smallest_units(case)
    scale = case.plan.pack.scale
    case.values["credited.points"] = whole(Fraction(points, 10**scale)) if scale else points
    lots = ((expires_on(case), points),) if points else ()
    trace = decision(case, points, lots)
    if points and case.plan.has_funds and (funds := _paid_by_funds(case)):
        trace["funds"] = funds
    if points and case.plan.has_receivers and (received := _paid_by_receiver(case)):
        trace["received"] = received
    return trace


def _paid_by_receiver(case: Case) -> int:
    """What whoever was served pays of the points, in smallest units; what is finer than that nobody pays."""
    paying = zip(case.paying, case.amounts, strict=True)
    paid = whole(sum((amount for award, amount in paying if award.rule.source == "receiver"), start=0))
    return int(paid * 10**case.plan.pack.scale)


def _paid_by_funds(case: Case) -> list[list[Any]]:
    """What each fund pays of the points, in smallest units; what is finer than that nobody pays."""
    paid: dict[str, int | Fraction] = {}
    for award, amount in zip(case.paying, case.amounts, strict=True):
        if award.rule.source == "fund":
            paid[award.rule.fund] = paid.get(award.rule.fund, 0) + amount
    scale = 10**case.plan.pack.scale
    return [[fund, int(amount * scale)] for fund, amount in sorted(paid.items()) if int(amount * scale)]


def _credit(case: Case, trace: dict[str, Any]) -> Credit:
    return Credit(
        occasion=trace["occasion"],
        day=case.day,
        minutes=trace["minutes"],
        points=trace["points"],
        lots=tuple((date.fromisoformat(ends), amount) for ends, amount in trace.get("lots", ())),
        awaiting=case.awaiting,
        trace=canonical(trace),
        funds=tuple((fund, amount) for fund, amount in trace.get("funds", ())),
        received=trace.get("received", 0),
        beyond=tuple((*place, cell) for place, cell in sorted(case.beyond.items())),
    )


def _smallest_units(case: Case) -> int:
    """The points in the scheme's smallest unit; what is finer than that is dropped, towards zero."""
    total = case.amounts[0] if len(case.amounts) == 1 else whole(sum(case.amounts))
    units = total * 10**case.plan.pack.scale
    if isinstance(units, int):
        return units
    kept = int(units)
    case.step("scale", "", total, kept)
    return kept
