"""A store that fails at the n-th place between its calls, loses races, and loses the answers of commits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from points_engine.flow.desk import Desk, Need
from points_engine.flow.entities import StoredCommand
from points_engine.flow.port import Claim, Conflict, Journalled, Transaction, UnknownCommit
from points_engine.store.stores import SqlStore

Answer = Literal["lost after", "lost before"]
"""What becomes of the next COMMIT: done and its answer lost, or lost on the way to the database."""


class Crash(BaseException):
    """The process is gone: nothing may catch this but the simulation itself."""


@dataclass
class Plan:
    """What is to go wrong during one delivery."""

    crash_at: int | None = None  # the place at which the process crashes, counted over all calls
    conflicts: int = 0  # how many writes lose a race
    answer: Answer | None = None


class Crashing:
    """A store that lets go wrong what its plan says."""

    def __init__(self, store: SqlStore) -> None:
        self.url = store.url
        self.store = store
        self.plan = Plan()
        self.done: list[str] = []

    def arm(self, plan: Plan) -> None:
        """Set what goes wrong during the next delivery."""
        self.plan, self.done = plan, []

    def reach(self) -> None:
        """One more place is reached.

        Raises: Crash.
        """
        if self.plan.crash_at is not None:
            self.plan.crash_at -= 1
            if self.plan.crash_at < 0:
                self.plan.crash_at = None
                raise Crash

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that counts its calls."""
        with self.store.transaction() as inner:
            yield _Counted(self, inner)

    def close(self) -> None:
        """Close the store behind it."""
        self.store.close()


class _Counted:
    def __init__(self, store: Crashing, inner: Transaction) -> None:
        self._store = store
        self._inner = inner

    def claim(self, claims: Sequence[Claim]) -> Mapping[tuple[str, str], StoredCommand]:
        self._store.reach()
        known = self._inner.claim(claims)
        self._store.reach()
        return known

    def load(self, needs: Iterable[Need], desk: Desk) -> None:
        self._store.reach()
        self._inner.load(needs, desk)
        self._store.reach()

    def write(
        self, desk: Desk, accepted: Sequence[Journalled], refused: Sequence[Claim], size: int
    ) -> tuple[int, datetime]:
        self._store.reach()
        place = self._inner.write(desk, accepted, refused, size)
        self._store.reach()
        if self._store.plan.conflicts:
            self._store.plan.conflicts -= 1
            self._store.done.append("conflict")
            raise Conflict("somebody else was first")
        return place

    def commit(self) -> None:
        self._store.reach()
        answer, self._store.plan.answer = self._store.plan.answer, None
        if answer is not None:
            self._store.done.append(f"answer {answer}")
        if answer == "lost before":
            raise UnknownCommit
        self._inner.commit()
        self._store.reach()
        if answer == "lost after":
            raise UnknownCommit
