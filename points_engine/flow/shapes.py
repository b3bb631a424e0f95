"""Shapes of single values in commands: each check answers nothing or raises `InvalidValue` naming the field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.bilingual import one_of as one_of_known
from points_engine.errors import InvalidValue
from points_engine.limits import (
    AMOUNT_MAX,
    CODE_CHARACTERS,
    FACTS_PER_RECORD,
    QUANTITY_MAX,
    TEXT_CHARACTERS,
    YEAR_MIN,
)
from points_engine.rulebook.vocabulary import FACTS, fits, type_name

CODE: Final = Both(
    f"a code of 1 to {CODE_CHARACTERS} letters, digits or _./:@+-",
    f"1 至 {CODE_CHARACTERS} 位的编号（文字、数字或 _./:@+-）",
)
_CODE: Final = re.compile(r"[\w./:@+-]+", re.UNICODE)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_UNSTORABLE: Final = re.compile(r"[\x00\ud800-\udfff]")
_EXACT: Final = re.compile(r"-?[0-9]{1,15}(?:/[0-9]{1,15}|\.[0-9]{1,15})?")
_STATED: Final = frozenset({"record", "activity", "deed"})
"""Groups of facts that may be stated with an occasion; the others are known to the engine, or are the rules' own."""
_MEASURED: Final = frozenset({"record.minutes", "record.start", "record.recorded_by"})
QUANTITIES: Final = frozenset({"record.quantity", "deed.quantity"})
"""Facts that may be fractions, and are stated as exact text then."""
STATEABLE: Final = {
    name: fact for name, fact in FACTS.items() if name.partition(".")[0] in _STATED and name not in _MEASURED
}
"""The facts that may be stated with an occasion."""


def code(field: str, value: str) -> None:
    """A public code: letters (of any script), digits and `_ . / : @ + -`, up to 64 characters."""
    if not isinstance(value, str) or not _is_code(value):
        raise InvalidValue(field=field, value=_shown(value), expected=CODE)


@lru_cache(16_384)
def _is_code(value: str) -> bool:
    """Whether a text is a code: the same numbers and places come again and again."""
    return len(value) <= CODE_CHARACTERS and _CODE.fullmatch(value) is not None


def optional_code(field: str, value: str | None) -> None:
    """A public code, or None or empty for none."""
    if value:
        code(field, value)


def text(field: str, value: str, *, least: int = 0) -> None:
    """Plain text of `least` to 500 characters, without control characters."""
    if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > TEXT_CHARACTERS:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(f"text of {least} to {TEXT_CHARACTERS} characters", f"{least} 至 {TEXT_CHARACTERS} 个字符"),
        )
    if _CONTROL.search(value):
        raise InvalidValue(
            field=field, value=_shown(value), expected=Both("text without control characters", "不含控制字符的文字")
        )


def address(field: str, value: str) -> None:
    """A code that names accounts of its own: without the `/` that parts an account's address."""
    code(field, value)
    if "/" in value:
        raise InvalidValue(field=field, value=value, expected=Both("a code without /", "不含 / 的编号"))


def document(field: str, value: str) -> None:
    """A text of any length that can be stored."""
    if not isinstance(value, str) or _UNSTORABLE.search(value):
        raise InvalidValue(field=field, value=_shown(value), expected=Both("text that can be stored", "可以保存的文字"))


def token(field: str, value: str, most: int) -> None:
    """1 to `most` characters that can be stored: no control characters."""
    if not isinstance(value, str) or not 0 < len(value) <= most or _CONTROL.search(value):
        raise InvalidValue(
            field=field,
            value=_shown(value)[:40],
            expected=Both(f"1 to {most} characters, none of control", f"1 至 {most} 个非控制字符"),
        )


def exact_number(field: str, value: str) -> Fraction:
    """A number written exactly: `3`, `1/2` or `0.25`, up to 15 digits each.

    >>> exact_number("quantity", "1/2")
    Fraction(1, 2)
    """
    if not _EXACT.fullmatch(value) or not int(value.partition("/")[2] or 1):
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both('an exact number such as 3 or "1/2"', '精确数，如 3 或 "1/2"'),
        )
    return Fraction(value)


