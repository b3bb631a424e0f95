"""The street behind the application, on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.api.street import Clock, Street, lay_out


@pytest.fixture
def street(database_url: str) -> Iterator[Street]:
    """Give the small programme over a fresh database."""
    clock = Clock()
    engine = PointsEngine(open_store(database_url, create=True), secret=b"a secret for tests only", clock=clock)
    with TestClient(create_app(engine, close=True), raise_server_exceptions=False) as client:
        made = Street(client, engine, clock)
        lay_out(made)
        yield made
