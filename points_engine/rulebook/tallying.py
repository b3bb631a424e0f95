"""Tallying: what a decided occasion adds to the measures and caps of those that follow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from points_engine.rulebook.beyond import WHOSE, add_beyond
from points_engine.rulebook.kinds import UNKNOWN, Cap, Number, Unknown
from points_engine.rulebook.measures import Tally, added, prune, value_on, whole
from points_engine.rulebook.plans import Clause
from points_engine.rulebook.watching import was_asked
from points_engine.rulebook.windows import KEPT, ROLLING, index_of, rolling_days

if TYPE_CHECKING:
    from points_engine.rulebook.cases import Case
    from points_engine.rulebook.plans import Plan

BY_PIECE = frozenset({"record.minutes", "credited.minutes"})
"""The facts that a record across midnight states piece by piece."""


def feed(case: Case, tallies: Iterable[Tally]) -> None:
    """Add the occasion to these tallies.  All contributions are worked out before the first is added."""
    found: list[tuple[Tally, str, list[tuple[date, object]]]] = []
    for tally in tallies:
        if case.occasion.kind not in tally.measure.source or tally.measure.over.kind == "record":
            continue
        if case.is_refused or (case.is_waiting and not tally.served):
            continue
        parts = _as_asked(case, tally) if tally.served else contributions(case, tally)
        if tally.measure.each in WHOSE:
            if not tally.served:
                add_beyond(case, tally, parts)
            continue
        slot = case.slot_of(tally) if parts else None
        if slot is not None:
            found.append((tally, slot, parts))
    for tally, slot, parts in found:
        cells = case.tallies.writable(slot)
        for day, value in parts:
            index = index_of(tally.measure.over, day, tally.fiscal)
            if index is not None:
                cells[index] = added(tally.measure.fold, cells.get(index), value)
        if tally.measure.over.kind not in KEPT:
            prune(cells, tally.measure.over, case.from_day, tally.fiscal, case.since(tally.measure.over))


def feed_derived(case: Case, tallies: Iterable[Tally]) -> None:
    """Streaks of windows and shares of occasions: fed when all other measures count the occasion already."""
    for tally in tallies:
        if case.occasion.kind not in tally.measure.source or not case.in_force or tally.of is None:
            continue
        slot = case.slot_of(tally)
        index = index_of(tally.measure.over, case.day, tally.fiscal)
        is_beyond = tally.measure.each in WHOSE
        if (slot is None and not is_beyond) or index is None or not _holds_where(case, tally):
            continue
        value = case.value(tally.of)
        was_asked(tally.measure.id, case.values)
        if isinstance(value, Unknown) or (tally.measure.fold == "streak" and value is not True):
            continue
        if slot is None:
            add_beyond(case, tally, [(case.day, value)])
            continue
        cells = case.tallies.writable(slot)
        cells[index] = added(tally.measure.fold, cells.get(index), value)
        if tally.measure.fold == "share":
            prune(cells, tally.measure.over, case.from_day, tally.fiscal, case.since(tally.measure.over))


def contributions(case: Case, tally: Tally) -> list[tuple[date, object]]:
    """What the occasion adds, by day: nothing where a condition is not known to hold or the value is unknown."""
    if not _holds_where(case, tally):
        return []
    fold = tally.measure.fold
    if tally.of is None:
        return [(case.day, 1)]
    if case.days == [case.day] or fold != "sum" or not BY_PIECE & tally.of.expression.names:
        value = case.value(tally.of)
        if isinstance(value, Unknown):
            return []
        return [(case.day, 1 if fold == "count" else value)]
    return _by_piece(case, tally)


def _as_asked(case: Case, tally: Tally) -> list[tuple[date, object]]:
    """What the occasion adds to what approvals are read by: all that was served, also what still waits for one.

    So that what counts already is not taken back when the approval of an earlier occasion comes.
    """
    asked: dict[str, object] = {"record.minutes": sum(case.asked)}
    if case.asked_points is not None:
        asked["credited.points"] = case.asked_points
    kept = {name: case.values[name] for name in asked}
    served = case.served
    case.values.update(asked)
    case.served = case.asked
    parts = contributions(case, tally)
    case.served = served
    case.values.update(kept)
    return parts


def _holds_where(case: Case, tally: Tally) -> bool:
    rule = tally.measure
    if rule.from_day is not None and case.day < rule.from_day:
        return False
    if rule.until_day is not None and case.day > rule.until_day:
        return False
    return all(case.value(reading) is True for reading in tally.where)


def _by_piece(case: Case, tally: Tally) -> list[tuple[date, object]]:
    assert tally.of is not None, "a sum is a sum of something"
    kept = {name: case.values[name] for name in BY_PIECE}
    parts: list[tuple[date, object]] = []
    for day, served, counted in zip(case.days, case.served, case.minutes, strict=True):
        case.values["record.minutes"] = served
        case.values["credited.minutes"] = counted
        value = case.value(tally.of)
        if not isinstance(value, Unknown):
            parts.append((day, value))
    case.values.update(kept)
    return parts


def with_occasion(case: Case, tally: Tally, before: object, piece: int | None) -> object:
    """The measure on the day of a piece, with this occasion's pieces up to that one; without one, on its own day."""
    if case.occasion.kind not in tally.measure.source:
        return before
    day = case.day if piece is None else case.days[piece]
    known = case.tallies.cells(case.slot_of(tally) or "")
    if day != case.day:
        before = value_on(tally, known, day, case.since(tally.measure.over))
    parts = contributions(case, tally)
    if piece is not None and len(parts) == len(case.days):
        parts = parts[: piece + 1]
    values = [value for at, value in parts if _together(tally, at, day, case)]
    if not values:
        return before
    fold = tally.measure.fold
    if fold == "distinct":
        cells = [cell for cell in _in_window(tally, known, day, case) if isinstance(cell, tuple)]
        return len({str(text) for cell in cells for text in cell} | {str(value) for value in values})
    result = None if isinstance(before, Unknown) else before
    for value in values:
        result = added(tally.measure.fold, result, value)  # type: ignore[arg-type]
    return UNKNOWN if result is None else result


