"""Expressions: one line of the regulation, parsed, typed and compiled once, evaluated about a million times a second.

A missing fact is UNKNOWN: never enough to allow, also under `not`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from points_engine.rulebook.checking import Checker
from points_engine.rulebook.compiling import Code, compile_tree
from points_engine.rulebook.grammar import parse
from points_engine.rulebook.kinds import Number, Place
from points_engine.rulebook.problems import PackProblems, Problem
from points_engine.rulebook.reader import Scalar
from points_engine.rulebook.tokens import Stop
from points_engine.rulebook.trees import Binary, Literal, Logic, Name, Tree, constant_of, literals_in, names_in, whole
from points_engine.rulebook.vocabulary import ANY, MONEY, NUMERIC, POINTS, ZERO

NO_NAMES: Mapping[str, str] = {}


class CompiledExpression:
    """An expression ready to evaluate; immutable. Equal when it says the same over names of the same types.

    `unit` is the exact type (`points`, `money`, `list of text`…); `type` the coarse one of the `Expression` protocol.
    """

    __slots__ = ("_codes", "_operands", "_parts", "names", "place", "scalar", "scope", "source", "tree", "type", "unit")

    def __init__(
        self, scalar: Scalar, tree: Tree, unit: str, scope: Mapping[str, str], *, is_part: bool = False
    ) -> None:
        self.scalar = scalar
        self.source = scalar.text[tree.start : tree.end] if is_part else scalar.text
        self.place: Place = scalar.place_of(tree.start) if is_part else scalar.place
        self.tree = tree
        self.unit = unit
        self.type = coarse(unit)
        self.names = frozenset(name.name for name in names_in(tree))
        self.scope = {name: scope[name] for name in sorted(self.names) if name in scope}
        self._codes: tuple[Code, Code] = compile_tree(tree)
        self._operands: tuple[tuple[str, CompiledExpression], ...] | None = None
        self._parts: tuple[CompiledExpression, ...] | None = None

    def __call__(self, values: Mapping[str, object]) -> object:
        """The value over known `values`, or UNKNOWN. Numbers are `int` or `Fraction`; durations are minutes."""
        try:
            return self._codes[0](values)
        except LookupError:
            return self._codes[1](values)

    def clauses(self, values: Mapping[str, object]) -> list[tuple[str, object]]:
        """The text and value of each operand of a top-level `and` or `or`; itself where there is none."""
        if self._operands is None:
            self._operands = tuple(self._split())
        return [(source, operand(values)) for source, operand in self._operands]

    def _split(self) -> Iterator[tuple[str, CompiledExpression]]:
        if not isinstance(self.tree, Logic):
            yield self.source.strip(), self
            return
        for operand in self.tree.operands:
            part = self.part(operand, "boolean")
            yield part.source, part

    def operands_of(self, operator: str) -> tuple[CompiledExpression, ...]:
        """The operands where the whole of it is an `and` (or an `or`); itself where it is not."""
        if not isinstance(self.tree, Logic) or self.tree.operator != operator:
            return (self,)
        if self._parts is None:
            self._parts = tuple(self.part(each, "boolean") for each in self.tree.operands)
        return self._parts

    def part(self, tree: Tree, unit: str) -> CompiledExpression:
        """A part of this expression, with its own text and place."""
        return CompiledExpression(self.scalar, tree, unit, self.scope, is_part=True)

    def literals(self) -> Iterator[Literal]:
        """Every value written out in it, left to right."""
        yield from literals_in(self.tree)

    def place_of(self, name: str) -> Place:
        """Where it first reads the fact, parameter or measure."""
        found = next((one for one in names_in(self.tree) if one.name == name), None)
        return self.scalar.place_of(found.start) if found else self.place

    def lower_bound(self) -> tuple[str, CompiledExpression] | None:
        """The name and the bound of a condition of the form `name >= bound` (or `>`); None for any other."""
        tree = self.tree
        if not isinstance(tree, Binary) or tree.operator not in (">=", ">") or not isinstance(tree.left, Name):
            return None
        unit = self.scope.get(tree.left.name, ANY)
        return tree.left.name, self.part(tree.right, unit)

    @property
    def constant(self) -> bool | None:
        """The truth of a condition that no fact can change; None for any other."""
        return constant_of(self.tree)

    @property
    def is_literal(self) -> bool:
        """Whether it is nothing but one value."""
        return isinstance(self.tree, Literal)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CompiledExpression):
            return NotImplemented
        return (self.source, self.unit, self.scope) == (other.source, other.unit, other.scope)

    def __hash__(self) -> int:
        return hash((self.source, self.unit))

    def __repr__(self) -> str:
        return f"<{self.unit}: {self.source}>"  # the same wherever it stands: definitions are told apart by it

    def __reduce__(self) -> tuple[Callable[..., CompiledExpression], tuple[str, Place, dict[str, str]]]:
        return (compile_expression, (self.source, self.place, dict(self.scope)))


def compile_expression(
    source: str | Scalar, place: Place | None = None, names: Mapping[str, str] = NO_NAMES, wanted: str = ANY
) -> CompiledExpression:
    """Compile one expression. `names` gives the exact type of each parameter and measure; `wanted` is what it must be.

    Raises PackProblems with every problem of the expression.

    >>> compile_expression("record.minutes >= 30 min")({"record.minutes": 45})
    True
    """
    scalar = source if isinstance(source, Scalar) else Scalar(source, place or Place("expression", 1, 1), source)
    found: list[Problem] = []
    compiled = try_compile(scalar, names, wanted, found, "the expression")
    if compiled is None:
        raise PackProblems(found)
    return compiled


def try_compile(
    scalar: Scalar, names: Mapping[str, str], wanted: str, problems: list[Problem], what: str
) -> CompiledExpression | None:
    """The compiled expression, or None with what is wrong added to `problems`."""
    try:
        tree = parse(scalar)
    except Stop as stopped:
        problems.append(stopped.problem)
        return None
    checker = Checker(scalar, names)
    unit = checker.require(tree, wanted, what)
    if checker.problems:
        problems += checker.problems
        return None
    return CompiledExpression(scalar, tree, wanted if unit == ZERO and wanted in NUMERIC else unit, names)


def literal_of(text: str) -> tuple[Number, str] | None:
    """The number and exact type of a text that is one literal (with a sign, or a ratio a/b), else None.

    >>> literal_of("1 h 30 min"), literal_of("80 %"), literal_of("1/3"), literal_of("rate")
    ((90, 'duration'), (Fraction(4, 5), 'number'), (Fraction(1, 3), 'number'), None)
    """
    above, slash, below = text.partition("/")
    if slash:
        top, bottom = literal_of(above), literal_of(below)
        if top is None or bottom is None or bottom[1] != "number":
            return None
        return _quotient(top, bottom[0])
    sign = -1 if text.strip().startswith("-") else 1
    try:
        tree = parse(Scalar(text.strip().removeprefix("-"), Place("", 1, 1)))
    except Stop:
        return None
    if not isinstance(tree, Literal) or tree.type not in NUMERIC:
        return None
    assert isinstance(tree.value, (int, Fraction)), tree
    return sign * tree.value, tree.type


def _quotient(top: tuple[Number, str], bottom: Number) -> tuple[Number, str]:
    return whole(Fraction(top[0]) / bottom), top[1]


def coarse(unit: str) -> str:
    """The protocol's type of an exact one: points and money are numbers, a list is a list whatever it holds."""
    if unit.startswith(("list of ", "table of ")):
        return unit.split(" ", 1)[0]
    return "number" if unit in (POINTS, MONEY, ZERO) else unit
