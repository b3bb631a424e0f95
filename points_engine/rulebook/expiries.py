"""Expiries: the last usable day of a lot."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from points_engine.rulebook.kinds import End, Expiry
from points_engine.rulebook.occasions import NEVER
from points_engine.rulebook.windows import last_day_of, shifted

if TYPE_CHECKING:
    from points_engine.rulebook.standpoints import Standpoint


def expires_on(standpoint: Standpoint) -> date:
    """The last usable day of points earned at this standpoint, by the first expiry rule that applies."""
    for clause in standpoint.plan.expiries:
        if standpoint.applies(clause):
            return last_usable(clause.rule, standpoint.day, standpoint.plan.pack.fiscal_year_starts)
    return NEVER


def last_usable(rule: Expiry, day: date, fiscal: tuple[int, int]) -> date:
    """The last usable day of a lot earned on `day`.

    `after` one year means usable up to and including the same date a year later; the granularity then moves the day to
    the end of its month, quarter or year.
    """
    last = last_day(End(rule.ends, rule.length, rule.unit, rule.on_day), day, fiscal)
    return last if rule.granularity == "day" or last == NEVER else last_day_of(rule.granularity, last, fiscal)


def last_day(end: End, day: date, fiscal: tuple[int, int]) -> date:
    """The last day of what begins on `day`: of a lot, a voucher, a tier's term, a sanction.

    >>> last_day(End("after", 2, "year"), date(2024, 3, 10), (1, 1))
    datetime.date(2026, 3, 10)
    """
    if end.ends == "never":
        return NEVER
    if end.ends == "on_day":
        assert end.on_day is not None, "the reader sees that on_day is stated"
        return end.on_day
    if end.ends == "after":
        return shifted(day, end.unit, end.length)
    return last_day_of(end.ends.removeprefix("end_of_"), day, fiscal, end.length)
