"""PostgreSQL: set-based statements over `unnest`, READ COMMITTED, one round trip for all writes of a batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import psycopg
from psycopg import Connection, Cursor, Pipeline, errors
from psycopg.pq import TransactionStatus

from points_engine.errors import StoreFault
from points_engine.flow.desk import Desk, Key
from points_engine.flow.entities import StoredCommand
from points_engine.flow.port import Claim, Conflict, Journalled, UnknownCommit
from points_engine.limits import CONNECT_SECONDS, IDLE_TRANSACTION_SECONDS, SILENT_LINE_SECONDS
from points_engine.store import arrays
from points_engine.store.batch import Batch
from points_engine.store.columns import Instant
from points_engine.store.lookup import Answer, Lookup, Place, Remembered, Snapshot
from points_engine.store.shapes import BOOKS, PLACE, Shape, Values, entity_shapes, listed, quoted

LINE: Final[Mapping[str, str]] = {
    "connect_timeout": str(CONNECT_SECONDS),
    "tcp_user_timeout": str(SILENT_LINE_SECONDS * 1000),  # ms: what was sent is not acknowledged
    "keepalives_idle": str(SILENT_LINE_SECONDS // 3),  # s: an answer is awaited, and nothing comes
    "keepalives_interval": str(SILENT_LINE_SECONDS // 3),
    "keepalives_count": "2",
}
"""How long a connection is waited for, unless the URL says otherwise."""

SETTINGS: Final = (
    "SET timezone TO 'UTC'",
    "SET lock_timeout TO '10s'",
    f"SET idle_in_transaction_session_timeout TO '{IDLE_TRANSACTION_SECONDS}s'",
    f"SET tcp_user_timeout TO '{SILENT_LINE_SECONDS}s'",
    f"SET tcp_keepalives_idle TO '{SILENT_LINE_SECONDS}s'",
    "SET enable_seqscan TO off",
    "SET enable_hashjoin TO off",
    "SET enable_mergejoin TO off",
)
"""A session whose client has gone silent gives its locks free.  The write path only ever looks rows up by key: a plan
made while a table was small must not outlive that."""

_CONFLICTS: Final = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.UniqueViolation,
    errors.LockNotAvailable,
    errors.IdleInTransactionSessionTimeout,  # raised instead of an answer: nothing was committed
)


def connected(arguments: Sequence[Any], options: Mapping[str, Any]) -> Connection[Any]:
    """A connection in manual transaction mode, with a transaction begun.

    Raises: StoreFault if the server cannot be reached, or ends the connection at once.
    """
    try:
        connection = psycopg.connect(*arguments, **options, autocommit=True)
        connection.prepare_threshold = 0
        connection.execute("; ".join(SETTINGS).encode(), prepare=False)
        connection.execute("BEGIN", prepare=False)
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreFault(what=f"no connection to the database: {error}") from error
    return connection


@contextmanager
def conflicts() -> Iterator[None]:
    """Turn lost races into `Conflict`, and a lost connection before COMMIT into a StoreFault: nothing was written."""
    try:
        yield
    except _CONFLICTS as error:
        raise Conflict(str(error)) from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreFault(what=f"the database did not answer: {error}") from error


class _Reading(Lookup):
    """What is read on a connection; its session tells instants in UTC."""

    shapes = entity_shapes({Instant: lambda value: value.replace(tzinfo=UTC)})

    def __init__(self, connection: Connection[Any], remembered: Remembered) -> None:
        super().__init__(remembered)
        self._connection = connection
        self._pipeline: Pipeline | None = None
        self._is_asking = False

    def _await(self) -> None:
        if self._is_asking and self._pipeline is not None:
            self._is_asking = False
            self._pipeline.sync()

    def _ask(self, statement: str, parameters: Sequence[Any] = ()) -> Answer:
        self._is_asking = True
        return self._connection.execute(statement.encode(), parameters, binary=True).fetchall

    def _rows(self, shape: Shape, keys: list[Key], lock: bool) -> Answer:
        return self._select(shape, shape.key, "", keys, lock=lock)

    def _children(self, shape: Shape, parent: tuple[str, ...], since: str, wanted: list[Values]) -> Answer:
        return self._select(shape, parent, since, wanted, lock=False)

    def _select(self, shape: Shape, by: tuple[str, ...], since: str, wanted: Sequence[Values], *, lock: bool) -> Answer:
        columns = (*by, since) if since else by
        types = [shape.type_of(column) for column in columns]
        return self._ask(_select(shape, by, since, lock), arrays.columns(types, wanted))

    def _accounts(self, places: list[Place]) -> Answer:
        return self._ask(_ACCOUNTS, arrays.columns(BOOKS["account"].types[:2], places))

    def _head(self) -> Answer:
        return self._ask("SELECT seq FROM journal_head WHERE id = 1")


class PostgresSnapshot(_Reading, Snapshot):
    """A snapshot on a reader's connection: other questions are asked between these, so no pipeline stays open."""

    @contextmanager
    def _together(self) -> Iterator[None]:
        with self._connection.pipeline() as self._pipeline:
            yield
        self._pipeline = None


