"""A household's service counted together in the books: who lived together on the day is folded together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from points_engine.engine import PointsEngine
from points_engine.flow.entities import BookEntry, Trace
from points_engine.flow.outcomes import Submission
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import StateFact
from points_engine.flow.programme import PublishPack
from points_engine.flow.service.corrections import ReverseRecord
from points_engine.flow.service.records import RecordService
from points_engine.reading.view import Reader
from points_engine.rulebook.pack import Pack
from points_engine.store.opening import open_store
from tests.engine.towns import SECRET, Town, at, closing
from tests.rulebook.packs import a_pack

HOMES = """
- award: hour
  at: record
  per: hour
  amount: 1 points
- round: whole
  what: amount
  to: 1
  direction: down
  at: record
  remainder: carry
- cap: own_day
  limits: minutes
  most: 4 h
  over: day
- cap: home_day
  limits: minutes
  most: 6 h
  over: day
  each: household
- measure: of_the_home
  fold: sum
  of: credited.minutes
  over: lifetime
  each: household
- measure: own
  fold: sum
  of: credited.minutes
  over: lifetime
- tier: model_home
  steps: [{level: named, title: {zh: 文明家庭, en: Model home}, reach: of_the_home >= 8 h}]
- tier: mainstay
  steps: [{level: named, title: {zh: 骨干, en: Mainstay}, reach: own >= 5 h}]
- expiry: for_good
  ends: never
"""

HEAD = """
scheme: {scheme}
title: {{zh: 家, en: Homes}}
points: {{name: {{zh: 分, en: points}}, scale: 0}}
issuer: {{zh: 街道, en: Street}}
document: 1
demonstration: true
effective_on: 2024-01-01
time_zone: Asia/Shanghai
keeps_time: {keeps_time}
fold: {fold}
"""


def homes(scheme: str = "town", fold: str = "household", *, keeps_time: bool = True) -> Pack:
    """A day's bound of four hours a person and six a home, and what is left of an hour carried by the home."""
    head = HEAD.format(scheme=scheme, fold=fold, keeps_time=str(keeps_time).lower())
    return a_pack(HOMES, head)


@pytest.fixture
def street(database_url: str) -> Any:
    """Give a town of homes, in which ann and bo live together and cy lives alone."""
    town = Town(open_store(database_url, create=True), town=homes())
    for number in ("ann", "bo", "cy"):
        town.volunteer(number)
    for number in ("ann", "bo"):
        lives_in(town, number, "h1", "2024-01-01")
    yield from closing(town)


def lives_in(town: Town, number: str, household: str, since: str) -> Any:
    """State where somebody lives from a day on."""
    return town.accepted(StateFact(number, "volunteer.household", date.fromisoformat(since), household))


def points(town: Town) -> dict[str, int]:
    """What each has, by number."""
    return {number: town.balance(number=number) for number in ("ann", "bo", "cy")}


def held(town: Town) -> list[tuple[str, str, str]]:
    """The levels held: number, tier, first day."""
    return [
        (str(number), str(tier), str(day))
        for number, tier, day in town.query(
            "SELECT v.number, t.tier, t.from_day FROM tier_held t JOIN volunteer v ON v.id = t.volunteer_id "
            "WHERE NOT t.is_void ORDER BY 1, 2"
        )
    ]


def test_the_day_of_a_home_is_bounded_for_all_its_members_together(street: Town) -> None:
    street.serve("2026-01-05 08:00", 240, "ann")
    street.serve("2026-01-05 13:00", 240, "bo")
    street.serve("2026-01-05 13:00", 240, "cy")
    assert points(street) == {"ann": 4, "bo": 2, "cy": 4}
    street.assert_sound()


def test_what_is_left_of_an_hour_is_carried_from_one_member_to_the_next(street: Town) -> None:
    assert street.serve("2026-01-05 08:00", 50, "ann")["awarded"] == {}
    assert street.serve("2026-01-05 10:00", 40, "bo")["awarded"] == {"town": 1}
    assert street.serve("2026-01-05 10:00", 40, "cy")["awarded"] == {}


