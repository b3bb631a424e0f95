"""Quickly made rows are frozen dataclasses like any other."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass, field, replace

import pytest

from points_engine.frozen import quickly_made


@quickly_made
@dataclass(frozen=True, slots=True)
class Seat:
    row: int
    number: int = 1
    marks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.row < 1:
            raise ValueError("rows are counted from 1")


def test_a_made_object_cannot_be_changed() -> None:
    seat = Seat(3)
    with pytest.raises(FrozenInstanceError):
        seat.row = 4  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        del seat.row
    assert type(seat) is Seat


def test_defaults_factories_and_names_work_as_before() -> None:
    assert (Seat(3).number, Seat(row=3, number=2).number) == (1, 2)
    one, other = Seat(1), Seat(1)
    assert one.marks == []
    assert one.marks is not other.marks
    with pytest.raises(TypeError):
        Seat()  # type: ignore[call-arg]
    assert repr(Seat(3)) == "Seat(row=3, number=1, marks=[])"


def test_what_is_not_valid_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="counted from 1"):
        Seat(0)


def test_equals_are_equal_and_survive_replacing_and_pickling() -> None:
    assert Seat(3) == Seat(3) != Seat(4)
    assert replace(Seat(3), number=7) == Seat(3, 7)
    assert pickle.loads(pickle.dumps(Seat(3, 2))) == Seat(3, 2)
