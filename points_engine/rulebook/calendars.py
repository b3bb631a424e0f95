"""Days as people count them: working days and public holidays, and a person's age on a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=4096)
def is_working(calendar: str, day: date) -> bool:
    """Whether `day` is worked: make-up working days count, and a calendar of "" knows Monday to Friday only."""
    if not calendar:
        return day.weekday() < 5
    return bool(_country(calendar, day.year).is_working_day(day))


@lru_cache(maxsize=4096)
def is_holiday(calendar: str, day: date) -> bool:
    """Whether `day` is a public holiday (a weekend by itself is not)."""
    return bool(calendar) and day in _country(calendar, day.year)


@lru_cache(maxsize=64)
def _country(calendar: str, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(calendar, years=year, expand=False)


def age_on(born_on: date, day: date) -> int:
    """Whole years of age on `day`; who was born on 29 February is a year older on 1 March of a common year.

    >>> age_on(date(2008, 2, 29), date(2026, 2, 28)), age_on(date(2008, 2, 29), date(2026, 3, 1))
    (17, 18)
    """
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
