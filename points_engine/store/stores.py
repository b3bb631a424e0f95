"""The stores: where the books are kept, how a batch gets its transaction, and how readers get a snapshot."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, Engine

from points_engine.store import postgresql
from points_engine.store.batch import Batch
from points_engine.store.lookup import Remembered, Snapshot
from points_engine.store.sqlite import SqliteBatch, SqliteSnapshot

IDLE_WRITERS: Final = 4
"""connections kept open for writing: one writer thread per process, a few more for tests and tools."""


class SqlStore(ABC):
    """Implements the port's `Store`, and gives readers a consistent snapshot."""

    def __init__(self, url: str, engine: Engine) -> None:
        self.url = url
        self.engine = engine
        self._remembered = Remembered()

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Batch]:
        """One transaction; leaving it without `commit` rolls everything back."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """A read-only SQLAlchemy connection that sees the books as they were at its first query."""

    @abstractmethod
    def snapshot(self, connection: Connection) -> Snapshot:
        """What lays rows of the snapshot that a reader's connection holds on a desk."""

    @abstractmethod
    def operating(self) -> AbstractContextManager[Connection]:
        """A short writing transaction over the tables of operation (job runs, leases); never over the books."""

    @abstractmethod
    def close(self) -> None:
        """Give every connection back."""


class SqliteStore(SqlStore):
    """One writer connection behind a lock; readers have their own, or share the writer's if it is in memory."""

    def __init__(
        self,
        url: str,
        writer: sqlite3.Connection,
        engine: Engine,
        operating: Engine,
        *,
        shares_writer: bool,
        lock: RLock,
    ) -> None:
        super().__init__(url, engine)
        self._writer = writer
        self._operating = operating
        self._lock = lock
        self._shares_writer = shares_writer

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        """One `BEGIN IMMEDIATE` transaction; others of this process wait for it."""
        with self._lock:
            batch = SqliteBatch(self._writer, self._remembered)
            try:
                yield batch
            finally:
                batch.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A snapshot beside the writer; in memory it waits for the writer."""
        with self._lock if self._shares_writer else nullcontext(), self.engine.connect() as connection:
            yield connection

    def snapshot(self, connection: Connection) -> Snapshot:
        """Rows of the snapshot that a reader holds, by the driver."""
        return SqliteSnapshot(_driver_of(connection), self._remembered)

    @contextmanager
    def operating(self) -> Iterator[Connection]:
        """A `BEGIN IMMEDIATE` transaction on the writer's connection; commands of this process wait for it."""
        with self._lock, self._operating.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close readers and the writer."""
        with self._lock:
            self.engine.dispose()
            self._writer.close()


class PostgresStore(SqlStore):
    """Writers take a connection each and give it back; readers use SQLAlchemy's pool."""

    def __init__(self, url: str, engine: Engine) -> None:
        super().__init__(url, engine)
        self._arguments, self._options = engine.dialect.create_connect_args(engine.url)
        self._idle: list[psycopg.Connection[Any]] = []
        self._lock = RLock()

    @contextmanager
    def transaction(self) -> Iterator[Batch]:
        """One READ COMMITTED transaction on a connection of its own."""
        connection = self._begun()
        batch = postgresql.PostgresBatch(connection, self._remembered)
        try:
            yield batch
        finally:
            batch.close()
            self._give_back(connection)

    def _begun(self) -> psycopg.Connection[Any]:
        """A connection with a transaction begun; those that died while they were idle are dropped."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return postgresql.connected(self._arguments, self._options)
            try:
                connection.execute("BEGIN", prepare=False)
                return connection
            except (psycopg.OperationalError, psycopg.InterfaceError):
                connection.close()

    def _give_back(self, connection: psycopg.Connection[Any]) -> None:
        with self._lock:
            if connection.closed or len(self._idle) >= IDLE_WRITERS:
                connection.close()
            else:
                self._idle.append(connection)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A REPEATABLE READ, read-only snapshot."""
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def snapshot(self, connection: Connection) -> Snapshot:
        """Rows of the snapshot that a reader holds, by the driver."""
        return postgresql.PostgresSnapshot(_driver_of(connection), self._remembered)

    @contextmanager
    def operating(self) -> Iterator[Connection]:
        """A READ COMMITTED transaction."""
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close readers and idle writers."""
        self.engine.dispose()
        with self._lock:
            while self._idle:
                self._idle.pop().close()


def _driver_of(connection: Connection) -> Any:
    """The driver's connection below a reader's, in a transaction."""
    if not connection.in_transaction():
        connection.begin()
    return connection.connection.driver_connection
