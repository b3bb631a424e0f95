"""The pace of bulk work: slices so large that a commit takes about as long as somebody at a counter does not notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from points_engine.limits import (
    BULK_SLICE_COMMANDS_LEAST,
    BULK_SLICE_COMMANDS_MOST,
    BULK_SLICE_SECONDS,
    IMPORT_SLICE_COMMANDS,
)

T = TypeVar("T")


class Pace:
    """How many commands the next slice has: as many as fit into `BULK_SLICE_SECONDS`, going by the slices before.

    Where a slice is cut changes neither outcomes nor books, so it may depend on how fast the machine is just now.

    >>> pace = Pace()
    >>> pace.size
    150
    >>> pace.took(150, 0.120)
    >>> pace.size
    50
    """

    def __init__(self) -> None:
        self.size = IMPORT_SLICE_COMMANDS

    def took(self, commands: int, seconds: float) -> None:
        """Learn from a slice: smaller at once when it took too long, larger step by step."""
        if not commands:
            return
        fits = round(commands * BULK_SLICE_SECONDS / max(seconds, 1e-6))
        wanted = min(fits, self.size + self.size // 4 + 1)
        self.size = max(BULK_SLICE_COMMANDS_LEAST, min(BULK_SLICE_COMMANDS_MOST, wanted))

    def slices(self, items: Iterable[T]) -> Iterator[list[T]]:
        """Items in lists of the size that is right when each is taken, without holding them all."""
        each = iter(items)
        while some := list(islice(each, self.size)):
            yield some
