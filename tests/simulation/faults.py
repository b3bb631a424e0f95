"""A store that fails at the n-th place between its calls: before or after claim, load, write and commit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from points_engine.flow.desk import Desk, Need
from points_engine.flow.entities import StoredCommand
from points_engine.flow.port import Claim, Journalled, Transaction, UnknownCommit
from points_engine.store.stores import SqlStore


class Crash(BaseException):
    """The process is gone: nothing may catch this but the simulation itself."""


class Crashing:
    """A store that crashes when the countdown ends, or loses the answer of the next commit."""

    def __init__(self, store: SqlStore) -> None:
        self.url = store.url
        self.store = store
        self.countdown: int | None = None
        self.loses_answer = False
        self.has_committed = False

    def arm(self, countdown: int | None, *, loses_answer: bool) -> None:
        """Set what happens during the next delivery."""
        self.countdown, self.loses_answer, self.has_committed = countdown, loses_answer, False

    def reach(self) -> None:
        """One more place is reached.

        Raises: Crash.
        """
        if self.countdown is not None:
            self.countdown -= 1
            if self.countdown < 0:
                self.countdown = None
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
        return place

    def commit(self) -> None:
        self._store.reach()
        self._inner.commit()
        self._store.has_committed = True
        self._store.reach()
        if self._store.loses_answer:
            self._store.loses_answer = False
            raise UnknownCommit
