"""Answers at the counter while an import runs in the bulk lane of the same group commit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from statistics import median
from typing import Final

from benchmarks import log
from benchmarks.loads import Answers, as_served
from benchmarks.places import NAMES, Dialect
from benchmarks.run import Run
from benchmarks.table import Report, Target
from benchmarks.town import Desk, accepted, founded, number_of
from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.service.records import RecordService
from points_engine.group_commit import GroupCommit
from points_engine.limits import IMPORT_SLICE_COMMANDS

COUNTERS: Final = 8
PAUSE_SECONDS: Final = 0.05
"""of a cashier between two commands: a busy one, so that a few seconds give a percentile."""
SHOPPERS: Final = 400
IMPORT_PER_SECOND: Final = 5_000
"""records prepared for each second of a run: more than an import gets through beside the counters."""

FAST: Final = Target("<=", 100, "value")


def measure(run: Run) -> Report:
    """p50 and p99 of reserving and confirming, beside a quiet engine."""
    report = Report("lanes", "The counter while an import runs")
    dialects: tuple[Dialect, ...] = ("postgresql", "sqlite")
    for dialect in dialects:
        with run.places.books(dialect) as store:
            _measure(run, founded(store, SHOPPERS), report, NAMES[dialect])
    return report


def _measure(run: Run, engine: PointsEngine, report: Report, where: str) -> None:
    seconds = run.effort.counter_seconds
    bulk = _Import(engine, _records(engine, run, round(seconds * IMPORT_PER_SECOND)))
    with as_served(), GroupCommit(engine) as group:
        quiet = _at_the_counters(group, min(seconds, 3.0), "quiet")
        alone, began = bulk.done, time.perf_counter()
        with bulk.running(group):
            busy = _at_the_counters(group, seconds, "busy", until=bulk.ended)
        rate = (bulk.done - alone) / (time.perf_counter() - began)
    for name in ("p50", "p99"):
        report.add(
            f"{name} of a counter's command, {where}", getattr(busy, name), "ms", baseline="no import running",
            beside=getattr(quiet, name), target=FAST if name == "p99" else None,
            note=f"{len(busy.milliseconds):,} commands, worst {max(busy.milliseconds):.0f} ms",
        )  # fmt: skip
    report.add(f"the import meanwhile, {where}", rate, "records/s")


def _records(engine: PointsEngine, run: Run, wanted: int) -> Iterator[Submission]:
    """The real log in the order of service, again with other volunteers when it is through."""
    rows = sorted(log.stretches(run.effort.log_rows), key=lambda row: row[1])
    desk = Desk("import")
    copies = wanted // len(rows) + 1
    first = min(start for _, start, *_ in rows).date() - timedelta(days=1)
    people = sorted({f"{who}-{copy}" for who, *_ in rows for copy in range(copies)})
    accepted(engine, [desk.submission(RegisterVolunteer(who, who, first)) for who in people])
    for copy in range(copies):
        for who, start, end, _ in rows:
            yield desk.submission(RecordService(f"{who}-{copy}", "garden", start, end, "kiosk"))


class _Import:
    """Feeds slices of records into the bulk lane, two at a time, as an import job does."""

    def __init__(self, engine: PointsEngine, records: Iterator[Submission]) -> None:
        self._first = list(islice(records, IMPORT_SLICE_COMMANDS))  # registers its people before anything is measured
        self._records = records
        self._stop = threading.Event()
        self.ended = threading.Event()
        self.done = 0
        accepted(engine, self._first)

    def running(self, group: GroupCommit) -> _Running:
        return _Running(threading.Thread(target=self._feed, args=(group,)), self._stop)

    def _feed(self, group: GroupCommit) -> None:
        ahead: list[Future[Outcome]] = []
        while not self._stop.is_set() and (some := list(islice(self._records, IMPORT_SLICE_COMMANDS))):
            fresh = group.submit_all(some, "bulk")
            for future in ahead:
                future.result().expect()
            self.done += len(ahead)
            ahead = fresh
        for future in ahead:
            future.result().expect()
        self.done += len(ahead)
        self.ended.set()


@dataclass(slots=True)
class _Running:
    thread: threading.Thread
    stop: threading.Event

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()


@dataclass(slots=True)
class _Counter:
    """One till: reserves and confirms for one volunteer after another."""

    group: GroupCommit
    name: str
    shoppers: list[int]
    milliseconds: list[float] = field(default_factory=list)

    def work(self, seconds: float, until: threading.Event | None) -> None:
        desk, began = Desk(self.name), time.perf_counter()
        turn = 0
        while time.perf_counter() - began < seconds and not (until is not None and until.is_set()):
            number = number_of(self.shoppers[turn % len(self.shoppers)])
            code = self._asked(desk.submission(PlaceHold(number, "bench", f"r{turn % 64:02}")))["code"]
            time.sleep(PAUSE_SECONDS)
            self._asked(desk.submission(ConfirmHold(code, "till")))
            time.sleep(PAUSE_SECONDS)
            turn += 1

    def _asked(self, submission: Submission) -> dict[str, str]:
        began = time.perf_counter()
        outcome = self.group.submit(submission).result()
        self.milliseconds.append((time.perf_counter() - began) * 1e3)
        return dict(outcome.expect())


def _at_the_counters(group: GroupCommit, seconds: float, name: str, until: threading.Event | None = None) -> Answers:
    tills = [_Counter(group, f"{name}-{till}", list(range(till, SHOPPERS, COUNTERS))) for till in range(COUNTERS)]
    working = [threading.Thread(target=till.work, args=(seconds, until)) for till in tills]
    for each in working:
        each.start()
    for each in working:
        each.join()
    found = [each for till in tills for each in till.milliseconds]
    return Answers(len(found) / seconds, found or [float(median([0]))])
