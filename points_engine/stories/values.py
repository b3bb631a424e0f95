"""The small values of a page: days, times, spans, durations, amounts, facts.

Each reader takes the words of one value and answers it, or raises ValueError with what was expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from points_engine.rulebook.vocabulary import BOOLEAN, FACTS, LIST_OF_TEXT, NUMERIC
from points_engine.stories.notation import nearest

_MOMENT = r"(?:(\d{4}-\d{2}-\d{2})T)?(\d{2}):(\d{2})(?::(\d{2}))?"
_CLOCK = re.compile(_MOMENT)
_SPAN = re.compile(rf"{_MOMENT}-{_MOMENT}")
_DURATION = re.compile(r"(?:(\d{1,6})h(\d{2})?)|(?:(\d{1,7})min)")
_WHOLE = re.compile(r"-?\d{1,15}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of day, on the day of the story or on one that is named."""

    day: date | None
    time: time

    def on(self, today: date, zone: ZoneInfo) -> datetime:
        """The instant."""
        return datetime.combine(self.day or today, self.time, zone)


@dataclass(frozen=True, slots=True)
class Span:
    """From one time to another; one that ends before it begins ends on the next day."""

    start: Moment
    end: Moment

    def on(self, today: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Both instants."""
        start = self.start.on(today, zone)
        end = self.end.on(start.date(), zone)
        if self.end.day is None and end < start:
            end = self.end.on(start.date() + timedelta(days=1), zone)
        return start, end


def as_word(text: str) -> str:
    """Any word."""
    return text


def as_day(text: str) -> date:
    """A day such as 2026-03-01."""
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("a day such as 2026-03-01")


def as_whole(text: str) -> int:
    """A whole number."""
    if _WHOLE.fullmatch(text):
        return int(text)
    raise ValueError("a whole number")


def as_count(text: str) -> int:
    """A whole number from 1 to 10000."""
    if _WHOLE.fullmatch(text) and 1 <= int(text) <= 10_000:
        return int(text)
    raise ValueError("a whole number from 1 to 10000")


def as_exact(text: str) -> Fraction:
    """An exact number: 200, 0.5 or 1/2."""
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError("a number such as 200, 0.5 or 1/2") from None


def as_decimal(text: str) -> Decimal:
    """A decimal number: 4.3."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_finite():
        return value
    raise ValueError("a number such as 4.3")


def as_minutes(text: str) -> int:
    """A duration in minutes: 8h, 8h01 or 90min.

    >>> as_minutes("8h01"), as_minutes("99h"), as_minutes("45min")
    (481, 5940, 45)
    """
    match = _DURATION.fullmatch(text)
    if match is None or (match[2] and int(match[2]) > 59):
        raise ValueError("a duration such as 8h, 8h01 or 90min")
    return int(match[3]) if match[3] else int(match[1]) * 60 + int(match[2] or 0)


def as_earned(text: str) -> dict[date, Fraction]:
    """Points by day: 2018-05-01:800 or 2018-05-01:800,2019-05-01:200."""
    found: dict[date, Fraction] = {}
    for part in text.split(","):
        day, _, points = part.partition(":")
        try:
            found[as_day(day)] = as_exact(points)
        except ValueError:
            raise ValueError("points by day such as 2018-05-01:800,2019-05-01:200") from None
    return found


def as_moment(text: str) -> Moment:
    """A time such as 09:00, or 2026-03-01T09:00."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError("a time such as 09:00 or 2026-03-01T09:00")
    return _moment(*match.groups())


def as_span(text: str) -> Span:
    """From one time to another: 09:00-11:30."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError("a span such as 09:00-11:30 or 2026-03-01T09:00-11:30")
    groups = match.groups()
    return Span(_moment(*groups[:4]), _moment(*groups[4:]))


def as_times(text: str) -> Moment | Span:
    """One time, or a span."""
    try:
        return as_span(text) if "-" in text[11:] or (len(text) > 8 and "T" not in text) else as_moment(text)
    except ValueError:
        raise ValueError("a time such as 09:00, or a span such as 09:00-11:30") from None


def _moment(day: str | None, hour: str, minute: str, second: str | None) -> Moment:
    try:
        return Moment(as_day(day) if day else None, time(int(hour), int(minute), int(second or 0)))
    except ValueError as error:
        raise ValueError("a time such as 09:00 or 2026-03-01T09:00") from error


# ---- facts -------------------------------------------------------------------------------------------------------

_BY_SHORT_NAME: dict[str, list[str]] = {}
for _name in FACTS:
    _BY_SHORT_NAME.setdefault(_name.partition(".")[2], []).append(_name)


def fact_named(name: str, group: str = "record") -> str:
    """The declared fact that a name means: the dotted name itself, or its last part where that is enough.

    >>> fact_named("evaluation"), fact_named("category"), fact_named("volunteer.flags")
    ('record.evaluation', 'activity.category', 'volunteer.flags')
    """
    if name in FACTS:
        return name
    candidates = _BY_SHORT_NAME.get(name, [])
    preferred = [each for each in candidates if each.startswith(f"{group}.")] or candidates
    if len(preferred) == 1:
        return preferred[0]
    if candidates:
        raise ValueError(f"one fact: '{name}' could be {' or '.join(candidates)}")
    raise ValueError(f"a declared fact, not '{name}'" + nearest(name, [*FACTS, *_BY_SHORT_NAME]))


def fact_value(name: str, text: str) -> Any:
    """The value of a declared fact as it is stated in a command."""
    fact = FACTS[name]
    if fact.type == BOOLEAN:
        if text not in ("true", "false"):
            raise ValueError(f"true or false for {name}")
        return text == "true"
    if fact.type == LIST_OF_TEXT:
        return [part for part in text.split(",") if part]
    if fact.type in NUMERIC:
        if _DURATION.fullmatch(text):
            return as_minutes(text)
        exact = as_exact(text)
        return exact.numerator if exact.denominator == 1 else str(exact)
    if fact.choices and text not in fact.choices:
        raise ValueError(f"one of {', '.join(fact.choices)} for {name}" + nearest(text, fact.choices))
    return text