def _together(tally: Tally, one: date, other: date, case: Case) -> bool:
    window = tally.measure.over
    if window.offset:
        return False
    if window.kind == "record":
        return True
    if window.kind == "last":
        first, last = rolling_days(window, other)
        return first <= one.toordinal() <= last
    if window.kind == "since":
        since = case.since(window)
        return since is not None and since <= one.toordinal() <= other.toordinal()
    index = index_of(window, other, tally.fiscal)
    return index is not None and index_of(window, one, tally.fiscal) == index


def _in_window(tally: Tally, cells: object, day: date, case: Case) -> list[object]:
    assert isinstance(cells, dict)
    if tally.measure.over.kind == "record":
        return []
    return [
        cell
        for index, cell in cells.items()
        if (
            _together(tally, date.fromordinal(index), day, case)
            if tally.measure.over.kind in ROLLING
            else index == index_of(tally.measure.over, day, tally.fiscal)
        )
    ]


def use_cap(case: Case, clause: Clause[Cap], slot: str, amount: Number, day: date) -> None:
    """Add to what a cap has let through in its window, and drop its windows that are over."""
    window = clause.rule.over
    if window.kind == "record" or not amount:
        return
    fiscal = case.plan.pack.fiscal_year_starts
    index = index_of(window, day, fiscal)
    if index is None:
        return
    cells = case.tallies.writable(slot)
    cells[index] = whole(case.tallies.number(slot, index) + amount)
    prune(cells, window, case.from_day, fiscal, case.since(window))


def settle_tallies(case: Case, plans: Sequence[Plan]) -> None:
    """Let the measures and caps of every version of the pack know the occasion, each definition once."""
    feed(case, case.plan.kept)
    use_caps(case)
    shadows: list[tuple[Case, Sequence[Tally]]] = []
    if len(plans) > 1:
        seen = set(case.plan.slots)
        for plan in plans:
            if not plan.slots <= seen:
                shadow = case.seen_under(plan)
                feed(shadow, [tally for tally in plan.kept if tally.slot not in seen])
                _use_unseen_caps(shadow, seen)
                shadows.append((shadow, [tally for tally in plan.derived if tally.slot not in seen]))
                seen |= plan.slots
    for each, derived in ((case, case.plan.derived), *shadows):
        if derived:
            each.forget_measures()
            feed_derived(each, derived)


def use_caps(case: Case) -> None:
    """What this occasion takes of the caps that were applied to it."""
    for clause, amount in case.taken:
        use_cap(case, clause, case.slot(clause, clause.rule.each), amount, case.day)
    done: set[str] = {clause.slot for clause, _ in case.taken}
    for clause in case.used:
        if isinstance(clause.rule, Cap) and clause.slot not in done:
            done.add(clause.slot)
            _use(case, clause)


def _use_unseen_caps(case: Case, seen: set[str]) -> None:
    for clause in case.plan.counting_caps:
        if clause.slot not in seen and case.applies(clause):
            _use(case, clause)


def _use(case: Case, clause: Clause[Cap]) -> None:
    rule = clause.rule
    slot = case.slot(clause, rule.each)
    named = rule.applies_to
    if rule.limits == "minutes":
        for day, minutes in zip(case.days, case.minutes, strict=True):
            use_cap(case, clause, slot, minutes, day)
    elif rule.limits == "times":
        earned = case.earns.intersection(named) if named else case.earns
        use_cap(case, clause, slot, 1 if earned else 0, case.day)
    elif rule.limits == "amount":
        amounts = zip(case.paying, case.amounts, strict=True)
        use_cap(case, clause, slot, sum(a for award, a in amounts if not named or award.rule.id in named), case.day)
