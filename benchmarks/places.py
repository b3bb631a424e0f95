"""Where books are kept while they are measured: one PostgreSQL server and one folder of SQLite files per run."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore
from tests.servers import PostgresServer, postgres_server

Dialect = Literal["sqlite", "postgresql"]

NAMES: Final[dict[Dialect, str]] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

SETTINGS: Final = {"max_wal_size": "8GB", "checkpoint_timeout": "30min"}
"""Durability stays as it comes (fsync, synchronous commit); checkpoints do not fall into one run by chance."""


@dataclass(slots=True)
class Places:
    """Gives databases that are empty, and takes them away again."""

    server: PostgresServer
    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def database(self, dialect: Dialect) -> Iterator[str]:
        """The URL of a database without tables."""
        name = f"bench_{next(self._numbers)}"
        if dialect == "postgresql":
            url = self.server.create_database(name)
            try:
                yield url
            finally:
                self.server.drop_database(name)
            return
        path = self.folder / f"{name}.db"
        try:
            yield f"sqlite:///{path}"
        finally:
            for file in self.folder.glob(f"{name}.db*"):
                file.unlink()

    @contextmanager
    def books(self, dialect: Dialect) -> Iterator[SqlStore]:
        """Empty books."""
        with self.database(dialect) as url:
            store = open_store(url, create=True)
            try:
                yield store
            finally:
                store.close()


@contextmanager
def places() -> Iterator[Places]:
    """A server and a folder for one run."""
    with postgres_server(settings=SETTINGS) as server, tempfile.TemporaryDirectory(prefix="points-bench-") as folder:
        yield Places(server, Path(folder))


def size_bytes(store: SqlStore) -> int:
    """What the books take on disk, with their indexes, without the log."""
    with store.reading() as connection:
        if store.dialect == "postgresql":
            return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages * connection.exec_driver_sql("PRAGMA page_size").scalar_one())
