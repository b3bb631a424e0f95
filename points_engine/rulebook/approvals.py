"""Approvals: how much of an occasion counts, by the highest level granted on any occasion of the same scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from points_engine.rulebook.cases import Case
from points_engine.rulebook.kinds import UNKNOWN, Approve, Number, Unknown, number_of
from points_engine.rulebook.measures import Tallies, Tally, slot_for, value_on, whole
from points_engine.rulebook.occasions import Occasion, Subject
from points_engine.rulebook.plans import Clause, plan_of
from points_engine.rulebook.tallying import with_occasion
from points_engine.rulebook.versions import RuleHistory
from points_engine.rulebook.watching import was_asked
from points_engine.rulebook.windows import ROLLING, index_of


def apply_approvals(case: Case) -> None:
    """Cut the time to what is granted; what waits is named by the level that is missing."""
    for clause in case.plan.approvals:
        if not is_asked(case, clause):
            continue
        before = case.total
        level = _level(case, clause)
        required, kept = _kept(case, clause, level)
        case.use(clause)
        case.step("approve", clause.rule.id, before, sum(kept), *_granted(clause, level))
        if required <= level:
            continue
        case.awaiting = case.awaiting or clause.rule.steps[required].by
        if clause.rule.part == "whole" or sum(kept) == 0:
            case.is_waiting = True
            case.minutes = [0] * len(case.minutes)
            return
        case.minutes = kept


def approve_amount(case: Case, amount: Number) -> Number:
    """What may be paid now of an amount, where approvals go by points; nothing of what waits as a whole."""
    asked = amount
    for clause in case.plan.late_approvals:
        if not is_asked(case, clause):
            continue
        case.values["credited.points"] = before = amount
        value = _value(case, clause, None)
        level, required = _level(case, clause), _needed(case, clause, value)
        if required > level:
            case.asked_points = asked
            case.awaiting = case.awaiting or clause.rule.steps[required].by
            most = _granted_bound(case, clause, level)
            over = amount if value is None or most is None else value - most
            amount = max(0, whole(amount - over)) if clause.rule.part == "excess" else 0
            case.is_waiting = case.is_waiting or clause.rule.part == "whole"
        case.use(clause)
        case.step("approve_amount", clause.rule.id, before, amount, *_granted(clause, level))
    return amount


def is_asked(case: Case, clause: Clause[Approve]) -> bool:
    """Whether an approval is about this occasion."""
    rule = clause.rule
    return bool(rule.steps) and rule.at == case.occasion.kind and case.applies(clause)


def share_grants(history: RuleHistory, subject: Subject, occasions: Sequence[Occasion]) -> tuple[Occasion, ...]:
    """The occasions with every level that was granted on any occasion of the same scope, such as a host's day.

    To be called with whole days before they are folded: the fold itself looks only back, never ahead.  A level that
    some approval asks for occasion by occasion is not shared.
    """
    found: dict[tuple[str, int], frozenset[str]] = {}
    scopes: list[list[tuple[str, int]]] = []
    for occasion in occasions:
        whose = subject.whose(occasion.volunteer)
        case = Case(plan_of(history.on(occasion.effective_on)), whose, Tallies({}), occasion)
        clauses = [clause for clause in case.plan.approvals if is_asked(case, clause)]
        alone = {step.by for clause in clauses if _scope(case, clause, case.day) is None for step in clause.rule.steps}
        scopes.append([])
        for clause in clauses:
            scope = _scope(case, clause, case.day)
            if scope is not None:
                shared = {step.by for step in clause.rule.steps} & occasion.granted - alone
                found[scope] = found.get(scope, frozenset()) | shared
                scopes[-1].append(scope)
    return tuple(
        replace(occasion, granted=occasion.granted.union(*(found[scope] for scope in reached)))
        for occasion, reached in zip(occasions, scopes, strict=True)
    )


def _granted(clause: Clause[Approve], level: int) -> tuple[str, ...]:
    return (clause.rule.steps[level].by,) if level >= 0 else ()


def _granted_bound(case: Case, clause: Clause[Approve], level: int) -> Number | None:
    """Up to where the granted level reaches; None while that is unknown."""
    upto = clause.rule.steps[level].upto if level >= 0 else 0
    bound = UNKNOWN if upto is None else number_of(upto, case.values)
    return None if isinstance(bound, Unknown) else bound


def _level(case: Case, clause: Clause[Approve]) -> int:
    """The index of the highest step granted, on this occasion or on an earlier one of its scope; -1 for none."""
    steps = clause.rule.steps
    granted = case.occasion.granted
    level = max((at for at, step in enumerate(steps) if step.by == "rule" or step.by in granted), default=-1)
    scope = _scope(case, clause, case.day)
    if scope is None:
        return level
    slot, index = scope
    known = case.tallies.number(slot, index) - 1
    if level > known and granted:
        case.tallies.slots[slot] = {index: level + 1}
    return max(level, int(known))


def _scope(case: Case, clause: Clause[Approve], day: date) -> tuple[str, int] | None:
    """The slot and window that share one level: those of the measure by which the steps are read."""
    reading = clause.readings.get("measure")
    if reading is None or not reading.measures:
        return None
    tally = case.plan.served[reading.measures[0]]
    if tally.measure.over.kind in ROLLING or tally.measure.over.kind == "record":
        return None
    slot = slot_for(f"a:{clause.rule.id}", tally.same, case.values, case.volunteer)
    index = index_of(tally.measure.over, day, tally.fiscal)
    return None if slot is None or index is None else (slot, index)


def _kept(case: Case, clause: Clause[Approve], level: int) -> tuple[int, list[int]]:
    """The step that the occasion needs, and the minutes of each piece that the granted level lets count."""
    most = _granted_bound(case, clause, level)
    required, kept = 0, []
    for piece, minutes in enumerate(case.minutes):
        value = _value(case, clause, piece)
        needed = _needed(case, clause, value)
        required = max(required, needed)
        if needed <= level:
            kept.append(minutes)
        elif level < 0 or value is None or most is None:
            kept.append(0)
        else:
            kept.append(max(0, min(minutes, minutes - int(value - most))))
    return required, kept


def _needed(case: Case, clause: Clause[Approve], value: Number | None) -> int:
    steps = clause.rule.steps
    if "measure" not in clause.readings:
        return 0
    if value is not None:
        for at, step in enumerate(steps):
            bound = UNKNOWN if step.upto is None else number_of(step.upto, case.values)
            if step.upto is None or (not isinstance(bound, Unknown) and value <= bound):
                return at
    return len(steps) - 1


def _value(case: Case, clause: Clause[Approve], piece: int | None) -> Number | None:
    """What the steps are read by, with everything served so far and this occasion up to one of its pieces, or all."""
    reading = clause.readings.get("measure")
    if reading is None:
        return None
    values = dict(case.values)
    for name in reading.measures:
        tally = case.plan.served[name]
        measured = _served(case, tally, piece)
        values.pop(name, None)
        if not isinstance(measured, Unknown):
            values[name] = measured
    value = reading.expression(values)
    was_asked(clause.rule.id, values)
    return None if isinstance(value, Unknown) else value  # type: ignore[return-value]


def _served(case: Case, tally: Tally, piece: int | None) -> object:
    slot = case.slot_of(tally)
    if slot is None:
        return UNKNOWN
    day = case.day if piece is None else case.days[piece]
    before = value_on(tally, case.tallies.cells(slot), day, case.since(tally.measure.over))
    return with_occasion(case, tally, before, piece)