def one_of(field: str, value: str, known: tuple[str, ...]) -> None:
    """One of a closed list of words."""
    if value not in known:
        raise InvalidValue(field=field, value=_shown(value), expected=one_of_known(known))


def moment(field: str, value: datetime) -> None:
    """An instant with a UTC offset, not before 1900."""
    if not isinstance(value, datetime) or value.tzinfo is None or not YEAR_MIN < value.year < 9999:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both("a time with UTC offset, after 1900", "1900 年以后、带时区的时间"),
        )


def day(field: str, value: date) -> None:
    """A calendar day, not before 1900."""
    if not isinstance(value, date) or isinstance(value, datetime) or value.year < YEAR_MIN:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(f"a day from {YEAR_MIN}-01-01 on", f"{YEAR_MIN} 年以后的日期"),
        )


def quantity(field: str, value: int) -> None:
    """A count of items from 1 to 1,000."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= QUANTITY_MAX:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(f"a whole number from 1 to {QUANTITY_MAX}", f"1 至 {QUANTITY_MAX} 的整数"),
        )


def whole(field: str, value: int, least: int, most: int) -> None:
    """A whole number from `least` to `most`."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(f"a whole number from {least} to {most}", f"{least} 至 {most} 的整数"),
        )


def amount(field: str, value: int, *, least: int = 1) -> None:
    """An amount in smallest units from `least` on."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= AMOUNT_MAX:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(f"a whole number from {least} to {AMOUNT_MAX}", f"{least} 至 {AMOUNT_MAX} 的整数"),
        )


def facts(field: str, value: Mapping[str, Any]) -> None:
    """Stated facts: at most 24 dotted names with plain values; numbers whole, or exact text such as "1/2"."""
    if not isinstance(value, Mapping) or len(value) > FACTS_PER_RECORD:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(f"at most {FACTS_PER_RECORD} facts", f"最多 {FACTS_PER_RECORD} 项"),
        )
    for name, each in value.items():
        code(field, name)
        if isinstance(each, float) or not isinstance(each, (str, int, bool, list, tuple)):
            raise InvalidValue(
                field=f"{field}.{name}",
                value=_shown(each),
                expected=Both("text, a whole number, true or false", "文字、整数、是或否"),
            )
        for item in each if isinstance(each, (list, tuple)) else (each,):
            _plain(f"{field}.{name}", item)


def stated(field: str, value: Mapping[str, Any]) -> None:
    """Facts stated with an occasion: declared ones of records, activities and deeds, of their declared types.

    Anything else could stand in for what the engine measures or the rules define.
    """
    facts(field, value)
    for name, each in value.items():
        if name not in STATEABLE:
            raise InvalidValue(
                field=f"{field}.{name}", value=name, expected=Both("a fact that may be stated", "可以申报的事实")
            )
        of_type(f"{field}.{name}", name, each)


def of_type(field: str, name: str, value: Any) -> None:
    """A value of the type that the fact `name` is declared with; an undeclared fact may have any."""
    if name in QUANTITIES and isinstance(value, str):
        exact_number(field, value)
    elif name in FACTS and not fits(name, tuple(value) if isinstance(value, list) else value):
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(type_name(FACTS[name].type, "en"), type_name(FACTS[name].type, "zh")),
        )


def _plain(field: str, value: object) -> None:
    if isinstance(value, str):
        text(field, value)
    elif not isinstance(value, int) or not -AMOUNT_MAX <= value <= AMOUNT_MAX:
        raise InvalidValue(
            field=field,
            value=_shown(value),
            expected=Both(f"text, or a whole number up to {AMOUNT_MAX}", f"文字，或不超过 {AMOUNT_MAX} 的整数"),
        )


def _shown(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    shown = value if isinstance(value, str) else repr(value)
    shown = shown.encode(errors="backslashreplace").decode()  # half a surrogate pair cannot be sent back
    return shown if len(shown) <= 60 else shown[:57] + "..."
