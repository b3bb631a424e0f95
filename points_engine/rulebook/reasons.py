"""Reasons: why a requirement does not hold, with exact numbers where it compares two."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from fractions import Fraction

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.grammar import Binary
from points_engine.rulebook.kinds import Expression, Number, Requirement, Text, Unknown
from points_engine.rulebook.vocabulary import DURATION, FACTS
from points_engine.rulebook.watching import was_asked


@dataclass(frozen=True, slots=True)
class Reason:
    """One requirement that is not met.

    `kind` is "require", or "unknown" when a fact is missing, which `unknown` then names.  The numbers are those of the
    comparison (durations in minutes), None where the requirement compares no numbers.
    """

    rule: str
    say: Text | None
    kind: str = "require"
    required: Number | None = None
    available: Number | None = None
    missing: Number | None = None
    unknown: tuple[str, ...] = ()
    is_duration: bool = False  # whether the numbers are minutes


def reasons_of(rule: str, require: tuple[Requirement, ...], values: Mapping[str, object]) -> list[Reason]:
    """Why these requirements of a rule do not hold; empty when all do."""
    if require:
        was_asked(rule, values)
    return [
        reason_of(rule, requirement.that, requirement.say, values)
        for requirement in require
        if requirement.that(values) is not True
    ]


def reason_of(rule: str, that: Expression, say: Text | None, values: Mapping[str, object]) -> Reason:
    """Why a condition that is not known to hold does not."""
    if isinstance(that(values), Unknown):
        unknown = tuple(sorted(name for name in that.names if name not in values))
        return Reason(rule, say, "unknown", unknown=unknown)
    required, available = _compared(that, values)
    missing: Number | None = None
    if required is not None and available is not None:
        missing = max(required, available) - min(required, available)
    return Reason(rule, say, "require", required, available, missing, is_duration=_is_about_time(that, values))


def can_be_earned(that: Expression, measures: Container[str], values: Mapping[str, object]) -> bool:
    """Whether everything that fails in a condition is about what was done, not about who somebody is."""
    parts = that.operands_of("and") if isinstance(that, CompiledExpression) else (that,)
    failing = [part for part in parts if part(values) is not True]
    return all(any(name in measures for name in part.names) for part in failing)


def _compared(that: Expression, values: Mapping[str, object]) -> tuple[Number | None, Number | None]:
    """The bound and the value held against it, of the comparison that fails; the bound is the side without facts."""
    comparison = _failing(that, values)
    if comparison is None or not isinstance(comparison.tree, Binary):
        return None, None
    sides = [
        CompiledExpression(comparison.scalar, tree, "number", comparison.scope)
        for tree in (comparison.tree.left, comparison.tree.right)
    ]
    left, right = (side(values) for side in sides)
    if not (_is_number(left) and _is_number(right)):
        return None, None
    if any("." in name for name in sides[1].names) or (sides[1].names and not sides[0].names):
        left, right = right, left
    return right, left  # type: ignore[return-value]


def _failing(that: Expression, values: Mapping[str, object]) -> CompiledExpression | None:
    """The part of a condition that fails: itself, or the first false operand of an `and`."""
    if not isinstance(that, CompiledExpression):
        return None
    return next((part for part in that.operands_of("and") if part(values) is False), None)


def _is_about_time(that: Expression, values: Mapping[str, object]) -> bool:
    """Whether the comparison that fails compares durations."""
    comparison = _failing(that, values)
    if comparison is None:
        return False
    types = (comparison.scope.get(name) or (FACTS[name].type if name in FACTS else "") for name in comparison.names)
    return any(each.endswith(DURATION) for each in types)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)
