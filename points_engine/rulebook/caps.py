"""Caps: the shortest stretch, the most per window from narrow to wide, and the first part that earns nothing."""

from __future__ import annotations

from datetime import date

from points_engine.rulebook.cases import Case
from points_engine.rulebook.kinds import Cap, Number, Unknown
from points_engine.rulebook.measures import whole
from points_engine.rulebook.plans import Clause
from points_engine.rulebook.windows import ROLLING, index_of, rolling_days


def let_through(case: Case, clause: Clause[Cap], slot: str, day: date) -> Number | None:
    """What a cap has let through so far in the window around `day`; None outside its season."""
    window = clause.rule.over
    if window.kind == "record":
        return 0
    cells = case.tallies.cells(slot)
    if window.kind in ROLLING:
        first, last = rolling_days(window, day) if window.kind == "last" else (case.since(window) or 0, day.toordinal())
        return whole(
            sum(
                cell
                for index, cell in cells.items()
                if isinstance(index, int) and first <= index <= last and not isinstance(cell, tuple)
            )
        )
    index = index_of(window, day, case.plan.pack.fiscal_year_starts)
    if index is None:
        return None
    return case.tallies.number(slot, index)


def bound(case: Case, clause: Clause[Cap], field: str = "most") -> Number | None:
    """The number that a cap names; None while it is unknown, when nothing may be let through."""
    value = case.value(clause.readings[field])
    return None if isinstance(value, Unknown) else value  # type: ignore[return-value]


def cut_short_stretch(case: Case) -> None:
    """A record shorter than the least counts nothing; nor does a window that falls short, until it no longer does."""
    for clause in case.plan.stretches:
        if case.occasion.kind != "record" or not case.applies(clause):
            continue
        if clause.rule.over.kind == "record":
            _cut_short_record(case, clause)
        else:
            _hold_back(case, clause)


def _cut_short_record(case: Case, clause: Clause[Cap]) -> None:
    least = bound(case, clause, "least")
    before = case.total
    case.use(clause)
    if least is None or before < least:
        case.step("least", clause.rule.id, before, 0)
        case.set_total(0)
        case.reasons.append(["short", clause.rule.id])
        case.paying = []


def _hold_back(case: Case, clause: Clause[Cap]) -> None:
    """Time is held back until the window holds the least; the record that reaches it is credited with all of it."""
    slot = f"h{case.slot(clause, clause.rule.each)[1:]}"
    index = index_of(clause.rule.over, case.day, case.plan.pack.fiscal_year_starts)
    if index is None or not case.total:
        return
    least = bound(case, clause, "least")
    held = int(case.tallies.number(slot, index))
    before, running = case.total, held + case.total
    case.use(clause)
    if held < 0:
        return
    if least is None or running < least:
        case.step("hold_back", clause.rule.id, before, 0)
        case.reasons.append(["short", clause.rule.id])
        case.set_total(0)
        case.paying = []
        case.tallies.slots[slot] = {index: running}
    else:
        case.step("hold_back", clause.rule.id, before, running)
        case.set_total(running)
        case.tallies.slots[slot] = {index: -1}


def cap_time(case: Case) -> None:
    """Time caps, narrow to wide, day by day where a record is split at midnight."""
    for clause in case.plan.time_caps:
        if not case.total or not case.applies(clause):
            continue
        before = case.total
        most = bound(case, clause) or 0
        slot = case.slot(clause, clause.rule.each)
        if len(case.days) == 1:
            used = let_through(case, clause, slot, case.days[0])
            after = [before if used is None else _room(before, most, used)]
        else:
            after = _cut_pieces(case, clause, slot, most)
        case.use(clause)
        _settle(case, clause, before, after)


def _room(minutes: int, most: Number, used: Number) -> int:
    return max(0, min(minutes, int(most - used)))


def _cut_pieces(case: Case, clause: Clause[Cap], slot: str, most: Number) -> list[int]:
    """Each piece under the cap of its own window, those of one window together."""
    taken: dict[int | None, int] = {}
    after: list[int] = []
    for day, minutes in zip(case.days, case.minutes, strict=True):
        used = let_through(case, clause, slot, day)
        window = clause.rule.over
        rolls = window.kind in ROLLING or window.kind == "record"
        index = 0 if rolls else index_of(window, day, case.plan.pack.fiscal_year_starts)
        kept = minutes if used is None else _room(minutes, most, used + taken.get(index, 0))
        taken[index] = taken.get(index, 0) + kept
        after.append(kept)
    return after


