"""Whether two rules can ever apply to the same occasion, as far as their dates and conditions show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from points_engine.rulebook.bounds import days_of_change, parameters_on
from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.kinds import Number, Rule
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.trees import Binary, Items, Literal, Logic, Name, Tree, Unary


def are_disjoint(one: Rule, other: Rule, pack: Pack) -> bool:
    """Whether no occasion meets both: their dates part them, or on every day some fact cannot be both."""
    if max(_begin(one), _begin(other)) > min(_end(one), _end(other)):
        return True
    return all(_parted(one, other, pack, day) for day in days_of_change(pack))


def _begin(rule: Rule) -> date:
    return rule.from_day or date.min


def _end(rule: Rule) -> date:
    return rule.until_day or date.max


@dataclass(frozen=True, slots=True)
class Says:
    """What a condition says of one fact: one of some texts or none of them, true or false, or between two numbers."""

    fact: str
    texts: frozenset[object] | None = None
    not_texts: frozenset[object] | None = None
    least: tuple[Number, bool] | None = None  # the number, and whether it is itself allowed
    most: tuple[Number, bool] | None = None


def _parted(one: Rule, other: Rule, pack: Pack, day: date) -> bool:
    values = parameters_on(pack, day)
    mine = [*_says(one, values)]
    return any(_contradict(a, b) for a in mine for b in _says(other, values) if a.fact == b.fact)


def _contradict(one: Says, other: Says) -> bool:
    if one.texts is not None and other.texts is not None:
        return not one.texts & other.texts
    for a, b in ((one, other), (other, one)):
        if a.texts is not None and b.not_texts is not None:
            return a.texts <= b.not_texts
        if a.least is not None and b.most is not None and _are_apart(a.least, b.most):
            return True
    return False


def _are_apart(least: tuple[Number, bool], most: tuple[Number, bool]) -> bool:
    return least[0] > most[0] or (least[0] == most[0] and not (least[1] and most[1]))


def _says(rule: Rule, values: dict[str, object]) -> Iterator[Says]:
    for condition in rule.when:
        if isinstance(condition, CompiledExpression):
            yield from _of(condition, condition.tree, values, True)


def said_by(pack: Pack, condition: object, day: date) -> list[Says]:
    """Everything that must be so on a day for one condition to hold, as far as it can be read off."""
    if not isinstance(condition, CompiledExpression):
        return []
    return [*_of(condition, condition.tree, parameters_on(pack, day), True)]


def _of(whole: CompiledExpression, tree: Tree, values: dict[str, object], holds: bool) -> Iterator[Says]:
    """Everything that must be so for the condition to hold."""
    if isinstance(tree, Unary) and tree.operator == "not":
        yield from _of(whole, tree.operand, values, not holds)
    elif isinstance(tree, Logic) and (tree.operator == "and") == holds:
        for operand in tree.operands:
            yield from _of(whole, operand, values, holds)
    elif isinstance(tree, Name):
        yield Says(tree.name, texts=frozenset({holds}))
    elif isinstance(tree, Binary) and isinstance(tree.left, Name):
        yield from _compared(whole, tree, tree.left.name, values, holds)


_MIRROR = {">=": "<", "<": ">=", "<=": ">", ">": "<="}


def _compared(
    whole: CompiledExpression, tree: Binary, fact: str, values: dict[str, object], holds: bool
) -> Iterator[Says]:
    if tree.operator in ("==", "in", "!=", "not in"):
        texts = _texts(whole, tree.right, values)
        if texts is not None:
            positive = (tree.operator in ("==", "in")) == holds
            yield Says(fact, texts=texts) if positive else Says(fact, not_texts=texts)
        return
    operator = tree.operator if holds else _MIRROR.get(tree.operator, "")
    bound = whole.part(tree.right, "")(values)
    if isinstance(bound, (int, Fraction)) and not isinstance(bound, bool):
        if operator in (">=", ">"):
            yield Says(fact, least=(bound, operator == ">="))
        elif operator in ("<=", "<"):
            yield Says(fact, most=(bound, operator == "<="))


def _texts(whole: CompiledExpression, tree: Tree, values: dict[str, object]) -> frozenset[object] | None:
    items = tree.items if isinstance(tree, Items) else (tree,)
    if all(isinstance(item, Literal) for item in items):
        return frozenset(item.value for item in items if isinstance(item, Literal))
    value = whole.part(tree, "")(values)
    if isinstance(value, tuple):
        return frozenset(value)
    return frozenset({value}) if isinstance(value, (str, int, Fraction)) else None
