"""Trees into Python code, twice: one for when everything is known, one in three-valued (Kleene) logic.

Both are made from the tree by building Python's own syntax nodes, never from text; the code can reach the values, the
constants and the fixed functions, and nothing else.  The first raises LookupError when something is unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from points_engine.rulebook.functions import FUNCTIONS, MAY_NOT_KNOW, SEES_UNKNOWN
from points_engine.rulebook.kinds import UNKNOWN
from points_engine.rulebook.trees import Binary, Call, Items, Literal, Logic, Name, Tree, Unary, parts

Code: TypeAlias = Callable[[Mapping[str, object]], object]

COMPARE: Mapping[str, type[ast.cmpop]] = {
    "==": ast.Eq, "!=": ast.NotEq, "<": ast.Lt, "<=": ast.LtE, ">": ast.Gt, ">=": ast.GtE, "in": ast.In,
    "not in": ast.NotIn,
}  # fmt: skip
_COMPUTE: Mapping[str, type[ast.operator]] = {"+": ast.Add, "-": ast.Sub, "*": ast.Mult}


def compile_tree(tree: Tree) -> tuple[Code, Code]:
    """The fast code and the three-valued code of one checked tree."""
    return _build(tree, kleene=False), _build(tree, kleene=True)


def _build(tree: Tree, *, kleene: bool) -> Code:
    writer = _Kleene() if kleene else Fast()
    body = writer.write(tree)
    return cast(Code, function_of([*writer.prologue(), ast.Return(body)], writer.constants))


def function_of(body: list[ast.stmt], constants: Mapping[str, object]) -> object:
    """The function of `values` that has this body, and can reach these constants and nothing else."""
    arguments = ast.arguments(
        posonlyargs=[], args=[ast.arg("values")], kwonlyargs=[], kw_defaults=[], defaults=[]
    )  # fmt: skip
    function = ast.FunctionDef(name="expression", args=arguments, body=body, decorator_list=[])
    if hasattr(function, "type_params"):  # a required field from Python 3.12 on
        function.type_params = []
    module = ast.fix_missing_locations(ast.Module(body=[function], type_ignores=[]))
    space: dict[str, object] = {"__builtins__": {}, "UNKNOWN": UNKNOWN, **constants}
    exec(compile(module, "<expression>", "exec"), space)
    return space["expression"]


class Fast:
    """Everything is known: names are read once into locals, operators are Python's own."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {"LookupError": LookupError}
        self.locals: dict[str, str] = {}

    def write(self, tree: Tree) -> ast.expr:
        if isinstance(tree, Literal):
            return self.constant(tree.value)
        if isinstance(tree, Name):
            return self.name(tree.name)
        if isinstance(tree, Call):
            return self.call(tree)
        return self.operation(tree, [self.write(part) for part in parts(tree)])

    def prologue(self) -> list[ast.stmt]:
        """Read every name; stop at the first that is missing or stated to be unknown."""
        lines: list[ast.stmt] = []
        for name, local in self.locals.items():
            read = ast.Subscript(load("values"), ast.Constant(name), ast.Load())
            unknown = ast.Compare(load(local), [ast.Is()], [load("UNKNOWN")])
            lines += [
                ast.Assign([ast.Name(local, ast.Store())], read),
                ast.If(unknown, [ast.Raise(exc=load("LookupError"))], []),
            ]
        return lines

    def constant(self, value: object) -> ast.expr:
        if isinstance(value, (bool, int, str)):
            return ast.Constant(value)
        return self.bound(value)

    def bound(self, value: object) -> ast.expr:
        """A value that Python has no literal for, as a global of the code."""
        name = f"g{len(self.constants)}"
        self.constants[name] = value
        return load(name)

    def name(self, name: str) -> ast.expr:
        return load(self.locals.setdefault(name, f"v{len(self.locals)}"))

    def call(self, tree: Call) -> ast.expr:
        run = _certain(FUNCTIONS[tree.function].run) if tree.function in MAY_NOT_KNOW else FUNCTIONS[tree.function].run
        return ast.Call(self.bound(run), [self.write(argument) for argument in tree.arguments], [])

    def operation(self, tree: Tree, inside: list[ast.expr]) -> ast.expr:
        if isinstance(tree, Items):
            return ast.Tuple(inside, ast.Load())
        if isinstance(tree, Unary):
            return ast.UnaryOp(ast.Not() if tree.operator == "not" else ast.USub(), inside[0])
        if isinstance(tree, Logic):
            return ast.BoolOp(ast.And() if tree.operator == "and" else ast.Or(), inside)
        assert isinstance(tree, Binary), tree
        if tree.operator in COMPARE:
            return ast.Compare(inside[0], [COMPARE[tree.operator]()], [inside[1]])
        return ast.BinOp(inside[0], _COMPUTE[tree.operator](), inside[1])


