"""Rates: what an occasion earns by award, before it is rounded and capped."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, TypeAlias

from points_engine.rulebook.caps import bound, let_through, sum_of
from points_engine.rulebook.cases import Case
from points_engine.rulebook.groups import chosen_factors, first_awards
from points_engine.rulebook.kinds import Award, Factor, Number, Step, Unknown, number_of
from points_engine.rulebook.measures import whole
from points_engine.rulebook.plans import Clause
from points_engine.rulebook.privacy import is_shown
from points_engine.rulebook.reasons import reason_of
from points_engine.rulebook.watching import was_asked

Row: TypeAlias = tuple[Number, Number]
"""From which value on, and how much."""


def choose_awards(case: Case) -> None:
    """The awards for this kind of occasion whose conditions hold; one that requires and is not satisfied refuses."""
    gate = case.plan.gates.get(case.occasion.kind)
    for clause in () if gate is None else gate.open_for(case):
        case.use(clause)
        case.paying.append(clause)
        check_requirements(case, clause)
    if case.plan.groups:
        first_awards(case)


def check_requirements(case: Case, clause: Clause[Any]) -> None:
    """Refuse the occasion for each requirement that is not known to hold, with its numbers where they may be shown."""
    if clause.require:
        was_asked(clause.rule.id, case.values)
    for number, reading in enumerate(clause.require):
        if case.value(reading) is True:
            continue
        found = reason_of(clause.rule.id, reading.expression, None, case.values)
        reason: list[object] = [found.kind, clause.rule.id, number]
        if found.missing is not None and all(is_shown(name) for name in reading.expression.names):
            reason += [found.required, found.available, "min" if found.is_duration else ""]
        case.refuse(reason)


def earn(case: Case, minutes: int) -> None:
    """The minutes that each award is paid for, under the caps that name awards."""
    case.earning = [minutes] * len(case.paying)
    for clause in case.plan.earning_caps:
        chosen = [at for at, award in enumerate(case.paying) if award.rule.id in clause.rule.applies_to]
        if not chosen or not case.applies(clause):
            continue
        used = let_through(case, clause, case.slot(clause, clause.rule.each), case.day)
        if used is None:
            continue
        before = max(case.earning[at] for at in chosen)
        after = max(0, min(before, int((bound(case, clause) or 0) - used)))
        case.use(clause)
        case.taken.append((clause, after))
        case.step("cap_time", clause.rule.id, before, after)
        for at in chosen:
            case.earning[at] = min(case.earning[at], after)


def pay(case: Case) -> None:
    """The amount of every award: rate times units, a table, or bands."""
    for clause, minutes in zip(case.paying, case.earning, strict=True):
        units = _units(case, clause.rule, minutes)
        amount = _amount(case, clause, units, minutes)
        if amount is None:
            case.reasons.append(["unknown", clause.rule.id])
            amount = 0
        case.step("rate", clause.rule.id, units, amount)
        case.amounts.append(amount)


def _units(case: Case, rule: Award, minutes: int) -> Number:
    """How many of the award's unit there are; hours are counted as sixtieths, see `_times`."""
    if rule.per in ("hour", "minute"):
        return minutes
    if rule.per == "item":
        for name in ("deed.quantity", "record.quantity"):
            quantity = case.values.get(name)
            if isinstance(quantity, (int, Fraction)):
                return quantity
    return 1


def _times(rule: Award, rate: Number, units: Number) -> Number:
    """A rate times units, exactly.  Integers are multiplied first, so that one fraction is made at most."""
    product = rate * units
    if rule.per != "hour":
        return whole(product)
    if isinstance(product, int):
        return product // 60 if product % 60 == 0 else Fraction(product, 60)
    return whole(product / 60)


def _amount(case: Case, clause: Clause[Award], units: Number, minutes: int) -> Number | None:
    rule = clause.rule
    if rule.amount is None:
        was_asked(rule.id, case.values)
    if rule.steps:
        reading = clause.readings.get("steps_by")
        value = minutes if reading is None else case.value(reading)
        return None if isinstance(value, Unknown) else _times(rule, row(_table(case, rule.steps), value), units)  # type: ignore[arg-type]
    if rule.bands:
        value = case.value(clause.readings["bands_by"])
        if isinstance(value, Unknown):
            return None
        return _times(rule, _banded(rule, _table(case, rule.bands), value, units), 1)  # type: ignore[arg-type]
    rate = case.value(clause.readings["amount"])
    return None if isinstance(rate, Unknown) else _times(rule, rate, units)  # type: ignore[arg-type]


def _table(case: Case, steps: Sequence[Step]) -> list[Row]:
    """The rows whose numbers are known on this occasion, lowest first."""
    rows = [(number_of(step.least, case.values), number_of(step.amount, case.values)) for step in steps]
    known = [(a, b) for a, b in rows if not (isinstance(a, Unknown) or isinstance(b, Unknown))]
    return sorted(known, key=lambda each: each[0])


def row(rows: Sequence[Row], value: Number) -> Number:
    """The amount of the last row whose `least` is reached; 0 below the first.

    >>> row([(10, 1000), (20, 2000)], 19)
    1000
    """
    amount: Number = 0
    for least, paid in rows:
        if least > value:
            break
        amount = paid
    return amount


def _banded(rule: Award, bands: Sequence[Row], value: Number, units: Number) -> Number:
    """Units times the rate of the band in which they lie; what straddles is split, or goes by its start or its end."""
    if rule.straddle == "start":
        return row(bands, value) * units
    end = value + units
    if rule.straddle == "end":
        return row(bands, end) * units
    total: Number = 0
    at = value
    for edge in (*(least for least, _ in bands if value < least < end), end):
        total += row(bands, at) * (edge - at)
        at = edge
    return total


def apply_factors(case: Case) -> None:
    """Multiply the awards, and the time itself where a factor says so.  An unknown factor changes nothing."""
    found: list[tuple[str, Number, tuple[Clause[Factor], Number]]] = []
    for clause in case.plan.factors:
        if not (_multiplied(case, clause) or clause.rule.applies_to_time) or not case.applies(clause):
            continue
        multiplier = case.value(clause.readings["multiply"])
        if isinstance(multiplier, Unknown):
            case.reasons.append(["unknown", clause.rule.id])
            continue
        assert isinstance(multiplier, (int, Fraction)), "a factor is a number"
        found.append((clause.rule.id, multiplier, (clause, multiplier)))
    for clause, by in chosen_factors(case, found) if case.plan.groups else [each for _, _, each in found]:
        _multiply(case, clause, by)


def _multiplied(case: Case, clause: Clause[Factor]) -> list[int]:
    wanted = clause.rule.applies_to
    return [at for at, award in enumerate(case.paying) if not wanted or award.rule.id in wanted]


def _multiply(case: Case, clause: Clause[Factor], multiplier: Number) -> None:
    chosen = _multiplied(case, clause)
    before = sum_of(case, chosen)
    for at in chosen:
        case.amounts[at] = whole(case.amounts[at] * multiplier)
    case.use(clause)
    case.step("factor", clause.rule.id, before, whole(before * multiplier), multiplier)
    if clause.rule.applies_to_time:
        minutes = max(0, int(case.total * multiplier))  # what was served may count for nothing, never for less
        case.step("factor_time", clause.rule.id, case.total, minutes, multiplier)
        case.set_total(minutes)
