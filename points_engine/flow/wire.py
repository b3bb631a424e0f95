"""Commands as canonical JSON and back: what is stored, fingerprinted, sent and read, in one shape."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache, lru_cache
from hashlib import sha256
from operator import attrgetter
from typing import Any, Final

from points_engine.bilingual import Both, in_language, one_of
from points_engine.canonical import text
from points_engine.errors import InvalidValue
from points_engine.flow.shapes import exact_number


@lru_cache(4096)
def instant(value: datetime) -> str:
    """An instant as fixed-width UTC text that sorts: `2026-11-22T20:33:21.123456Z`."""
    moment = value if value.tzinfo is UTC else value.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in a command")


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, exact numbers."""
    return text(value, _plain)


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, Any, bool], ...]:
    hints = typing.get_type_hints(typing.cast(type, kind))
    return tuple(
        (
            field.name,
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(typing.cast(Any, kind))
    )


LATER: typing.Final = types.MappingProxyType({"later": True})
"""The mark of a field that a command got later: left out of its content where it says nothing, so that a key given with
the command before stands for the same command still."""


@cache
def _later(kind: Hashable) -> Mapping[str, Any]:
    """The fields that a command got later, with what they say by default."""
    fields = dataclasses.fields(typing.cast(Any, kind))
    return {field.name: field.default for field in fields if field.metadata.get("later")}


ERASABLE: typing.Final = types.MappingProxyType({"erasable": True})
"""The mark of free text that a command lays into a note: what is stored of the command is without it, for commands are
never changed and a note can be erased. A key still stands for it, by its fingerprint."""


@cache
def erasable(kind: Hashable) -> frozenset[str]:
    """The fields of a command class whose text lies in a note."""
    fields = dataclasses.fields(typing.cast(Any, kind))
    return frozenset(field.name for field in fields if field.metadata.get("erasable"))


def stored(command: Any, text: str) -> str:
    """What the books keep of a command whose content is `text`."""
    names = erasable(typing.cast(Hashable, type(command)))
    return text if not names else canonical({k: v for k, v in json.loads(text).items() if k not in names})


def content(command: Any) -> str:
    """The canonical JSON text of a command's fields."""
    kind = typing.cast(Hashable, type(command))
    names, values = _content(kind)
    said = dict(zip(names, values(command), strict=False))
    for name, default in _later(kind).items():
        if said[name] == default:
            del said[name]
    return canonical(said)


@cache
def _content(kind: Hashable) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of a command's fields, and what reads them all at once; never one alone, which would be no tuple."""
    names = tuple(name for name, _, _ in _fields(kind))
    return names, attrgetter(*names, names[0])


PERSONAL: Final = frozenset(
    {
        "name",
        "born_on",
        "phone",
        "pin_hash",
        "proof",
        "digest",
        "donor",
        "reason",
        "canonical",
        "facts",
        "shown",
        "note",
    }
)
"""Fields of commands that no log shows: personal data, free text, secrets' hashes, whole documents."""


def impersonal(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a command that may stand in a log.

    >>> impersonal({"volunteer": "HD-1", "reason": "she told me why"})
    {'volunteer': 'HD-1'}
    """
    return {name: value for name, value in fields.items() if name not in PERSONAL}


def fingerprint(kind: str, command_text: str) -> str:
    """What an idempotency key stands for: the command's kind and content, hashed."""
    return sha256(f"{kind}\n{command_text}".encode()).hexdigest()


def decoded(kind: type, fields: Mapping[str, Any]) -> Any:
    """A command of `kind` from JSON values.

    Raises: InvalidValue naming the field, for an unknown, missing or wrongly typed one.
    """
    known = _fields(typing.cast(Hashable, kind))
    names = {name for name, _, _ in known}
    for name in fields:
        if name not in names:
            raise InvalidValue(field=name, value=_shown(fields[name]), expected=one_of(sorted(names)))
    values = {}
    for name, hint, required in known:
        if name in fields:
            values[name] = _read(name, fields[name], hint)
        elif required:
            raise InvalidValue(field=name, value="—", expected=_wanted(hint))
    return kind(**values)


def _read(field: str, value: Any, hint: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        options = typing.get_args(hint)
        if value is None and type(None) in options:
            return None
        for option in options:
            if option is type(None):
                continue
            try:
                return _read(field, value, option)
            except InvalidValue:
                continue
        raise InvalidValue(field=field, value=_shown(value), expected=_wanted(hint))
    if origin is tuple and isinstance(value, (list, tuple)):
        item = typing.get_args(hint)[0]
        return tuple(_read(f"{field}[{place}]", each, item) for place, each in enumerate(value))
    if origin in (dict, Mapping) and isinstance(value, Mapping):
        item = typing.get_args(hint)[1]
        return {str(name): _read(f"{field}.{name}", each, item) for name, each in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(value, Mapping):
        return decoded(typing.cast(type, hint), value)
    try:
        if hint is datetime and isinstance(value, str):
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        elif hint is date and isinstance(value, str):
            return date.fromisoformat(value)
        elif hint is Fraction and isinstance(value, (str, int)) and not isinstance(value, bool):
            return exact_number(field, str(value))
        elif (
            hint is Any
            or (hint in (str, bool) and isinstance(value, hint))
            or (hint is int and isinstance(value, int) and not isinstance(value, bool))
        ):
            return value
    except (ValueError, ZeroDivisionError, OverflowError):
        pass
    raise InvalidValue(field=field, value=_shown(value), expected=_wanted(hint))


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = text.encode(errors="backslashreplace").decode()  # half a surrogate pair cannot be sent back
    return text if len(text) <= 60 else text[:57] + "..."


_WANTED: Mapping[Any, str] = {
    datetime: Both(
        "an ISO 8601 time with UTC offset, such as 2026-03-01T09:00:00+08:00",
        "带时区的 ISO 8601 时间，如 2026-03-01T09:00:00+08:00",
    ),
    date: Both("a day such as 2026-03-01", "日期，如 2026-03-01"),
    int: Both("a whole number", "整数"),
    str: Both("text", "文字"),
    bool: Both("true or false", "是或否"),
    Fraction: Both('an exact number such as 3 or "1/2"', '精确数，如 3 或 "1/2"'),
}


def _wanted(hint: Any) -> str:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        options = [_wanted(option) for option in typing.get_args(hint) if option is not type(None)]
        return Both(" or ".join(options), "或".join(str(in_language(option, "zh")) for option in options))
    return _WANTED.get(hint, str(getattr(hint, "__name__", hint)))
