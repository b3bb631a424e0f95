"""The terms that every kind of rule is made of: numbers, places, sentences, conditions, windows.

Numbers are `int` or `Fraction`, never `float`; durations are counted in minutes; points are counted in whole points
(as a `Fraction` until the pack's scale turns them into integers).  Every rule remembers its place in its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Protocol, TypeAlias

Number: TypeAlias = int | Fraction
Value: TypeAlias = bool | int | Fraction | str | date | tuple[object, ...]


class Unknown:
    """The value of a fact that nobody stated: never enough to allow, also under `not`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise AssertionError("an unknown value has no truth; compare with `is UNKNOWN`")


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a pack: file name relative to the pack, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; `{name}` is filled from the facts and values of a decision."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Expression(Protocol):
    """A compiled, typed expression over named values."""

    @property
    def source(self) -> str:
        """The text as written."""
        ...

    @property
    def place(self) -> Place:
        """Where it stands in the pack."""
        ...

    @property
    def type(self) -> str:
        """`boolean`, `number` (points and money too), `duration` (minutes), `text`, `date`, `list` or `table`."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """The dotted facts ("record.minutes") and bare parameters or measures that it reads."""
        ...

    def __call__(self, values: Mapping[str, object]) -> object:
        """The value, or UNKNOWN. `values` holds every known one of `names`; a missing name is unknown."""
        ...

    def clauses(self, values: Mapping[str, object]) -> list[tuple[str, object]]:
        """The text and the value of each operand of a top-level `and` or `or`; itself where there is none."""
        ...


def number_of(term: Number | Expression, values: Mapping[str, object]) -> Number | Unknown:
    """The number that a key holds here: the literal itself, or the value of the expression over `values`."""
    if isinstance(term, (int, Fraction)):
        return term
    value = term(values)
    assert isinstance(value, (int, Fraction, Unknown)), f"{term.place}: {term.source} is not a number"
    return value


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition that refuses, and says why: `{that, say}`."""

    that: Expression
    say: Text | None


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days relative to the day in hand.

    kinds: `record` (this occasion only), `day`, `week` (Monday first), `month`, `quarter`, `half_year`, `year`,
    `fiscal_year` (as pack.yaml says), each with `offset` n meaning n windows earlier; `last` (length n of `unit`
    day|week|month|year, ending on the day in hand, inclusive); `season` (from month-day a to month-day b);
    `since` (from the day of a dated event); `lifetime`.
    """

    kind: str
    offset: int = 0
    length: int = 0
    unit: str = ""
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    event: str = ""


LIFETIME = Window("lifetime")


@dataclass(frozen=True, slots=True)
class End:
    """When something ends, counted from the day on which it began: the last day on which it still holds.

    ends: `never`, `end_of_month|quarter|year|fiscal_year` (`length` windows later), `after` (`length` of `unit`
    day|month|year: the same date that much later is the last day), `on_day`.
    """

    ends: str
    length: int = 0
    unit: str = ""
    on_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule carries. `from_day` and `until_day` (inclusive) select by the service day or the act's day."""

    id: str
    place: Place = field(compare=False)
    title: Text
    cite: str = ""
    from_day: date | None = None
    until_day: date | None = None
    when: tuple[Expression, ...] = ()
    require: tuple[Requirement, ...] = ()
    because: Text | None = None
