"""Traces: the decision itself, as canonical JSON text. Minutes, points and lots are read from it.

A trace holds ids and typed values only: no free text and nothing about a person beyond the tier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from points_engine.canonical import text
from points_engine.rulebook.cases import Case
from points_engine.rulebook.kinds import Expression, Number, Rule
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.plans import Clause, plan_of
from points_engine.rulebook.privacy import is_shown


def exact(value: object) -> object:
    """How a value that JSON does not know stands in a canonical text.

    >>> exact(Fraction(1, 2)), exact(Fraction(4, 2)), exact(date(2026, 3, 1))
    ('1/2', 2, '2026-03-01')
    """
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a trace")


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, exact numbers as integers or "n/d" strings."""
    return text(value, exact)


def number(value: object) -> Number:
    """A number as it stands in a trace.  Raises ValueError for anything else.

    >>> number("3/2"), number(4)
    (Fraction(3, 2), 4)
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        numerator, _, denominator = value.partition("/")
        return Fraction(int(numerator), int(denominator or 1))
    raise ValueError(f"{value!r} is not a number of a trace")


def decision(case: Case, points: int, lots: tuple[tuple[date, int], ...]) -> dict[str, Any]:
    """The trace of a decided case.  Empty parts are left out."""
    trace: dict[str, Any] = {
        "day": case.day.isoformat(),
        "minutes": case.total,
        "occasion": case.occasion.id,
        "pack": case.plan.pack.hash,
        "points": points,
        "scheme": case.plan.pack.scheme,
    }
    if case.used:
        trace["rules"] = [{"id": clause.rule.id} for clause in case.used]
        _add_values(trace, case, names_read(case.used))
    if case.steps:
        trace["steps"] = case.steps
    if lots:
        trace["lots"] = [[ends.isoformat(), amount] for ends, amount in lots]
    if case.awaiting:
        trace["awaiting"] = case.awaiting
    if case.reasons:
        trace["reasons"] = case.reasons
    return trace


def names_read(clauses: list[Clause[Any]]) -> frozenset[str]:
    """Every name that these clauses read."""
    if len(clauses) == 1:
        return clauses[0].names
    return clauses[0].names.union(*[clause.names for clause in clauses[1:]])


def _add_values(trace: dict[str, Any], case: Case, names: frozenset[str]) -> None:
    facts: dict[str, object] = {}
    parameters: dict[str, object] = {}
    cited = case.plan.cited(case.day)
    values = case.values
    for name in names:
        if name in cited:
            parameters[name] = rows_used(cited[name], case.occasion.facts, *(clause.texts for clause in case.used))
        elif name in values and is_shown(name):
            facts[name] = values[name]
    if facts:
        trace["facts"] = facts
    if parameters:
        trace["parameters"] = parameters


def rows_used(cited: dict[str, object], facts: Mapping[str, object], *texts: frozenset[str]) -> dict[str, object]:
    """A parameter as cited; of a table, only the rows that a fact or a text of these rules names."""
    table = cited.get("value")
    if not isinstance(table, Mapping):
        return cited
    named = {value for value in facts.values() if isinstance(value, str)}.union(*texts)
    return {**cited, "value": {key: value for key, value in table.items() if key in named}}


def act_trace(
    pack: Pack,
    rule: Rule,
    day: date,
    values: Mapping[str, object],
    steps: Sequence[Sequence[object]],
    *asked: Number | Expression | None,
) -> str:
    """The decision of a rule about an act, in the form of a fold's trace; `asked` are the terms that it went by."""
    terms = [each for each in asked if each is not None and not isinstance(each, (int, Fraction))]
    terms += [*rule.when, *(each.that for each in rule.require)]
    names = {name for expression in terms for name in expression.names}
    cited = plan_of(pack).cited(day)
    trace: dict[str, Any] = {
        "day": day.isoformat(), "pack": pack.hash, "rules": [{"id": rule.id}], "scheme": pack.scheme, "steps": steps,
    }  # fmt: skip
    facts = {name: values[name] for name in names if name in values and name not in cited and is_shown(name)}
    parameters = {name: cited[name] for name in names if cited.get(name)}
    if facts:
        trace["facts"] = facts
    if parameters:
        trace["parameters"] = parameters
    return canonical(trace)
