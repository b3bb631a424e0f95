"""Batches of each kind of command through `execute`, their rows written again bare, and where their time goes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from benchmarks.baselines.bare import copy_seconds, executemany_seconds
from benchmarks.loads import batch_rate
from benchmarks.places import Dialect
from benchmarks.run import Run
from benchmarks.town import SECRET, Desk, days, founded
from benchmarks.watching import Phases, WatchedEngine, WatchedStore, Written
from points_engine.flow.outcomes import Submission
from points_engine.store.stores import SqlStore

CROWD: Final = 4
"""Batches of volunteers that take turns, so that nobody's history grows out of proportion."""

KINDS: Final = {
    "opening": "points from a source to one guarded account (OpenBalance)",
    "hold": "points between two guarded accounts, with stock, price, limits, voucher (PlaceHold)",
    "award": "a service record awarded under rules, trace stored (RecordService)",
}


@dataclass(slots=True)
class Measured:
    """One kind of command: commands per second in every round, through the engine and bare."""

    kind: str
    rates: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    phases: Phases = field(default_factory=lambda: Phases(""))
    rows_per_command: float = 0.0

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def bare_rate(self) -> float:
        return median(self.bare)


class Workload:
    """Makes batches of each kind without end, in the order of service; each `place` has people and keys of its own."""

    def __init__(self, batch: int, place: int = 0) -> None:
        self.volunteers = CROWD * batch
        self.everybody = range(place * self.volunteers, (place + 1) * self.volunteers)
        self._batch = batch
        self._desk = Desk(f"bench-{place}")
        self._turn = itertools.cycle(self.everybody[::batch])
        self._days = days()
        self._makers: dict[str, Callable[[range], list[Submission]]] = {
            "opening": self._desk.openings,
            "hold": lambda crowd: self._desk.holds(crowd, 64),
            "award": lambda crowd: self._desk.records(crowd, next(self._days)),
        }

    def batches(self, kind: str, count: int) -> list[list[Submission]]:
        """So many batches of one kind."""
        return [self._makers[kind](self._crowd()) for _ in range(count)]

    def _crowd(self) -> range:
        first = next(self._turn)
        return range(first, first + self._batch)


def measured(run: Run, dialect: Dialect, before_round: Callable[[], None] = lambda: None) -> list[Measured]:
    """Every kind on one database; `before_round` measures a baseline between the rounds."""
    effort = run.effort
    found = {kind: Measured(kind) for kind in KINDS}
    with run.places.books(dialect) as store:
        work = Workload(effort.batch_commands)
        engine = founded(store, work.volunteers)
        for kind in KINDS:  # statements prepared, packs compiled
            batch_rate(engine, work.batches(kind, 1))
        for _ in range(effort.rounds):
            before_round()
            for kind, one in found.items():
                one.rates.append(batch_rate(engine, work.batches(kind, effort.batches)))
        for one in found.values():
            batches = _watched(store, work, one, effort.batches)
            commands = effort.batches * effort.batch_commands
            one.rows_per_command = sum(len(rows) for batch in batches for _, rows in batch) / commands
            for _ in range(effort.rounds):
                one.bare.append(commands / bare_seconds(run, dialect, batches))
    return list(found.values())


def _watched(store: SqlStore, work: Workload, one: Measured, count: int) -> list[Written]:
    one.phases = Phases(f"{one.kind}, {store.dialect}")
    watched = WatchedStore(store, one.phases, records=True)
    engine = WatchedEngine(watched, secret=SECRET)
    batch_rate(engine, work.batches(one.kind, 1))  # packs compiled
    watched.batches.clear()
    one.phases.reset()
    batch_rate(engine, work.batches(one.kind, count))
    return watched.batches


def bare_seconds(run: Run, dialect: Dialect, batches: Sequence[Written]) -> float:
    """Seconds to write recorded rows into empty books with nothing but COPY or executemany."""
    with run.places.database(dialect) as url:
        if dialect == "postgresql":
            return copy_seconds(url, batches)
        return executemany_seconds(url.removeprefix("sqlite:///"), batches)
