"""SQLite: one writer connection guarded by a lock, readers beside it (WAL)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import UTC, date, datetime
from functools import cache
from itertools import repeat
from typing import Any, Final

from points_engine.canonical import text
from points_engine.flow.desk import Key
from points_engine.flow.entities import StoredCommand
from points_engine.flow.port import Conflict
from points_engine.store.batch import Batch
from points_engine.store.columns import instant_text
from points_engine.store.lookup import Answer, Lookup, Place, Remembered, Snapshot
from points_engine.store.shapes import (
    BOOKS,
    PLACE,
    SQLITE_DECODERS,
    SQLITE_ENCODERS,
    Shape,
    Values,
    entity_shapes,
    listed,
    quoted,
)

PRAGMAS: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -65536",
    "PRAGMA temp_store = MEMORY",
)
"""WAL with FULL: an acknowledged commit survives a power cut. Recursive triggers: REPLACE can't delete unseen."""

_BUSY: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_TAKEN: Final = frozenset(
    {sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_ROWID}
)


def connected(database: str, *, uri: bool = False) -> sqlite3.Connection:
    """A connection in manual transaction mode, with our pragmas."""
    connection = sqlite3.connect(
        database, uri=uri, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


@contextmanager
def conflicts() -> Iterator[None]:
    """Turn "busy" and "already there" into `Conflict`; a refusal by a trigger or a CHECK stays what it is."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
            raise Conflict(str(error)) from error
        raise
    except sqlite3.IntegrityError as error:
        if error.sqlite_errorcode in _TAKEN:
            raise Conflict(str(error)) from error
        raise


class _Reading(Lookup):
    """What is read on a connection."""

    shapes = entity_shapes(SQLITE_DECODERS)

    def __init__(self, connection: sqlite3.Connection, remembered: Remembered) -> None:
        super().__init__(remembered)
        self._connection = connection

    def _together(self) -> AbstractContextManager[object]:
        return nullcontext()

    def _await(self) -> None:
        """Nothing is ever under way."""

    def _rows(self, shape: Shape, keys: list[Key], lock: bool) -> Answer:
        return self._connection.execute(_select(shape, shape.key, ""), (_json_keys(keys),)).fetchall

    def _children(self, shape: Shape, parent: tuple[str, ...], since: str, wanted: list[Values]) -> Answer:
        return self._connection.execute(_select(shape, parent, since), (_json_keys(wanted),)).fetchall

    def _accounts(self, places: list[Place]) -> Answer:
        found = self._connection.execute(_ACCOUNTS, (_json_keys(places),))
        return lambda: [
            (*head, None if expires_on is None else date.fromisoformat(expires_on), amount)
            for *head, expires_on, amount in found.fetchall()
        ]

    def _head(self) -> Answer:
        return self._connection.execute("SELECT seq FROM journal_head WHERE id = 1").fetchall


class SqliteSnapshot(_Reading, Snapshot):
    """A snapshot on a reader's connection, in the transaction that it has begun."""


class SqliteBatch(_Reading, Batch):
    """One `BEGIN IMMEDIATE` transaction on the writer connection."""

    is_alone = True

    def __init__(self, connection: sqlite3.Connection, remembered: Remembered) -> None:
        super().__init__(connection, remembered)
        self._place: tuple[int, datetime] | None = None
        with conflicts():
            connection.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Roll back what was not committed."""
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _take_keys(self, keys: list[Values]) -> Callable[[], list[Place]]:
        taken = self._connection.execute(_TAKEN_KEYS, (_json_keys([key[:2] for key in keys]),)).fetchall()
        there = set(taken)
        self._insert(BOOKS["command_key"], [key for key in keys if key[:2] not in there])
        return lambda: taken

    def _release_keys(self, places: list[Place]) -> None:
        self._delete(BOOKS["command_key"], list(places))

    def _commands(self, places: list[Place]) -> Iterable[Sequence[Any]]:
        key, shape = BOOKS["command_key"], self.shapes[StoredCommand].shape
        keys = self._connection.execute(_select(key, ("principal", "key"), ""), (_json_keys(places),)).fetchall()
        return self._connection.execute(
            _select(shape, shape.key, ""), (_json_keys([row[3:] for row in keys]),)
        ).fetchall()

    def _insert(self, shape: Shape, rows: list[Values]) -> None:
        if rows:
            with conflicts():
                self._connection.executemany(_insert(shape), _encoded(shape, rows))

    def _append(self, shape: Shape, rows: list[Values]) -> None:
        assert self._place is not None, "the head is moved before anything is appended"
        if rows:
            seq, recorded_at = self._place
            told = dict(zip(PLACE, (seq, instant_text(recorded_at)), strict=True))
            there = (repeat(told[name]) for name in PLACE if name in shape.columns)
            with conflicts():
                self._connection.executemany(
                    _append(shape), zip(*_columns(shape, rows, shape.own), *there, strict=False)
                )

    def _update(self, shape: Shape, rows: list[Values]) -> None:
        if rows:
            with conflicts():
                cursor = self._connection.executemany(_update(shape), _encoded(shape, rows))
            if cursor.rowcount != len(rows):
                raise Conflict(f"{shape.table}: {len(rows) - cursor.rowcount} rows are gone")

    def _upsert(self, shape: Shape, rows: list[Values]) -> None:
        if rows:
            with conflicts():
                self._connection.executemany(_upsert(shape), _encoded(shape, rows))

    def _delete(self, shape: Shape, keys: list[Values]) -> None:
        if keys:
            self._connection.executemany(_delete(shape), _encoded(shape, keys))

    def _move_head(self, now: datetime) -> None:
        seq, recorded_at = self._connection.execute(_NEXT_SEQ, (instant_text(now),)).fetchone()
        self._place = (seq, datetime.fromisoformat(recorded_at).astimezone(UTC))

    def _head_moved(self) -> tuple[int, datetime]:
        assert self._place is not None, "the head was moved"
        return self._place

    def _commit(self) -> None:
        with conflicts():
            self._connection.execute("COMMIT")


# ---- statements, made once per table ---------------------------------------------------------------------------

# json_each carries any number of keys in one parameter; CROSS JOIN makes SQLite look each up by the table's index.


@cache
def _select(shape: Shape, by: tuple[str, ...], since: str) -> str:
    on = [f"t.{quoted(name)} = json_extract(k.value, '$[{place}]')" for place, name in enumerate(by)]
    if since:
        on.append(f"t.{quoted(since)} >= json_extract(k.value, '$[{len(by)}]')")
    return (
        f"SELECT {listed(shape.columns, 't.')} FROM json_each(?1) AS k "
        f"CROSS JOIN {quoted(shape.table)} AS t ON {' AND '.join(on)}"
    )


@cache
def _insert(shape: Shape) -> str:
    return f"INSERT INTO {quoted(shape.table)} ({listed(shape.columns)}) VALUES ({_marks(len(shape.columns))})"


@cache
def _append(shape: Shape) -> str:
    columns = (*shape.own, *(name for name in PLACE if name in shape.columns))
    return f"INSERT INTO {quoted(shape.table)} ({listed(columns)}) VALUES ({_marks(len(columns))})"


@cache
def _update(shape: Shape) -> str:
    numbered = {name: f"?{place}" for place, name in enumerate(shape.columns, 1)}
    sets = ", ".join(f"{quoted(name)} = {numbered[name]}" for name in shape.rest)
    where = " AND ".join(f"{quoted(name)} = {numbered[name]}" for name in shape.key)
    return f"UPDATE {quoted(shape.table)} SET {sets} WHERE {where}"


@cache
def _upsert(shape: Shape) -> str:
    sets = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in shape.rest)
    return f"{_insert(shape)} ON CONFLICT ({listed(shape.key)}) DO UPDATE SET {sets}"


@cache
def _delete(shape: Shape) -> str:
    where = " AND ".join(f"{quoted(name)} = ?{place}" for place, name in enumerate(shape.key, 1))
    return f"DELETE FROM {quoted(shape.table)} WHERE {where}"


def _marks(count: int) -> str:
    return ", ".join(f"?{place}" for place in range(1, count + 1))


_TAKEN_KEYS: Final = (
    "SELECT t.principal, t.key FROM json_each(?1) AS k CROSS JOIN command_key AS t "
    "ON t.principal = json_extract(k.value, '$[0]') AND t.key = json_extract(k.value, '$[1]')"
)
_ACCOUNTS: Final = (
    "SELECT a.account, a.asset, a.version, a.balance, l.expires_on, l.amount FROM json_each(?1) AS k "
    "CROSS JOIN account AS a ON a.account = json_extract(k.value, '$[0]') "
    "AND a.asset = json_extract(k.value, '$[1]') "
    "LEFT JOIN lot AS l ON l.account = a.account AND l.asset = a.asset"
)
_NEXT_SEQ: Final = (
    "UPDATE journal_head SET seq = seq + 1, recorded_at = max(recorded_at, ?1) WHERE id = 1 RETURNING seq, recorded_at"
)


# ---- values ----------------------------------------------------------------------------------------------------


@cache
def _encoders(shape: Shape, columns: tuple[str, ...]) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    kinds = map(shape.type_of, columns)
    return tuple((place, SQLITE_ENCODERS[kind]) for place, kind in enumerate(kinds) if kind in SQLITE_ENCODERS)


def _encoded(shape: Shape, rows: list[Values]) -> Iterable[Sequence[Any]]:
    """Rows as the driver takes them. Keys are rows of the leading columns: the key stands first in every table."""
    if not any(place < len(rows[0]) for place, _ in _encoders(shape, shape.columns)):
        return rows
    return zip(*_columns(shape, rows, shape.columns), strict=True)


def _columns(shape: Shape, rows: list[Values], names: tuple[str, ...]) -> list[Sequence[Any]]:
    """The columns of rows as the driver takes them."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, encode in _encoders(shape, names):
        if place < len(columns):
            columns[place] = [None if value is None else encode(value) for value in columns[place]]
    return columns


def _json_keys(keys: Sequence[Values]) -> str:
    return text(keys, _json_value)


def _json_value(value: Any) -> str:
    return instant_text(value) if isinstance(value, datetime) else date.isoformat(value)
