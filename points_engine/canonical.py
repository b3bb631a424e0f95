"""The one JSON text of a value: sorted keys, no spaces, exact numbers. What is hashed, stored and compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import orjson

_OPTIONS: Final = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME


def text(value: object, default: Callable[[Any], object] | None = None) -> str:
    """The canonical JSON text of `value`; `default` says how values that JSON does not know stand in it.

    Keys are sorted as text. Raises: TypeError for a value that has no place in it (a float is never meant).

    >>> text({"b": 1, "a": [True, "积分"]})
    '{"a":[true,"积分"],"b":1}'
    """
    return orjson.dumps(value, default, _OPTIONS).decode()


def parsed(source: str) -> Any:
    """The value of a JSON text. Raises: ValueError."""
    return orjson.loads(source)