class PostgresBatch(_Reading, Batch):
    """One READ COMMITTED transaction."""

    def __init__(self, connection: Connection[Any], remembered: Remembered) -> None:
        super().__init__(connection, remembered)
        self._updates: list[tuple[Cursor[Any], str, int]] = []
        self._head_cursor: Cursor[Any] | None = None
        self._open = ExitStack()

    def close(self) -> None:
        """Roll back what was not committed."""
        with suppress(psycopg.Error):
            self._open.close()
        if self._connection.closed or self._connection.info.transaction_status == TransactionStatus.IDLE:
            return
        with suppress(psycopg.Error):
            self._connection.execute("ROLLBACK")

    def write(
        self, desk: Desk, accepted: Sequence[Journalled], refused: Sequence[Claim], size: int
    ) -> tuple[int, datetime]:
        """Write everything in a pipeline: the server works while the next statement is made."""
        with self._together():
            place = super().write(desk, accepted, refused, size)
        for cursor, table, expected in self._updates:
            if cursor.rowcount != expected:
                raise Conflict(f"{table}: {expected - cursor.rowcount} rows are gone")
        self._updates.clear()
        return place

    @contextmanager
    def _together(self) -> Iterator[None]:
        """One pipeline for the whole transaction: leaving it flushes after the last sync, and the server would take
        that for a client that is still busy, and wait for a silent one for ever."""
        with conflicts():
            if self._pipeline is None:
                self._pipeline = self._open.enter_context(self._connection.pipeline())
            yield
            self._await()

    def _send(self, statement: str, parameters: Sequence[Any]) -> Cursor[Any]:
        self._is_asking = True
        return self._connection.execute(statement.encode(), parameters)

    def _take_keys(self, keys: list[Values]) -> Callable[[], list[Place]]:
        asked = self._ask(_TAKE_KEYS, arrays.columns(BOOKS["command_key"].types, keys))

        def taken() -> list[Place]:
            got = asked()
            if len(got) == len(keys):
                return []
            free = set(got)
            return [key[:2] for key in keys if key[:2] not in free]

        return taken

    def _release_keys(self, places: list[Place]) -> None:
        self._delete(BOOKS["command_key"], list(places))

    def _commands(self, places: list[Place]) -> Iterable[Sequence[Any]]:
        key, shape = BOOKS["command_key"], self.shapes[StoredCommand].shape
        with self._together():
            keys = self._select(key, ("principal", "key"), "", places, lock=False)()
            return self._select(shape, shape.key, "", [tuple(row[3:]) for row in keys], lock=False)()

    def _insert(self, shape: Shape, rows: list[Values]) -> None:
        if rows:
            self._send(_insert(shape), arrays.columns(shape.types, rows))

    def _append(self, shape: Shape, rows: list[Values]) -> None:
        if rows:
            self._send(_append(shape), arrays.columns([shape.type_of(name) for name in shape.own], rows))

    def _update(self, shape: Shape, rows: list[Values]) -> None:
        if rows:
            cursor = self._send(_update(shape), arrays.columns(shape.types, rows))
            self._updates.append((cursor, shape.table, len(rows)))

    def _upsert(self, shape: Shape, rows: list[Values]) -> None:
        if rows:
            self._send(_upsert(shape), arrays.columns(shape.types, rows))

    def _delete(self, shape: Shape, keys: list[Values]) -> None:
        if keys:
            self._send(_delete(shape), arrays.columns(shape.types, keys))

    def _move_head(self, now: datetime) -> None:
        self._is_asking = True
        self._head_cursor = self._connection.execute(_NEXT_SEQ.encode(), (now,), binary=True)

    def _head_moved(self) -> tuple[int, datetime]:
        assert self._head_cursor is not None, "the head is moved before anything is appended"
        seq, recorded_at = self._head_cursor.fetchall()[0]
        return seq, recorded_at.replace(tzinfo=UTC)

    def _commit(self) -> None:
        try:
            self._open.close()
            cursor = self._connection.execute("COMMIT", prepare=False)
        except _CONFLICTS as error:
            raise Conflict(str(error)) from error
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise UnknownCommit(str(error)) from error
        assert cursor.statusmessage == "COMMIT", "a batch that failed is never committed"


