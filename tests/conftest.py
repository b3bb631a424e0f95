"""Fixtures that every test may use: real servers, fresh databases and hypothesis profiles."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from points_engine.store import open_store
from tests.servers import PostgresServer, RedisServer, postgres_server, redis_server

settings.register_profile(
    "fast", max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
    print_blob=True,
)
settings.load_profile(os.environ.get("POINTS_HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "fast"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no core is left alone with one of them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Give one PostgreSQL server for the whole session, without fsync for speed."""
    with postgres_server(fsync=False) as server:
        yield server


@pytest.fixture(scope="session", name="redis")
def redis_server_fixture() -> Iterator[RedisServer]:
    """Give one Valkey or Redis server for the whole session; call ``flush()`` where a test needs it empty."""
    with redis_server() as server:
        yield server


@pytest.fixture
def empty_postgresql_url(postgres: PostgresServer) -> Iterator[str]:
    """Give the URL of a PostgreSQL database without a table, dropped afterwards."""
    yield from _made(postgres, None)


@pytest.fixture
def new_sqlite_url(tmp_path: Path) -> str:
    """Give the URL of a SQLite database file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'points.db'}"


@pytest.fixture(scope="session")
def migrated_postgresql(postgres: PostgresServer) -> str:
    """Give the name of a database with the present schema and no rows, to copy: quicker than to migrate."""
    name = f"migrated_{uuid.uuid4().hex[:12]}"
    open_store(postgres.create_database(name), create=True).close()
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the file of a database with the present schema and no rows, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "points.db"
    open_store(f"sqlite:///{path}", create=True).close()
    return path


@pytest.fixture
def postgresql_url(postgres: PostgresServer, migrated_postgresql: str) -> Iterator[str]:
    """Give the URL of a PostgreSQL database with the present schema and no rows, dropped afterwards."""
    yield from _made(postgres, migrated_postgresql)


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, new_sqlite_url: str) -> str:
    """Give the URL of a SQLite file with the present schema and no rows."""
    shutil.copyfile(migrated_sqlite, new_sqlite_url.removeprefix("sqlite:///"))
    return new_sqlite_url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a database with the present schema and no rows, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["new_sqlite", "empty_postgresql"], ids=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a database that was never migrated, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


def _made(server: PostgresServer, template: str | None) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield server.create_database(name, template)
    server.drop_database(name)
