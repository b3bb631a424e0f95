"""What a pack says that cannot be meant: dead rules, steps out of order, numbers without a source.

Errors would make the pack do something else than it reads; warnings are for the author to weigh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise
from typing import cast

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.gaps import gaps
from points_engine.rulebook.kinds import (
    Approve,
    Award,
    Cap,
    Convert,
    Expiry,
    Factor,
    Measure,
    Number,
    Parameter,
    Place,
    Reward,
    Round,
    Rule,
    Settle,
    Standing,
    Tier,
    Transfer,
)  # fmt: skip
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of
from points_engine.rulebook.problems import Problem, problem
from points_engine.rulebook.trees import whole
from points_engine.rulebook.vocabulary import FACTS, NUMERIC

__all__ = ["CHECKS", "FREE_NUMBERS", "HOLE", "HOLES", "expressions_of", "lint"]

HOLE = re.compile(r"\{([A-Za-z_.]+)\}")
HOLES = frozenset({"hours", "minutes", "duration", "points", "day", "required", "available", "missing"})
"""What a decision itself fills into a sentence, beside its facts and parameters."""

FREE_NUMBERS = frozenset({-1, 0, 1})
"""Numbers that need no citation."""


def lint(pack: Pack) -> tuple[Problem, ...]:
    """Everything doubtful about a pack that loads, in reading order; `severity` tells errors from warnings."""
    found = [one for check in CHECKS for one in check(pack)]
    files = {rule.place.file: index for index, rule in reversed([*enumerate(pack.rules.values(), start=1)])}
    found.sort(key=lambda one: (files.get(one.place.file, 0), one.place.line, one.place.column))
    return tuple(dict.fromkeys(found))


def _start(pack: Pack) -> Place:
    return Place("pack.yaml", 1, 1)


def _dead_rules(pack: Pack) -> Iterator[Problem]:
    """A rule whose days are empty or past when the pack begins, or whose condition is false whatever happens."""
    for rule in pack.rules.values():
        if rule.from_day and rule.until_day and rule.from_day > rule.until_day:
            why, why_zh = f"it begins on {rule.from_day} and ends on {rule.until_day}", "开始日期晚于结束日期"
            yield problem(rule.place, "never_applies", rule.id, severity="error", why=why, why_zh=why_zh)
        for condition in rule.when:
            if cast(CompiledExpression, condition).constant is False:
                why, why_zh = f"'{condition.source}' is always false", f"“{condition.source}”总为假"
                yield problem(condition.place, "never_applies", rule.id, severity="error", why=why, why_zh=why_zh)


def _ladders(pack: Pack) -> Iterator[Problem]:
    """Steps are read from the first to the last: each bound must be above the one before."""
    for rule in pack.rules.values():
        if isinstance(rule, Approve):
            yield from _ascending(pack, rule, [step.upto for step in rule.steps if step.upto is not None])
        if isinstance(rule, Award):
            yield from _ascending(pack, rule, [step.least for step in rule.steps])
            yield from _ascending(pack, rule, [step.least for step in rule.bands])
        if isinstance(rule, Convert):
            yield from _ascending(pack, rule, [step.least for step in rule.steps])
        if isinstance(rule, (Convert, Transfer)) and rule.least is not None and rule.most is not None:
            yield from _crossed(pack, rule, rule.least, rule.most)
        if isinstance(rule, Tier):
            yield from _tier(pack, rule)


def _crossed(pack: Pack, rule: Rule, least: object, most: object) -> Iterator[Problem]:
    """A least that is above the most lets nothing through."""
    for day in _days_of_change(pack):
        low, high = _number_on(pack, least, day), _number_on(pack, most, day)
        if low is not None and high is not None and low > high:
            why, why_zh = f"at least {low}, but at most {high}", f"下限 {low} 高于上限 {high}"
            yield problem(rule.place, "never_applies", rule.id, severity="error", why=why, why_zh=why_zh)
            return


def _ascending(pack: Pack, rule: Rule, bounds: list[object]) -> Iterator[Problem]:
    """On every day on which a bound changes, and on the first, the bounds that are known ascend strictly."""
    for day in _days_of_change(pack):
        known = [(bound, _number_on(pack, bound, day)) for bound in bounds]
        for (_, before), (bound, after) in pairwise(known):
            if before is not None and after is not None and after <= before:
                place = getattr(bound, "place", rule.place)
                yield problem(place, "steps_not_ascending", getattr(bound, "source", str(bound)), severity="error")
                return


def _tier(pack: Pack, rule: Tier) -> Iterator[Problem]:
    levels = [step.level for step in rule.steps]
    for level in sorted({level for level in levels if levels.count(level) > 1}):
        yield problem(rule.place, "duplicate_level", level, severity="error")
    bounds = [[_lower_bound(condition) for condition in step.reach] for step in rule.steps]
    if not bounds or any(len(row) != 1 or row[0] is None for row in bounds):
        return  # steps of several measures have no order of their own
    read = {row[0].measure for row in bounds if row[0]}
    if len(read) == 1:
        yield from _ascending(pack, rule, [row[0].bound for row in bounds if row[0]])


class _LowerBound:
    """A condition of the form `measure >= bound`."""

    __slots__ = ("bound", "measure")

    def __init__(self, measure: str, bound: CompiledExpression) -> None:
        self.measure = measure
        self.bound = bound


def _lower_bound(condition: object) -> _LowerBound | None:
    assert isinstance(condition, CompiledExpression), condition
    found = condition.lower_bound()
    return _LowerBound(*found) if found else None


def _days_of_change(pack: Pack) -> list[date]:
    days = {since for parameter in pack.of_kind(Parameter) for since, _ in parameter.values}
    return sorted({pack.effective_on, *(day for day in days if day > pack.effective_on)})


def _number_on(pack: Pack, term: object, day: date) -> Number | None:
    """The value of a bound over the parameters of a day; None where it depends on more than them."""
    if isinstance(term, (int, Fraction)):
        return term
    if not isinstance(term, CompiledExpression):
        return None
    values: dict[str, object] = {}
    for name in term.names:
        rule = pack.rules.get(name)
        if isinstance(rule, Parameter):
            values[name] = rule.on(day)
    value = term(values)
    return value if isinstance(value, (int, Fraction)) else None


def _citations(pack: Pack) -> Iterator[Problem]:
    """A parameter is a number of the regulation: it says where it stands, and has a value from the pack's first day."""
    for parameter in pack.of_kind(Parameter):
        if not parameter.cite:
            yield problem(parameter.place, "missing_cite", parameter.id, severity="warning")
        first = parameter.values[0][0]
        if first > pack.effective_on:
            yield problem(
                parameter.place, "begins_late", parameter.id, severity="warning", first=first, start=pack.effective_on
            )


