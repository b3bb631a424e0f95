"""A store and an engine that are watched: how long each phase of a batch takes, and which rows it writes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from points_engine.engine import PointsEngine
from points_engine.flow.desk import Desk, Need
from points_engine.flow.entities import StoredCommand
from points_engine.flow.outcomes import Submission
from points_engine.flow.port import Claim, Journalled, Transaction
from points_engine.store.shapes import BOOKS, PLACE, Shape, Values
from points_engine.store.stores import SqlStore

PHASES: Final = (
    "keys and fingerprints", "begin", "claim keys", "find what to read", "read rows", "decide", "write rows", "commit",
)  # fmt: skip

Written = list[tuple[Shape, list[Values]]]
"""The rows of one batch, table by table, in the order in which they were written."""


@dataclass(slots=True)
class Spent:
    """Seconds on the clock, and how many of them this thread was computing; the rest is waiting."""

    wall: float = 0.0
    cpu: float = 0.0


@dataclass(slots=True)
class Phases:
    """Where the time of some batches went."""

    what: str
    commands: int = 0
    spent: dict[str, Spent] = field(default_factory=lambda: {name: Spent() for name in PHASES})
    _inner: list[Spent] = field(default_factory=list)

    @contextmanager
    def spending(self, phase: str) -> Iterator[None]:
        """Count what is spent inside for `phase`; what an inner phase takes counts for that one only."""
        inner = Spent()
        self._inner.append(inner)
        wall, cpu = time.perf_counter(), time.thread_time()
        try:
            yield
        finally:
            wall, cpu = time.perf_counter() - wall, time.thread_time() - cpu
            self._inner.pop()
            spent = self.spent[phase]
            spent.wall += wall - inner.wall
            spent.cpu += cpu - inner.cpu
            if self._inner:
                self._inner[-1].wall += wall
                self._inner[-1].cpu += cpu

    def reset(self) -> Phases:
        """Begin to count anew."""
        self.commands = 0
        self.spent.update({name: Spent() for name in PHASES})
        return self

    def as_json(self) -> dict[str, Any]:
        each = {name: {"wall": spent.wall, "cpu": spent.cpu} for name, spent in self.spent.items()}
        return {"what": self.what, "commands": self.commands, "seconds": each}


class WatchedStore:
    """A store whose transactions are timed; with `records` it also keeps the rows that each batch writes."""

    def __init__(self, inner: SqlStore, phases: Phases, *, records: bool = False) -> None:
        self.url = inner.url
        self.batches: list[Written] = []
        self.phases = phases
        self._inner = inner
        self._records = records

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        written: Written = []
        whole = self._inner.transaction()
        with self.phases.spending("begin"):
            batch = whole.__enter__()
        try:
            if self._records:
                _listen(batch, written)
            yield _WatchedTransaction(batch, self.phases, written)
        finally:
            whole.__exit__(None, None, None)
        if self._records:
            self.batches.append(written)

    def close(self) -> None:
        self._inner.close()


def _listen(batch: Any, written: Written) -> None:
    """Note every row that a batch inserts or changes."""
    for name in ("_insert", "_update", "_upsert"):
        write = getattr(batch, name)

        def noted(shape: Shape, rows: list[Values], write: Any = write) -> None:
            if rows and shape.table != "command_key":
                written.append((shape, rows))
            write(shape, rows)

        setattr(batch, name, noted)

    appended: list[tuple[Shape, list[Values]]] = []
    append, head_moved = batch._append, batch._head_moved

    def noted_append(shape: Shape, rows: list[Values]) -> None:
        appended.append((shape, rows))
        append(shape, rows)

    def noted_place() -> tuple[int, datetime]:
        place: tuple[int, datetime] = head_moved()
        written.extend((shape, _placed(shape, rows, place)) for shape, rows in appended if rows)
        return place

    batch._append, batch._head_moved = noted_append, noted_place


def _placed(shape: Shape, rows: list[Values], place: tuple[int, datetime]) -> list[Values]:
    """Appended rows with all columns: those that the database fills in stand where they belong."""
    told = dict(zip(PLACE, place, strict=True))
    own = {name: at for at, name in enumerate(shape.own)}
    return [tuple(row[own[name]] if name in own else told[name] for name in shape.columns) for row in rows]


class _WatchedTransaction:
    def __init__(self, inner: Transaction, phases: Phases, written: Written) -> None:
        self._inner = inner
        self._phases = phases
        self._written = written

    def claim(self, claims: Sequence[Claim]) -> Mapping[tuple[str, str], StoredCommand]:
        keys: list[Values] = [(claim.principal, claim.key, claim.fingerprint, claim.command_id) for claim in claims]
        self._written.append((BOOKS["command_key"], keys))
        with self._phases.spending("claim keys"):
            return self._inner.claim(claims)

    def load(self, needs: Iterable[Need], desk: Desk) -> None:
        with self._phases.spending("read rows"):
            self._inner.load(needs, desk)

    def write(
        self, desk: Desk, accepted: Sequence[Journalled], refused: Sequence[Claim], size: int
    ) -> tuple[int, datetime]:
        with self._phases.spending("write rows"):
            return self._inner.write(desk, accepted, refused, size)

    def commit(self) -> None:
        with self._phases.spending("commit"):
            self._inner.commit()


class WatchedEngine(PointsEngine):
    """An engine that says where its time goes. It decides exactly what a `PointsEngine` decides."""

    def __init__(self, store: WatchedStore, *, secret: bytes) -> None:
        super().__init__(store, secret=secret)
        self._phases = store.phases

    def _work(self, submission: Submission) -> Any:
        self._phases.commands += 1
        with self._phases.spending("keys and fingerprints"):
            return super()._work(submission)

    def _read(self, works: Any, desk: Desk, transaction: Transaction) -> None:
        with self._phases.spending("find what to read"):
            super()._read(works, desk, transaction)

    def _decide(self, works: Any, desk: Desk, transaction: Transaction) -> None:
        with self._phases.spending("decide"):
            super()._decide(works, desk, transaction)

    def _write(self, works: Any, desk: Desk, transaction: Transaction) -> None:
        with self._phases.spending("write rows"):
            super()._write(works, desk, transaction)
