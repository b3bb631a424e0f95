"""An opened store on each database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from points_engine.store import SqlStore, open_store


@pytest.fixture
def store(database_url: str) -> Iterator[SqlStore]:
    """Give a store over a fresh database, migrated."""
    opened = open_store(database_url, create=True)
    yield opened
    opened.close()
