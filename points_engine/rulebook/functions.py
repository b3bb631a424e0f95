"""The functions of the expression language: a closed table; a new one is a row, its types and an example.

Every function is total over known values: what has no answer (a ratio to 0, a key that a table lacks) is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil, floor

from points_engine.rulebook.kinds import UNKNOWN, Number, Unknown, Value
from points_engine.rulebook.vocabulary import ANY, BOOLEAN, DATE, NUMBER, TEXT


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: a type per argument, or a class of types; `gives`: a type, or which argument's type.

    Classes: `numeric` (a number of any unit), `same` (as the first argument), `list`, `table`, `sized` (text or list),
    `any`.  The last class repeats up to `most` arguments.
    """

    takes: tuple[str, ...]
    gives: str
    run: Callable[..., object]
    least: int
    most: int
    meaning: str


def ratio(a: Number, b: Number) -> Number | Unknown:
    """The exact a/b; unknown when b is 0.

    >>> ratio(90, 60), ratio(1, 0)
    (Fraction(3, 2), UNKNOWN)
    """
    return Fraction(a) / b if b else UNKNOWN


def years_between(earlier: date, later: date) -> int:
    """Completed years from one day to another; born on 29 February, a year is complete on 1 March of a common year.

    >>> years_between(date(2000, 2, 29), date(2018, 2, 28)), years_between(date(2000, 2, 29), date(2018, 3, 1))
    (17, 18)
    """
    return later.year - earlier.year - ((later.month, later.day) < (earlier.month, earlier.day))


def days_between(earlier: date, later: date) -> int:
    """Days from one day to another.

    >>> days_between(date(2026, 2, 28), date(2026, 3, 1))
    1
    """
    return (later - earlier).days


def table(cells: Mapping[str, Value], key: str) -> Value | Unknown:
    """The table's value for a key; unknown where the table has none.

    >>> table({"planting": 2}, "planting"), table({"planting": 2}, "reading")
    (2, UNKNOWN)
    """
    return cells.get(key, UNKNOWN)


def any_of(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether two lists share a value.

    >>> any_of(("a", "b"), ("b", "c")), any_of((), ("a",))
    (True, False)
    """
    return any(value in others for value in some)


def least(*values: Number) -> Number:
    """The smallest."""
    return min(values)


def greatest(*values: Number) -> Number:
    """The largest."""
    return max(values)


FUNCTIONS: Mapping[str, Function] = {
    "min": Function(("numeric", "same"), "first", least, 2, 8, "the smallest"),
    "max": Function(("numeric", "same"), "first", greatest, 2, 8, "the largest"),
    "abs": Function(("numeric",), "first", abs, 1, 1, "without its sign"),
    "floor": Function(("numeric",), "first", floor, 1, 1, "rounded down to a whole one"),
    "ceil": Function(("numeric",), "first", ceil, 1, 1, "rounded up to a whole one"),
    "len": Function(("sized",), NUMBER, len, 1, 1, "how many values, or characters"),
    "contains": Function((TEXT, TEXT), BOOLEAN, str.__contains__, 2, 2, "whether the text contains the part"),
    "starts_with": Function((TEXT, TEXT), BOOLEAN, str.startswith, 2, 2, "whether the text starts with the part"),
    "ratio": Function(("numeric", "numeric"), "ratio", ratio, 2, 2, "the exact a/b"),
    "years_between": Function((DATE, DATE), NUMBER, years_between, 2, 2, "completed years"),
    "days_between": Function((DATE, DATE), NUMBER, days_between, 2, 2, "days"),
    "year_of": Function((DATE,), NUMBER, lambda day: day.year, 1, 1, "the calendar year"),
    "month_of": Function((DATE,), NUMBER, lambda day: day.month, 1, 1, "the month, 1 to 12"),
    "day_of": Function((DATE,), NUMBER, lambda day: day.day, 1, 1, "the day of the month"),
    "weekday_of": Function((DATE,), NUMBER, date.isoweekday, 1, 1, "the day of the week, Monday 1 to Sunday 7"),
    "table": Function(("table", TEXT), "cell", table, 2, 2, "the table parameter's value for the key"),
    "any_of": Function(("list", "same"), BOOLEAN, any_of, 2, 2, "whether two lists share a value"),
    "known": Function((ANY,), BOOLEAN, lambda value: value is not UNKNOWN, 1, 1, "whether somebody stated the fact"),
    "otherwise": Function(
        (ANY, "same"), "first", lambda value, other: other if value is UNKNOWN else value, 2, 2,
        "the value, or the second one where it is unknown",
    ),
    "choose": Function(
        (BOOLEAN, ANY, "after"), "second", lambda condition, yes, no: yes if condition else no, 3, 3,
        "the second where the first is true, else the third",
    ),
}  # fmt: skip
"""By name. `known` and `otherwise` see unknown values; every other function is unknown when one of its own is."""

SEES_UNKNOWN = frozenset({"known", "otherwise"})
MAY_NOT_KNOW = frozenset({"ratio", "table"})

assert frozenset(FUNCTIONS) >= SEES_UNKNOWN | MAY_NOT_KNOW