def _expiries(pack: Pack) -> Iterator[Problem]:
    """Every point has one last day: one expiry rule on any day, and at least one in a pack that gives points."""
    expiries = pack.of_kind(Expiry)
    if not expiries and pack.of_kind(Award):
        yield problem(_start(pack), "no_expiry", severity="error")
    for one, other in combinations(expiries, 2):
        if not one.when and not other.when and _share_a_day(one, other):
            yield problem(other.place, "two_expiries", other.id, severity="error", other=one.id)


def _share_a_day(one: Rule, other: Rule) -> bool:
    begins = max(one.from_day or date.min, other.from_day or date.min)
    return begins <= min(one.until_day or date.max, other.until_day or date.max)


def _reach_of_facts(pack: Pack) -> Iterator[Problem]:
    """What is folded again later may not read what is decided once: no balance, no act, nothing about the outcome."""
    why = "awards are folded again later and must not depend on a balance or an act"
    why_zh = "计分会重新计算，不能依赖余额或办理时的事实"
    for rule in pack.rules.values():
        if not _is_folded(rule):
            continue
        for expression in expressions_of(rule):
            for name in sorted(expression.names):
                if name.startswith(("account.", "act.")):
                    yield problem(
                        expression.place_of(name), "fact_out_of_reach", name, severity="error", why=why, why_zh=why_zh
                    )


