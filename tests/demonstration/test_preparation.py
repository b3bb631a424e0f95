"""The demonstration is labelled, explained, balanced, the same for a seed, and prepared once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from points_engine.demonstration import DemoProgramme, prepare
from points_engine.engine import PointsEngine
from points_engine.flow.entities import Fact, Hold, Person, Unit
from points_engine.reading import Reader, View, offers, people, public, records, service
from points_engine.store import SqlStore, open_store
from points_engine.store.audit import audit

FIRST = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = FIRST

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The clock of the module's programme."""
    return Clock()


@pytest.fixture(scope="module")
def engine(clock: Clock) -> Iterator[PointsEngine]:
    """An engine over books in memory."""
    store = open_store("sqlite://", create=True)
    yield PointsEngine(store, secret=b"a secret for tests only", clock=clock)
    store.close()


@pytest.fixture(scope="module")
def programme(engine: PointsEngine) -> DemoProgramme:
    """The demonstration, prepared once for all tests that only read it."""
    return prepare(engine)


@pytest.fixture
def view(engine: PointsEngine, clock: Clock, programme: DemoProgramme) -> Iterator[View]:
    """A view of the prepared books."""
    assert isinstance(engine.store, SqlStore)
    with Reader(engine.store, clock).open() as opened:
        yield opened


def test_it_has_real_streets_and_a_few_hundred_people(programme: DemoProgramme, view: View) -> None:
    assert programme.volunteers == 300
    streets = [unit.name_zh for unit in view.where(Unit, parent="440114")]
    assert len(streets) == 10
    assert "新华街道" in streets
    assert programme.records > 2_000
    assert programme.deeds > 100


def test_everybody_made_up_is_labelled(view: View, programme: DemoProgramme) -> None:
    assert all(person.name.startswith("演示志愿者") for person in view.where(Person))
    made_up = [unit for unit in view.where(Unit) if unit.kind not in ("district", "street", "town")]
    assert made_up
    assert all("演示" in unit.name_zh and "demonstration" in unit.name_en for unit in made_up)
    numbers = public.numbers(view)
    assert all(each.pack is not None and each.pack.demonstration for each in numbers.schemes)
    assert all("演示" in partner.name_zh for partner in numbers.partners)


def test_the_books_are_sound(programme: DemoProgramme, engine: PointsEngine) -> None:
    assert isinstance(engine.store, SqlStore)
    assert not list(audit(engine.store).findings)


def test_mei_waits_for_two_points_and_can_have_soap(view: View, programme: DemoProgramme) -> None:
    balance = {each.scheme.code: each for each in people.balance(view, programme.mei).schemes}
    assert balance["huadu-residents"].spendable == "8"
    (pending,) = [
        each
        for each in service.records_of(view, people.volunteer(view, programme.mei).id, 10).items
        if any(standing.awaiting for standing in each.standings)
    ]
    assert pending.fact.minutes == 130
    possible = {quote.reward.id for quote in offers.quotes(view, programme.mei) if quote.is_possible}
    assert {"soap", "haircut_at_home", "tutoring"} <= possible
    assert "shampoo" not in possible


def test_every_state_of_a_voucher_and_of_a_record_is_shown(view: View, programme: DemoProgramme) -> None:
    assert {"open", "confirmed", "released", "refunded"} == {hold.state for hold in view.where(Hold)}
    assert {"recorded", "approved", "rejected"} <= {fact.state for fact in view.where(Fact)}
    assert {"steward", "community"} <= {each.level for each in records.waiting(view)}


def test_the_fund_pays_what_was_redeemed(view: View, programme: DemoProgramme) -> None:
    (fund,) = public.numbers(view).funds
    assert fund.income == 6_200_000
    assert fund.expenditure == sum(fund.owed.values()) > 0


def test_a_second_preparation_on_a_later_day_changes_nothing(
    engine: PointsEngine, clock: Clock, programme: DemoProgramme
) -> None:
    assert isinstance(engine.store, SqlStore)
    with Reader(engine.store, clock).open() as before:
        seq = public.head(before)
    clock.now = FIRST + timedelta(days=9)
    again = prepare(engine)
    clock.now = FIRST
    assert (again.anchor, again.records, again.redemptions) == (
        programme.anchor,
        programme.records,
        programme.redemptions,
    )
    assert len(programme.keys) == 5
    assert again.keys == ()
    with Reader(engine.store, clock).open() as after:
        assert public.head(after) == seq


def test_progress_is_told_stage_by_stage(engine: PointsEngine, programme: DemoProgramme) -> None:
    told: list[tuple[str, int, int]] = []
    prepare(engine, progress=lambda stage, done, total: told.append((stage, done, total)))
    assert {stage for stage, *_ in told} == {
        "rules", "places", "fund", "volunteers", "service", "vouchers", "counter", "refunds",
    }  # fmt: skip
    assert all(done <= total for _, done, total in told)


@pytest.mark.slow
def test_it_is_prepared_on_every_database(database_url: str) -> None:
    store = open_store(database_url, create=True)
    try:
        programme = prepare(PointsEngine(store, secret=b"a secret for tests only", clock=Clock()))
        assert not list(audit(store).findings)
        assert programme.volunteers == 300
    finally:
        store.close()
