"""The bare limit: the rows that the engine wrote, written again by nothing but COPY or executemany.

The same tables and indexes, the same cutting into commits, no triggers, no reading, no deciding.  Everything that the
client has to prepare is prepared beforehand, so that only the database is measured.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

import psycopg
from psycopg import sql

from benchmarks.watching import Written
from points_engine.store import triggers
from points_engine.store.columns import instant_text
from points_engine.store.opening import open_store
from points_engine.store.shapes import Shape, Values, listed, quoted
from points_engine.store.sqlite import connected
from points_engine.store.stores import SqlStore

Batches = Sequence[Written]


def copy_seconds(url: str, batches: Batches) -> float:
    """Seconds to COPY the rows into empty books on PostgreSQL.

    COPY cannot change rows: one that was written again in a later batch is copied the first time only.
    """
    open_store(url, create=True).close()
    blocks = _blocks(batches)
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True) as connection:
        _triggers(connection, "DISABLE")
        with connection.cursor() as cursor:
            began = time.perf_counter()
            for batch in blocks:
                cursor.execute("BEGIN")
                for statement, block in batch:
                    with cursor.copy(statement) as copy:
                        copy.write(block)
                cursor.execute("COMMIT")
            return time.perf_counter() - began


def _triggers(connection: psycopg.Connection[Any], switch: Literal["ENABLE", "DISABLE"]) -> None:
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
    for (table,) in tables:
        statement = sql.SQL("ALTER TABLE {} {} TRIGGER USER").format(sql.Identifier(table), sql.SQL(switch))
        connection.execute(statement)


def _blocks(batches: Batches) -> list[list[tuple[sql.Composed, bytes]]]:
    there: dict[str, set[Values]] = {}
    made = []
    for batch in batches:
        blocks = []
        for shape, rows in batch:
            known, width = there.setdefault(shape.table, set()), len(shape.key)
            fresh = {row[:width]: row for row in rows if row[:width] not in known}
            known.update(fresh)
            if fresh:
                text = "".join("\t".join(map(_copied, row)) + "\n" for row in fresh.values())
                blocks.append((_copy_statement(shape), text.encode()))
        made.append(blocks)
    return made


def _copy_statement(shape: Shape) -> sql.Composed:
    columns = sql.SQL(", ").join(map(sql.Identifier, shape.columns))
    return sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(shape.table), columns)


def _copied(value: Any) -> str:
    """A value in COPY's text format."""
    if value is None:
        return r"\N"
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    if "\\" in text or "\t" in text or "\n" in text:
        return text.replace("\\", r"\\").replace("\t", r"\t").replace("\n", r"\n")
    return text


def executemany_seconds(path: str, batches: Batches) -> float:
    """Seconds to write the rows into empty books on SQLite, as durable as the engine does."""
    open_store(f"sqlite:///{path}", create=True).close()
    prepared = [_prepared(batch) for batch in batches]
    connection = connected(path)
    try:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {quoted(trigger)}")
        return _executed(connection, prepared)
    finally:
        connection.close()


def _prepared(batch: Written) -> list[tuple[str, list[Values]]]:
    return [(_upsert(shape), [tuple(map(_plain, row)) for row in rows]) for shape, rows in batch]


def _executed(connection: sqlite3.Connection, prepared: Sequence[Sequence[tuple[str, Sequence[Values]]]]) -> float:
    began = time.perf_counter()
    for batch in prepared:
        connection.execute("BEGIN IMMEDIATE")
        for statement, rows in batch:
            connection.executemany(statement, rows)
        connection.execute("COMMIT")
    return time.perf_counter() - began


def _upsert(shape: Shape) -> str:
    """A plain INSERT; for rows that are there already, an update by their key."""
    marks = ", ".join("?" * len(shape.columns))
    insert = f"INSERT INTO {quoted(shape.table)} ({listed(shape.columns)}) VALUES ({marks})"
    if not shape.rest:
        return f"{insert} ON CONFLICT DO NOTHING"
    sets = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in shape.rest)
    return f"{insert} ON CONFLICT ({listed(shape.key)}) DO UPDATE SET {sets}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return value.isoformat() if isinstance(value, date) else value


class Filler:
    """Writes rows into books that are open, by COPY or executemany, without triggers; a context manager.

    Leaving it puts every trigger back.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        if store.dialect == "sqlite":
            self._sqlite = connected(store.url.removeprefix("sqlite:///"))
            self._sqlite.execute("PRAGMA synchronous = OFF")
        else:
            plain = store.url.replace("postgresql+psycopg://", "postgresql://", 1)
            self._postgres = psycopg.connect(plain, autocommit=True)

    def __enter__(self) -> Filler:
        if self._store.dialect == "sqlite":
            for (trigger,) in self._sqlite.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                self._sqlite.execute(f"DROP TRIGGER {quoted(trigger)}")
        else:
            _triggers(self._postgres, "DISABLE")
        return self

    def __exit__(self, *_: object) -> None:
        if self._store.dialect == "sqlite":
            for statement in triggers.statements("sqlite"):
                self._sqlite.execute(statement)
            self._sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._sqlite.close()
        else:
            _triggers(self._postgres, "ENABLE")
            self._postgres.close()

    @property
    def seq(self) -> int:
        """Where the journal stands."""
        statement = "SELECT seq FROM journal_head"
        if self._store.dialect == "sqlite":
            return int(self._sqlite.execute(statement).fetchone()[0])
        return int(self._postgres.execute(statement).fetchall()[0][0])

    def write(self, batch: Written) -> None:
        """Write the rows of one commit."""
        if self._store.dialect == "sqlite":
            _executed(self._sqlite, [_prepared(batch)])
            return
        with self._postgres.transaction(), self._postgres.cursor() as cursor:
            for statement, block in _blocks([batch])[0]:
                with cursor.copy(statement) as copy:
                    copy.write(block)

    def finish(self, seq: int, recorded_at: datetime) -> None:
        """Move the journal's head to the last commit, and let the database see what it holds now."""
        if self._store.dialect == "sqlite":
            values = (seq, instant_text(recorded_at))
            self._sqlite.execute("UPDATE journal_head SET seq = ?, recorded_at = ?", values)
            self._sqlite.execute("ANALYZE")
        else:
            self._postgres.execute("UPDATE journal_head SET seq = %s, recorded_at = %s", (seq, recorded_at))
            self._postgres.execute("VACUUM ANALYZE")
