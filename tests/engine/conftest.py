"""A founded town on SQLite in memory, and one on every database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.towns import Town, closing


@pytest.fixture
def town() -> Iterator[Town]:
    """Give the town, its books in memory."""
    yield from closing(Town())


@pytest.fixture
def two_schemes() -> Iterator[Town]:
    """Give the town with the guild beside it."""
    yield from closing(Town(guild=packs.guild()))


@pytest.fixture
def any_town(database_url: str) -> Iterator[Town]:
    """Give the town once on SQLite and once on PostgreSQL."""
    yield from closing(Town(open_store(database_url, create=True)))
