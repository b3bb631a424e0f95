"""An engine over a fresh database, and the sample of the real log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.interchange.logs import Books


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    """Give an engine and its store on a fresh database of either kind."""
    store = open_store(database_url, create=True)
    yield Books(PointsEngine(store, secret=b"a secret of the tests" * 2), store)
    store.close()


@pytest.fixture
def sqlite_books(sqlite_url: str) -> Iterator[Books]:
    """Give an engine and its store on a fresh SQLite file."""
    store = open_store(sqlite_url, create=True)
    yield Books(PointsEngine(store, secret=b"a secret of the tests" * 2), store)
    store.close()
