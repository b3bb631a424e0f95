"""Expiries: the last usable day of a lot."""

from __future__ import annotations

from datetime import date, timedelta

from points_engine.rulebook.kinds import Expiry
from points_engine.rulebook.occasions import NEVER
from points_engine.rulebook.standpoints import Standpoint
from points_engine.rulebook.windows import last_day_of, shifted


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
    ends = rule.ends
    if ends == "never":
        return NEVER
    if ends == "on_day":
        assert rule.on_day is not None, "the reader sees that on_day is stated"
        last = rule.on_day
    elif ends == "after":
        last = shifted(day, rule.unit, rule.length)
    else:
        last = last_day_of(ends.removeprefix("end_of_"), day, fiscal, rule.length)
    return last if rule.granularity == "day" else last_day_of(rule.granularity, last, fiscal)


def day_after(day: date) -> date:
    """The first day on which a lot with this last usable day is gone; the last day of all has none after it."""
    return day if day == NEVER else day + timedelta(days=1)
