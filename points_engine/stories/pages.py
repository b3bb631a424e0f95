"""What a page holds: a story is acts in order; a table is rows of facts with what each of them counts for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from points_engine.stories.notation import Spot


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a story: what is done or asked, with its arguments read, and what is expected to come of it.

    `expected` is None where the act has only to be accepted.
    """

    spot: Spot
    name: str
    arguments: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)
    expected: str | None = None
    source: str = ""

    def __getitem__(self, name: str) -> Any:
        return self.arguments[name]

    def value(self, name: str, otherwise: Any = None) -> Any:
        """An argument, or `otherwise` where it was left out."""
        return self.arguments.get(name, otherwise)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Acts played several times; between two rounds the day moves on by `days`."""

    spot: Spot
    times: int
    days: int
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A page of the books."""

    spot: Spot
    title: str
    packs: tuple[str, ...]
    acts: tuple[Act | Repeat, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: facts in, and the outcomes expected by column name."""

    spot: Spot
    given: Mapping[str, Any]
    expected: Mapping[str, str]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Single decisions, each about somebody without a history."""

    spot: Spot
    title: str
    pack: str
    day: date | None
    rows: tuple[Row, ...]


Page: TypeAlias = Story | Table
