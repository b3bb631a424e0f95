"""The main job on real input: the whole log imported on both databases, in file order and shuffled, and its memory.

Run as a module it is one import in a process of its own: `python -m benchmarks.import_log URL FILE`.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from benchmarks import log
from benchmarks.baselines import orm
from benchmarks.batches import bare_seconds
from benchmarks.loads import batch_rate
from benchmarks.places import NAMES, Dialect, size_bytes
from benchmarks.run import Run
from benchmarks.table import Report, Target
from benchmarks.town import SECRET, Desk, accepted
from benchmarks.watching import Phases, Spent, WatchedEngine, WatchedStore
from points_engine.engine import PointsEngine
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.programme import RegisterUnit
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.service.records import RecordService
from points_engine.interchange.imports import ImportOrder, ImportReport, in_slices, run_import
from points_engine.interchange.packs import publish_folder
from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore

IN_ORDER: Final = Target(">=", 3_000, "value")
SHUFFLED: Final = Target(">=", 1_000, "value")
MEMORY: Final = Target("<=", 300, "value")
FLAT: Final = Target("<=", 1.2)


@dataclass(frozen=True, slots=True)
class Imported:
    """What one import in a process of its own tells of itself."""

    rows: int
    seconds: float
    peak_mib: float

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def measure(run: Run) -> Report:
    """Speed on both databases beside plain SQLModel and the bare limit; memory of a longer import on SQLite."""
    report = Report("import_log", "Importing the real log")
    folder = run.places.folder
    log.written(folder / "in_order.csv", run.effort.log_rows)
    log.written(folder / "shuffled.csv", run.effort.log_rows, shuffled=True)
    dialects: tuple[Dialect, ...] = ("sqlite", "postgresql")
    found = {}
    for dialect in dialects:
        found[dialect] = _speed(run, dialect, folder, report)
        _late(run, dialect, report)
    _memory(run, folder, found["sqlite"], report)
    return report


def _speed(run: Run, dialect: Dialect, folder: Path, report: Report) -> Imported:
    """The log in file order and shuffled; answers the first."""
    where, found = NAMES[dialect], {}
    with run.places.database(dialect) as url:
        plain = orm.award_rate(url, log.stretches(run.effort.log_rows), run.effort.seconds)
    for order, target in (("in order", IN_ORDER), ("shuffled", SHUFFLED)):
        with run.places.database(dialect) as url:
            one = _in_a_process(url, folder / f"{order.replace(' ', '_')}.csv")
        found[order] = one
        report.add(
            f"the log {order}, {where}", one.rate, "records/s", baseline="plain SQLModel, a session a record",
            beside=plain, target=target,
            note=f"{one.rows:,} rows in {one.seconds:.1f} s, {one.peak_mib:.0f} MiB",
        )  # fmt: skip
    _limit(run, dialect, folder, found["in order"].rate, report)
    return found["in order"]


def _limit(run: Run, dialect: Dialect, folder: Path, rate: float, report: Report) -> None:
    """Where an import's time goes, and what writing its rows alone would take."""
    phases = Phases(f"import, {dialect}")
    with run.places.books(dialect) as store:
        empty = size_bytes(store)
        watched = WatchedStore(store, phases, records=True)
        done = imported(WatchedEngine(watched, secret=SECRET), store, folder / "in_order.csv")
        each = (size_bytes(store) - empty) / max(1, done.imported)
    batches = watched.batches
    rows = sum(len(some) for batch in batches for _, some in batch) / max(1, done.imported)
    bare = done.imported / bare_seconds(run, dialect, batches)
    baseline = "COPY of the same rows" if dialect == "postgresql" else "raw executemany of the same rows"
    note = f"{rows:.1f} rows and {each:,.0f} bytes a record with indexes"
    report.add(f"the log in order, {NAMES[dialect]}", rate, "records/s", baseline=baseline, beside=bare, note=note)
    counted = sum(spent.wall for spent in phases.spent.values())
    phases.commands = done.imported
    phases.spent["read file, count"] = Spent(done.seconds - counted, done.seconds - counted)
    report.phases.append(phases)


def _late(run: Run, dialect: Dialect, report: Report) -> None:
    """Records as they come, never sorted: nearly every one folds a part of somebody's history again."""
    rows = log.stretches(run.effort.late_rows)
    random.Random(1).shuffle(rows)
    desk = Desk("late")
    with run.places.books(dialect) as store:
        engine = PointsEngine(store, secret=SECRET)
        publish_folder(engine, log.RULES / log.SCHEME, "late")
        accepted(engine, [desk.submission(RegisterUnit(log.SCHEME, "community_online", "网", "Net"))])
        first = min(start for _, start, *_ in rows).date() - timedelta(days=1)
        people = sorted({who for who, *_ in rows})
        accepted(engine, [desk.submission(RegisterVolunteer(who, who, first)) for who in people])
        places = sorted({activity for *_, activity in rows})
        accepted(engine, [desk.submission(RegisterActivity(place, place, "code", log.SCHEME)) for place in places])
        records = [
            desk.submission(RecordService(who, activity, start, end, "kiosk")) for who, start, end, activity in rows
        ]
        rate = batch_rate(engine, list(in_slices(records, run.effort.batch_commands)))
    report.add(
        f"shuffled and not sorted by the import, {NAMES[dialect]}", rate, "records/s", target=SHUFFLED,
        note=f"{len(rows):,} rows straight through execute",
    )  # fmt: skip


def _memory(run: Run, folder: Path, once: Imported, report: Report) -> None:
    rows = log.written(folder / "longer.csv", run.effort.log_rows, copies=run.effort.log_copies)
    with run.places.database("sqlite") as url:
        longer = _in_a_process(url, folder / "longer.csv")
    report.add(f"memory of an import of {once.rows:,} rows", once.peak_mib, "MiB", target=MEMORY)
    report.add(f"memory of an import of {rows:,} rows", longer.peak_mib, "MiB", target=MEMORY)
    report.add(
        f"memory, {run.effort.log_copies} times the rows", longer.peak_mib, "MiB", baseline="the log once",
        beside=once.peak_mib, target=FLAT, note=f"{longer.rate:,.0f} records/s",
    )  # fmt: skip


def _in_a_process(url: str, path: Path) -> Imported:
    command = [sys.executable, "-m", "benchmarks.import_log", url, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the import failed: {done.stderr[-800:]}")
    return Imported(**json.loads(done.stdout))


def imported(engine: PointsEngine, store: SqlStore, path: Path) -> ImportReport:
    """Import a log; every row must go in."""
    order = ImportOrder(path, log.SCHEME, "kiosk", "bench", rule_folders=(log.RULES,))
    report = run_import(engine, store, order)
    assert report.is_clean, f"{report.problems.count} rows were refused"
    assert report.imported == report.rows, "every row is new"
    return report


def main(url: str, path: Path) -> None:
    """One import; what it took is printed as JSON."""
    store = open_store(url, create=True)
    report = imported(PointsEngine(store, secret=SECRET), store, path)
    store.close()
    print(json.dumps({"rows": report.rows, "seconds": report.seconds, "peak_mib": peak_mib()}))


def peak_mib() -> float:
    """The most memory this process ever had. On Linux `ru_maxrss` would count the parent's before this one began."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
