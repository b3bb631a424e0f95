"""PostgreSQL array literals: how a whole column of rows travels as one text parameter.

Several times faster than the driver's own array dumper, because the types are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Text

from points_engine.store.columns import Day, Flag, Instant, Whole


def texts(values: Sequence[str | None]) -> str:
    r"""An array of texts.

    >>> texts(["a", None, 'say "hi" \\'])
    '{"a",NULL,"say \\"hi\\" \\\\"}'
    """
    try:  # no text that can be stored holds a NUL, so it may stand between them while they are escaped together
        joined = "\0".join(values)  # type: ignore[arg-type]
    except TypeError:
        return _one_by_one(values)
    if joined.count("\0") != len(values) - 1:
        return _one_by_one(values)
    return '{"' + _escaped(joined).replace("\0", '","') + '"}'


def _one_by_one(values: Sequence[str | None]) -> str:
    return "{" + ",".join(["NULL" if value is None else '"' + _escaped(value) + '"' for value in values]) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def wholes(values: Iterable[int | None]) -> str:
    """An array of whole numbers."""
    return "{" + ",".join(map(str, values)).replace("None", "NULL") + "}"


def flags(values: Iterable[bool | None]) -> str:
    """An array of booleans."""
    return "{" + ",".join(["NULL" if value is None else "t" if value else "f" for value in values]) + "}"


def days(values: Iterable[date | None]) -> str:
    """An array of days."""
    return "{" + ",".join(map(str, values)).replace("None", "NULL") + "}"


def instants(values: Iterable[datetime | None]) -> str:
    """An array of aware instants, with their offsets."""
    return "{" + ",".join([f'"{value}"' for value in values]).replace('"None"', "NULL") + "}"


ARRAYS: Final[Mapping[type, Callable[[Sequence[Any]], str]]] = {
    Text: texts, Whole: wholes, Flag: flags, Day: days, Instant: instants,
}  # fmt: skip
"""The literal of a column of values, by column type."""


def columns(types: Sequence[type], rows: Sequence[Sequence[Any]]) -> list[str]:
    """The columns of `rows` as array literals; as many as the rows are wide."""
    return [ARRAYS[kind](column) for kind, column in zip(types, zip(*rows, strict=True), strict=False)]
