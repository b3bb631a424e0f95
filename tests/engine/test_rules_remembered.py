"""Rules are remembered between batches, and never a moment too long: another process may publish others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from points_engine.engine import PointsEngine
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Submission
from points_engine.flow.programme import PublishPack
from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore
from tests.engine import packs
from tests.engine.towns import SECRET, Town


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """Give a town whose store remembers its rules."""
    made = Town(open_store(database_url, create=True))
    made.volunteer("mei")
    yield made
    made.store.close()


@pytest.fixture
def neighbour(database_url: str, town: Town) -> Iterator[SqlStore]:
    """Give another process's store on the same books."""
    other = open_store(database_url)
    yield other
    other.close()


def test_rules_published_elsewhere_hold_from_the_next_batch_on(town: Town, neighbour: SqlStore) -> None:
    assert town.refused(OpenBalance("mei", "guild", 5, 1)) == "not_found"
    publish = Submission(PublishPack(packs.guild().canonical, date(2024, 1, 1)), "neighbour", "publish")
    PointsEngine(neighbour, secret=SECRET).submit(publish).expect()
    town.accepted(OpenBalance("mei", "guild", 5, 1))


def test_rules_published_here_hold_for_the_next_command_of_the_same_batch(town: Town) -> None:
    outcomes = town.engine.execute(
        [
            town.submission(PublishPack(packs.guild().canonical, date(2024, 1, 1))),
            town.submission(OpenBalance("mei", "guild", 5, 1)),
        ]
    )
    assert [outcome.is_accepted for outcome in outcomes] == [True, True]
    town.accepted(OpenBalance("mei", "guild", 5, 2))
