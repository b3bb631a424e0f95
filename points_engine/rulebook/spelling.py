"""How definitions are spelled where they name the slots of stored states; a slot is found again by its spelling.

States that are stored name their slots after the spelling of version 1, which stands here word by word: what a field
or a class is called in the code may change, what is written here may not. A definition that can be told apart by more
than before adds to its spelling only where it uses it, so that all the others keep their slots.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.terms import UNKNOWN, Window

DIGITS: Final = 6
"""How many hexadecimal digits of a spelling's hash tell definitions of one rule id apart."""


def signature(*parts: object) -> str:
    """Hexadecimal digits that tell two definitions of one rule id apart."""
    return hashlib.sha256(spelled(parts).encode()).hexdigest()[:DIGITS]


def spelled(value: object) -> str:
    """A part of a definition in the spelling of version 1."""
    if value is None or isinstance(value, (str, int)):
        return repr(value)
    if isinstance(value, Window):
        return _window(value)
    if isinstance(value, CompiledExpression):
        return f"<{value.unit}: {value.source}>"
    if isinstance(value, tuple):
        return f"({', '.join(map(spelled, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Fraction):
        return f"Fraction({value.numerator}, {value.denominator})"
    if isinstance(value, date):
        return f"datetime.date({value.year}, {value.month}, {value.day})"
    if isinstance(value, Mapping):
        cells = f"{{{', '.join(f'{spelled(key)}: {spelled(cell)}' for key, cell in value.items())}}}"
        return f"mappingproxy({cells})" if isinstance(value, MappingProxyType) else cells
    assert value is UNKNOWN, f"{type(value).__name__} has no spelling"
    return "UNKNOWN"


def _window(window: Window) -> str:
    words = {
        "kind": window.kind, "offset": window.offset, "length": window.length, "unit": window.unit,
        "season": window.season, "event": window.event,
    }  # fmt: skip
    return f"Window({', '.join(f'{word}={spelled(value)}' for word, value in words.items())})"
