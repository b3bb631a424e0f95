"""Conditions together: one generated function for many of them, which reads every fact once."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from points_engine.rulebook.compiling import COMPARE, Code, Fast, function_of, load
from points_engine.rulebook.functions import MAY_NOT_KNOW, SEES_UNKNOWN
from points_engine.rulebook.trees import Binary, Call, Logic, Tree, names_in, parts

Together: TypeAlias = Callable[[Mapping[str, object]], tuple[object, ...]]


def compile_together(trees: Sequence[Tree], each: Sequence[Code]) -> tuple[Together, tuple[int, ...]]:
    """One function for many checked conditions, and which of them each place of its answer is about.

    The answer is what each condition is, or UNKNOWN.  Every fact is read once, and a comparison that several conditions
    share is made once.  Where a fact that a condition reads is unknown, or a function of it may not know, `each` of
    these conditions is asked by itself.
    """
    writer = _Together(trees, each)
    body, order = writer.body()
    return cast(Together, function_of(body, writer.constants)), order


class _Together(Fast):
    """Conditions written side by side, in blocks: those of one block read the same facts and share some comparisons."""

    def __init__(self, trees: Sequence[Tree], each: Sequence[Code]) -> None:
        super().__init__()
        self.trees, self.each = trees, each
        uses = Counter(part for tree in trees for part in _comparisons(tree))
        self.shared = {part for part, count in uses.items() if count > 1}
        self.known: dict[Tree, str] = {}  # shared comparisons that stand in a local of the block in hand

    def body(self) -> tuple[list[ast.stmt], tuple[int, ...]]:
        blocks: list[ast.stmt] = []
        order: list[int] = []
        answers: list[str] = []
        for names, first, members in self._blocks():
            answer = f"a{len(answers)}"
            blocks += self._block(answer, names, first, members)
            answers.append(answer)
            order += members
        whole: ast.expr = load(answers[0]) if answers else _tuple([])
        for answer in answers[1:]:
            whole = ast.BinOp(whole, ast.Add(), load(answer))
        return [*self._loads(), *blocks, ast.Return(whole)], tuple(order)

    def _blocks(self) -> Iterator[tuple[tuple[str, ...], tuple[Tree, ...], list[int]]]:
        """The facts of a block, what all of it asks for, and its members; those to be asked alone have no facts."""
        found: dict[tuple[tuple[str, ...], tuple[Tree, ...]], list[int]] = {}
        for at, tree in enumerate(self.trees):
            names = tuple(sorted({name.name for name in names_in(tree)}))
            first = tuple(part for part in _operands(tree) if part in self.shared)
            found.setdefault((names, first) if names and _is_certain(tree) else ((), ()), []).append(at)
        for (names, first), members in found.items():
            yield names, first, members

    def _block(
        self, answer: str, names: tuple[str, ...], first: tuple[Tree, ...], members: list[int]
    ) -> list[ast.stmt]:
        """A block: where all its facts are known, what it asks for is asked once, and the rest of each condition then.

        Nothing has an effect, so the order in which an `and` of known operands is worked out tells nothing.
        """
        alone = _tuple([ast.Call(self.bound(self.each[at]), [load("values")], []) for at in members])
        if not names:
            return [_assign(answer, alone)]
        self.known = {}
        before = _all_of([self.write(part) for part in first])
        lines: list[ast.stmt] = []
        rest = [[part for part in _operands(self.trees[at]) if part not in first] for at in members]
        for part in (each for operands in rest for operand in operands for each in _comparisons(operand)):
            if part in self.shared and part not in self.known:
                written = self.write(part)
                local = self.known[part] = f"t{len(self.known)}"
                lines.append(_assign(local, written))
        lines.append(_assign(answer, _tuple([_all_of([self.write(part) for part in operands]) for operands in rest])))
        if first:
            none = _assign(answer, self.bound((False,) * len(members)))
            lines = [ast.If(before, lines, [none])]
        known: list[ast.expr] = [ast.Compare(self.name(name), [ast.IsNot()], [load("UNKNOWN")]) for name in names]
        return [ast.If(_all_of(known), lines, [_assign(answer, alone)])]

    def _loads(self) -> list[ast.stmt]:
        """Read every fact; where one of them is missing, read each of them as what may be unknown."""
        if not self.locals:
            return []
        get = ast.Attribute(load("values"), "get", ast.Load())
        read, careful = [], []
        for name, local in self.locals.items():
            read.append(_assign(local, ast.Subscript(load("values"), ast.Constant(name), ast.Load())))
            careful.append(_assign(local, ast.Call(get, [ast.Constant(name), load("UNKNOWN")], [])))
        return [ast.Try(read, [ast.ExceptHandler(load("LookupError"), None, careful)], [], [])]

    def write(self, tree: Tree) -> ast.expr:
        local = self.known.get(tree)
        return load(local) if local is not None else super().write(tree)


def _operands(tree: Tree) -> Sequence[Tree]:
    return tree.operands if isinstance(tree, Logic) and tree.operator == "and" else (tree,)


def _comparisons(tree: Tree) -> Iterator[Tree]:
    """The comparisons of a condition, each as a whole."""
    if isinstance(tree, Binary) and tree.operator in COMPARE:
        yield tree
        return
    for part in parts(tree):
        yield from _comparisons(part)


def _is_certain(tree: Tree) -> bool:
    """Whether everything in it is known where its facts are, so that it may be worked out ahead of its turn."""
    if isinstance(tree, Call) and (tree.function in MAY_NOT_KNOW or tree.function in SEES_UNKNOWN):
        return False
    return all(_is_certain(part) for part in parts(tree))


def _all_of(conditions: list[ast.expr]) -> ast.expr:
    """All of some conditions; true where there is none."""
    if not conditions:
        return ast.Constant(True)
    return conditions[0] if len(conditions) == 1 else ast.BoolOp(ast.And(), conditions)


def _tuple(parts: list[ast.expr]) -> ast.expr:
    return ast.Tuple(parts, ast.Load())


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)
