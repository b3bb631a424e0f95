"""Loads: batches by one caller, single commands by many callers, and how long answers take."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles

from benchmarks.town import accepted
from points_engine.cli.operation import ready_for_traffic
from points_engine.engine import PointsEngine
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.group_commit import GroupCommit


@dataclass(frozen=True, slots=True)
class Answers:
    """How fast a load was answered: all of it, and each command in milliseconds."""

    rate: float
    milliseconds: Sequence[float]

    @property
    def p50(self) -> float:
        return median(self.milliseconds)

    @property
    def p99(self) -> float:
        return quantiles(self.milliseconds, n=100, method="inclusive")[98]


@contextmanager
def as_served() -> Iterator[None]:
    """The process as `points serve` runs it: what was loaded is left alone by the cycle collector, threads take turns
    in half a millisecond."""
    interval = sys.getswitchinterval()
    ready_for_traffic()
    try:
        yield
    finally:
        gc.unfreeze()
        sys.setswitchinterval(interval)


def batch_rate(engine: PointsEngine, batches: Sequence[Sequence[Submission]]) -> float:
    """Commands per second through `execute`, one batch after another."""
    began = time.perf_counter()
    for batch in batches:
        accepted(engine, batch)
    return sum(map(len, batches)) / (time.perf_counter() - began)


def coroutines(engine: PointsEngine, submissions: Sequence[Submission], callers: int) -> Answers:
    """Single commands by so many coroutines, each asking for its next one when it has its answer."""
    milliseconds: list[float] = []

    async def caller(group: GroupCommit, mine: Sequence[Submission]) -> None:
        for submission in mine:
            asked = time.perf_counter()
            outcome = await group.ask(submission)
            milliseconds.append((time.perf_counter() - asked) * 1e3)
            outcome.expect()

    async def all_callers(group: GroupCommit) -> None:
        await asyncio.gather(*(caller(group, submissions[place::callers]) for place in range(callers)))

    with as_served(), GroupCommit(engine) as group:
        began = time.perf_counter()
        asyncio.run(all_callers(group))
        return Answers(len(submissions) / (time.perf_counter() - began), milliseconds)


def threads(engine: PointsEngine, submissions: Sequence[Submission], callers: int) -> Answers:
    """The same by so many threads."""
    milliseconds: list[float] = []

    def caller(group: GroupCommit, mine: Sequence[Submission]) -> None:
        for submission in mine:
            asked = time.perf_counter()
            outcome: Outcome = group.submit(submission).result()
            milliseconds.append((time.perf_counter() - asked) * 1e3)
            outcome.expect()

    with as_served(), GroupCommit(engine) as group, ThreadPoolExecutor(callers) as pool:
        began = time.perf_counter()
        for done in [pool.submit(caller, group, submissions[place::callers]) for place in range(callers)]:
            done.result()
        return Answers(len(submissions) / (time.perf_counter() - began), milliseconds)


def milliseconds_of(act: Callable[[], object], times: int) -> list[float]:
    """How long each of some acts takes."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1e3)
    return found
