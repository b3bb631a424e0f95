"""Durations: the first stages of the fold. Overlaps count once, midnight divides, time is rounded."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from fractions import Fraction

from points_engine.rulebook.cases import MINUTE, Case, micros
from points_engine.rulebook.kinds import Number, Round, Unknown, number_of
from points_engine.rulebook.measures import whole
from points_engine.rulebook.occasions import HORIZON
from points_engine.rulebook.plans import Clause
from points_engine.rulebook.standpoints import EPOCH
from points_engine.rulebook.windows import ROLLING, index_of


def measure_duration(case: Case) -> None:
    """Minutes of the record that no earlier record of the same volunteer covers, by day."""
    occasion = case.occasion
    if occasion.kind != "record" or occasion.end <= occasion.start:
        return
    start = occasion.start
    minutes = occasion.minutes
    horizon = case.tallies.cells(HORIZON).get(occasion.volunteer)
    if isinstance(horizon, int) and horizon > micros(start):
        start = min(occasion.end, EPOCH + timedelta(microseconds=horizon))
        minutes = min(minutes, (occasion.end - start) // MINUTE)
    if minutes != occasion.minutes:
        case.step("duration", "overlap", occasion.minutes, minutes)
        case.minutes = [minutes]
    if minutes == 0 and occasion.minutes > 0:
        case.refuse(["overlap"])
        return
    if case.plan.pack.midnight == "split":
        _split(case, start, minutes)


def _split(case: Case, start: datetime, minutes: int) -> None:
    zone = case.plan.pack.zone
    local = start.astimezone(zone)
    if local.hour * 60 + local.minute + minutes < _SURELY_SAME_DAY:
        if local.date() != case.day:
            case.days = [local.date()]
        return
    day, counted = local.date(), 0
    case.days, case.minutes = [], []
    while counted < minutes or not case.days:
        midnight = datetime.combine(day + timedelta(days=1), time(), zone)
        until = min(minutes, max(counted, (midnight - start) // MINUTE))
        if until > counted or counted == minutes:
            case.days.append(day)
            case.minutes.append(until - counted)
        counted, day = until, day + timedelta(days=1)
    if len(case.days) > 1:
        case.step("midnight", "split", minutes, minutes, *case.minutes)


_SURELY_SAME_DAY = 22 * 60
"""Minutes from midnight until which even a day that a clock change shortens has not ended."""


def mark_horizon(case: Case) -> None:
    """Later records do not count the time that this one covers."""
    occasion = case.occasion
    if occasion.kind != "record" or case.is_refused:
        return
    end = micros(occasion.end)
    known = case.tallies.cells(HORIZON).get(occasion.volunteer)
    if not isinstance(known, int) or known < end:
        case.tallies.writable(HORIZON)[occasion.volunteer] = end


def round_time(case: Case) -> None:
    """The rounding of time, record by record or along a window."""
    for clause in case.plan.time_rounds:
        if not case.total or not case.applies(clause):
            continue
        before = case.total
        after, left = rounded_along(case, clause, before)
        case.use(clause)
        case.step("round_time", clause.rule.id, before, int(after), *((left,) if left else ()))
        case.set_total(int(after))


def rounded_along(case: Case, clause: Clause[Round], amount: Number) -> tuple[Number, Number]:
    """The amount rounded, and what is left over and carried inside the round's window, exactly.

    At a record without carry every amount is rounded by itself.  At a day or a period the running total is rounded,
    so that the parts add up to the rounded total; a carried remainder lives as long as `over`.
    """
    rule = clause.rule
    to = multiple(case, clause)
    if to is None:
        return amount, 0
    if rule.at == "record" and rule.remainder == "drop":
        return whole(rounded(amount, to, rule.direction)), 0
    index = _stretch(case, rule)
    if index is None:
        return whole(rounded(amount, to, rule.direction)), 0
    carried = case.tallies.cells(clause.slot).get(index, 0)
    assert not isinstance(carried, tuple), "a remainder is one number"
    running = carried + amount
    result = rounded(running, to, rule.direction)
    left = whole(running - result)
    case.tallies.slots[clause.slot] = {index: left}
    return whole(result), left


def _stretch(case: Case, rule: Round) -> int | None:
    if rule.at == "day" and rule.remainder == "drop":
        return case.day.toordinal()
    if rule.over.kind in ROLLING or rule.over.kind == "record":
        return 0
    return index_of(rule.over, case.day, case.plan.pack.fiscal_year_starts)


def multiple(case: Case, clause: Clause[Round]) -> Number | None:
    """What a round rounds to; None while that is unknown or 0."""
    value = number_of(clause.rule.to, case.values)
    return None if isinstance(value, Unknown) or not value else value


def rounded(amount: Number, to: Number, direction: str) -> Number:
    """The multiple of `to` below, above or nearest (half up) to the amount.

    >>> rounded(52, 15, "up"), rounded(70, 15, "down"), rounded(-1, 2, "nearest")
    (60, 60, 0)
    """
    if direction == "down":
        if type(amount) is Fraction and type(to) is int:
            return amount.numerator // (amount.denominator * to) * to
        return amount // to * to
    if direction == "up":
        return -(-amount // to) * to
    return (2 * amount + to) // (2 * to) * to