def _is_folded(rule: Rule) -> bool:
    if isinstance(rule, Cap):
        return rule.limits != "balance" and rule.at in ("record", "deed")
    if isinstance(rule, Standing):
        return bool(rule.at)
    return isinstance(rule, (Award, Factor, Round, Measure))


def _loose_numbers(pack: Pack) -> Iterator[Problem]:
    """A number inside an expression has no date and no citation; alone at its key it is cited by its rule."""
    for rule in pack.rules.values():
        for expression in expressions_of(rule):
            if expression.is_literal and not (isinstance(rule, Award) and expression is rule.amount):
                continue
            for literal in expression.literals():
                if literal.type not in NUMERIC or not isinstance(literal.value, (int, Fraction)):
                    continue
                if whole(literal.value) not in FREE_NUMBERS and not _is_unit(literal.value, literal.type):
                    text = expression.scalar.text[literal.start : literal.end]
                    yield problem(expression.scalar.place_of(literal.start), "literal_number", text, severity="warning")


def _is_unit(value: Number, of_type: str) -> bool:
    """`1 h` and `1 min` convert; they do not regulate."""
    return of_type == "duration" and value in (1, 60)


def _money(pack: Pack) -> Iterator[Problem]:
    """What partners and volunteers are paid comes from a fund that the pack declares."""
    for rule in pack.rules.values():
        if not isinstance(rule, (Reward, Award, Convert, Settle)):
            continue
        if rule.fund and rule.fund not in pack.funds:
            yield problem(rule.place, "unknown_fund", rule.fund, among=pack.funds, severity="error")
        if isinstance(rule, Reward) and rule.pays != 0 and not rule.fund:
            yield problem(rule.place, "no_fund", rule.id, severity="error")
        if isinstance(rule, Reward) and pack.partners and rule.partner not in pack.partners:
            yield problem(rule.place, "unknown_partner", rule.partner, among=pack.partners, severity="error")
        if isinstance(rule, Reward) and rule.has_shelves and len(rule.outlets) == 1:
            yield problem(rule.place, "one_shelf", rule.id, severity="warning")


def _unused(pack: Pack) -> Iterator[Problem]:
    """A parameter or measure that no rule reads: left over, or a name misspelt in a way that another rule allows."""
    read = {name for rule in pack.rules.values() for expression in expressions_of(rule) for name in expression.names}
    for rule in (*pack.of_kind(Parameter), *pack.of_kind(Measure)):
        if rule.id not in read:
            yield problem(rule.place, "unused", rule.id, severity="warning")


def _holes(pack: Pack) -> Iterator[Problem]:
    """A `{name}` in a sentence is a fact, a parameter or a number of the decision; any other is shown as it stands."""
    filled = HOLES | FACTS.keys() | {fact.rpartition(".")[2] for fact in FACTS}
    filled |= {parameter.id for parameter in pack.of_kind(Parameter)}
    for rule in pack.rules.values():
        sentences = [rule.because, *(requirement.say for requirement in rule.require)]
        for sentence in filter(None, sentences):
            for hole in dict.fromkeys(HOLE.findall(sentence.zh + sentence.en)):
                if hole not in filled:
                    yield problem(rule.place, "unfilled_hole", f"{{{hole}}}", severity="warning")


CHECKS: tuple[Callable[[Pack], Iterator[Problem]], ...] = (
    _dead_rules, _ladders, _citations, _expiries, _reach_of_facts, _loose_numbers, _money, _unused, _holes, gaps,
)  # fmt: skip
