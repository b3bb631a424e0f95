"""Where a module can be made a little wrong, and how: one syntax tree, one changed place at a time."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

MODULE: Final = "<module>"
"""The scope of what runs when a module is imported, class bodies and default values included."""

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_SWAPPED: Final = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list", "reversed": "list"}
_UNTOUCHED: Final = ("annotation", "returns", "decorator_list", "bases", "type_params")
_SHORTER: Final = 120


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in `scope` (a function's qualified name, or MODULE), at `line`, `before` becomes `after`.

    `nth` tells apart the same change at several places of one scope.
    """

    module: str
    scope: str
    line: int
    before: str
    after: str
    nth: int

    @property
    def key(self) -> str:
        """What names it in results and explanations; it does not depend on line numbers."""
        return f"{self.module}::{self.scope}: {self.mutation}"

    @property
    def mutation(self) -> str:
        """What becomes what, on one line."""
        return f"{self.before} -> {self.after}" + (f" #{self.nth}" if self.nth else "")


@dataclass(frozen=True, slots=True)
class _Place:
    parent: ast.AST
    field: str
    at: int | None

    def put(self, node: ast.AST) -> None:
        if self.at is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.at] = node


@dataclass(frozen=True, slots=True)
class Mutation:
    """A mutant and the nodes that make it, in the tree that it was found in."""

    mutant: Mutant
    span: tuple[int, int]  # the first and the last line of the function around it, or of the module
    tree: ast.Module
    place: _Place
    old: ast.AST
    new: ast.AST

    def source(self) -> str:
        """The text of the changed module; the tree is put back."""
        self.place.put(self.new)
        try:
            return ast.unparse(self.tree)
        finally:
            self.place.put(self.old)

    def code(self, filename: str) -> Any:
        """The changed module, compiled with the line numbers of the original; the tree is put back."""
        self.place.put(self.new)
        try:
            return compile(self.tree, filename, "exec", dont_inherit=True)
        finally:
            self.place.put(self.old)


def mutations(module: str, source: str, *, asserts: bool = False) -> list[Mutation]:
    """Every mutation of a module's source, in reading order.

    Left alone: annotations, decorators, docstrings, `__all__`, and, unless `asserts`, assertions: what cannot happen
    cannot be tested either.
    """
    tree = ast.parse(source)
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    spans = {MODULE: (1, source.count("\n") + 1)}
    for scope, place, old in _nodes(tree, MODULE, "", asserts):
        if place.field == "body" and isinstance(place.parent, ast.FunctionDef | ast.AsyncFunctionDef):
            spans[scope] = (place.parent.lineno, place.parent.end_lineno or place.parent.lineno)
        for new in _changes(old):
            ast.copy_location(new, old)
            ast.fix_missing_locations(new)
            before, after = _text(old), _text(new)
            if before == after:
                continue
            nth = seen[scope, before, after]
            seen[scope, before, after] += 1
            mutant = Mutant(module, scope, _line(old), before, after, nth)
            found.append(Mutation(mutant, spans[scope], tree, place, old, new))
    return found


def mutations_of(root: Path, module: str) -> list[Mutation]:
    """Every mutation of a file below `root`; the ledger's assertions are its law, so they are changed there too."""
    asserts = module.startswith("points_engine/ledger/")
    return mutations(module, (root / module).read_text(encoding="utf-8"), asserts=asserts)


def _line(node: ast.AST) -> int:
    """The line that runs when the change would be felt."""
    match node:
        case ast.comprehension():
            return node.target.lineno
        case ast.If():
            return node.test.lineno
    return getattr(node, "lineno", 0)


def _text(node: ast.AST) -> str:
    lines = ast.unparse(node).strip().split("\n")
    text = lines[0] + (" …" if len(lines) > 1 else "")
    return text if len(text) <= _SHORTER else text[: _SHORTER - 1] + "…"


def _nodes(parent: ast.AST, scope: str, prefix: str, asserts: bool) -> Iterator[tuple[str, _Place, ast.AST]]:
    """Every node that may be changed, with its scope; `prefix` begins the qualified names of what is defined here.

    A function's default values belong to the scope around it, because they are worked out there.
    """
    for field, value in ast.iter_fields(parent):
        if field in _UNTOUCHED:
            continue
        inner, named = scope, prefix
        if isinstance(parent, ast.ClassDef):
            named = f"{prefix}{parent.name}."
        elif isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef) and field == "body":
            inner = f"{prefix}{parent.name}"
            named = f"{inner}.<locals>."
        for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST) and not _is_left_alone(node, parent, asserts):
                yield inner, _Place(parent, field, at), node
                yield from _nodes(node, inner, named, asserts)


def _is_left_alone(node: ast.AST, parent: ast.AST, asserts: bool) -> bool:
    match node:
        case ast.Assert():
            return not asserts
        case ast.Expr(value=ast.Constant()) | ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return isinstance(parent, ast.Assert) and node is parent.msg


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    """What a node may become."""
    match node:
        case ast.Compare():
            for at, operator in enumerate(node.ops):
                for other in _COMPARED[type(operator)]:
                    ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
                    yield ast.Compare(node.left, ops, node.comparators)
        case ast.BoolOp():
            yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
            for at in range(len(node.values)):
                rest = [*node.values[:at], *node.values[at + 1 :]]
                yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        case ast.BinOp() if type(node.op) in _COMPUTED and not _is_text(node):
            yield ast.BinOp(node.left, _COMPUTED[type(node.op)](), node.right)
        case ast.UnaryOp(op=ast.Not()) | ast.UnaryOp(op=ast.USub()):
            yield node.operand
        case ast.Constant(value=bool()):
            yield ast.Constant(not node.value)
        case ast.Constant(value=int(value)):
            yield ast.Constant(value + 1)
            if value:
                yield ast.Constant(value - 1)
        case ast.IfExp() if _may_be_negated(node.test):
            yield ast.IfExp(_not(node.test), node.body, node.orelse)
        case ast.If() if _may_be_negated(node.test):
            yield ast.If(_not(node.test), node.body, node.orelse)
        case ast.comprehension():
            for at in range(len(node.ifs)):
                yield ast.comprehension(node.target, node.iter, [*node.ifs[:at], *node.ifs[at + 1 :]], node.is_async)
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED and node.args:
            keywords = [] if _SWAPPED[name] == "list" else node.keywords
            yield ast.Call(ast.Name(_SWAPPED[name], ast.Load()), node.args, keywords)
        case _:
            yield from _changed_statements(node)


def _changed_statements(node: ast.AST) -> Iterator[ast.AST]:
    """A statement left out, or one that leaves a function or a loop another way."""
    match node:
        case ast.AugAssign(op=ast.Add() | ast.Sub()):
            yield ast.AugAssign(node.target, _COMPUTED[type(node.op)](), node.value)
            yield ast.Pass()
        case ast.Return(value=ast.expr()) if not _is_none(node.value):
            yield ast.Return(ast.Constant(None))
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case (
            ast.Raise()
            | ast.Assert()
            | ast.Delete()
            | ast.Expr(value=ast.Call())
            | ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
        ):
            yield ast.Pass()


def _is_text(node: ast.BinOp) -> bool:
    """Whether an operator works on text: joining or filling in, where no arithmetic can go wrong."""
    return any(
        isinstance(side, ast.JoinedStr) or (isinstance(side, ast.Constant) and isinstance(side.value, str))
        for side in (node.left, node.right)
    )


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _may_be_negated(test: ast.expr) -> bool:
    """Comparisons, `not` and constants are turned round by their own change."""
    return not isinstance(test, ast.Compare | ast.Constant) and not (
        isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    )


def _not(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)
