"""The group commit: whatever queued while the last commit ran is committed next, together.

There is no timer: an idle queue commits a single command at once, a busy one grows its batches by itself.  One writer
thread per process owns the engine.  Interactive commands go first; bulk work goes in small slices in between.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal, Protocol

from points_engine.errors import Overloaded, StoreFault
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.limits import (
    BULK_PATIENCE_BATCHES,
    COMMANDS_PER_BATCH,
    QUEUED_COMMANDS,
)
from points_engine.pace import Pace

log = logging.getLogger("points_engine")

Lane = Literal["interactive", "bulk"]
Reply = Callable[[Outcome], None]


class Executor(Protocol):
    """What commits batches: a `PointsEngine`."""

    def execute(self, submissions: Sequence[Submission]) -> list[Outcome]: ...


@dataclass(frozen=True, slots=True)
class Commit:
    """What one commit did: `waiting` is what was left in the queue behind it."""

    lane: Lane
    commands: int
    seconds: float
    waiting: int


@dataclass(slots=True)
class _Asked:
    submission: Submission
    loop: asyncio.AbstractEventLoop | None
    reply: Reply


@dataclass(slots=True)
class _Queue:
    """First come, first served within a caller; callers take turns, so that a busy one cannot crowd others out."""

    callers: dict[str, deque[_Asked]] = field(default_factory=dict)
    length: int = 0

    def put(self, asked: _Asked) -> None:
        self.callers.setdefault(asked.submission.principal, deque()).append(asked)
        self.length += 1

    def take(self, most: int) -> list[_Asked]:
        taken: list[_Asked] = []
        while self.callers and len(taken) < most:
            for caller in list(self.callers):
                line = self.callers.pop(caller)
                taken.append(line.popleft())
                if line:
                    self.callers[caller] = line
                if len(taken) == most:
                    break
        self.length -= len(taken)
        return taken


class GroupCommit:
    """A queue in front of an engine, with one writer thread behind it.

    A context manager: leaving it answers everything that was taken.

    `on_commit` is called after each commit, from the writer thread, with what it did.
    """

    def __init__(
        self,
        engine: Executor,
        *,
        capacity: int = QUEUED_COMMANDS,
        on_commit: Callable[[Commit], None] | None = None,
    ) -> None:
        self._engine = engine
        self._capacity = capacity
        self._on_commit = on_commit
        self._lanes: dict[Lane, _Queue] = {"interactive": _Queue(), "bulk": _Queue()}
        self._wake = threading.Condition()
        self._is_closing = False
        self._passed_over = 0
        self._last_seconds = 0.0
        self._pace = Pace()
        self._writer = threading.Thread(target=self._write, name="group-commit", daemon=True)
        self._writer.start()

    def __enter__(self) -> GroupCommit:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- callers -----------------------------------------------------------------------------------------------

    def submit(self, submission: Submission, lane: Lane = "interactive") -> Future[Outcome]:
        """Queue one command from any thread; the future has its outcome after the commit.

        Raises: Overloaded (the queue is full or closing; nothing was queued).
        """
        future: Future[Outcome] = Future()
        future.set_running_or_notify_cancel()
        self._put([_Asked(submission, None, future.set_result)], lane)
        return future

    def submit_all(self, submissions: Iterable[Submission], lane: Lane = "bulk") -> list[Future[Outcome]]:
        """Queue several commands of one caller, in order, or none of them.

        Raises: Overloaded.
        """
        futures: list[Future[Outcome]] = []
        asked: list[_Asked] = []
        for submission in submissions:
            future: Future[Outcome] = Future()
            future.set_running_or_notify_cancel()
            futures.append(future)
            asked.append(_Asked(submission, None, future.set_result))
        self._put(asked, lane)
        return futures

    async def ask(self, submission: Submission, lane: Lane = "interactive") -> Outcome:
        """Queue one command from a coroutine and wait for its outcome.

        A caller that is cancelled meanwhile gets no answer, but the command runs: its key tells what became of it.
        Raises: Overloaded.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()

        def reply(outcome: Outcome) -> None:
            if not future.done():
                future.set_result(outcome)

        self._put([_Asked(submission, loop, reply)], lane)
        return await future

    async def ask_all(self, submissions: Sequence[Submission], lane: Lane = "bulk") -> list[Outcome]:
        """Queue several commands of one caller from a coroutine, in order, or none of them; wait for every outcome.

        A caller that is cancelled meanwhile gets no answer, but the commands run: their keys tell what became of them.
        Raises: Overloaded.
        """
        loop = asyncio.get_running_loop()
        outcomes: list[Outcome | None] = [None] * len(submissions)
        done = loop.create_future()
        left = len(submissions)

        def reply_to(place: int) -> Reply:
            def reply(outcome: Outcome) -> None:
                nonlocal left
                outcomes[place] = outcome
                left -= 1
                if not left and not done.done():
                    done.set_result(None)

            return reply

        self._put([_Asked(each, loop, reply_to(place)) for place, each in enumerate(submissions)], lane)
        if submissions:
            await done
        answered = [outcome for outcome in outcomes if outcome is not None]
        assert len(answered) == len(submissions), "every command has an outcome"
        return answered

    def waiting(self) -> int:
        """How many commands are queued."""
        return sum(queue.length for queue in self._lanes.values())

    def takes_commands(self) -> bool:
        """Whether a command at the counter would be taken now."""
        has_room = self._lanes["interactive"].length < self._capacity
        return has_room and not self._is_closing and self._writer.is_alive()

    def close(self) -> None:
        """Take nothing more, answer everything that was taken, and stop."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        self._writer.join()

    def _put(self, asked: Sequence[_Asked], lane: Lane) -> None:
        with self._wake:
            queue = self._lanes[lane]
            if self._is_closing or queue.length + len(asked) > self._capacity:
                raise Overloaded(retry_after_seconds=self._retry_after(queue))
            for each in asked:
                queue.put(each)
            self._wake.notify()

    def _retry_after(self, queue: _Queue) -> int:
        batches = 1 + queue.length // COMMANDS_PER_BATCH
        return max(1, round(batches * self._last_seconds))

    # ---- the writer thread -------------------------------------------------------------------------------------

    def _write(self) -> None:
        while True:
            with self._wake:
                while not self.waiting() and not self._is_closing:
                    self._wake.wait()
                if not self.waiting():
                    return
                lane, asked = self._next_batch()
            self._commit(lane, asked)

    def _next_batch(self) -> tuple[Lane, list[_Asked]]:
        """Interactive first; bulk when nothing else waits, or when it was passed over long enough."""
        interactive, bulk = self._lanes["interactive"], self._lanes["bulk"]
        bulk_is_due = bulk.length and (not interactive.length or self._passed_over >= BULK_PATIENCE_BATCHES)
        if bulk_is_due:
            self._passed_over = 0
            return "bulk", bulk.take(self._pace.size)
        self._passed_over += bool(bulk.length)
        return "interactive", interactive.take(COMMANDS_PER_BATCH)

    def _commit(self, lane: Lane, asked: Sequence[_Asked]) -> None:
        started = time.perf_counter()
        try:
            outcomes = self._engine.execute([each.submission for each in asked])
        except Exception as broken:  # whoever waits must be answered, and the writer must go on
            log.exception("a batch of %d failed as a whole", len(asked))
            fault = broken if isinstance(broken, StoreFault) else StoreFault(what=type(broken).__name__)
            outcomes = [Outcome("fault", error=fault) for _ in asked]
        self._last_seconds = time.perf_counter() - started
        if lane == "bulk":
            self._pace.took(len(asked), self._last_seconds)
        _answer(asked, outcomes)
        if self._on_commit is not None:
            self._on_commit(Commit(lane, len(asked), self._last_seconds, self.waiting()))


def _answer(asked: Sequence[_Asked], outcomes: Sequence[Outcome]) -> None:
    """Hand outcomes out: threads at once, coroutines with one wake-up per event loop."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[Reply, Outcome]]] = {}
    for each, outcome in zip(asked, outcomes, strict=True):
        if each.loop is None:
            each.reply(outcome)
        else:
            loops.setdefault(each.loop, []).append((each.reply, outcome))
    for loop, replies in loops.items():
        try:
            loop.call_soon_threadsafe(_reply_all, replies)
        except RuntimeError:  # the loop was closed: nobody is left to tell; the outcome is in the books
            log.warning("%d outcomes had nobody waiting any more", len(replies))


def _reply_all(replies: Sequence[tuple[Reply, Outcome]]) -> None:
    for reply, outcome in replies:
        reply(outcome)
