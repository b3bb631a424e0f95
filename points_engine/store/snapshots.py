"""All rows of the books at one moment, and all rows into empty books: what a backup is made of, on either database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from alembic import command
from sqlalchemy import Connection, Table, column, func, inspect, select, text
from sqlalchemy import table as sql_table
from sqlalchemy.types import Text, TypeEngine

from points_engine.store import schema, triggers
from points_engine.store.columns import Day, Flag, Instant, Whole
from points_engine.store.opening import unprepared
from points_engine.store.stores import SqlStore
from points_engine.store.tables import METADATA

NOT_KEPT: Final = frozenset({"job_lease"})
"""Tables that say what runs now: they mean nothing in another database."""

ROWS_AT_ONCE: Final = 5_000
"""rows read or written at once: keeps memory flat."""

KINDS: Final[Mapping[str, type[TypeEngine[Any]]]] = {
    "text": Text, "whole": Whole, "flag": Flag, "day": Day, "instant": Instant,
}  # fmt: skip
"""The column types by the names they have in a backup."""

_NAMES: Final = {kind: name for name, kind in KINDS.items()}
_READ: Final[Mapping[str, Callable[[Any], Any]]] = {
    "day": date.fromisoformat, "instant": lambda value: datetime.fromisoformat(value).astimezone(UTC),
}  # fmt: skip
"""How values that JSON has as texts are read back."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A table's name, and its columns with their kinds."""

    table: str
    columns: tuple[tuple[str, str], ...]

    def read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        """A row of JSON values as the row that it was."""
        values = zip(self.columns, row, strict=True)
        return tuple(value if value is None or kind not in _READ else _READ[kind](value) for (_, kind), value in values)


class Snapshot:
    """The books at one moment: nothing that is written meanwhile is in it, and nothing waits for it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        schema.check(connection)
        self.tables = [_columns_of(table) for table in METADATA.sorted_tables if table.name not in NOT_KEPT]
        head = METADATA.tables["journal_head"]
        self.seq = int(connection.execute(select(head.c.seq)).scalar_one())
        self.counts = {each.table: self._count(METADATA.tables[each.table]) for each in self.tables}

    def _count(self, table: Table) -> int:
        return int(self._connection.execute(select(func.count()).select_from(table)).scalar_one())

    def rows(self, columns: Columns) -> Iterator[tuple[Any, ...]]:
        """The rows of a table in the order of their keys."""
        table = METADATA.tables[columns.table]
        query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS_AT_ONCE)
        for row in self._connection.execute(query):
            yield tuple(row)


@contextmanager
def snapshot(store: SqlStore) -> Iterator[Snapshot]:
    """The books as they are now, in one transaction that only reads."""
    with store.reading() as connection:
        yield Snapshot(connection)


class TargetNotEmpty(Exception):
    """Why nothing may be loaded into a database, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


class Loading:
    """Rows on their way into books that are empty; nothing of it is there before the block ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, columns: Columns, rows: Iterable[Sequence[Any]]) -> int:
        """Write the rows of a table; answers how many."""
        written = 0
        names = [name for name, _ in columns.columns]
        target = sql_table(columns.table, *(column(name, KINDS[kind]()) for name, kind in columns.columns))
        batch: list[tuple[Any, ...]] = []
        for row in rows:
            batch.append(columns.read(row))
            if len(batch) == ROWS_AT_ONCE:
                self._insert(target, names, batch)
                written += len(batch)
                batch = []
        self._insert(target, names, batch)
        return written + len(batch)

    def _insert(self, target: Any, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
        if not rows:
            return
        if self._connection.dialect.name == "postgresql":
            listed = ", ".join(f'"{name}"' for name in names)
            driver: Any = self._connection.connection.driver_connection
            with driver.cursor() as cursor, cursor.copy(f'COPY "{target.name}" ({listed}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            self._connection.execute(target.insert(), [dict(zip(names, row, strict=True)) for row in rows])


@contextmanager
def loading(url: str, version: str) -> Iterator[Loading]:
    """Make books of a schema version in an empty database, let them be filled, and bring them to this code's version.

    All of it is one transaction. The triggers that refuse changes stand aside meanwhile and are made anew at its end.

    Raises: TargetNotEmpty; StoreFault, for a version that this code does not know.
    """
    with unprepared(url) as connection:
        _make_empty(connection, version)
        _drop_triggers(connection)
        connection.execute(text("DELETE FROM journal_head"))
        yield Loading(connection)
        command.upgrade(schema.config(connection), schema.HEAD)
        for statement in triggers.statements(connection.dialect.name):
            connection.exec_driver_sql(statement.replace("%", "%%"))


def _make_empty(connection: Connection, version: str) -> None:
    if schema.is_empty(connection):
        schema.check_known(version)
        command.upgrade(schema.config(connection), version)
        return
    there = schema.version_of(connection)
    names = [name for name in inspect(connection).get_table_names() if name != "alembic_version"]
    filled = [] if there is None else [name for name in names if _is_filled(connection, name)]
    if there is None:
        raise TargetNotEmpty(f"有其他数据表 {names[0]}", f"the target holds tables of something else ({names[0]})")
    if filled:
        raise TargetNotEmpty(f"表 {filled[0]} 中有数据", f"the target is not empty: {filled[0]} has rows")
    if there != version:
        raise TargetNotEmpty(
            f"其结构版本为 {there}，备份为 {version}", f"the target has schema {there}, the backup has {version}"
        )


def _is_filled(connection: Connection, name: str) -> bool:
    if name == "journal_head":
        return bool(connection.execute(text("SELECT count(*) FROM journal_head WHERE seq > 0")).scalar_one())
    return connection.exec_driver_sql(f'SELECT 1 FROM "{name}" LIMIT 1').first() is not None


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        names = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        for name in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        return
    there = connection.execute(
        text(
            "SELECT t.tgname, c.relname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid "
            "WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal"
        )
    ).all()
    for name, table in there:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}" ON "{table}"')


def _columns_of(table: Table) -> Columns:
    return Columns(str(table.name), tuple((str(each.name), _NAMES[type(each.type)]) for each in table.columns))
