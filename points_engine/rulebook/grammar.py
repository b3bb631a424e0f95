"""The grammar of expressions: words into a tree, by operator precedence, bounded in length and depth.

From loosest to tightest: `or`, `and`, `not`, comparisons and `in` (which don't chain), `+ -`, `*`, unary `-`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from points_engine.rulebook.problems import problem
from points_engine.rulebook.reader import Scalar
from points_engine.rulebook.tokens import Stop, Token, tokens_of
from points_engine.rulebook.trees import Binary, Call, Items, Literal, Logic, Name, Tree, Unary, whole
from points_engine.rulebook.vocabulary import BOOLEAN, DATE, NUMBER, SPOKEN_UNITS, TEXT, UNITS, ZERO

__all__ = ["COMPARISONS", "MOST_CHARACTERS", "MOST_LEVELS", "Binary", "Logic", "parse"]

MOST_CHARACTERS = 2_000
"""One expression: a condition longer than a page can't be read aloud in a hearing."""
MOST_LEVELS = 32
"""Nesting of one expression, so that no evaluation recurses deeply."""


_BINDING: Mapping[str, int] = {
    "or": 1, "and": 2, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "in": 4, "not in": 4, "+": 5, "-": 5, "*": 6,
}  # fmt: skip
_NOT, _COMPARISON, _MINUS = 3, 4, 7
COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not in"})


