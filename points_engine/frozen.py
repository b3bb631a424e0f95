"""Frozen dataclasses that are made quickly: rows, lines and postings are made by the thousand in every batch."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any, Final, TypeVar

T = TypeVar("T")

_become: Final = object.__dict__["__class__"].__set__


def quickly_made(kind: type[T]) -> type[T]:
    """Give a frozen dataclass with slots an `__init__` that takes a third of the time; everything else stays.

    A frozen dataclass sets every field through `object.__setattr__`, about 100 ns each.  Here an object is of an open
    class of the same layout while it is filled, and of its own, frozen class from then on.

    >>> from dataclasses import dataclass
    >>> @quickly_made
    ... @dataclass(frozen=True, slots=True)
    ... class Place:
    ...     row: int
    ...     seat: int = 1
    >>> Place(3)
    Place(row=3, seat=1)
    >>> Place(3).row = 4
    Traceback (most recent call last):
    dataclasses.FrozenInstanceError: cannot assign to field 'row'
    """
    slots: tuple[str, ...] = kind.__dict__["__slots__"]
    open_again = {"__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    filling = type(kind.__name__, kind.__bases__, {"__slots__": slots, **open_again})
    names: dict[str, Any] = {"_become": _become, "_filling": filling, "_kind": kind, "_missing": MISSING}
    taken = [each for each in fields(kind) if each.init]  # type: ignore[arg-type]
    assert len(taken) == len(slots), f"{kind.__name__}: every field is its class's own and is given to __init__"
    lines = [_parameters(taken, names), " _become(self, _filling)"]
    lines += [f" self.{each.name} = {_value(each)}" for each in taken]
    lines.append(" _become(self, _kind)")
    if hasattr(kind, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec("\n".join(lines), names)
    made = names["__init__"]
    made.__qualname__ = f"{kind.__qualname__}.__init__"
    made.__module__ = kind.__module__
    made.__annotations__ = kind.__init__.__annotations__
    kind.__init__ = made  # type: ignore[method-assign]
    return kind


def _parameters(taken: list[Field[Any]], names: dict[str, Any]) -> str:
    """The head of the function; defaults stand among the names that it is compiled with."""
    told = ["self"]
    for each in taken:
        if each.default is not MISSING:
            names[f"_default_{each.name}"] = each.default
            told.append(f"{each.name}=_default_{each.name}")
        elif each.default_factory is not MISSING:
            names[f"_make_{each.name}"] = each.default_factory
            told.append(f"{each.name}=_missing")
        else:
            told.append(each.name)
    return f"def __init__({', '.join(told)}):"


def _value(each: Field[Any]) -> str:
    if each.default_factory is MISSING:
        return each.name
    return f"_make_{each.name}() if {each.name} is _missing else {each.name}"
