"""Totals of groups and units in the books: added up with every award, told to what is accepted afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from points_engine.flow.people.changes import LinkUnits
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import StateFact
from points_engine.flow.programme import PublishPack, RegisterUnit
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.records import RecordDeed
from points_engine.rulebook.pack import Pack
from points_engine.store.opening import open_store
from tests.engine.test_households import HEAD
from tests.engine.towns import Town, at, closing
from tests.rulebook.packs import a_pack

TOTALS = """
- award: hour
  at: record
  per: hour
  amount: 1 points
- measure: team_year
  fold: sum
  of: credited.minutes
  over: year
  each: group
- measure: unit_times
  fold: count
  over: lifetime
  each: unit
- measure: unit_long
  fold: share
  of: credited.minutes >= 2 h
  over: year
  each: unit
- award: team_bonus
  at: deed
  when: [deed.kind == 'roll_call', team_year >= 5 h]
  per: occasion
  amount: 10 points
- award: unit_bonus
  at: deed
  when: [deed.kind == 'unit_roll_call', unit_times >= 3, unit_long >= 50 %]
  per: occasion
  amount: 100 points
- admit: known_team
  at: redeem
  require:
    - {that: team_year >= 5 h, say: {zh: 队伍本年不足五小时, en: The team has not served five hours this year}}
- reward: cup
  category: commerce
  partner: shop
  price: 1 points
- expiry: for_good
  ends: never
