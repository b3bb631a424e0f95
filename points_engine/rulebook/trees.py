"""The parts of an expression as frozen nodes, each with the stretch of the source that it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from points_engine.rulebook.kinds import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression: where it starts and ends in the source, how deep it is."""

    start: int = field(compare=False)
    end: int = field(compare=False)
    depth: int = field(default=1, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node):
    """A value written out, in its smallest unit."""

    value: bool | int | Fraction | str | date
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A fact (dotted) or a parameter or measure (bare)."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Node):
    """A list written out."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(Node):
    """`not x` or `-x`."""

    operator: str
    operand: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(Node):
    """A comparison, a membership or an arithmetic step; `at` is the offset of the operator."""

    operator: str
    left: Tree
    right: Tree
    at: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Logic(Node):
    """A whole chain of `and`, or of `or`."""

    operator: str
    operands: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Node):
    """A function of the fixed table."""

    function: str
    arguments: tuple[Tree, ...]


Tree: TypeAlias = Literal | Name | Items | Unary | Binary | Logic | Call


def whole(number: Number) -> Number:
    """The same number as an integer where it is one."""
    return int(number) if isinstance(number, Fraction) and number.denominator == 1 else number


def parts(tree: Tree) -> tuple[Tree, ...]:
    """The trees directly inside this one."""
    if isinstance(tree, Unary):
        return (tree.operand,)
    if isinstance(tree, Binary):
        return (tree.left, tree.right)
    if isinstance(tree, Logic):
        return tree.operands
    if isinstance(tree, Call):
        return tree.arguments
    return tree.items if isinstance(tree, Items) else ()


def names_in(tree: Tree) -> Iterator[Name]:
    """Every name of a tree, left to right."""
    if isinstance(tree, Name):
        yield tree
    for part in parts(tree):
        yield from names_in(part)


def literals_in(tree: Tree) -> Iterator[Literal]:
    """Every value written out in a tree, left to right."""
    if isinstance(tree, Literal):
        yield tree
    for part in parts(tree):
        yield from literals_in(part)


def constant_of(tree: Tree) -> bool | None:
    """The truth of a condition that reads nothing, as far as its form shows it; None when it depends on facts."""
    if isinstance(tree, Literal) and isinstance(tree.value, bool):
        return tree.value
    if isinstance(tree, Unary) and tree.operator == "not":
        inner = constant_of(tree.operand)
        return None if inner is None else not inner
    if isinstance(tree, Logic):
        inside = [constant_of(operand) for operand in tree.operands]
        ends = tree.operator == "or"
        if ends in inside:
            return ends
        return None if None in inside else not ends
    if isinstance(tree, Binary) and isinstance(tree.left, Literal) and isinstance(tree.right, Literal):
        return _compared(tree.operator, tree.left.value, tree.right.value)
    return None


def _compared(operator: str, left: object, right: object) -> bool | None:
    if operator in ("==", "!="):
        return (left == right) == (operator == "==")
    if isinstance(left, str) or isinstance(right, str) or isinstance(left, date) != isinstance(right, date):
        return None
    below, same = left < right, left == right  # type: ignore[operator]
    return {"<": below, "<=": below or same, ">": not below and not same, ">=": not below}.get(operator)
