"""Grants: awards that a fund pays from the points allotted to it, and gets back when they are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from points_engine.flow.money.funds import AllotPoints
from points_engine.flow.money.gifts import GivePoints
from points_engine.flow.people.volunteers import StateFact
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.records import RecordDeed
from points_engine.reading import Reader
from points_engine.reading.public import numbers
from points_engine.store import open_store
from tests.engine import packs
from tests.engine.towns import Town, at, closing

FUND = "fund/community"


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """Give a town whose fund makes grants."""
    yield from closing(Town(open_store(database_url, create=True), town=packs.town(more=packs.GRANTS)))


def grant(town: Town, items: int, day: int = 1, kind: str = "grant") -> RecordDeed:
    return RecordDeed("mei", kind, at(f"2026-03-0{day} 09:00"), Fraction(items))


def allot(points: int) -> AllotPoints:
    return AllotPoints("community", "town", Fraction(points), "a vote")


def left(town: Town) -> int:
    return town.total(FUND)


def issued(town: Town) -> int:
    return -town.total("scheme/town/issued")


def test_a_grant_is_paid_by_its_fund_and_never_more_than_there_is(town: Town) -> None:
    town.volunteer()
    before = issued(town)
    assert town.refused(grant(town, 3)) == "fund_exhausted"
    assert town.accepted(allot(5))["points"] == "5"
    assert town.accepted(grant(town, 3))["awarded"] == {"town": 3}
    assert (left(town), issued(town), town.total("scheme/town/allotted")) == (2, before, -5)
    assert town.refused(grant(town, 3, day=2)) == "fund_exhausted"
    town.accepted(grant(town, 2, day=2))
    assert left(town) == 0
    town.assert_sound()


def test_what_is_taken_back_goes_back_to_the_fund(town: Town) -> None:
    town.volunteer()
    town.accepted(allot(5))
    fact = town.accepted(grant(town, 4))["fact"]
    town.accepted(CorrectRecord(fact, "typed wrongly", facts={"deed.quantity": "1"}))
    assert left(town) == 4
    town.accepted(ReverseRecord(fact, "never happened"))
    assert left(town) == 5
    assert issued(town) == town.balance()
    town.assert_sound()


def test_what_was_spent_meanwhile_is_owed_and_the_fund_has_it_back(town: Town) -> None:
    town.volunteer()
    town.accepted(allot(5))
    fact = town.accepted(grant(town, 4))["fact"]
    town.hold("cup")
    town.accepted(ReverseRecord(fact, "never happened"))
    assert left(town) == 5
    town.assert_sound()


def test_a_fund_and_the_scheme_pay_each_their_part(town: Town) -> None:
    town.volunteer()
    town.accepted(allot(10))
    before = issued(town)
    assert town.accepted(grant(town, 2, kind="half_grant"))["awarded"] == {"town": 6}
    assert (left(town), issued(town) - before) == (8, 4)
    town.accepted(StateFact("mei", "volunteer.flags", at("2026-02-01 09:00").date(), ["double"]))  # nothing moves
    assert (left(town), issued(town) - before) == (8, 4)
    town.assert_sound()


def test_who_pays_can_change_though_the_points_stay(town: Town) -> None:
    """A fact that is stated later makes a grant of what had been issued: only who pays is another."""
    town.volunteer()
    town.accepted(StateFact("mei", "volunteer.flags", at("2026-01-01 00:00").date(), []))
    town.accepted(allot(5))
    before = issued(town)
    town.accepted(grant(town, 3, kind="aid"))
    assert (left(town), issued(town) - before) == (5, 3)
    held = town.balance()
    town.accepted(StateFact("mei", "volunteer.flags", at("2026-03-01 00:00").date(), ["double"]))
    assert (left(town), issued(town) - before, town.balance()) == (2, 0, held)
    town.accepted(StateFact("mei", "volunteer.flags", at("2026-03-01 00:00").date(), []))
    assert (left(town), issued(town) - before, town.balance()) == (5, 3, held)
    town.assert_sound()


def test_points_that_were_given_are_granted_too_the_soonest_to_expire_first(town: Town) -> None:
    town.volunteer("bo")
    town.give_blood("2026-02-01 09:00", 2, "bo")
    town.accepted(allot(1))
    town.accepted(GivePoints("bo", "town", Fraction(2), "fund", "community"))
    town.volunteer()
    town.accepted(grant(town, 2))
    asset = {"asset": "points/town", "account": FUND}
    lots = town.query("SELECT expires_on, amount FROM lot WHERE account = :account AND asset = :asset", **asset)
    assert [(str(day)[:4], amount) for day, amount in lots if amount] == [("9999", 1)]
    town.assert_sound()


def test_the_fund_s_books_say_what_came_and_what_was_granted(town: Town) -> None:
    town.volunteer()
    town.accepted(allot(5))
    fact = town.accepted(grant(town, 4))["fact"]
    town.accepted(grant(town, 1, day=2))
    town.accepted(ReverseRecord(fact, "never happened"))
    with Reader(town.store, lambda: town.now).open() as view:
        (books,) = numbers(view).funds
    (points,) = books.points
    assert (points.allotted, points.given, points.granted, points.left) == ("5", "0", "1", "4")


def test_a_retry_allots_once(town: Town) -> None:
    town.accepted(allot(5), key="once")
    town.accepted(allot(5), key="once")
    assert left(town) == 5
