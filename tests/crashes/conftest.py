"""A PostgreSQL server of our own that tests may end, over TCP so that a proxy can stand before it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.servers import PostgresServer, postgres_server


@pytest.fixture(scope="package")
def mortal_server() -> Iterator[PostgresServer]:
    """Give a server that may be killed and restarted, durable as in service."""
    with postgres_server(own=True, fsync=True, tcp=True) as server:
        yield server


@pytest.fixture
def mortal_url(mortal_server: PostgresServer) -> Iterator[str]:
    """Give a fresh database on it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield mortal_server.create_database(name)
    mortal_server.drop_database(name)
