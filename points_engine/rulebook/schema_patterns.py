"""The short notations of a pack as regular expressions that every JSON Schema tool understands (ECMA 262)."""

from __future__ import annotations

from collections.abc import Mapping

from points_engine.rulebook.notation import CALENDAR_WINDOWS
from points_engine.rulebook.parameters import UNIT_OF
from points_engine.rulebook.vocabulary import NUMBER, UNITS

ID = "^[a-z][a-z0-9_]{0,63}$"
SLUG = "^[a-z][a-z0-9_-]{0,63}$"
WHOLE = "^(0|[1-9][0-9]{0,17})$"

_MONTH_DAY = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
DAY = f"^[0-9]{{4}}-({_MONTH_DAY}|02-29)$"

_CALENDAR = "|".join(sorted(CALENDAR_WINDOWS - {"record"}))
_BACK = r"(\s+-\s+[1-9][0-9]?)?"
_WINDOW = (
    r"^\s*(record|lifetime|since\(\s*[a-z][a-z0-9_]{0,63}\s*\)"
    rf"|({_CALENDAR}|last\(\s*[1-9][0-9]{{0,3}}\s*,\s*(day|week|month|year)s?\s*\)"
    rf"|season\(\s*{_MONTH_DAY}\s*,\s*{_MONTH_DAY}\s*\)){_BACK})\s*$"
)
_END = (
    r"^\s*(never|end_of_(month|quarter|year|fiscal_year)(\s*\+\s*[1-9][0-9]?)?"
    rf"|for_ever|after\s+[1-9][0-9]{{0,3}}\s+(day|month|year)s?|{DAY[1:-1]})\s*$"
)

NOTATIONS: Mapping[str, Mapping[str, str]] = {
    "bad_date": {"pattern": DAY, "format": "date"},
    "bad_window": {"pattern": _WINDOW},
    "bad_expiry": {"pattern": _END},
    "bad_month_day": {"pattern": f"^{_MONTH_DAY}$"},
    "bad_currency": {"pattern": "^[A-Z]{3}$"},
    "bad_late_award": {"pattern": "^(expire|grace [1-9][0-9]{0,3} days?)$"},
    "bad_forgotten": {"pattern": "^credit (0|[1-9][0-9]{0,3}) min after [1-9][0-9]{0,2} h$"},
    "bad_double_tap": {"pattern": "^within (0|[1-9][0-9]{0,2}) s$"},
    "bad_time_zone": {"pattern": r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,2}$"},
}
"""By the problem of a text that is none of them."""

SYMBOLS = r"""^(?:'[^'\n]*'|"[^"\n]*"|[A-Za-z0-9_.\s<>+*()\[\],%-]|==|!=|<=|>=)*$"""
"""The signs of the expression language; what they mean together is the loader's to say."""

_NUMBER = r"(0|[1-9][0-9]*)(\.[0-9]+)?"

LITERALS: frozenset[str] = frozenset(unit for unit in UNIT_OF if unit not in ("text", "date", "boolean", "list"))
"""What parameters with numbers are measured in."""


def pattern_of(measured_in: str) -> str:
    """A number with the units of what it is measured in, a sum of such, or a ratio of it to a plain number.

    >>> import re
    >>> [bool(re.match(pattern_of("duration"), text)) for text in ("8 h", "1 h 30 min", "8", "8 hours", "0")]
    [True, True, False, False, True]
    >>> [bool(re.match(pattern_of("money"), text)) for text in ("10.00 yuan", "1250", "10.00", "10 h")]
    [True, True, False, False]
    """
    units = "|".join(unit for unit, (of, _) in UNITS.items() if of == UNIT_OF[measured_in])
    if measured_in == "percent":
        one = rf"({_NUMBER}\s*%|0)"
    elif measured_in == "duration":
        one = rf"(({_NUMBER}\s*({units})\s*)+|0)"
    elif measured_in == "money":
        one = rf"({_NUMBER}\s*({units})|0|[1-9][0-9]*)"
    else:
        one = rf"{_NUMBER}(\s*({units}))?" if UNIT_OF[measured_in] != NUMBER else rf"{_NUMBER}(\s*%)?"
    return rf"^\s*-?\s*{one}(\s*/\s*{_NUMBER})?\s*$"