# ---- statements, made once per table ---------------------------------------------------------------------------


def _unnest(shape: Shape, columns: tuple[str, ...]) -> str:
    """The parameters as rows: one array per column."""
    casts = ", ".join(f"%s::{shape.postgres_type(column)}[]" for column in columns)
    return f"unnest({casts}) AS k ({listed(columns)})"


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"t.{quoted(name)} = k.{quoted(name)}" for name in columns)


@cache
def _select(shape: Shape, by: tuple[str, ...], since: str, lock: bool) -> str:
    on = _same(by) + (f" AND t.{quoted(since)} >= k.{quoted(since)}" if since else "")
    statement = (
        f"SELECT {listed(shape.columns, 't.')} FROM {_unnest(shape, (*by, since) if since else by)} "
        f"JOIN {quoted(shape.table)} AS t ON {on}"
    )
    return f"{statement} ORDER BY {listed(by, 't.')} FOR NO KEY UPDATE OF t" if lock else statement


@cache
def _insert(shape: Shape) -> str:
    return (
        f"INSERT INTO {quoted(shape.table)} ({listed(shape.columns)}) "
        f"SELECT {listed(shape.columns)} FROM {_unnest(shape, shape.columns)}"
    )


@cache
def _append(shape: Shape) -> str:
    """Rows where the journal stands now: the server knows, so nobody waits to be told."""
    place = tuple(name for name in PLACE if name in shape.columns)
    return (
        f"INSERT INTO {quoted(shape.table)} ({listed((*shape.own, *place))}) "
        f"SELECT {listed(shape.own, 'k.')}, {listed(place, 'h.')} FROM {_unnest(shape, shape.own)}, journal_head AS h"
    )


@cache
def _update(shape: Shape) -> str:
    sets = ", ".join(f"{quoted(name)} = k.{quoted(name)}" for name in shape.rest)
    return f"UPDATE {quoted(shape.table)} AS t SET {sets} FROM {_unnest(shape, shape.columns)} WHERE {_same(shape.key)}"


@cache
def _upsert(shape: Shape) -> str:
    sets = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in shape.rest)
    return f"{_insert(shape)} ON CONFLICT ({listed(shape.key)}) DO UPDATE SET {sets}"


@cache
def _delete(shape: Shape) -> str:
    return f"DELETE FROM {quoted(shape.table)} AS t USING {_unnest(shape, shape.key)} WHERE {_same(shape.key)}"


# Inserting in order makes two sessions that claim the same keys wait for each other instead of deadlocking.
_TAKE_KEYS: Final = (
    f"INSERT INTO command_key (principal, key, fingerprint, command_id) SELECT principal, key, fingerprint, command_id "
    f"FROM {_unnest(BOOKS['command_key'], BOOKS['command_key'].columns)} ORDER BY principal, key "
    "ON CONFLICT DO NOTHING RETURNING principal, key"
)
_ACCOUNTS: Final = (
    "SELECT t.account, t.asset, t.version, t.balance, l.expires_on, l.amount "
    f"FROM {_unnest(BOOKS['account'], ('account', 'asset'))} "
    f"JOIN account AS t ON {_same(('account', 'asset'))} "
    "LEFT JOIN lot AS l ON l.account = t.account AND l.asset = t.asset"
)
_NEXT_SEQ: Final = (
    "UPDATE journal_head SET seq = seq + 1, recorded_at = greatest(recorded_at, %s::timestamptz) WHERE id = 1 "
    "RETURNING seq, recorded_at"
)