def _settle(case: Case, clause: Clause[Cap], before: int, after: list[int]) -> None:
    rule = clause.rule
    kept = sum(after)
    if kept < before and is_let_through(case, rule):
        kept = before
    elif kept < before and rule.excess == "refuse":
        case.refuse(["cap", rule.id])
        case.minutes = [0] * len(after)
        kept = 0
    else:
        case.minutes = after
        if kept < before and rule.excess == "approve":
            case.awaiting = case.awaiting or rule.by
    case.step("cap_time", rule.id, before, kept)


def is_let_through(case: Case, rule: Cap) -> bool:
    """Whether somebody who may has approved what is above the cap."""
    return rule.excess == "approve" and rule.by in case.occasion.granted


def skip_first_minutes(case: Case, minutes: int) -> int:
    """The minutes that earn, after the first ones of a window which do not."""
    for clause in case.plan.skips:
        if not minutes or not case.applies(clause):
            continue
        first = bound(case, clause, "skip_first")
        used = let_through(case, clause, case.slot(clause, clause.rule.each), case.day)
        if first is None or used is None:
            continue
        skipped = min(minutes, max(0, int(first - used)))
        case.use(clause)
        case.step("skip_first", clause.rule.id, minutes, minutes - skipped)
        minutes -= skipped
    return minutes


def cap_times(case: Case) -> None:
    """Only so many occasions of a window earn."""
    for clause in case.plan.times_caps:
        wanted = clause.rule.applies_to
        limited = [award for award in case.paying if not wanted or award.rule.id in wanted]
        if clause.rule.at != case.occasion.kind or not limited or not case.applies(clause):
            continue
        used = let_through(case, clause, case.slot(clause, clause.rule.each), case.day)
        if used is None:
            continue
        case.use(clause)
        most = bound(case, clause) or 0
        if used < most or is_let_through(case, clause.rule):
            continue
        case.step("cap_times", clause.rule.id, used, most)
        if clause.rule.excess == "refuse":
            case.refuse(["cap", clause.rule.id])
        else:
            case.reasons.append(["cap", clause.rule.id])
        if clause.rule.excess == "approve":
            case.awaiting = case.awaiting or clause.rule.by
        kept = [at for at, award in enumerate(case.paying) if award not in limited]
        case.paying, case.earning = [case.paying[at] for at in kept], [case.earning[at] for at in kept]


def cap_amount(case: Case) -> None:
    """Amount caps, narrow to wide."""
    for clause in case.plan.amount_caps:
        chosen = chosen_of(case, clause.rule.applies_to)
        before = sum_of(case, chosen)
        if before <= 0 or not case.applies(clause):
            continue
        used = let_through(case, clause, case.slot(clause, clause.rule.each), case.day)
        if used is None:
            continue
        after = max(0, min(before, (bound(case, clause) or 0) - used))
        case.use(clause)
        if after < before and is_let_through(case, clause.rule):
            after = before
        elif after < before and clause.rule.excess == "approve":
            case.awaiting = case.awaiting or clause.rule.by
        if after < before and clause.rule.excess == "refuse":
            case.reasons.append(["cap", clause.rule.id])
            after = 0
        after = whole(after)
        case.step("cap_amount", clause.rule.id, before, after)
        settle_amounts(case, chosen, before, after)


def chosen_of(case: Case, applies_to: tuple[str, ...]) -> list[int]:
    """Which of the case's amounts a rule means: all where it names none."""
    return [at for at, award in enumerate(case.paying) if not applies_to or award.rule.id in applies_to]


def sum_of(case: Case, chosen: list[int]) -> Number:
    """The sum of some of the case's amounts."""
    if len(chosen) == 1:
        return case.amounts[chosen[0]]
    return whole(sum(case.amounts[at] for at in chosen))


def settle_amounts(case: Case, chosen: list[int], before: Number, after: Number) -> None:
    """Put a new sum into some amounts: more goes into the last, less is taken from the end."""
    if len(chosen) == 1:
        case.amounts[chosen[0]] = after
        return
    change = after - before
    for at in reversed(chosen) if change < 0 else ():
        cut = min(max(0, case.amounts[at]), -change)
        case.amounts[at] = whole(case.amounts[at] - cut)
        change += cut
    case.amounts[chosen[-1]] = whole(case.amounts[chosen[-1]] + change)