class _Kleene(Fast):
    """Anything may be unknown: every step is a call that passes UNKNOWN on, unless the other side decides."""

    def prologue(self) -> list[ast.stmt]:
        return []

    def name(self, name: str) -> ast.expr:
        get = ast.Attribute(load("values"), "get", ast.Load())
        return ast.Call(get, [ast.Constant(name), load("UNKNOWN")], [])

    def call(self, tree: Call) -> ast.expr:
        run = FUNCTIONS[tree.function].run
        if tree.function == "choose":
            run = _choose
        elif tree.function not in SEES_UNKNOWN:
            run = _lifted(run)
        return ast.Call(self.bound(run), [self.write(argument) for argument in tree.arguments], [])

    def operation(self, tree: Tree, inside: list[ast.expr]) -> ast.expr:
        if isinstance(tree, Items):
            return ast.Tuple(inside, ast.Load())
        run: Callable[..., object]
        if isinstance(tree, Logic):
            run = _all if tree.operator == "and" else _any
        elif isinstance(tree, Binary) and tree.operator in ("in", "not in"):
            run = _inside if tree.operator == "in" else _outside
        else:
            run = _STEPS[tree.operator if isinstance(tree, Binary) else _unary_of(tree)]
        return ast.Call(self.bound(run), inside, [])


def load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _unary_of(tree: Tree) -> str:
    assert isinstance(tree, Unary), tree
    return f"{tree.operator} x"


def _certain(run: Callable[..., object]) -> Callable[..., object]:
    def certain(*values: object) -> object:
        value = run(*values)
        if value is UNKNOWN:
            raise LookupError
        return value

    return certain


def _lifted(run: Callable[..., object]) -> Callable[..., object]:
    def lifted(*values: object) -> object:
        for value in values:
            if value is UNKNOWN or (type(value) is tuple and UNKNOWN in value):
                return UNKNOWN
        return run(*values)

    return lifted


def _all(*values: object) -> object:
    if False in values:
        return False
    return UNKNOWN if UNKNOWN in values else True


def _any(*values: object) -> object:
    if True in values:
        return True
    return UNKNOWN if UNKNOWN in values else False


def _choose(condition: object, yes: object, no: object) -> object:
    return UNKNOWN if condition is UNKNOWN else yes if condition else no


def _inside(value: object, many: object) -> object:
    if value is UNKNOWN or many is UNKNOWN:
        return UNKNOWN
    assert isinstance(many, tuple), many
    if value in many:
        return True
    return UNKNOWN if UNKNOWN in many else False


def _outside(value: object, many: object) -> object:
    inside = _inside(value, many)
    return UNKNOWN if inside is UNKNOWN else not inside


_STEPS: Mapping[str, Callable[..., object]] = {
    "==": _lifted(lambda a, b: a == b), "!=": _lifted(lambda a, b: a != b),
    "<": _lifted(lambda a, b: a < b), "<=": _lifted(lambda a, b: a <= b),
    ">": _lifted(lambda a, b: a > b), ">=": _lifted(lambda a, b: a >= b),
    "+": _lifted(lambda a, b: a + b), "-": _lifted(lambda a, b: a - b), "*": _lifted(lambda a, b: a * b),
    "not x": _lifted(lambda a: not a), "- x": _lifted(lambda a: -a),
}  # fmt: skip
