"""What a value should have been, in Chinese and English, for every way in which a request can have the wrong shape.

The framework says it in English only, by a type and its numbers; this is the table by type.  Each text stands behind
"expected" and "应为".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from points_engine.bilingual import Both

_TEXT: Final = ("文字", "text")
_LIST: Final = ("列表", "a list")
_OBJECT: Final = ("对象（键值对）", "an object")
_WHOLE: Final = ("整数", "a whole number")
_DAY: Final = ("日期，如 2026-03-01", "a day such as 2026-03-01")
_TIME: Final = (
    "带时区的 ISO 8601 时间，如 2026-03-01T09:00:00+08:00",
    "an ISO 8601 time with UTC offset, such as 2026-03-01T09:00:00+08:00",
)
_FLAG: Final = ("true 或 false", "true or false")
_NUMBER: Final = ("数字", "a number")

SAID: Final[Mapping[str, tuple[str, str]]] = {
    # the body as a whole
    "json_invalid": ("格式正确的 JSON", "well-formed JSON"),
    "json_type": ("格式正确的 JSON", "well-formed JSON"),
    "missing": ("必填，不能缺少", "a value: it is required"),
    "extra_forbidden": ("没有此字段，请删去", "nothing: there is no such field"),
    "invalid_key": ("以文字作键", "keys that are text"),
    "recursion_loop": ("不循环引用的内容", "no circle of references"),
    "recursion_depth_exceeded": ("层数更少的内容", "fewer levels"),
    # objects and lists
    "model_type": _OBJECT, "model_attributes_type": _OBJECT, "dataclass_type": _OBJECT, "dict_type": _OBJECT,
    "mapping_type": _OBJECT, "list_type": _LIST, "tuple_type": _LIST, "set_type": _LIST, "frozen_set_type": _LIST,
    "iterable_type": _LIST,
    "too_short": ("至少 {min_length} 项，现有 {actual_length} 项", "at least {min_length} items, not {actual_length}"),
    "too_long": ("最多 {max_length} 项，现有 {actual_length} 项", "at most {max_length} items, not {actual_length}"),
    # texts
    "string_type": _TEXT, "string_unicode": ("UTF-8 文字", "UTF-8 text"),
    "string_too_short": ("至少 {min_length} 个字符", "at least {min_length} characters"),
    "string_too_long": ("最多 {max_length} 个字符", "at most {max_length} characters"),
    "string_pattern_mismatch": ("符合格式 {pattern} 的文字", "text of the form {pattern}"),
    "enum": ("{expected} 之一", "{expected}"), "literal_error": ("{expected} 之一", "{expected}"),
    # numbers
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": ("没有小数的整数", "a number without a fraction"),
    "int_parsing_size": ("位数更少的整数", "a whole number with fewer digits"),
    "float_type": _NUMBER, "float_parsing": _NUMBER, "finite_number": ("有限的数字", "a finite number"),
    "decimal_type": _NUMBER, "decimal_parsing": _NUMBER,
    "greater_than": ("大于 {gt}", "more than {gt}"), "greater_than_equal": ("不小于 {ge}", "at least {ge}"),
    "less_than": ("小于 {lt}", "less than {lt}"), "less_than_equal": ("不大于 {le}", "at most {le}"),
    "multiple_of": ("{multiple_of} 的倍数", "a multiple of {multiple_of}"),
    "bool_type": _FLAG, "bool_parsing": _FLAG, "none_required": ("空值 null", "null"),
    # days and instants
    "date_type": _DAY, "date_parsing": _DAY, "date_from_datetime_parsing": _DAY, "date_from_datetime_inexact": _DAY,
    "datetime_type": _TIME, "datetime_parsing": _TIME, "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME, "timezone_aware": _TIME,
    # what a validator of ours says
    "value_error": ("符合要求的内容（{error}）", "{error}"), "assertion_error": ("符合要求的内容", "{error}"),
}  # fmt: skip
"""By the framework's type of error; the names in braces are the numbers that come with it."""

OTHERWISE: Final = ("格式正确的内容", "something of the right form")

_ABSENT: Final = frozenset({"missing"})
"""Types of which the input is everything around what is missing."""


def expected(error: Mapping[str, Any]) -> Both:
    """What a value should have been, of one error of a validation."""
    zh, en = SAID.get(str(error["type"]), OTHERWISE)
    numbers = {name: str(value) for name, value in error.get("ctx", {}).items()}
    chinese = {name: _listed(value) for name, value in numbers.items()}
    english = re.sub(r"\b1 (item|character)s\b", r"1 \1", en.format_map(_Blank(numbers)))
    return Both(english, zh.format_map(_Blank(chinese)))


def stated(error: Mapping[str, Any]) -> str:
    """The value that was there, shortened; `—` where none was."""
    value = error.get("input", "")
    if error["type"] in _ABSENT or isinstance(value, (dict, list)):
        return "—"
    raw = value if isinstance(value, bytes) else str(value).encode(errors="backslashreplace")
    text = raw.decode(errors="backslashreplace")
    return text if len(text) <= 60 else text[:57] + "..."


def _listed(text: str) -> str:
    """`'a', 'b' or 'c'` as it is said in Chinese."""
    return text.replace(" or ", "、").replace(", ", "、")


class _Blank(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "?"
