"""The short texts of a pack that are no expressions: ids, dates, days of the year, windows, ends of validity.

Each function reads one text and answers None where it is not of that form; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from points_engine.limits import DOUBLE_TAP_SECONDS_AT_MOST
from points_engine.rulebook.functions import FUNCTIONS
from points_engine.rulebook.terms import End, Window
from points_engine.rulebook.vocabulary import FACT_GROUPS, FACTS, KEYWORDS

RESERVED = KEYWORDS | FACT_GROUPS | frozenset(FUNCTIONS)
"""Words that mean something in an expression and so can't name a rule."""

CALENDAR_WINDOWS = frozenset({"record", "day", "week", "month", "quarter", "half_year", "year", "fiscal_year"})
MOST_WINDOWS_BACK = 100
"""How far back `year - n` reaches, in windows."""

_ID = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SLUG = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})", re.ASCII)
_BACK = re.compile(r"(.*\S)\s+-\s+([1-9]\d?)", re.ASCII)
_LAST = re.compile(r"last\(\s*([1-9]\d{0,3})\s*,\s*(day|week|month|year)s?\s*\)", re.ASCII)
_SEASON = re.compile(r"season\(\s*(\d{2}-\d{2})\s*,\s*(\d{2}-\d{2})\s*\)", re.ASCII)
_SINCE = re.compile(r"since\(\s*([a-z][a-z0-9_]{0,63})\s*\)", re.ASCII)
_END_OF = re.compile(r"(end_of_(?:month|quarter|year|fiscal_year))(?:\s*\+\s*([1-9]\d?))?", re.ASCII)
_AFTER = re.compile(r"after\s+([1-9]\d{0,3})\s+(day|month|year)s?", re.ASCII)
_GRACE = re.compile(r"grace [1-9]\d{0,3} days?", re.ASCII)
_DOUBLE_TAP = re.compile(r"within (0|[1-9][0-9]{0,2}) s")
_FORGOTTEN = re.compile(r"credit (0|[1-9][0-9]{0,3}) min after ([1-9][0-9]{0,2}) h")


def is_id(text: str) -> bool:
    """Whether the text can name a rule: lower case letters, digits and underscores, a letter first."""
    return bool(_ID.fullmatch(text))


def is_slug(text: str) -> bool:
    """Whether the text can name a scheme, a partner, a fund or a level: an id that may hold hyphens."""
    return bool(_SLUG.fullmatch(text))


def day_of(text: str) -> date | None:
    """A date, written YYYY-MM-DD only.

    >>> day_of("2019-07-01"), day_of("20190701"), day_of("2019-02-29")
    (datetime.date(2019, 7, 1), None, None)
    """
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def month_day_of(text: str) -> tuple[int, int] | None:
    """A day of every year, written MM-DD; 29 February is not one.

    >>> month_day_of("04-01"), month_day_of("4-1"), month_day_of("02-29")
    ((4, 1), None, None)
    """
    if not _MONTH_DAY.fullmatch(text):
        return None
    day = day_of(f"2001-{text}")
    return (day.month, day.day) if day else None


def window_of(text: str) -> Window | None:
    """A window; `- n` after it means n windows earlier.

    >>> window_of("year - 1")
    Window(kind='year', offset=1, length=0, unit='', season=None, event='')
    >>> window_of("last(12, months)")
    Window(kind='last', offset=0, length=12, unit='month', season=None, event='')
    """
    text = text.strip()
    earlier = _BACK.fullmatch(text)
    offset = int(earlier[2]) if earlier else 0
    kind = earlier[1] if earlier else text
    if kind in CALENDAR_WINDOWS:
        return None if kind == "record" and offset else Window(kind, offset=offset)
    if last := _LAST.fullmatch(kind):
        return Window("last", offset=offset, length=int(last[1]), unit=last[2])
    if season := _SEASON.fullmatch(kind):
        first, end = month_day_of(season[1]), month_day_of(season[2])
        return Window("season", offset=offset, season=(first, end)) if first and end else None
    if earlier:
        return None
    if since := _SINCE.fullmatch(kind):
        return Window("since", event=since[1])
    return Window("lifetime") if kind == "lifetime" else None


def end_of(text: str) -> End | None:
    """The end of a validity, a term or a sanction.

    >>> end_of("end_of_year + 1")
    End(ends='end_of_year', length=1, unit='', on_day=None)
    >>> end_of("after 24 months")
    End(ends='after', length=24, unit='month', on_day=None)
    """
    text = text.strip()
    if text == "never":
        return End("never")
    if calendar := _END_OF.fullmatch(text):
        return End(calendar[1], length=int(calendar[2] or 0))
    if after := _AFTER.fullmatch(text):
        return End("after", length=int(after[1]), unit=after[2])
    day = day_of(text)
    return End("on_day", on_day=day) if day else None


def is_late_award(text: str) -> bool:
    """Whether the text says what happens to points whose expiry day is past: `expire` or `grace N days`."""
    return text == "expire" or bool(_GRACE.fullmatch(text))


def forgotten_of(text: str) -> tuple[int, int] | None:
    """What happens where nobody checks out: minutes credited, and minutes from the check-in after which it is so.

    >>> forgotten_of("credit 60 min after 12 h"), forgotten_of("credit 0 min after 24 h"), forgotten_of("after 1 h")
    ((60, 720), (0, 1440), None)
    """
    found = _FORGOTTEN.fullmatch(text)
    credit, after = (int(found[1]), int(found[2]) * 60) if found else (1, 0)
    return (credit, after) if credit <= after else None


def double_tap_of(text: str) -> int | None:
    """Within how many seconds the same tap is one tap.

    >>> double_tap_of("within 90 s"), double_tap_of("within 0 s"), double_tap_of("within 601 s")
    (90, 0, None)
    """
    found = _DOUBLE_TAP.fullmatch(text)
    seconds = int(found[1]) if found else DOUBLE_TAP_SECONDS_AT_MOST + 1
    return seconds if seconds <= DOUBLE_TAP_SECONDS_AT_MOST else None


def is_key_of_tally(text: str) -> str | None:
    """A `same` key: a fact, or the bare name of one (`host`, `outlet`), or `activity` itself.

    >>> is_key_of_tally("host"), is_key_of_tally("activity"), is_key_of_tally("hots")
    ('host', 'activity', None)
    """
    named = text in FACTS or text == "activity" or any(fact.endswith(f".{text}") for fact in FACTS)
    return text if named else None


def words_of(text: str) -> str:
    """An id as words, for a rule without a title."""
    return text.replace("_", " ")


BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
"""The only spellings of a truth value: `yes`, `no`, `on` and `off` are text."""
