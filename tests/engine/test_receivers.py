"""Awards that whoever was served pays: points change hands, and what is taken back goes back to who paid."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from points_engine.flow.money.gifts import GivePoints
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.programme import RegisterGroup
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.rulebook.pack import Pack
from points_engine.store.opening import open_store
from tests.engine.test_households import HEAD
from tests.engine.towns import Town, at, closing
from tests.rulebook.packs import a_pack

SERVED = """
- award: hour
  at: record
  per: hour
  source: receiver
  amount: 1 points
- award: haircut
  at: deed
  when: deed.kind == 'haircut'
  source: receiver
  per: item
  amount: 2 points
- award: tip
  at: deed
  when: deed.kind == 'haircut'
  per: item
  amount: 1 points
- award: talk
  at: deed
  when: deed.kind == 'talk'
  amount: 4 points
- transfer: to_teams
  from_kind: volunteer
  to_kind: group
- cap: lowest
  limits: balance
  least: {least} points
- expiry: end_of_next_year
  ends: end_of_year + 1
"""


def a_time_bank(least: int = 0) -> Pack:
    """An hour costs whoever is served a point; a haircut two, and the scheme adds one."""
    return a_pack(
        SERVED.replace("{least}", str(least)), HEAD.format(scheme="town", fold="volunteer", keeps_time="true")
    )


def street_of(url: str, least: int = 0) -> Town:
    town = Town(open_store(url, create=True), town=a_time_bank(least))
    for number in ("ann", "bo", "cy"):
        town.volunteer(number)
    return town


@pytest.fixture
def street(database_url: str) -> Iterator[Town]:
    """Give a street where ann has ten points, and nobody may owe anything."""
    town = street_of(database_url)
    town.accepted(OpenBalance("ann", "town", 10, 0, None))
    yield from closing(town)


def haircut(by: str, receiver: str = "ann", items: int = 1, hour: int = 9) -> RecordDeed:
    facts = {"record.receiver": receiver} if receiver else {}
    return RecordDeed(by, "haircut", at(f"2026-03-01 {hour:02}:00"), Fraction(items), facts=facts)


def points(town: Town) -> dict[str, int]:
    return {n: town.balance(number=n) + town.balance("debt", number=n) for n in ("ann", "bo", "cy")}


def issued(town: Town) -> int:
    return -town.total("scheme/town/issued")


def test_points_go_from_who_was_served_to_who_served(street: Town) -> None:
    told = street.accepted(haircut("bo"))
    assert told["awarded"] == {"town": 3}
    assert (points(street), issued(street)) == ({"ann": 8, "bo": 3, "cy": 0}, 1)
    begun, ended = at("2026-03-01 12:00"), at("2026-03-01 14:00")
    street.accepted(RecordService("cy", "garden", begun, ended, "kiosk", {"record.receiver": "bo"}))
    assert (points(street), issued(street)) == ({"ann": 8, "bo": 1, "cy": 2}, 1)
    street.assert_sound()


def test_who_has_not_enough_is_not_served_on_credit_where_no_floor_allows_it(street: Town) -> None:
    assert street.refused(haircut("bo", items=6)) == "insufficient_points"
    street.accepted(haircut("bo", items=5))
    assert points(street)["ann"] == 0
    assert street.refused(haircut("bo", hour=10)) == "insufficient_points"
    street.assert_sound()


def test_a_floor_lets_who_is_served_owe_down_to_it(database_url: str) -> None:
    town = street_of(database_url, -3)
    assert town.refused(haircut("bo", items=2)) == "insufficient_points"
    town.accepted(haircut("bo"))
    assert points(town) == {"ann": -2, "bo": 3, "cy": 0}
    town.accepted(RecordDeed("ann", "talk", at("2026-03-01 15:00")))
    assert points(town) == {"ann": 2, "bo": 3, "cy": 0}, "what is earned pays what is owed first"
    town.assert_sound()
    town.store.close()


def test_what_is_corrected_or_reversed_goes_back_to_who_paid(street: Town) -> None:
    fact = street.accepted(haircut("bo", items=3))["fact"]
    assert (points(street), issued(street)) == ({"ann": 4, "bo": 9, "cy": 0}, 3)
    street.accepted(CorrectRecord(fact, "one only", facts={"deed.quantity": "1"}), "lea")
    assert (points(street), issued(street)) == ({"ann": 8, "bo": 3, "cy": 0}, 1)
    street.accepted(ReverseRecord(fact, "false"), "lea")
    assert (points(street), issued(street)) == ({"ann": 10, "bo": 0, "cy": 0}, 0)
    street.assert_sound()


def test_who_pays_can_be_corrected_though_the_points_stay(street: Town) -> None:
    street.accepted(OpenBalance("cy", "town", 2, 0, None))
    fact = street.accepted(haircut("bo"))["fact"]
    street.accepted(CorrectRecord(fact, "it was cy", facts={"record.receiver": "cy"}), "lea")
    assert points(street) == {"ann": 10, "bo": 3, "cy": 0}
    street.assert_sound()


def test_somebody_must_be_named_who_is_somebody_else(street: Town) -> None:
    assert street.refused(haircut("bo", "")) == "invalid_value"
    assert street.refused(haircut("bo", "bo")) == "invalid_value"
    assert street.refused(haircut("bo", "nobody")) == "not_found"
    assert street.refused(haircut("bo", "group:nobody")) == "not_found"


def test_a_group_pays_from_what_it_was_given(street: Town) -> None:
    street.accepted(RegisterGroup("reds", "红队", "Reds"))
    assert street.refused(haircut("bo", "group:reds")) == "insufficient_points"
    street.accepted(GivePoints("ann", "town", Fraction(3), "group", "reds"))
    fact = street.accepted(haircut("bo", "group:reds"))["fact"]
    assert (street.total("group/reds"), points(street)["bo"]) == (1, 3)
    street.accepted(ReverseRecord(fact, "false"), "lea")
    assert (street.total("group/reds"), points(street)["bo"]) == (3, 0)
    street.assert_sound()


def test_after_a_merge_points_go_back_to_who_remains(street: Town) -> None:
    fact = street.accepted(haircut("bo"))["fact"]
    street.accepted(MergeVolunteers("ann", "cy"), "lea")
    assert points(street) == {"ann": 8, "bo": 3, "cy": 8}, "both numbers mean one person"
    street.accepted(ReverseRecord(fact, "false"), "lea")
    assert (street.balance(number="cy"), street.balance(number="bo")) == (10, 0)
    street.assert_sound()


def test_payments_do_not_depend_on_how_commands_are_cut_into_batches() -> None:
    def books(cut: int) -> list[Any]:
        town = street_of("sqlite://", -3)
        commands = [
            haircut(by, to, hour=8 + hour)
            for hour, (by, to) in enumerate([("bo", "ann"), ("cy", "bo"), ("ann", "cy"), ("bo", "ann"), ("cy", "ann")])
        ]
        codes = []
        for first in range(0, len(commands), cut):
            submissions = [town.submission(each) for each in commands[first : first + cut]]
            codes += [outcome.status for outcome in town.engine.execute(submissions)]
        town.assert_sound()
        found = [codes, points(town), town.query("SELECT fact_id, received, payer FROM award ORDER BY 1")]
        town.store.close()
        return found

    assert books(1) == books(2) == books(5)
