"""Check-ins that nobody ended are closed after the time that the rules allow, once, and listed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from points_engine.flow.service.presence import CheckInAt
from points_engine.jobs import BY_NAME, JobReport
from points_engine.jobs.jobs import Shift
from tests.engine import packs
from tests.engine.towns import Town, closing


@pytest.fixture
def town() -> Iterator[Town]:
    """Give a town that credits an hour after twelve."""
    yield from closing(Town(town=packs.town(forgotten="credit 60 min after 12 h")))


def sweep(town: Town) -> JobReport:
    """One sweep now."""
    return BY_NAME["close_forgotten"].sweep(Shift(town.store, town.engine.execute, town.now, lambda: None))


def test_a_check_in_that_nobody_ended_is_closed_once_its_time_is_over(town: Town) -> None:
    for number in ("mei", "lea"):
        town.volunteer(number)
    town.accepted(CheckInAt("mei", "garden"))
    town.now += timedelta(hours=6)
    town.accepted(CheckInAt("lea", "garden"))
    town.now += timedelta(hours=5, minutes=59)
    assert sweep(town).handled == 0
    town.now += timedelta(minutes=1)
    assert (sweep(town).handled, sweep(town).handled) == (1, 0)
    assert (town.minutes("mei"), town.minutes("lea")) == (60, 0)
    assert town.query("SELECT number, code FROM conflict") == [("mei", "forgotten_check_out")]
    town.assert_sound()
