"""Stores that fail on purpose, in front of a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from points_engine.flow.desk import Desk, Need
from points_engine.flow.entities import StoredCommand
from points_engine.flow.port import Claim, Journalled, Transaction
from points_engine.store.stores import SqlStore


class Unruly:
    """A store whose transactions call `before_write` and `commit` in place of what they would do."""

    def __init__(
        self,
        store: SqlStore,
        *,
        before_write: Callable[[Sequence[Journalled]], None] = lambda accepted: None,
        commit: Callable[[Transaction], None] = lambda transaction: transaction.commit(),
    ) -> None:
        self.url = store.url
        self.store = store
        self.before_write = before_write
        self.commit = commit
        self.sizes: list[int] = []
        self.loads = 0  # times that rows were read

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        with self.store.transaction() as inner:
            yield UnrulyTransaction(self, inner)

    def close(self) -> None:
        self.store.close()


class UnrulyTransaction:
    """One transaction of an `Unruly` store."""

    def __init__(self, store: Unruly, inner: Transaction) -> None:
        self._store = store
        self._inner = inner

    def claim(self, claims: Sequence[Claim]) -> Mapping[tuple[str, str], StoredCommand]:
        return self._inner.claim(claims)

    def load(self, needs: Iterable[Need], desk: Desk) -> None:
        self._store.loads += 1
        self._inner.load(needs, desk)

    def write(
        self, desk: Desk, accepted: Sequence[Journalled], refused: Sequence[Claim], size: int
    ) -> tuple[int, datetime]:
        self._store.sizes.append(size)
        self._store.before_write(accepted)
        return self._inner.write(desk, accepted, refused, size)

    def commit(self) -> None:
        self._store.commit(self._inner)
