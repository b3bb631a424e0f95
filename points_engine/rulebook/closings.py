"""Closings: what an account begins the next window with, who has passed, and whether enough of a unit has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from points_engine.rulebook.kinds import Close, Expression, Number, Unknown, number_of
from points_engine.rulebook.measures import whole
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import Values, in_force, with_day
from points_engine.rulebook.reasons import Reason, reason_of, reasons_of
from points_engine.rulebook.traces import act_trace
from points_engine.rulebook.watching import was_asked
from points_engine.rulebook.windows import span


@dataclass(frozen=True, slots=True)
class Closing:
    """One account at the end of a window: points before it, carried on, and at the beginning of the next."""

    rule: str
    since: date
    until: date
    before: Number
    carried: Number
    base: Number
    after: Number
    is_passed: bool
    unmet: tuple[Reason, ...]  # why not
    report_to: tuple[str, ...]
    trace: str


@dataclass(frozen=True, slots=True)
class UnitClosing:
    """A unit at the end of a window: which part of its people passed, and whether that is enough."""

    rule: str
    ratio: Number
    required: Number
    is_passed: bool


def closing(pack: Pack, rule_id: str, day: date, balance: Number, values: Values | None = None) -> Closing | None:
    """The closing of the window around `day` for an account that holds `balance`; None where the rule does not apply.

    Without `base` and `carry` the account goes on as it is: the rule closes the books of the pass mark only.  With them
    a debt ends with the window, and no more is carried than there is.
    """
    rule = pack.rules[rule_id]
    assert isinstance(rule, Close), f"{rule_id} is not a closing"
    known = with_day(pack, day, {"account.balance": balance, **(values or {})})
    days = span(rule.over, day, pack.fiscal_year_starts)
    if days is None or not in_force(rule, day, known):
        return None
    resets = rule.base is not None or rule.carry is not None
    base = _points(rule.base, known)
    carried = max(0, min(_points(rule.carry, known), balance)) if resets else balance
    was_asked(rule_id, known)
    unmet = [reason_of(rule_id, each, None, known) for each in rule.passes if each(known) is not True]
    unmet += reasons_of(rule_id, rule.require, known)
    after = whole(base + carried)
    steps = [["close", rule_id, balance, after, base, carried]]
    trace = act_trace(pack, rule, day, known, steps, rule.base, rule.carry, *rule.passes)
    return Closing(rule_id, *days, balance, whole(carried), base, after, not unmet, tuple(unmet), rule.report_to, trace)


def unit_closing(pack: Pack, rule_id: str, day: date, passed: int, people: int) -> UnitClosing | None:
    """Whether enough of a unit's people passed; None where the rule asks for no ratio or the unit has nobody."""
    rule = pack.rules[rule_id]
    assert isinstance(rule, Close), f"{rule_id} is not a closing"
    required = None if rule.ratio is None else number_of(rule.ratio, with_day(pack, day, {}))
    if required is None or isinstance(required, Unknown) or not people:
        return None
    ratio = whole(Fraction(passed, people))
    return UnitClosing(rule_id, ratio, required, ratio >= required)


def _points(term: Expression | None, values: Values) -> Number:
    if term is None:
        return 0
    value = number_of(term, values)
    return 0 if isinstance(value, Unknown) else whole(value)
