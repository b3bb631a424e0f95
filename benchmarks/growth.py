"""Small books beside large ones: balance, statement page and redemption must not notice; and bytes per entry."""

from __future__ import annotations

import random
from collections.abc import Callable
from statistics import median
from typing import Final

from benchmarks.filling import ENTRIES_PER_VOLUNTEER, fill, volunteers_for
from benchmarks.loads import milliseconds_of
from benchmarks.places import NAMES, Dialect, size_bytes
from benchmarks.run import Run
from benchmarks.table import Curve, Report, Target
from benchmarks.town import SCHEME, Desk, founded, number_of
from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.store.reads import balance, volunteer_by_number
from points_engine.store.statements import statement
from points_engine.store.stores import SqlStore

ACTS: Final = {
    "balance": "look the number up, sum the lots",
    "statement": "the newest page of entries with their postings",
    "redemption": "reserve and confirm, two commits",
}


def measure(run: Run) -> Report:
    """Median times over books of two sizes, for volunteers chosen by chance."""
    report = Report("growth", "Growing books")
    dialects: tuple[Dialect, ...] = ("postgresql", "sqlite")
    small, large = run.effort.postings
    for dialect in dialects:
        times = {size: _times(run, dialect, size, report) for size in (small, large)}
        for act, what in ACTS.items():
            report.add(
                f"{act}, {large:,} postings, {NAMES[dialect]}", times[large][act], "ms",
                baseline=f"{small:,} postings", beside=times[small][act], target=Target("<=", 1.2), note=what,
            )  # fmt: skip
            curve = {size: found[act] for size, found in times.items()}
            report.curves.append(Curve("growth", "postings", "ms", f"{act}, {NAMES[dialect]}", curve))
    return report


def _times(run: Run, dialect: Dialect, postings: int, report: Report) -> dict[str, float]:
    volunteers = volunteers_for(postings)
    with run.places.books(dialect) as store:
        engine = founded(store, 0)
        empty = size_bytes(store)
        fill(store, volunteers)
        each = (size_bytes(store) - empty) / (volunteers * ENTRIES_PER_VOLUNTEER)
        if postings == run.effort.postings[1]:
            note = "entry, two postings, command and key, with indexes"
            report.add(f"size with {postings:,} postings, {NAMES[dialect]}", each, "bytes an entry", note=note)
        chance = random.Random(1)
        acts = _acts(store, engine, lambda: number_of(chance.randrange(volunteers)))
        for act in acts.values():  # connections opened, statements prepared, packs compiled
            milliseconds_of(act, max(3, run.effort.reads // 10))
        return {name: median(milliseconds_of(act, run.effort.reads)) for name, act in acts.items()}


def _acts(store: SqlStore, engine: PointsEngine, somebody: Callable[[], str]) -> dict[str, Callable[[], object]]:
    desk = Desk("growth")

    def read_balance() -> None:
        with store.reading() as books:
            volunteer = volunteer_by_number(books, somebody())
            assert volunteer is not None
            assert balance(books, volunteer.id, SCHEME).spendable > 0

    def read_statement() -> None:
        with store.reading() as books:
            volunteer = volunteer_by_number(books, somebody())
            assert volunteer is not None
            assert statement(books, volunteer.id).entries

    def redeem() -> None:
        code = engine.submit(desk.submission(PlaceHold(somebody(), SCHEME, "r00"))).expect()["code"]
        engine.submit(desk.submission(ConfirmHold(code, "till"))).expect()

    return {"balance": read_balance, "statement": read_statement, "redemption": redeem}