def test_a_late_record_of_one_member_changes_the_award_of_another_by_an_entry_of_their_own(street: Town) -> None:
    street.serve("2026-01-05 13:00", 240, "bo")
    assert points(street)["bo"] == 4
    told = street.serve("2026-01-05 08:00", 180, "ann")
    assert told["awarded"] == {"town": 3}
    (other,) = told["others"]
    assert other["volunteer"] == street.identity("bo")
    assert (other["awarded"], other["minutes"]) == ({"town": -1}, -60)
    assert points(street) == {"ann": 3, "bo": 3, "cy": 0}
    with Reader(street.store, lambda: street.now).open() as view:
        entry = view.the(BookEntry, "entry", other["entry"])
    assert (entry.kind, entry.occurred_at) == ("correction", street.now), "what bo had stood until now"
    accounts = street.query("SELECT DISTINCT account FROM posting WHERE entry_id = :e", e=other["entry"])
    assert {str(row[0]) for row in accounts if "volunteer" in row[0]} == {f"volunteer/{street.identity('bo')}"}
    street.assert_sound()


def test_a_reversed_record_gives_another_member_their_hours_back(street: Town) -> None:
    early = street.serve("2026-01-05 08:00", 240, "ann")["fact"]
    street.serve("2026-01-05 13:00", 240, "bo")
    street.accepted(ReverseRecord(early, "false"), "lea")
    assert points(street) == {"ann": 0, "bo": 4, "cy": 0}
    street.assert_sound()


def test_who_moves_is_folded_with_the_old_home_before_and_the_new_one_from_that_day_on(street: Town) -> None:
    lives_in(street, "cy", "h2", "2024-01-01")
    for day in ("2026-01-05", "2026-01-06"):
        for number, begins, minutes in (("ann", "06:00", 240), ("cy", "07:00", 120), ("bo", "12:00", 240)):
            street.serve(f"{day} {begins}", minutes, number)
    assert points(street) == {"ann": 8, "bo": 4, "cy": 4}
    lives_in(street, "bo", "h2", "2026-01-06")
    assert points(street) == {"ann": 8, "bo": 6, "cy": 4}
    street.serve("2026-01-06 02:00", 60, "cy")  # six hours of a home that is bo's by then
    assert points(street) == {"ann": 8, "bo": 5, "cy": 5}
    street.serve("2026-01-05 02:00", 60, "cy")  # and was not the day before
    assert points(street) == {"ann": 8, "bo": 5, "cy": 6}
    lives_in(street, "bo", "", "2026-01-06")  # alone after all
    assert points(street) == {"ann": 8, "bo": 6, "cy": 6}
    street.assert_sound()


def test_a_level_of_the_home_is_reached_with_the_record_of_one_member_and_own_levels_by_ones_own(street: Town) -> None:
    street.serve("2026-01-05 08:00", 240, "ann")
    street.serve("2026-01-06 08:00", 240, "bo")
    assert held(street) == [("bo", "model_home", "2026-01-06")]
    street.serve("2026-01-07 08:00", 60, "bo")
    assert held(street) == [("bo", "mainstay", "2026-01-07"), ("bo", "model_home", "2026-01-06")]


def test_levels_are_those_of_the_home_in_which_somebody_lives(street: Town) -> None:
    from points_engine.reading import people

    street.serve("2026-01-05 08:00", 240, "ann")
    street.serve("2026-01-06 08:00", 240, "bo")
    street.serve("2026-01-07 08:00", 60, "bo")

    def levels() -> dict[str, str]:
        with Reader(street.store, lambda: street.now).open() as view:
            return {each.tier: each.level for each in people.tiers(view, "bo")}

    assert levels() == {"model_home": "named", "mainstay": "named"}
    lives_in(street, "bo", "h9", "2026-02-01")
    assert levels() == {"model_home": "", "mainstay": ""}  # what was brought stays with the old home
    lives_in(street, "bo", "h1", "2026-02-02")
    assert levels() == {"model_home": "named", "mainstay": "named"}


