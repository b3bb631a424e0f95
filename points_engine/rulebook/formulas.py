"""Shapes of numbers and conditions: an expression of a wanted type, or a literal in its smallest unit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from points_engine.rulebook.checking import as_duration, fits
from points_engine.rulebook.expressions import CompiledExpression, literal_of, try_compile
from points_engine.rulebook.problems import check_room
from points_engine.rulebook.reader import Node, Scalar
from points_engine.rulebook.shapes import BAD, Bad, Desk, Shape, as_text
from points_engine.rulebook.vocabulary import ANY, BOOLEAN, MONEY, NUMBER, NUMERIC, type_name

DERIVED = frozenset({"streak", "share"})
"""Folds over conditions, which may read other measures: consecutive windows, or occasions, for which one holds."""

Wanted: TypeAlias = str | Callable[[Mapping[str, object]], str]
"""An exact type, or how it follows from the fields of the rule that were read before."""


def formula(wanted: Wanted) -> Shape:
    """An expression of the wanted type, compiled."""

    def shape(node: Node, desk: Desk, what: str) -> CompiledExpression | Bad:
        if not isinstance(node, Scalar):
            return desk.note(node.place, "not_text", what=what)
        exact = wanted if isinstance(wanted, str) else wanted(desk.fields)
        if exact == MONEY and _is_plain_decimal(node.text):
            return _without_currency(node, desk, what)
        check_room(desk.problems)
        return try_compile(node, desk.scope, exact, desk.problems, what) or BAD

    return shape


condition: Shape = formula(BOOLEAN)


def quantity(wanted: Wanted) -> Shape:
    """A literal number of the wanted type, in its smallest unit; or an expression, compiled."""
    as_formula = formula(wanted)

    def shape(node: Node, desk: Desk, what: str) -> int | Fraction | CompiledExpression | Bad:
        literal = literal_of(node.text) if isinstance(node, Scalar) else None
        exact = wanted if isinstance(wanted, str) else wanted(desk.fields)
        if literal is None or not fits(literal[1], exact) or not isinstance(node, Scalar):
            value = as_formula(node, desk, what)
            assert isinstance(value, (CompiledExpression, Bad)), value
            return value
        if exact == MONEY and _is_plain_decimal(node.text):
            return _without_currency(node, desk, what)
        return literal[0]

    return shape


def minutes(node: Node, desk: Desk, what: str) -> int | Bad:
    """A literal duration in whole minutes."""
    text = as_text(node, desk, what)
    literal = None if isinstance(text, Bad) else literal_of(text)
    if isinstance(text, Bad):
        return text
    if literal is None or not fits(literal[1], "duration") or not isinstance(literal[0], int) or literal[0] < 0:
        return desk.note(
            node.place, "wrong_type", text, what=what, wanted=type_name("duration", "en"),
            wanted_zh=type_name("duration", "zh"), found=f"'{text}'", found_zh=f"“{text}”",
            suggestion=as_duration(text) if literal and literal[1] == NUMBER else "",
        )  # fmt: skip
    return literal[0]


def measure_unit(fold: object, of: object) -> str:
    """The type of a measure's name: a sum is of what it sums, a count, a streak and a share are plain numbers."""
    return str(getattr(of, "unit", NUMBER)) if fold in ("sum", "max") else NUMBER


def unit_of(value: object) -> str:
    """The exact type of a field read before: an expression's unit; anything where there is none yet."""
    return value.unit if isinstance(value, CompiledExpression) else ANY


def measured(by: str, otherwise: str) -> Wanted:
    """The type of the expression in another field; `otherwise` where that field was left out."""
    return lambda fields: unit_of(fields[by]) if by in fields else otherwise


def _is_plain_decimal(text: str) -> bool:
    return "." in text and (literal_of(text) or ("", ""))[1] in NUMERIC - {MONEY}


def _without_currency(node: Scalar, desk: Desk, what: str) -> Bad:
    text = node.text.strip()
    return desk.note(
        node.place, "wrong_type", text, what=what, wanted=type_name(MONEY, "en"), wanted_zh=type_name(MONEY, "zh"),
        found="a plain decimal", found_zh="没有货币单位的小数", suggestion=f"{text} yuan",
    )  # fmt: skip