"""


def teams(rules: str = TOTALS) -> Pack:
    """A team's hours of the year and a unit's share of long services, which open bonuses and a reward."""
    head = HEAD.format(scheme="town", fold="volunteer", keeps_time="true")
    return a_pack(rules, head + "partners: {shop: {zh: 店, en: Shop}}\n")


@pytest.fixture
def street(database_url: str) -> Any:
    """Give a town with ann and bo in the red team, and cy and ann at riverside."""
    town = Town(open_store(database_url, create=True), town=teams())
    town.accepted(RegisterUnit("hill", "community", "山", "Hill"))
    town.volunteer("ann", home_unit="riverside")
    town.volunteer("bo", home_unit="hill")
    town.volunteer("cy", home_unit="riverside")
    for number in ("ann", "bo"):
        town.accepted(StateFact(number, "volunteer.teams", date(2024, 1, 1), ["red"]))
    yield from closing(town)


def called(town: Town, number: str, when: str, kind: str = "roll_call") -> int:
    """The points that a roll call brings."""
    told = town.accepted(RecordDeed(number, kind, at(when)))
    return int(told["awarded"].get("town", 0))


def parts(town: Town) -> dict[str, str]:
    """Every total that is something, by whose and when."""
    rows = town.query('SELECT slot, "window", part_json FROM total ORDER BY 1, 2')
    return {f"{slot.partition(':')[2].partition('~')[0]}@{slot.partition('@')[2]} {window}": part
            for slot, window, part in rows if part not in ("0", "[0,0]")}  # fmt: skip


def test_a_teams_hours_open_its_bonus_from_the_hour_on_at_which_they_are_full(street: Town) -> None:
    street.serve("2026-01-05 08:00", 180, "ann")
    street.serve("2026-01-05 08:00", 119, "bo")
    street.serve("2026-01-05 08:00", 300, "cy")
    assert called(street, "bo", "2026-01-06 09:00") == 0  # 4 h 59
    street.serve("2026-01-05 18:00", 1, "ann")
    assert called(street, "bo", "2026-01-06 10:00") == 10
    assert called(street, "cy", "2026-01-06 10:00") == 0, "who is in no team has no team's hours"
    assert called(street, "bo", "2025-01-06 10:00") == 0, "the year before has hours of its own"
    street.assert_sound()


def test_a_units_share_is_read_as_a_ratio(street: Town) -> None:
    street.serve("2026-01-05 08:00", 120, "ann")
    street.serve("2026-01-05 08:00", 119, "cy")
    assert called(street, "cy", "2026-01-06 09:00", "unit_roll_call") == 0  # of three times the third is missing
    street.serve("2026-01-06 08:00", 60, "cy")
    assert called(street, "cy", "2026-01-06 10:00", "unit_roll_call") == 0  # one of three was long
    street.serve("2026-01-07 08:00", 120, "cy")
    assert called(street, "cy", "2026-01-07 12:00", "unit_roll_call") == 100  # two of four
    assert called(street, "bo", "2026-01-07 12:00", "unit_roll_call") == 0


def test_what_is_corrected_or_reversed_leaves_nothing_behind_in_the_totals(street: Town) -> None:
    first = street.serve("2026-01-05 08:00", 180, "ann")["fact"]
    second = street.serve("2026-01-05 08:00", 180, "bo")["fact"]
    assert parts(street)["team_year@red 2026"] == "360"
    street.accepted(CorrectRecord(first, "left early", end=at("2026-01-05 09:00")), "lea")
    assert parts(street)["team_year@red 2026"] == "240"
    street.accepted(CorrectRecord(second, "wrong year", at("2025-12-31 08:00"), at("2025-12-31 11:00")), "lea")
    assert (parts(street)["team_year@red 2025"], parts(street)["team_year@red 2026"]) == ("180", "60")
    for fact in (first, second):
        street.accepted(ReverseRecord(fact, "false"), "lea")
    assert parts(street) == {}
    street.assert_sound()


def test_what_a_total_said_when_a_deed_was_accepted_is_read_again_whatever_comes_later(street: Town) -> None:
    fact = street.serve("2026-01-05 08:00", 300, "ann")["fact"]
    assert called(street, "bo", "2026-01-06 09:00") == 10
    street.accepted(ReverseRecord(fact, "false"), "lea")
    again = street.accepted(StateFact("bo", "volunteer.flags", date(2024, 1, 1), ["x"]), "lea")
    assert (again["entry"], street.balance(number="bo")) == (None, 10)
    assert called(street, "bo", "2026-01-06 10:00") == 0


def test_who_changes_unit_or_team_takes_along_what_is_served_from_that_day_on(street: Town) -> None:
    street.serve("2026-01-05 08:00", 60, "ann")
    street.serve("2026-01-06 08:00", 60, "ann")
    street.accepted(LinkUnits("ann", date(2026, 1, 6), home_unit="hill"), "lea")
    street.accepted(StateFact("ann", "volunteer.teams", date(2026, 1, 6), ["blue", "green"]), "lea")
    found = parts(street)
    assert (found["unit_times@riverside 0"], found["unit_times@hill 0"]) == ("1", "1")
    assert (found["team_year@red 2026"], found["team_year@blue 2026"], found["team_year@green 2026"]) == (
        "60", "60", "60",
    )  # fmt: skip


def test_a_merge_counts_nothing_twice(street: Town) -> None:
    street.serve("2026-01-05 08:00", 60, "ann")
    street.serve("2026-01-05 08:00", 60, "bo")
    street.accepted(MergeVolunteers("bo", "ann"), "lea")
    assert parts(street)["team_year@red 2026"] == "60", "they were one person at two places at once"


def test_acts_read_the_totals_too(street: Town) -> None:
    from points_engine.flow.counter.holds import PlaceHold

    street.serve("2026-03-01 08:00", 299, "ann")
    assert street.refused(PlaceHold("ann", "town", "cup")) == "not_eligible"
    street.serve("2026-03-01 18:00", 1, "bo")
    assert street.accepted(PlaceHold("ann", "town", "cup"))["state"] == "open"


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("{measure: longest, fold: max, of: credited.minutes, over: year, each: group}", "longest"),
        ("{measure: lately, fold: sum, of: credited.minutes, over: 'last(3, months)', each: unit}", "lately"),
        ("{cap: all, limits: minutes, most: 6 h, over: day, each: unit}", "all"),
    ],
)
def test_what_the_books_do_not_add_up_is_refused_when_it_is_published(rule: str, name: str) -> None:
    town = Town(bare=True)
    outcome = town.do(PublishPack(teams(f"{TOTALS}\n- {rule}\n").canonical, date(2024, 1, 1)))
    assert outcome.error is not None
    assert outcome.error.code == "pack_conflict"
    assert name in str(outcome.error.facts["why"])
    town.store.close()


def test_totals_do_not_depend_on_how_commands_are_cut_into_batches() -> None:
    def books(cut: int) -> list[Any]:
        from points_engine.flow.service.records import RecordService

        town = Town(town=teams())
        for number in ("ann", "bo"):
            town.volunteer(number, home_unit="riverside")
            town.accepted(StateFact(number, "volunteer.teams", date(2024, 1, 1), ["red"]))
        commands: list[Any] = []
        for day in range(5, 11):
            for number in ("ann", "bo"):
                start = at(f"2026-01-{day:02} 08:00")
                commands.append(RecordService(number, "garden", start, start.replace(minute=40), "kiosk"))
                commands.append(RecordDeed(number, "roll_call", start.replace(minute=50)))
        for first in range(0, len(commands), cut):
            town.all_accepted(commands[first : first + cut])
        found = [
            town.awards(),
            town.query("SELECT * FROM total ORDER BY 1, 2, 3"),
            town.query("SELECT totals_json FROM fact ORDER BY id"),
        ]
        town.assert_sound()
        town.store.close()
        return found

    assert books(1) == books(7) == books(24)
