"""One hot account beside cold ones, and 64 callers after one reward's stock beside 64 rewards."""

from __future__ import annotations

from itertools import count, islice
from statistics import median
from typing import Final

from benchmarks.loads import batch_rate, coroutines
from benchmarks.places import NAMES, Dialect
from benchmarks.run import Run
from benchmarks.table import Report, Target
from benchmarks.town import REWARDS, Desk, founded
from points_engine.engine import PointsEngine

CALLERS: Final = 64
SLOWER: Final = Target(">=", 0.8)
"""At most 20 % slower."""


def measure(run: Run) -> Report:
    """Both on both databases; hot and cold take turns."""
    report = Report("hot", "Hot rows")
    dialects: tuple[Dialect, ...] = ("postgresql", "sqlite")
    for dialect in dialects:
        with run.places.books(dialect) as store:
            # A volunteer takes one reward only: what is measured is the shelf, not somebody's long list of holds.
            shoppers = run.effort.calls * (run.effort.rounds * 2 + 1)
            engine = founded(store, max(shoppers, run.effort.batch_commands))
            _accounts(run, engine, report, NAMES[dialect])
            _stock(run, engine, report, NAMES[dialect])
    return report


def _accounts(run: Run, engine: PointsEngine, report: Report, where: str) -> None:
    batch, desk = run.effort.batch_commands, Desk("accounts")
    hot: list[float] = []
    cold: list[float] = []
    batch_rate(engine, [desk.openings(range(batch))])
    for _ in range(run.effort.rounds):
        cold.append(batch_rate(engine, [desk.openings(range(batch)) for _ in range(run.effort.batches)]))
        hot.append(batch_rate(engine, [desk.openings([0] * batch) for _ in range(run.effort.batches)]))
    report.add(
        f"one hot account, {where}", median(hot), "/s", baseline=f"{batch:,} cold accounts", beside=median(cold),
        target=SLOWER,
    )  # fmt: skip


def _stock(run: Run, engine: PointsEngine, report: Report, where: str) -> None:
    desk, everybody = Desk("stock"), count()
    rates: dict[int, list[float]] = {1: [], REWARDS: []}
    coroutines(engine, desk.holds(list(islice(everybody, run.effort.calls)), REWARDS), CALLERS)
    for _ in range(run.effort.rounds):
        for rewards, found in rates.items():
            shoppers = list(islice(everybody, run.effort.calls))
            found.append(coroutines(engine, desk.holds(shoppers, rewards), CALLERS).rate)
    report.add(
        f"{CALLERS} callers, one reward's stock, {where}", median(rates[1]), "/s",
        baseline=f"{REWARDS} rewards", beside=median(rates[REWARDS]), target=SLOWER,
    )  # fmt: skip
