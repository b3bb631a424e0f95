"""What every entity carries: its table, its key, its parent, and whether commands lock it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

FIRST_LOCKED: Final = 10
"""The LOCK_ORDER of volunteers: they and their households, which come before them, are locked before other parents."""

PROGRAMME: Final = "programme"
"""The parent of all schemes."""


@dataclass(frozen=True, slots=True)
class Row:
    """The marks that every entity carries."""

    TABLE: ClassVar[str] = ""
    KEY: ClassVar[tuple[str, ...]] = ()
    PARENT: ClassVar[tuple[str, ...]] = ()  # rows can be loaded as the children of these values
    SINCE: ClassVar[str] = ""  # children can be loaded from this value on (inclusive)
    UNIQUE: ClassVar[tuple[tuple[str, ...], ...]] = ()
    LOCK_ORDER: ClassVar[int] = 0  # > 0: a parent row, locked when a command loads it, in ascending order
