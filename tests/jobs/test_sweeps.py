"""Sweeps do what is due, once, in bounds, and say whether more remains."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.interchange.packs import publish_folder
from points_engine.interchange.statements import balance
from points_engine.jobs import BY_NAME, JobReport, sweeps
from points_engine.jobs.jobs import Shift
from tests.interchange.logs import RULES, SAMPLE, SCHEME, Books
from tests.jobs.conftest import Clock


def sweep(books: Books, name: str) -> JobReport:
    """One sweep of a job now."""
    return BY_NAME[name].sweep(Shift(books.store, books.engine.execute, books.engine.clock(), lambda: None))


def test_holds_whose_time_is_over_are_let_go(timed: Books, clock: Clock) -> None:
    timed.load(SAMPLE)
    timed.do(ReceiveDonation("community", 100_000, "a friend"), "donation")
    timed.do(PlaceHold("S-00002", SCHEME, "museum_ticket"), "hold")
    held = sweep(timed, "expire_holds")
    assert held.handled == 0

    clock.now += timedelta(minutes=31)
    first = sweep(timed, "expire_holds")
    second = sweep(timed, "expire_holds")
    assert (first.handled, first.more, second.handled) == (1, False, 0)
    with timed.store.reading() as connection:
        (found,) = balance(connection, "S-00002", clock()).schemes
    assert (found.usable, found.points.held) == (305, 0)
    timed.assert_sound()


def test_lots_expire_after_their_last_day_and_not_on_it(timed: Books, clock: Clock) -> None:
    publish_folder(timed.engine, RULES / SCHEME, "clerk")
    clock.now = datetime(2027, 5, 1, 12, tzinfo=UTC)
    timed.do(RegisterVolunteer("mei", "Mei", date(2026, 1, 1)), "mei")
    timed.do(OpenBalance("mei", SCHEME, 12, 1, date(2027, 5, 2)), "opening")
    clock.now = datetime(2027, 5, 2, 23, tzinfo=UTC)
    assert sweep(timed, "expire_lots").handled == 0

    clock.now = datetime(2027, 5, 3, 1, tzinfo=UTC)
    assert sweep(timed, "expire_lots").handled == 1
    assert sweep(timed, "expire_lots").handled == 0
    assert timed.balances()["mei"] == (0, 0)
    timed.assert_sound()


def test_a_sweep_is_bounded_and_says_that_more_remains(
    timed: Books, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeps, "SWEEP_ROWS", 2)
    publish_folder(timed.engine, RULES / SCHEME, "clerk")
    clock.now = datetime(2027, 5, 1, tzinfo=UTC)
    for number in ("ann", "bo", "mei"):
        timed.do(RegisterVolunteer(number, number, date(2026, 1, 1)), number)
        timed.do(OpenBalance(number, SCHEME, 12, 1, date(2027, 5, 2)), f"opening-{number}")
    clock.now = datetime(2027, 6, 1, tzinfo=UTC)
    swept = [sweep(timed, "expire_lots") for _ in range(3)]
    assert [(report.handled, report.more) for report in swept] == [(2, True), (1, False), (0, False)]
