"""Books under a clock that stands until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.interchange.logs import Books

SECRET = b"a secret of the tests" * 2


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give the clock."""
    return Clock()


@pytest.fixture
def timed(database_url: str, clock: Clock) -> Iterator[Books]:
    """Give books under that clock."""
    store = open_store(database_url, create=True)
    yield Books(PointsEngine(store, secret=SECRET, clock=clock), store)
    store.close()
