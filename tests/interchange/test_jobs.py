"""Sweeps do what is due, once, in bounds, and say whether more remains."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from points_engine import jobs
from points_engine.engine import PointsEngine
from points_engine.errors import NotFound
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.interchange.packs import publish_folder
from points_engine.interchange.statements import balance
from points_engine.store import open_store
from tests.interchange.logs import RULES, SAMPLE, SCHEME, Books


class _Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    """Give a clock that stands until it is moved."""
    return _Clock()


@pytest.fixture
def timed(database_url: str, clock: _Clock) -> Iterator[Books]:
    """Give books under that clock."""
    store = open_store(database_url, create=True)
    yield Books(PointsEngine(store, secret=b"a secret of the tests" * 2, clock=clock), store)
    store.close()


def test_holds_whose_time_is_over_are_let_go(timed: Books, clock: _Clock) -> None:
    timed.load(SAMPLE)
    timed.do(ReceiveDonation("community", 100_000, "a friend"), "donation")
    timed.do(PlaceHold("S-00002", SCHEME, "museum_ticket"), "hold")
    (held,) = jobs.run_due(timed.engine, timed.store, clock(), ["expire_holds"])
    assert held.handled == 0

    clock.now += timedelta(minutes=31)
    (first,) = jobs.run_due(timed.engine, timed.store, clock(), ["expire_holds"])
    (second,) = jobs.run_due(timed.engine, timed.store, clock(), ["expire_holds"])
    assert (first.handled, first.more, second.handled) == (1, False, 0)
    with timed.store.reading() as connection:
        (found,) = balance(connection, "S-00002", clock()).schemes
    assert (found.usable, found.points.held) == (305, 0)
    timed.assert_sound()


def test_lots_expire_after_their_last_day_and_not_on_it(timed: Books, clock: _Clock) -> None:
    publish_folder(timed.engine, RULES / SCHEME, "clerk")
    clock.now = datetime(2027, 5, 1, 12, tzinfo=UTC)
    timed.do(RegisterVolunteer("mei", "Mei", date(2026, 1, 1)), "mei")
    timed.do(OpenBalance("mei", SCHEME, 12, 1, date(2027, 5, 2)), "opening")
    clock.now = datetime(2027, 5, 2, 23, tzinfo=UTC)
    assert jobs.run_due(timed.engine, timed.store, clock(), ["expire_lots"])[0].handled == 0

    clock.now = datetime(2027, 5, 3, 1, tzinfo=UTC)
    assert jobs.run_due(timed.engine, timed.store, clock(), ["expire_lots"])[0].handled == 1
    assert jobs.run_due(timed.engine, timed.store, clock(), ["expire_lots"])[0].handled == 0
    assert timed.balances()["mei"] == (0, 0)
    timed.assert_sound()


def test_a_sweep_is_bounded_and_says_that_more_remains(
    timed: Books, clock: _Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "SWEEP_ROWS", 2)
    publish_folder(timed.engine, RULES / SCHEME, "clerk")
    clock.now = datetime(2027, 5, 1, tzinfo=UTC)
    for number in ("ann", "bo", "mei"):
        timed.do(RegisterVolunteer(number, number, date(2026, 1, 1)), number)
        timed.do(OpenBalance(number, SCHEME, 12, 1, date(2027, 5, 2)), f"opening-{number}")
    clock.now = datetime(2027, 6, 1, tzinfo=UTC)
    swept = [jobs.run_due(timed.engine, timed.store, clock(), ["expire_lots"])[0] for _ in range(3)]
    assert [(report.handled, report.more) for report in swept] == [(2, True), (1, False), (0, False)]


def test_the_audit_is_a_job_and_unknown_jobs_are_told(timed: Books, clock: _Clock) -> None:
    (report,) = jobs.run_due(timed.engine, timed.store, clock(), ["audit"])
    assert report.is_clean
    with pytest.raises(NotFound):
        jobs.run_due(timed.engine, timed.store, clock(), ["nosuch"])


def test_the_scheduler_knows_every_job(timed: Books) -> None:
    scheduler = jobs.scheduler(timed.engine, timed.store)
    assert {job.id for job in scheduler.get_jobs()} == set(jobs.BY_NAME)
