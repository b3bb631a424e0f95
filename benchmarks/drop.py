"""A hot drop: 10,000 takers from 64 callers after 500 items; exactly 500 are taken. A "sold out" beside a hold."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Final

from benchmarks.baselines.hot_row import hot_row_rate
from benchmarks.places import NAMES, Dialect
from benchmarks.run import Run
from benchmarks.table import Report, Target
from benchmarks.town import REWARDS, SCHEME, Desk, founded
from points_engine.engine import PointsEngine
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.group_commit import GroupCommit
from points_engine.store.audit import audit

CALLERS: Final = 64
TAKERS: Final = 10_000
TAKERS_PER_ITEM: Final = 20
BATCH: Final = 64
"""commands: as many as 64 callers have waiting at once."""


def measure(run: Run) -> Report:
    """One drop on each database, then holds and refusals in turn, by the processor time of this process."""
    report = Report("drop", "Hot drop")
    dialects: tuple[Dialect, ...] = ("postgresql", "sqlite")
    takers = min(TAKERS, run.effort.calls)
    with run.places.database("postgresql") as url:
        plain = hot_row_rate(url, run.effort.seconds)
    for dialect in dialects:
        with run.places.books(dialect) as store:
            engine = founded(store, takers)
            desk = Desk("drop")
            items = max(1, takers // TAKERS_PER_ITEM)
            engine.submit(desk.submission(MoveStock(SCHEME, "r00", "counted", items))).expect()
            began = time.perf_counter()
            outcomes = _rush(engine, desk.holds(range(takers), 1))
            rate = takers / (time.perf_counter() - began)
            told = Counter("taken" if each.error is None else each.error.code for each in outcomes)
            exact = {"taken": items, "sold_out": takers - items}
            if told != exact or not audit(store).is_sound:
                raise RuntimeError(f"the drop was not exact: {dict(told)}, not {exact}")
            note = f"exactly {items} of {items} items, books sound"
            report.add(f"{takers:,} takers, {CALLERS} callers, {NAMES[dialect]}", rate, "/s",
                       baseline="plain hot row, 8 clients", beside=plain, note=note)  # fmt: skip
            hold, refusal = _costs(run, engine, desk)
            report.add(f"a 'sold out', processor time, {NAMES[dialect]}", refusal, "us", baseline="a hold",
                       beside=hold, target=Target("<=", 1 / 3))  # fmt: skip
    return report


def _rush(engine: PointsEngine, asked: Sequence[Submission]) -> list[Outcome]:
    outcomes: list[Outcome] = []

    async def caller(group: GroupCommit, mine: Sequence[Submission]) -> None:
        outcomes.extend([await group.ask(submission) for submission in mine])

    async def everybody(group: GroupCommit) -> None:
        await asyncio.gather(*(caller(group, asked[place::CALLERS]) for place in range(CALLERS)))

    with GroupCommit(engine) as group:
        asyncio.run(everybody(group))
    return outcomes


def _costs(run: Run, engine: PointsEngine, desk: Desk) -> tuple[float, float]:
    """Microseconds of processor time of a hold (of a reward with plenty) and of a refusal, in batches, in turn."""
    holds: list[float] = []
    refusals: list[float] = []
    people = range(min(run.effort.batch_commands, TAKERS))
    for turn in range(run.effort.rounds):
        holds.append(_time(engine, desk.holds(people, 1, first=turn % (REWARDS - 1) + 1)))
        refusals.append(_time(engine, desk.holds(people, 1)))
    return median(holds), median(refusals)


def _time(engine: PointsEngine, asked: Sequence[Submission]) -> float:
    began = time.process_time()
    for place in range(0, len(asked), BATCH):
        engine.execute(asked[place : place + BATCH])
    return (time.process_time() - began) / len(asked) * 1e6
