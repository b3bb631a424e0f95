"""Windows: stretches of days, numbered so that the next window has the next number."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from points_engine.rulebook.kinds import Window

FISCAL_FROM_JANUARY = (1, 1)

_BREADTH = {
    "record": 0, "day": 1, "week": 7, "month": 30, "quarter": 91, "season": 150, "half_year": 182,
    "year": 365, "fiscal_year": 365, "since": 100_000, "lifetime": 1_000_000,
}  # fmt: skip
_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}

ROLLING = frozenset({"last", "since"})
"""Kinds whose tallies are day buckets, because their edge moves with the day in hand."""

KEPT = frozenset({"year", "fiscal_year", "season", "lifetime"})
"""Kinds whose past windows stay in a state: they are few, and acts ask about past years."""


def breadth(window: Window) -> int:
    """How wide a window is, in about days: caps apply narrow to wide."""
    if window.kind == "last":
        return window.length * _DAYS[window.unit]
    return _BREADTH[window.kind]


def index_of(window: Window, day: date, fiscal: tuple[int, int] = FISCAL_FROM_JANUARY) -> int | None:
    """The number of the window in which `day` lies, without its offset; None outside a season.

    Rolling windows are counted in day buckets, so theirs is the day's number.

    >>> index_of(Window("month"), date(2026, 3, 1)) - index_of(Window("month"), date(2025, 12, 31))
    3
    """
    kind = window.kind
    if kind == "lifetime":
        return 0
    if kind == "year":
        return day.year
    if kind in ("day", "last", "since"):
        return day.toordinal()
    if kind == "week":
        return (day.toordinal() - 1) // 7
    if kind in _MONTHS:
        return (day.year * 12 + day.month - 1) // _MONTHS[kind]
    if kind == "fiscal_year":
        return day.year - ((day.month, day.day) < fiscal)
    if kind == "season":
        return _season_of(window, day)
    raise ValueError(f"a {kind} window has no number")


_MONTHS = {"month": 1, "quarter": 3, "half_year": 6}


def _season_of(window: Window, day: date) -> int | None:
    assert window.season is not None, "a season has two edges"
    first, last = window.season
    edge = (day.month, day.day)
    if first <= last:
        return day.year if first <= edge <= last else None
    if edge >= first:
        return day.year
    return day.year - 1 if edge <= last else None


def rolling_days(window: Window, day: date) -> tuple[int, int]:
    """The first and the last day number of a `last` window on `day`; an offset moves it back by whole lengths.

    >>> first, last = rolling_days(Window("last", length=1, unit="month"), date(2026, 3, 31))
    >>> date.fromordinal(first), date.fromordinal(last)
    (datetime.date(2026, 3, 1), datetime.date(2026, 3, 31))
    """
    last = shifted(day, window.unit, -window.length * window.offset)
    return shifted(last, window.unit, -window.length).toordinal() + 1, last.toordinal()


def shifted(day: date, unit: str, count: int) -> date:
    """`day` moved by whole units; a day that the month does not have becomes the month's last.

    >>> shifted(date(2024, 2, 29), "year", 1), shifted(date(2026, 1, 31), "month", 1)
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 28))
    """
    if unit in ("day", "week"):
        return day + timedelta(days=count * _DAYS[unit])
    month = day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1)
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day_of(kind: str, day: date, fiscal: tuple[int, int] = FISCAL_FROM_JANUARY, later: int = 0) -> date:
    """The last day of the calendar window around `day`, or of the one `later` windows after it.

    >>> last_day_of("quarter", date(2026, 5, 3)), last_day_of("fiscal_year", date(2026, 5, 3), (4, 1))
    (datetime.date(2026, 6, 30), datetime.date(2027, 3, 31))
    """
    if kind == "day":
        return day + timedelta(days=later)
    if kind == "week":
        return day + timedelta(days=6 - day.weekday() + 7 * later)
    if kind == "year":
        return date(day.year + later, 12, 31)
    if kind == "fiscal_year":
        started = day.year - ((day.month, day.day) < fiscal)
        return date(started + 1 + later, *fiscal) - timedelta(days=1)
    months = _MONTHS[kind]
    number = (day.year * 12 + day.month - 1) // months + 1 + later
    first_after = number * months
    return date(first_after // 12, first_after % 12 + 1, 1) - timedelta(days=1)


def span(window: Window, day: date, fiscal: tuple[int, int] = FISCAL_FROM_JANUARY) -> tuple[date, date] | None:
    """The first and the last day of the window around `day`; None outside a season.

    A `since` window has no days of its own here: who knows the event counts from it, so it spans all time.

    >>> span(Window("quarter"), date(2026, 5, 3))
    (datetime.date(2026, 4, 1), datetime.date(2026, 6, 30))
    """
    kind = window.kind
    if kind in ("lifetime", "since"):
        return date.min, date.max
    if kind == "record":
        return day, day
    if kind == "last":
        first, last = rolling_days(window, day)
        return date.fromordinal(first), date.fromordinal(last)
    if kind == "season":
        return _season_span(window, day)
    last_day = last_day_of(kind, day, fiscal, -window.offset)
    return last_day_of(kind, day, fiscal, -window.offset - 1) + timedelta(days=1), last_day


def _season_span(window: Window, day: date) -> tuple[date, date] | None:
    year = _season_of(window, day)
    assert window.season is not None, "a season has two edges"
    first, last = window.season
    if year is None:
        return None
    year -= window.offset
    return _edge(year, first), _edge(year + (first > last), last)


def _edge(year: int, month_day: tuple[int, int]) -> date:
    month, day = month_day
    return date(year, month, min(day, monthrange(year, month)[1]))
