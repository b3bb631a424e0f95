"""Several processes over the same books, as a server runs them, each with an engine and people of its own."""

from __future__ import annotations

import itertools
import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Final

from benchmarks.batches import KINDS, Workload
from benchmarks.loads import batch_rate, coroutines
from benchmarks.town import SECRET, Desk
from points_engine.engine import PointsEngine
from points_engine.store.opening import open_store

PROCESSES: Final = 2
"""As many as the machines that these numbers come from have cores."""

PATIENCE_SECONDS: Final = 300
READY: Final = "ready"
PREPARED: Final = "prepared"


@dataclass(frozen=True, slots=True)
class Load:
    """What every process does: `batches` batches of a kind, or with `callers` single openings by so many coroutines."""

    kind: str = ""
    batches: int = 0
    commands: int = 0
    callers: int = 0


class Crew:
    """The processes, ready to work at the same moment."""

    def __init__(self, pipes: Sequence[Connection]) -> None:
        self._pipes = pipes

    def rate(self, load: Load) -> float:
        """Commands per second of all together, from the first beginning to the last end."""
        self._tell(load)
        self.heard()  # everything is prepared
        self._tell("go")
        found = self.heard()
        began, ended = min(each[0] for each in found), max(each[1] for each in found)
        return sum(each[2] for each in found) / (ended - began)

    def dismiss(self) -> None:
        """Let them go."""
        self._tell(None)

    def _tell(self, what: object) -> None:
        for pipe in self._pipes:
            pipe.send(what)

    def heard(self) -> list[Any]:
        """What each of them says next."""
        answers = []
        for pipe in self._pipes:
            if not pipe.poll(PATIENCE_SECONDS):
                raise RuntimeError("a process of the benchmark does not answer")
            answer = pipe.recv()
            if isinstance(answer, str) and answer not in (READY, PREPARED):
                raise RuntimeError(f"a process of the benchmark failed:\n{answer}")
            answers.append(answer)
        return answers


@contextmanager
def crew(url: str, batch: int) -> Iterator[Crew]:
    """Processes over books in which `PROCESSES` times the volunteers of a workload are registered."""
    context = multiprocessing.get_context("spawn")
    pipes, workers = [], []
    for place in range(PROCESSES):
        ours, theirs = context.Pipe()
        worker = context.Process(target=_work, args=(url, place, batch, theirs), daemon=True)
        worker.start()
        pipes.append(ours)
        workers.append(worker)
    try:
        made = Crew(pipes)
        made.heard()
        yield made
        made.dismiss()
    finally:
        for worker in workers:
            worker.join(10)
            if worker.is_alive():
                worker.terminate()


def _work(url: str, place: int, batch: int, pipe: Connection) -> None:
    try:
        store = open_store(url)
        engine = PointsEngine(store, secret=SECRET)
        work = Workload(batch, place)
        for kind in KINDS:
            batch_rate(engine, work.batches(kind, 1))
        pipe.send(READY)
        while (load := pipe.recv()) is not None:
            act = _prepared(engine, work, load, place)
            pipe.send(PREPARED)
            pipe.recv()
            began = time.time()
            done = act()
            pipe.send((began, time.time(), done))
        store.close()
    except Exception:
        pipe.send(traceback.format_exc())


def _prepared(engine: PointsEngine, work: Workload, load: Load, place: int) -> Callable[[], int]:
    if load.callers:
        everybody = itertools.cycle(work.everybody)
        openings = Desk(f"single-{place}-{time.monotonic_ns()}").openings(itertools.islice(everybody, load.commands))

        def single() -> int:
            coroutines(engine, openings, load.callers)
            return len(openings)

        return single
    batches = work.batches(load.kind, load.batches)

    def whole() -> int:
        batch_rate(engine, batches)
        return sum(map(len, batches))

    return whole