def parse(scalar: Scalar) -> Tree:
    """The tree of an expression. Raises Stop with the first problem, exact to the character."""
    if not scalar.text.strip():
        raise Stop(problem(scalar.place, "expression_empty"))
    if len(scalar.text) > MOST_CHARACTERS:
        raise Stop(problem(scalar.place, "expression_too_long", limit=MOST_CHARACTERS))
    parser = _Parser(scalar, tokens_of(scalar))
    tree = parser.expression(0, 0)
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, scalar: Scalar, tokens: Sequence[Token]) -> None:
        self.scalar = scalar
        self.tokens = tokens
        self.position = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += token.sort != "end"
        return token

    def is_at(self, text: str, ahead: int = 0) -> bool:
        token = self.tokens[min(self.position + ahead, len(self.tokens) - 1)]
        return token.sort in ("operator", "word") and token.text == text

    def wanted(self, zh: str, en: str) -> Stop:
        token = self.token
        found = token.text or "end of the expression"
        return Stop(problem(self.scalar.place_of(token.offset), "unexpected", found, wanted=en, wanted_zh=zh))

    def expect(self, text: str) -> Token:
        if not self.is_at(text):
            raise self.wanted(f"“{text}”", f"'{text}'")
        return self.take()

    def expect_end(self) -> None:
        if self.token.sort != "end":
            raise self.wanted("运算符或结尾", "an operator or the end")

    def levels(self, offset: int, *inside: Tree) -> int:
        depth = 1 + max((tree.depth for tree in inside), default=0)
        if depth > MOST_LEVELS:
            raise Stop(problem(self.scalar.place_of(offset), "expression_too_deep", limit=MOST_LEVELS))
        return depth

    def expression(self, binding: int, level: int) -> Tree:
        if level > MOST_LEVELS:
            raise Stop(problem(self.scalar.place_of(self.token.offset), "expression_too_deep", limit=MOST_LEVELS))
        left = self.prefix(level)
        while (operator := self.operator()) and _BINDING[operator] > binding:
            if operator in ("and", "or"):
                left = self.logic(operator, left, level)
            else:
                left = self.binary(operator, left, level)
        return left

    def operator(self) -> str:
        if self.is_at("not") and self.is_at("in", 1):
            return "not in"
        token = self.token
        return token.text if token.sort in ("operator", "word") and token.text in _BINDING else ""

    def logic(self, operator: str, left: Tree, level: int) -> Tree:
        operands = [left]
        while self.operator() == operator:
            self.take()
            operands.append(self.expression(_BINDING[operator], level + 1))
        end = operands[-1].end
        depth = self.levels(left.start, *operands)
        return Logic(operator=operator, operands=tuple(operands), start=left.start, end=end, depth=depth)

    def binary(self, operator: str, left: Tree, level: int) -> Tree:
        at = self.take().offset
        if operator == "not in":
            self.take()
        right = self.expression(_BINDING[operator], level + 1)
        if operator in COMPARISONS and self.operator() in COMPARISONS:
            raise Stop(problem(self.scalar.place_of(self.token.offset), "chained_comparison"))
        depth = self.levels(at, left, right)
        return Binary(operator=operator, left=left, right=right, at=at, start=left.start, end=right.end, depth=depth)

    def prefix(self, level: int) -> Tree:
        token = self.token
        if self.is_at("not"):
            return self.unary("not", _NOT, level)
        if self.is_at("-"):
            return self.unary("-", _MINUS, level)
        if self.is_at("("):
            return self.group(level)
        if self.is_at("["):
            start = self.take().offset
            items = self.list_until("]", level)
            return Items(items=items, start=start, end=self.take().end, depth=self.levels(start, *items))
        if self.is_at("true") or self.is_at("false"):
            self.take()
            return Literal(value=token.text == "true", type=BOOLEAN, start=token.offset, end=token.end)
        if token.sort == "name":
            return self.named(level)
        if token.sort == "number":
            return self.quantity()
        if token.sort == "text":
            self.take()
            return Literal(value=token.text[1:-1], type=TEXT, start=token.offset, end=token.end)
        if token.sort == "date":
            return self.day()
        raise self.wanted("值", "a value")

    def unary(self, operator: str, binding: int, level: int) -> Tree:
        start = self.take().offset
        operand = self.expression(binding, level + 1)
        depth = self.levels(start, operand)
        return Unary(operator=operator, operand=operand, start=start, end=operand.end, depth=depth)

    def group(self, level: int) -> Tree:
        self.take()
        tree = self.expression(0, level + 1)
        self.expect(")")
        return tree

    def list_until(self, closing: str, level: int) -> tuple[Tree, ...]:
        items: list[Tree] = []
        while not self.is_at(closing):
            items.append(self.expression(0, level + 1))
            if not self.is_at(closing):
                self.expect(",")
        return tuple(items)

    def named(self, level: int) -> Tree:
        token = self.take()
        if not self.is_at("("):
            return Name(name=token.text, start=token.offset, end=token.end)
        self.take()
        arguments = self.list_until(")", level)
        depth = self.levels(token.offset, *arguments)
        return Call(function=token.text, arguments=arguments, start=token.offset, end=self.take().end, depth=depth)

    def day(self) -> Tree:
        token = self.take()
        try:
            value = date.fromisoformat(token.text)
        except ValueError:
            raise Stop(problem(self.scalar.place_of(token.offset), "bad_date", token.text)) from None
        return Literal(value=value, type=DATE, start=token.offset, end=token.end)

    def quantity(self) -> Tree:
        """A number, or a sum of numbers with units: `30 min`, `1 h 30 min`, `80 %`, `7.00 yuan`."""
        start = self.token.offset
        total, of_type, end = self.amount()
        while of_type not in (NUMBER, ZERO) and self.token.sort == "number":
            more, next_type, end = self.amount()
            if next_type != of_type:
                raise self.wanted(f"{of_type} 的单位", f"a unit of {of_type}")
            total += more
        return Literal(value=whole(total), type=of_type, start=start, end=end)

    def amount(self) -> tuple[Fraction, str, int]:
        digits = self.take()
        number = Fraction(digits.text)
        unit = self.token
        if unit.sort == "name" or self.is_at("%"):
            if unit.text not in UNITS:
                place, meant = self.scalar.place_of(unit.offset), SPOKEN_UNITS.get(unit.text.lower(), "")
                raise Stop(problem(place, "unknown_unit", unit.text, among=UNITS, suggestion=meant))
            self.take()
            of_type, size = UNITS[unit.text]
            return number * size, of_type, unit.end
        return number, NUMBER if number else ZERO, digits.end
