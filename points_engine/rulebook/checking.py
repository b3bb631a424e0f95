"""The types of an expression: every name is declared, every operator joins what can be joined; all problems at once.

A plain number fits points and money, never a duration; the literal 0 fits every measure.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from points_engine.rulebook.functions import FUNCTIONS, Function
from points_engine.rulebook.problems import Problem, problem
from points_engine.rulebook.reader import Scalar
from points_engine.rulebook.trees import Binary, Call, Items, Literal, Logic, Name, Tree, Unary
from points_engine.rulebook.vocabulary import (
    ANY,
    ANY_NUMBER,
    BOOLEAN,
    DATE,
    DURATION,
    FACT_GROUPS,
    FACTS,
    NUMBER,
    NUMERIC,
    TEXT,
    ZERO,
    type_name,
)  # fmt: skip

HOURS_OF_A_DAY = 24
_PLAIN = frozenset({NUMBER, ZERO})


def joined(left: str, right: str) -> str:
    """The common type of two values that are compared or added; empty when they have none.

    >>> joined("number", "points"), joined("duration", "number"), joined("zero", "duration")
    ('points', '', 'duration')
    """
    if ANY in (left, right):
        return right if left == ANY else left
    if left == right:
        return left
    if {left, right} <= NUMERIC:
        if left == ZERO:
            return right
        if right == ZERO:
            return left
        if NUMBER in (left, right) and DURATION not in (left, right):
            return left if right == NUMBER else right
    if left.startswith("list of ") and right.startswith("list of "):
        item = joined(left.removeprefix("list of "), right.removeprefix("list of "))
        return f"list of {item}" if item else ""
    return ""


def fits(found: str, wanted: str) -> bool:
    """Whether a value of type `found` may stand where `wanted` is asked."""
    if ANY in (found, wanted):
        return True
    if wanted == ANY_NUMBER:
        return found in NUMERIC
    if wanted == NUMBER:  # a key that counts takes plain numbers only
        return found in _PLAIN
    if wanted == "list":
        return found.startswith("list of ")
    return joined(found, wanted) == wanted


def as_duration(digits: str) -> str:
    """What a plain number was probably meant as: up to a day's hours, hours, else minutes.

    >>> as_duration("8"), as_duration("30")
    ('8 h', '30 min')
    """
    return f"{digits} h" if Fraction(digits) <= HOURS_OF_A_DAY else f"{digits} min"


class Checker:
    """One check of one tree against the facts and the pack's own names (each with its type)."""

    def __init__(self, scalar: Scalar, names: Mapping[str, str]) -> None:
        self.scalar = scalar
        self.names = names
        self.problems: list[Problem] = []

    def type_of(self, tree: Tree) -> str:
        """The type of a tree; ANY once a problem has been noted for it."""
        if isinstance(tree, Literal):
            return tree.type
        if isinstance(tree, Name):
            return self._name(tree)
        if isinstance(tree, Items):
            return self._items(tree)
        if isinstance(tree, Unary):
            return self._unary(tree)
        if isinstance(tree, Logic):
            for operand in tree.operands:
                self.require(operand, BOOLEAN, f"each side of '{tree.operator}'")
            return BOOLEAN
        if isinstance(tree, Call):
            return self._call(tree)
        return self._binary(tree)

    def require(self, tree: Tree, wanted: str, what: str) -> str:
        """The type of the tree, with a problem when it does not fit (unless one was noted inside it already).

        A table is read through `table(parameter, key)`; by itself it is no value of a rule.
        """
        before = len(self.problems)
        found = self.type_of(tree)
        if len(self.problems) == before and found.startswith("table of "):
            return self._note(tree.start, "table_alone", self.scalar.text[tree.start : tree.end])
        if len(self.problems) == before and not fits(found, wanted):
            self._wrong(tree, what, found, wanted)
        return found

    def _note(self, offset: int, code: str, offending: str = "", **facts: object) -> str:
        among = facts.pop("among", ())
        suggestion = facts.pop("suggestion", "")
        assert isinstance(suggestion, str)
        words = tuple(str(word) for word in among) if isinstance(among, (tuple, list, frozenset)) else ()
        place = self.scalar.place_of(offset)
        self.problems.append(problem(place, code, offending, among=words, suggestion=suggestion, **facts))  # type: ignore[arg-type]
        return ANY

    def _wrong(self, tree: Tree, what: str, found: str, wanted: str) -> str:
        spoken = {"wanted": _spoken(wanted, "en"), "wanted_zh": _spoken(wanted, "zh")}
        suggestion = ""
        if wanted == DURATION and isinstance(tree, Literal) and found == NUMBER:
            suggestion = as_duration(self.scalar.text[tree.start : tree.end])
        return self._note(
            tree.start, "wrong_type", self.scalar.text[tree.start : tree.end], what=what, suggestion=suggestion,
            found=type_name(found, "en"), found_zh=type_name(found, "zh"), **spoken,
        )  # fmt: skip

    def _name(self, tree: Name) -> str:
        name = tree.name
        group, _, rest = name.partition(".")
        if not rest:
            if name in self.names:
                return self.names[name]
            among = [*self.names, *FUNCTIONS, *FACTS]
            return self._note(tree.start, "unknown_name", name, among=among)
        if name in FACTS:
            return FACTS[name].type
        if group in FACT_GROUPS:
            siblings = tuple(fact.partition(".")[2] for fact in FACTS if fact.startswith(group + "."))
            return self._note(tree.start + len(group) + 1, "unknown_fact", rest, among=siblings)
        return self._note(tree.start, "unknown_fact", name, among=tuple(FACTS))

    def _items(self, tree: Items) -> str:
        common = ANY
        for item in tree.items:
            found = self.type_of(item)
            both = joined(common, found)
            if not both:
                return self._wrong(item, "every value of the list", found, common)
            common = both
        return f"list of {common}"

    def _unary(self, tree: Unary) -> str:
        if tree.operator == "not":
            self.require(tree.operand, BOOLEAN, "what follows 'not'")
            return BOOLEAN
        found = self.type_of(tree.operand)
        if found in NUMERIC or found == ANY:
            return found
        return self._wrong(tree.operand, "what follows '-'", found, NUMBER)

    def _binary(self, tree: Binary) -> str:
        left, right = self.type_of(tree.left), self.type_of(tree.right)
        operator = tree.operator
        if operator in ("in", "not in"):
            return self._membership(tree, left, right)
        if operator == "*":
            return self._product(tree, left, right)
        common = joined(left, right)
        ordered = common in NUMERIC or common in (DATE, ANY)
        if not common or (operator not in ("==", "!=") and not ordered) or common.startswith("table of "):
            return self._mismatch(tree, left, right)
        if operator in ("+", "-"):
            return self._mismatch(tree, left, right) if common == DATE else common
        self._choices(tree.left, (tree.right,))
        self._choices(tree.right, (tree.left,))
        return BOOLEAN

    def _membership(self, tree: Binary, left: str, right: str) -> str:
        if not fits(right, "list"):
            return self._wrong(tree.right, f"what follows '{tree.operator}'", right, "list")
        if right != ANY and not joined(left, right.removeprefix("list of ")):
            return self._mismatch(tree, left, right)
        if isinstance(tree.right, Items):
            self._choices(tree.left, tree.right.items)
        return BOOLEAN

    def _product(self, tree: Binary, left: str, right: str) -> str:
        if not {left, right} <= NUMERIC | {ANY}:
            return self._mismatch(tree, left, right)
        if left in _PLAIN or right in _PLAIN:
            return right if left in _PLAIN else left
        return ANY if ANY in (left, right) else self._mismatch(tree, left, right)

    def _mismatch(self, tree: Binary, left: str, right: str) -> str:
        suggestion = ""
        if {left, right} == {DURATION, NUMBER}:
            plain = tree.right if right == NUMBER else tree.left
            suggestion = as_duration(self.scalar.text[plain.start : plain.end]) if isinstance(plain, Literal) else ""
        return self._note(
            tree.at, "type_mismatch", tree.operator, left=type_name(left, "en"), right=type_name(right, "en"),
            left_zh=type_name(left, "zh"), right_zh=type_name(right, "zh"), suggestion=suggestion,
        )  # fmt: skip

    def _choices(self, fact: Tree, others: tuple[Tree, ...]) -> None:
        """A text that the fact can never be makes the clause dead: `record.recorded_by == 'kiosc'`."""
        if not isinstance(fact, Name) or fact.name not in FACTS or not FACTS[fact.name].choices:
            return
        choices = FACTS[fact.name].choices
        for other in others:
            if isinstance(other, Literal) and isinstance(other.value, str) and other.value not in choices:
                valid = ", ".join(choices)
                self._note(other.start, "unknown_value", other.value, what=fact.name, valid=valid, among=choices)

    def _call(self, tree: Call) -> str:
        function = FUNCTIONS.get(tree.function)
        if function is None:
            return self._note(tree.start, "unknown_function", tree.function, among=tuple(FUNCTIONS))
        if not function.least <= len(tree.arguments) <= function.most:
            counts = {function.least, function.most}
            wanted = " to ".join(str(count) for count in sorted(counts))
            what = f"{tree.function}()"
            return self._note(tree.start, "wrong_count", what=what, wanted=wanted, found=len(tree.arguments))
        before = len(self.problems)
        types: list[str] = []
        for index, argument in enumerate(tree.arguments):
            types.append(self._argument(tree, function, index, argument, types))
        return ANY if len(self.problems) > before else _given(function, types)

    def _argument(self, tree: Call, function: Function, index: int, argument: Tree, before: list[str]) -> str:
        wanted = function.takes[min(index, len(function.takes) - 1)]
        what = f"argument {index + 1} of {tree.function}()"
        found = self.type_of(argument)
        if wanted in ("same", "after"):
            common = joined(before[-1], found)
            return common or self._wrong(argument, what, found, before[-1])
        accepted = {
            "table": found.startswith("table of "),
            "sized": found == TEXT or found.startswith("list of "),
        }.get(wanted, fits(found, wanted))
        return found if accepted or found == ANY else self._wrong(argument, what, found, wanted)


def _given(function: Function, types: list[str]) -> str:
    if function.gives == "first":
        return types[-1] if function.takes[-1] == "same" else types[0]
    if function.gives == "second":
        return types[-1]
    if function.gives == "cell":
        return types[0].removeprefix("table of ")
    if function.gives == "ratio":
        return types[0] if types[1] in _PLAIN and types[0] != ZERO else NUMBER
    return function.gives


def _spoken(wanted: str, language: str) -> str:
    words = {
        ANY_NUMBER: ("数", "a number"), "list": ("列表", "a list"), "table": ("表", "a table"),
        "sized": ("文字或列表", "text or a list"),
    }  # fmt: skip
    if wanted in words:
        return words[wanted][0 if language == "zh" else 1]
    return type_name(wanted, language)
