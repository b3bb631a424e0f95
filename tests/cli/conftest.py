"""The command line over fresh books."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.terminals import Points


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test have its own folder, secret and environment."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "REDIS_URL", "SECRET", "SECRET_FILE", "LANGUAGE", "RULES", "PORT", "HOST"):
        monkeypatch.delenv(f"POINTS_{name}", raising=False)


@pytest.fixture
def points(empty_database_url: str) -> Points:
    """Give `points` over a fresh database of either kind."""
    return Points(empty_database_url)


@pytest.fixture
def points_on_sqlite(new_sqlite_url: str) -> Points:
    """Give `points` over a fresh SQLite file."""
    return Points(new_sqlite_url)
