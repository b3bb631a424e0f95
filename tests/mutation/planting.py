"""Putting one mutant into a child: into functions that live already, or into a module before it is imported."""

from __future__ import annotations

import importlib.machinery
from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType
from typing import Any

from tests.mutation.operators import MODULE


def is_quick(scope: str) -> bool:
    """Whether a mutant can be put into living functions: what runs at import has run when they live."""
    return scope != MODULE


def plant(functions: Iterable[FunctionType], module: CodeType, scope: str) -> bool:
    """Give every function of a module its code from the changed module; False where the changed one was not found.

    Functions made by functions are found by name and line; where several stand on one line they keep their code, and
    the next one that is made has the new one.
    """
    codes: dict[tuple[str, int], list[CodeType]] = {}
    for code in _inside(module):
        codes.setdefault((code.co_qualname, code.co_firstlineno), []).append(code)
    outermost = scope.partition(".<locals>")[0]
    found = False
    for function in functions:
        known = function.__code__
        fitting = codes.get((known.co_qualname, known.co_firstlineno), [])
        if len(fitting) == 1 and fitting[0].co_freevars == known.co_freevars:
            function.__code__ = fitting[0]
            found = found or known.co_qualname == outermost
    return found


def import_instead(file: str, module: CodeType) -> None:
    """Make the next import of `file` run the changed module."""
    original = importlib.machinery.SourceFileLoader.get_code

    def get_code(loader: importlib.machinery.SourceFileLoader, name: str) -> Any:
        return module if loader.get_filename(name) == file else original(loader, name)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)
