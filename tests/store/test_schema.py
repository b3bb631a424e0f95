"""The schema says what the entities say, on both databases, and a foreign version is refused."""

from __future__ import annotations

import dataclasses
import types
import typing
from datetime import date, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Text, inspect, text

from points_engine.errors import StoreFault
from points_engine.flow.entities import ENTITIES, Row, StoredCommand
from points_engine.flow.port import Store
from points_engine.store import SqlStore, open_store, schema
from points_engine.store.columns import Day, Flag, Instant, Whole
from points_engine.store.tables import METADATA, table_of
from tests.store.builders import raw

COLUMN_OF = {str: Text, int: Whole, bool: Flag, date: Day, datetime: Instant}


@pytest.mark.parametrize("kind", [*ENTITIES, StoredCommand], ids=lambda kind: kind.__name__)
def test_an_entity_has_a_table_with_the_same_columns(kind: type[Row]) -> None:
    table, hints = table_of(kind), typing.get_type_hints(kind)
    assert [column.name for column in table.columns] == [field.name for field in dataclasses.fields(kind)]
    assert tuple(column.name for column in table.primary_key) == kind.KEY
    for column in table.columns:
        hint = hints[column.name]
        maybe = isinstance(hint, types.UnionType)
        plain = next(each for each in typing.get_args(hint) if each is not types.NoneType) if maybe else hint
        assert (type(column.type), column.nullable) == (COLUMN_OF[plain], maybe), column.name


def test_the_migrations_make_what_the_tables_say(store: SqlStore) -> None:
    with store.engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA)
        assert found == []
        inspector = inspect(connection)
        for table in METADATA.sorted_tables:
            checks = {check["name"] for check in inspector.get_check_constraints(table.name)}
            named = {each.name for each in table.constraints if isinstance(each, CheckConstraint)}
            assert checks == named, table.name


def test_every_sqlite_table_is_strict(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    loose = raw(store, "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main' AND NOT strict")
    store.close()
    assert {name for (name,) in loose} <= {"alembic_version", "sqlite_schema"}


def test_every_load_by_parent_is_served_by_an_index() -> None:
    for kind in ENTITIES:
        if not kind.PARENT:
            continue
        table = table_of(kind)
        leading = [tuple(column.name for column in table.primary_key)]
        leading += [tuple(column.name for column in index.columns) for index in table.indexes]
        assert any(columns[: len(kind.PARENT)] == kind.PARENT for columns in leading), kind


def test_a_newer_schema_is_refused(store: SqlStore) -> None:
    raw(store, "UPDATE alembic_version SET version_num = '9999_future'")
    for create in (False, True):
        with pytest.raises(StoreFault, match="9999_future"):
            open_store(store.url, create=create)


def test_a_database_of_something_else_is_refused(empty_database_url: str, tmp_path: Path) -> None:
    store = open_store(empty_database_url)
    raw(store, "DROP TABLE alembic_version")
    with pytest.raises(StoreFault, match="schema none"):
        open_store(empty_database_url)
    with pytest.raises(StoreFault, match="not the books"):
        open_store(empty_database_url, create=True)
    store.close()


def test_opening_twice_migrates_once(store: SqlStore) -> None:
    again = open_store(store.url, create=True)
    with again.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [schema.HEAD]
    again.close()


def test_books_in_memory_have_the_schema_of_a_migrated_file_and_are_books_of_their_own(new_sqlite_url: str) -> None:
    stores = open_store(new_sqlite_url, create=True), open_store("sqlite://"), open_store("sqlite://")
    schemas = []
    for store in stores:
        with store.reading() as connection:
            schemas.append(connection.execute(text("SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2")).all())
    assert schemas[0] == schemas[1] == schemas[2]
    with stores[1].operating() as connection:
        connection.execute(text("CREATE TABLE mine (a INTEGER) STRICT"))
    with stores[2].reading() as connection:
        assert not connection.execute(text("SELECT 1 FROM sqlite_schema WHERE name = 'mine'")).all()
    for store in stores:
        store.close()


def test_a_missing_folder_is_made_only_when_asked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'points.db'}"
    with pytest.raises(StoreFault):
        open_store(url)
    open_store(url, create=True).close()
    open_store(url).close()


def test_a_store_fits_the_port(store: SqlStore) -> None:
    as_seen_by_the_engine: Store = store
    with as_seen_by_the_engine.transaction() as transaction:
        assert transaction.claim([]) == {}
