"""Shapes of single values in commands: each check answers nothing or raises `InvalidValue` naming the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from points_engine.errors import InvalidValue
from points_engine.limits import (
    AMOUNT_MAX,
    CODE_CHARACTERS,
    FACTS_PER_RECORD,
    QUANTITY_MAX,
    TEXT_CHARACTERS,
    YEAR_MIN,
)

_CODE: Final = re.compile(r"[\w./:@+-]+", re.UNICODE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def code(field: str, value: str) -> None:
    """A public code: letters (of any script), digits and `_ . / : @ + -`, up to 64 characters."""
    if not isinstance(value, str) or len(value) > CODE_CHARACTERS or not _CODE.fullmatch(value):
        raise InvalidValue(
            field=field, value=_shown(value), expected=f"a code of 1 to {CODE_CHARACTERS} letters, digits or _./:@+-"
        )


def optional_code(field: str, value: str | None) -> None:
    """A public code, or None or empty for none."""
    if value:
        code(field, value)


def text(field: str, value: str, *, least: int = 0) -> None:
    """Plain text of `least` to 500 characters, without control characters."""
    if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > TEXT_CHARACTERS:
        raise InvalidValue(
            field=field, value=_shown(value), expected=f"text of {least} to {TEXT_CHARACTERS} characters"
        )
    if _CONTROL.search(value):
        raise InvalidValue(field=field, value=_shown(value), expected="text without control characters")


def one_of(field: str, value: str, known: tuple[str, ...]) -> None:
    """One of a closed list of words."""
    if value not in known:
        raise InvalidValue(field=field, value=_shown(value), expected="one of " + ", ".join(known))


def moment(field: str, value: datetime) -> None:
    """An instant with a UTC offset, not before 1900."""
    if not isinstance(value, datetime) or value.tzinfo is None or not YEAR_MIN < value.year < 9999:
        raise InvalidValue(field=field, value=_shown(value), expected="a time with UTC offset, after 1900")


def day(field: str, value: date) -> None:
    """A calendar day, not before 1900."""
    if not isinstance(value, date) or isinstance(value, datetime) or value.year < YEAR_MIN:
        raise InvalidValue(field=field, value=_shown(value), expected=f"a day from {YEAR_MIN}-01-01 on")


def quantity(field: str, value: int) -> None:
    """A count of items from 1 to 1,000."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= QUANTITY_MAX:
        raise InvalidValue(field=field, value=_shown(value), expected=f"a whole number from 1 to {QUANTITY_MAX}")


def amount(field: str, value: int, *, least: int = 1) -> None:
    """An amount in smallest units from `least` on."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= AMOUNT_MAX:
        raise InvalidValue(field=field, value=_shown(value), expected=f"a whole number from {least} to {AMOUNT_MAX}")


def facts(field: str, value: Mapping[str, Any]) -> None:
    """Stated facts: at most 24 dotted names with plain values; numbers whole, or exact text such as "1/2"."""
    if len(value) > FACTS_PER_RECORD:
        raise InvalidValue(field=field, value=f"{len(value)} facts", expected=f"at most {FACTS_PER_RECORD} facts")
    for name, each in value.items():
        code(field, name)
        if isinstance(each, float) or not isinstance(each, (str, int, bool, list, tuple)):
            raise InvalidValue(
                field=f"{field}.{name}", value=_shown(each), expected="text, a whole number, true or false"
            )
        for item in each if isinstance(each, (list, tuple)) else (each,):
            _plain(f"{field}.{name}", item)


def _plain(field: str, value: object) -> None:
    if isinstance(value, str):
        text(field, value)
    elif not isinstance(value, int) or not -AMOUNT_MAX <= value <= AMOUNT_MAX:
        raise InvalidValue(field=field, value=_shown(value), expected=f"text, or a whole number up to {AMOUNT_MAX}")


def _shown(value: object) -> str:
    shown = value if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
