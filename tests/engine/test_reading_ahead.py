"""A batch reads in a few rounds whatever its size: no everyday command asks for rows of its own while it is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from points_engine.flow.counter.holds import CancelHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.service.approvals import ApproveFact
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.steps import Command
from points_engine.store.opening import open_store
from tests.engine.faults import Unruly
from tests.engine.towns import Town, at, closing

PEOPLE = tuple(f"v{number}" for number in range(8))
FEW, MANY = PEOPLE[:2], PEOPLE[2:]


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """Give a town with eight people who have points, and a store that counts how often it is read."""
    made = Town(open_store(database_url, create=True), wrapped=Unruly)
    for number in PEOPLE:
        made.volunteer(number)
        made.give_blood("2025-12-30 09:00", 5, number)
    made.accepted(MoveStock("town", "cup", "bought", 20, "till", "for everybody"))
    yield from closing(made)


def checked_in(town: Town) -> Callable[[str], Command]:
    for number in PEOPLE:
        town.accepted(CheckInAt(number, "garden"))
    town.now += timedelta(minutes=70)
    return lambda number: CheckOutAt(number, "garden")


def held(town: Town) -> dict[str, str]:
    return {number: str(town.accepted(PlaceHold(number, "town", "cup"))["code"]) for number in PEOPLE}


def confirmed(town: Town) -> Callable[[str], Command]:
    codes = held(town)
    for code in codes.values():
        town.accepted(ConfirmHold(code, "till"))
    return lambda number: RefundRedemption(codes[number], "broken", "till")


def canceller(town: Town) -> Callable[[str], Command]:
    codes = held(town)
    return lambda number: CancelHold(codes[number])


def confirmer(town: Town) -> Callable[[str], Command]:
    codes = held(town)
    return lambda number: ConfirmHold(codes[number], "till")


def awaiting(town: Town) -> Callable[[str], Command]:
    start = at("2026-02-20 08:00")
    facts = {
        number: town.accepted(RecordService(number, "garden", start, start + timedelta(hours=10), "kiosk"))["fact"]
        for number in PEOPLE
    }
    return lambda number: ApproveFact(str(facts[number]), "steward")


def expired(town: Town) -> Callable[[str], Command]:
    town.now = at("2030-01-01 09:00")
    return lambda number: ExpireLots(number, "town")


EVERYDAY: dict[str, Callable[[Town], Callable[[str], Command]]] = {
    "register": lambda town: lambda number: RegisterVolunteer(f"new-{number}", "New", at("2026-01-05 00:00").date()),
    "check in": lambda town: lambda number: CheckInAt(number, "garden"),
    "check out, the first of a year": checked_in,
    "record service, the first of a year": lambda town: (
        lambda number: RecordService(number, "garden", at("2026-02-20 08:00"), at("2026-02-20 09:00"), "steward")
    ),
    "record a deed, the first of a year": lambda town: (
        lambda number: RecordDeed(number, "blood", at("2026-02-20 08:00"))
    ),
    "approve": awaiting,
    "hold": lambda town: lambda number: PlaceHold(number, "town", "cup"),
    "confirm": confirmer,
    "cancel": canceller,
    "refund": confirmed,
    "expire": expired,
}


@pytest.mark.parametrize("what", EVERYDAY)
def test_many_are_read_as_often_as_few(town: Town, what: str) -> None:
    asked = EVERYDAY[what](town)
    store = town.engine.store
    assert isinstance(store, Unruly)

    def loads(people: tuple[str, ...]) -> int:
        before = store.loads
        town.all_accepted([asked(number) for number in people])
        return store.loads - before

    assert loads(FEW) == loads(MANY)
    town.assert_sound()
