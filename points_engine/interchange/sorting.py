"""Sorting more rows than fit in memory: sorted runs in temporary files, merged as they are read."""

from __future__ import annotations

import heapq
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from points_engine.limits import IMPORT_SORT_ROWS

MERGED_AT_ONCE = 64
"""runs merged at once: as many files are open, each with its buffer."""

Item = tuple[Any, ...]
"""A tuple of whole numbers and texts that sorts by its own order."""


class SortedRuns:
    """A pile of tuples that is read back in order; memory holds `rows` of them at most.

    A context manager: leaving it removes the temporary files.
    """

    def __init__(self, rows: int = IMPORT_SORT_ROWS) -> None:
        self._rows = rows
        self._pending: list[Item] = []
        self._runs: list[Path] = []
        self._made = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.count = 0

    def add(self, item: Item) -> None:
        """Put one more on the pile."""
        self._pending.append(item)
        self.count += 1
        if len(self._pending) >= self._rows:
            self._pending.sort()
            self._runs.append(self._write(self._pending))
            self._pending = []
            if len(self._runs) >= MERGED_AT_ONCE:
                self._merge()

    def _merge(self) -> None:
        merged = self._write(heapq.merge(*map(_read, self._runs)))
        for run in self._runs:
            run.unlink()
        self._runs = [merged]

    def in_order(self) -> Iterator[Item]:
        """Everything, smallest first; may be read again."""
        self._pending.sort()
        if not self._runs:
            return iter(self._pending)
        return heapq.merge(*map(_read, self._runs), iter(self._pending))

    def _write(self, items: Iterable[Item]) -> Path:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="points-import-")
        self._made += 1
        path = Path(self._folder.name) / f"run-{self._made}"
        with path.open("w", encoding="utf-8") as file:
            for item in items:
                file.write(json.dumps(item, ensure_ascii=False, separators=(",", ":")))
                file.write("\n")
        return path

    def __enter__(self) -> SortedRuns:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._pending = []
        if self._folder is not None:
            self._folder.cleanup()


def _read(path: Path) -> Iterator[Item]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield tuple(json.loads(line))
