"""The pace of bulk work: slices follow the time that they take."""

from __future__ import annotations

from points_engine.limits import (
    BULK_SLICE_COMMANDS_LEAST,
    BULK_SLICE_COMMANDS_MOST,
    BULK_SLICE_SECONDS,
    IMPORT_SLICE_COMMANDS,
)
from points_engine.pace import Pace


def test_a_slice_that_took_too_long_makes_the_next_one_fit() -> None:
    pace = Pace()
    pace.took(IMPORT_SLICE_COMMANDS, BULK_SLICE_SECONDS * 3)
    assert pace.size == IMPORT_SLICE_COMMANDS // 3


def test_slices_grow_step_by_step_however_quick_one_was() -> None:
    pace = Pace()
    pace.took(IMPORT_SLICE_COMMANDS, 0.0)
    assert IMPORT_SLICE_COMMANDS < pace.size <= IMPORT_SLICE_COMMANDS * 5 // 4 + 1


def test_a_slice_is_never_smaller_or_larger_than_its_bounds() -> None:
    pace = Pace()
    pace.took(1, 60.0)
    assert pace.size == BULK_SLICE_COMMANDS_LEAST
    for _ in range(100):
        pace.took(pace.size, 0.0)
    assert pace.size == BULK_SLICE_COMMANDS_MOST


def test_nothing_is_learned_from_an_empty_slice() -> None:
    pace = Pace()
    pace.took(0, 9.0)
    assert pace.size == IMPORT_SLICE_COMMANDS


def test_items_are_cut_by_the_pace_of_the_moment_and_none_is_lost() -> None:
    pace, sizes, seen = Pace(), [], []
    for some in pace.slices(range(400)):
        sizes.append(len(some))
        seen += some
        pace.took(len(some), BULK_SLICE_SECONDS * len(some) / 50)  # the machine does 50 in that time
    assert seen == list(range(400))
    assert sizes == [IMPORT_SLICE_COMMANDS, 50, 50, 50, 50, 50]
