"""Parts of rules: every expression that stands in a rule, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from points_engine.rulebook.expressions import CompiledExpression


def expressions_of(rule: object) -> Iterator[CompiledExpression]:
    """Every expression of a rule, in the order of its fields, its steps and prices included."""
    if isinstance(rule, CompiledExpression):
        yield rule
    elif isinstance(rule, (tuple, list)):
        for item in rule:
            yield from expressions_of(item)
    elif isinstance(rule, Mapping):
        for item in rule.values():
            yield from expressions_of(item)
    elif is_dataclass(rule) and not isinstance(rule, type):
        for one in fields(rule):
            yield from expressions_of(getattr(rule, one.name))
