"""Opening the books by URL: SQLite files, SQLite in memory, and PostgreSQL."""

from __future__ import annotations

import selectors
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock, RLock
from time import monotonic
from typing import Any, Final

import psycopg
from sqlalchemy import URL, Connection, Engine, QueuePool, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from points_engine.errors import StoreFault
from points_engine.limits import FRESH_SECONDS, READERS, SPARE_READERS
from points_engine.store import postgresql, schema, sqlite
from points_engine.store.stores import PostgresStore, SqliteStore, SqlStore

_COPYING: Final = Lock()
"""One copy at a time is made from the migrated database in memory."""


def open_store(url: str, *, create: bool = False) -> SqlStore:
    """Open the books. An empty database is migrated; with `create` the folder is made and an older schema migrated.

    `sqlite:///path`, `sqlite://` (in memory), `postgresql+psycopg://user@host/name`.

    Raises: StoreFault if there is no such file (without `create`), or the schema is older or newer than this code's.
    """
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            return _open_sqlite(url, parsed, create)
        case "postgresql":
            return _open_postgresql(url, parsed, create)
        case other:
            raise StoreFault(what=f"no store for {other}: use sqlite or postgresql+psycopg")


def upgrade(url: str) -> None:
    """Migrate the database to this code's schema, creating a SQLite file if there is none."""
    open_store(url, create=True).close()


def _open_sqlite(url: str, parsed: URL, create: bool) -> SqlStore:
    database = parsed.database or ":memory:"
    in_memory = database == ":memory:"
    if not in_memory:
        path = Path(database)
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.parent.is_dir():
            raise StoreFault(what=f"there is no folder {path.parent}")
    try:
        writer = sqlite.connected(database)
    except sqlite3.Error as error:
        raise StoreFault(what=f"cannot open {database}: {error}") from error
    try:
        writing = _sqlite_engine(writer, "BEGIN IMMEDIATE")
        if in_memory:
            _fill(writer)
        with writing.begin() as connection:
            _prepare(connection, create)
    except BaseException:
        writer.close()
        raise
    reading = _sqlite_engine(writer, "BEGIN") if in_memory else _sqlite_engine(database, "BEGIN")
    return SqliteStore(url, writer, reading, writing, shares_writer=in_memory, lock=RLock())


def _fill(writer: sqlite3.Connection) -> None:
    """Make a new database in memory a copy of a migrated one: a story, an example or a trial then starts in about a
    millisecond instead of a hundred.
    """
    with _COPYING:
        _migrated().backup(writer)


@cache
def _migrated() -> sqlite3.Connection:
    """A database in memory that was migrated and is never written again."""
    made = sqlite.connected(":memory:")
    with _sqlite_engine(made, "BEGIN IMMEDIATE").begin() as connection:
        schema.upgrade_connection(connection)
    return made


def _sqlite_engine(source: str | sqlite3.Connection, begin: str) -> Engine:
    """An engine whose transactions begin as told: SQLAlchemy must not leave that to the driver."""
    if isinstance(source, str):

        def reader() -> Any:
            connection = sqlite.connected(source)
            connection.execute("PRAGMA query_only = ON")
            return connection

        engine = create_engine("sqlite://", creator=reader, pool_size=8, max_overflow=8, poolclass=QueuePool)
    else:
        engine = create_engine("sqlite://", creator=lambda: source, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _open_postgresql(url: str, parsed: URL, create: bool) -> SqlStore:
    unsaid = {name: value for name, value in postgresql.LINE.items() if name not in parsed.query}
    address = parsed.set(drivername="postgresql+psycopg").update_query_dict(unsaid)
    engine = create_engine(address, pool_size=READERS, max_overflow=SPARE_READERS)
    _look_after(engine)
    event.listen(engine, "connect", _in_utc)
    try:
        with engine.begin() as connection:
            _prepare(connection, create)
    except OperationalError as error:
        engine.dispose()
        raise StoreFault(what=f"no connection to the database: {error.orig}") from error
    except BaseException:
        engine.dispose()
        raise
    return PostgresStore(url, engine)


def _look_after(engine: Engine) -> None:
    """Ask connections that lay idle, or to which the server has said something unasked, whether they live, before they
    are used; all are opened anew where one does not.

    Under load none lies idle, and a read costs no round trip more.
    """

    @event.listens_for(engine, "checkin")
    def _laid_down(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def _taken_up(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        since = record.info.get("idle since")
        if since is None or (monotonic() - since < FRESH_SECONDS and not _has_word(connection)):
            return
        try:
            engine.dialect.do_ping(connection)
        except (psycopg.OperationalError, psycopg.InterfaceError) as dead:
            raise InvalidatePoolError() from dead


def _has_word(connection: Any) -> bool:
    """Whether a server has sent something on an idle connection: most likely that it ends it."""
    with selectors.DefaultSelector() as waiting:
        waiting.register(connection.fileno(), selectors.EVENT_READ)
        return bool(waiting.select(0))


def _in_utc(connection: Any, _: ConnectionPoolEntry) -> None:
    """A session tells instants in UTC, whatever the server's zone is."""
    connection.execute("SET timezone TO 'UTC'")
    connection.commit()


@contextmanager
def unprepared(url: str) -> Iterator[Connection]:
    """A writing transaction on a database as it is, without a look at its schema; a SQLite file is made.

    Raises: StoreFault.
    """
    parsed = make_url(url)
    engine, writer, path = None, None, None
    if parsed.get_backend_name() == "sqlite":
        path = Path(parsed.database or ":memory:")
        path.parent.mkdir(parents=True, exist_ok=True)
        was_there = path.exists()
        writer = sqlite.connected(str(path))
        engine = _sqlite_engine(writer, "BEGIN IMMEDIATE")
    else:
        was_there = True
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"))
    done = False
    try:
        with engine.begin() as connection:
            yield connection
        done = True
    except OperationalError as error:
        raise StoreFault(what=f"no connection to the database: {error.orig}") from error
    finally:
        engine.dispose()
        if writer is not None:
            writer.close()
        if path is not None and not was_there and not done:
            path.unlink(missing_ok=True)


def _prepare(connection: Connection, create: bool) -> None:
    if create or schema.is_empty(connection):
        schema.upgrade_connection(connection)
    else:
        schema.check(connection)
