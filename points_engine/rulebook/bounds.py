"""Bounds: the most time and the most points that a pack can give in a window, read off its caps and rates.

Every bound is on the safe side: where the rules do not settle it, there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.kinds import UNKNOWN, Award, Cap, Factor, Number, Parameter, Window
from points_engine.rulebook.pack import Pack

MOST_MINUTES_OF_A_DAY = 25 * 60
"""A day on which the clocks go back has 25 hours."""

_ORDER = ("day", "week", "month", "quarter", "half_year", "year", "fiscal_year")
_DAYS: Mapping[str, int] = {
    "day": 1, "week": 7, "month": 31, "quarter": 92, "half_year": 184, "year": 366, "fiscal_year": 366,
}  # fmt: skip
_MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def days_of(window: Window) -> int | None:
    """The most days that a window can have; None without an end.

    >>> days_of(Window("month")), days_of(Window("last", length=2, unit="week")), days_of(Window("lifetime"))
    (31, 14, None)
    """
    if window.kind == "last":
        return window.length * {"day": 1, "week": 7, "month": 31, "year": 366}[window.unit]
    return _DAYS.get(window.kind)


def parts_of(wide: Window, narrow: Window) -> int | None:
    """How many windows of the one kind a window of the other can touch; None where that has no end.

    >>> parts_of(Window("month"), Window("day")), parts_of(Window("month"), Window("week"))
    (31, 6)
    >>> parts_of(Window("year"), Window("quarter")), parts_of(Window("day"), Window("week"))
    (4, 1)
    """
    if wide.offset or narrow.offset or narrow.kind not in _ORDER:
        return None
    if wide.kind in _MONTHS and narrow.kind in _MONTHS:
        return max(1, _MONTHS[wide.kind] // _MONTHS[narrow.kind])
    days, size = days_of(wide), _DAYS[narrow.kind]
    if days is None:
        return None
    if narrow.kind in (wide.kind, "day"):
        return days // size
    least = {"month": 28, "quarter": 90, "half_year": 181, "year": 365, "fiscal_year": 365}.get(narrow.kind, size)
    if wide.kind in _ORDER and _nests(wide.kind, narrow.kind):
        return 1
    return (days + least - 2) // least + 1


def _nests(inner: str, outer: str) -> bool:
    """Whether each window of one kind lies in one of the other."""
    return inner == "day" or (inner in _MONTHS and outer in _MONTHS and _MONTHS[inner] <= _MONTHS[outer])


def number_on(pack: Pack, term: object, day: date) -> Number | None:
    """The value of a term over the parameters of a day; None where it depends on more than them."""
    if isinstance(term, (int, Fraction)) and not isinstance(term, bool):
        return term
    if not isinstance(term, CompiledExpression):
        return None
    value = term(parameters_on(pack, day))
    return value if isinstance(value, (int, Fraction)) and not isinstance(value, bool) else None


def parameters_on(pack: Pack, day: date) -> dict[str, object]:
    """Every parameter that has a value on a day."""
    values = ((rule.id, rule.on(day)) for rule in pack.of_kind(Parameter))
    return {name: value for name, value in values if value is not UNKNOWN}


def days_of_change(pack: Pack) -> list[date]:
    """The pack's first day, and every later day on which a parameter changes."""
    days = {since for parameter in pack.of_kind(Parameter) for since, _ in parameter.values}
    return sorted({pack.effective_on, *(day for day in days if day > pack.effective_on)})


def is_general(cap: Cap) -> bool:
    """Whether a cap bounds everybody always: no condition, no dates, no key of its own, nothing let through."""
    whole = not (cap.when or cap.same or cap.from_day or cap.until_day)
    return whole and cap.each == "volunteer" and cap.excess in ("drop", "refuse") and cap.most is not None


def most_minutes(pack: Pack, window: Window, day: date, awards: frozenset[str], without: str = "") -> Number | None:
    """The most minutes of a volunteer that can earn within a window, as caps on the time of all the `awards` allow."""
    days = days_of(window)
    bounds: list[Number] = [] if days is None or window.kind == "record" else [days * MOST_MINUTES_OF_A_DAY]
    for cap in pack.of_kind(Cap):
        reaches = not cap.applies_to or awards <= set(cap.applies_to)
        if cap.limits == "minutes" and cap.id != without and is_general(cap) and reaches:
            bounds += _over(pack, cap, window, day)
    return min(bounds) if bounds else None


def _over(pack: Pack, cap: Cap, window: Window, day: date) -> Iterator[Number]:
    most, parts = number_on(pack, cap.most, day), parts_of(window, cap.over)
    if most is not None and parts is not None:
        yield most * parts


def most_points(pack: Pack, window: Window, day: date, awards: frozenset[str], without: str = "") -> Number | None:
    """The most points that these awards can give a volunteer within a window."""
    total: Number | None = 0
    for rule in (pack.rules[name] for name in awards):
        assert isinstance(rule, Award), rule
        given = _of_award(pack, rule, window, day)
        total = None if total is None or given is None else total + given
    bounds: list[Number] = [] if total is None else [total]
    for cap in pack.of_kind(Cap):
        reaches = not cap.applies_to or awards <= set(cap.applies_to)
        if cap.limits == "amount" and cap.id != without and is_general(cap) and reaches:
            bounds += _over(pack, cap, window, day)
    return min(bounds) if bounds else None


def _of_award(pack: Pack, rule: Award, window: Window, day: date) -> Number | None:
    """The most that one hourly award gives: its rate times the most time, times every factor above 1.

    A carried remainder adds less than one multiple of the rounding, which is left to the caller to allow for.
    """
    if rule.per not in ("hour", "minute") or rule.amount is None or rule.at != "record":
        return None
    rate = number_on(pack, rule.amount, day)
    minutes = most_minutes(pack, window, day, frozenset({rule.id}))
    if rate is None or minutes is None:
        return None
    for factor in pack.of_kind(Factor):
        multiply = number_on(pack, factor.multiply, day)
        if factor.applies_to and rule.id not in factor.applies_to:
            continue
        if multiply is None:
            return None
        rate *= max(1, multiply)
    return Fraction(rate * minutes, 60 if rule.per == "hour" else 1)