def test_merging_moves_the_history_into_the_home_of_who_remains(street: Town) -> None:
    street.volunteer("bo2")
    street.serve("2026-01-05 08:00", 240, "ann")
    street.serve("2026-01-05 13:00", 240, "bo2")
    assert street.balance(number="bo2") == 4
    street.accepted(MergeVolunteers("bo2", "bo"), "lea")
    assert points(street) == {"ann": 4, "bo": 2, "cy": 0}
    street.assert_sound()


def test_a_home_that_merging_leaves_has_its_hours_back(street: Town) -> None:
    street.volunteer("di")
    lives_in(street, "di", "h2", "2024-01-01")
    lives_in(street, "cy", "h2", "2024-01-01")
    street.serve("2026-01-05 08:00", 240, "di")
    street.serve("2026-01-05 13:00", 240, "cy")
    assert points(street)["cy"] == 2
    street.accepted(MergeVolunteers("di", "bo"), "lea")
    assert points(street) == {"ann": 0, "bo": 4, "cy": 4}, "what was stated of who remains goes before"
    street.assert_sound()


def test_whose_service_is_counted_together_stays_as_a_scheme_was_opened(street: Town) -> None:
    again = PublishPack(homes(fold="volunteer").canonical, date(2027, 1, 1))
    assert street.refused(again, "lea") == "pack_conflict"


def test_a_scheme_of_homes_stands_beside_one_of_volunteers(database_url: str) -> None:
    town = Town(open_store(database_url, create=True), guild=homes("guild", keeps_time=False))
    for number in ("ann", "bo"):
        town.volunteer(number)
        lives_in(town, number, "h1", "2024-01-01")
    town.serve("2026-01-05 13:00", 240, "bo")
    told = town.serve("2026-01-05 08:00", 240, "ann")
    assert [other["awarded"] for other in told["others"]] == [{"guild": -2}]
    assert [town.balance(number=number, scheme="guild") for number in ("ann", "bo")] == [4, 2]
    town.assert_sound()
    town.store.close()


def test_an_award_of_a_home_is_decided_again_the_same_by_all_that_its_members_did(street: Town) -> None:
    from points_engine.reading.recomputing import Recomputing

    street.serve("2026-01-05 13:00", 240, "bo")
    street.serve("2026-01-05 08:00", 240, "ann")
    lives_in(street, "bo", "h2", "2026-02-01")
    with Reader(street.store, lambda: street.now).open() as view:
        again = Recomputing(view)
        standing = {row[0] for row in street.query("SELECT trace_id FROM award")}
        verdicts = [(trace.id in standing, again.award(trace, 0).verdict) for trace in view.where(Trace)]
    assert sorted(verdicts) == [(False, "overtaken"), (True, "same"), (True, "same")]


def test_two_processes_write_for_members_of_the_same_homes_at_once(postgresql_url: str) -> None:
    town = Town(open_store(postgresql_url, create=True), town=homes())
    numbers = [f"p{number}" for number in range(6)]
    for number in numbers:
        town.volunteer(number)
        lives_in(town, number, f"h{int(number[1]) % 2}", "2024-01-01")
    other = PointsEngine(open_store(postgresql_url), secret=SECRET, clock=lambda: town.now, make_id=lambda: uuid4().hex)
    days = [f"2026-01-{day:02}" for day in range(5, 17)]

    def write(engine: PointsEngine, mine: list[str], turn: int) -> list[str]:
        told: list[str] = []
        for day in days[::turn]:
            for number in mine:
                begun = at(f"{day} 08:00")
                command = RecordService(number, "garden", begun, begun + timedelta(hours=3), "kiosk")
                told.append(engine.submit(Submission(command, "staff", f"{number}-{day}")).status)
        return told

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(write, town.engine, numbers[:3], 1)
        second = pool.submit(write, other, numbers[3:], -1)
        assert {*first.result(), *second.result()} == {"accepted"}
    other.store.close()
    assert sum(town.balance(number=number) for number in numbers) == 2 * 6 * len(days), "six hours of each home a day"
    town.assert_sound()
    town.store.close()
