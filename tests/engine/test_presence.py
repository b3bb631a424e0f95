"""Presence as it really comes: late, out of order, twice, from two devices, and never ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest

from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.service.solving import ReopenConflict, SolveConflict
from points_engine.flow.service.syncing import CloseForgotten, SyncPresence
from points_engine.flow.wire import instant
from tests.engine import packs
from tests.engine.towns import Town, at, closing

DAY = "2026-03-02"
CREDITED = packs.town(forgotten="credit 60 min after 12 h")
PUNCTUAL = """
- parameter: early_at_most
  measured_in: duration
  values: {2024-01-01: 30 min}
- parameter: late_at_most
  measured_in: duration
  values: {2024-01-01: 1 h}
- parameter: apart_at_least
  measured_in: duration
  values: {2024-01-01: 5 min}
- admit: punctual
  at: check_in
  require:
    - that: act.early <= early_at_most
      say: {zh: "最早提前 30 分钟签到", en: "half an hour before at the earliest"}
    - that: act.late <= late_at_most
      say: {zh: "迟到不超过 1 小时", en: "an hour late at most"}
    - that: act.since_last >= apart_at_least
      say: {zh: "两次签到至少间隔 5 分钟", en: "five minutes apart"}
"""


def kept(town: Town, action: str, time: str, activity: str = "garden", number: str = "mei") -> Mapping[str, Any]:
    """What a device kept arrives."""
    return town.accepted(SyncPresence(action, number, activity, at(f"{DAY} {time}"), "kiosk"), by="kiosk")


def open_conflicts(town: Town) -> list[tuple[str, str]]:
    """(code, action) of every conflict that is open."""
    rows = town.query("SELECT code, action FROM conflict WHERE state = 'open' ORDER BY at, id")
    return [tuple(row) for row in rows]


def test_what_was_kept_offline_has_its_real_times_and_says_so(town: Town) -> None:
    town.volunteer()
    kept(town, "check_in", "09:00")
    assert kept(town, "check_out", "11:30")["service_minutes"] == 150
    ((start, end, facts),) = town.query("SELECT start, \"end\", facts_json FROM fact WHERE kind = 'record'")
    assert (str(start)[11:16], str(end)[11:16]) == ("01:00", "03:30")
    assert '"record.offline":true' in facts
    assert open_conflicts(town) == []
    town.assert_sound()


def test_a_tap_given_twice_is_one_tap(town: Town) -> None:
    town.volunteer()
    first = kept(town, "check_in", "09:00")
    assert kept(town, "check_in", "09:01") == {
        "check_in": first["check_in"], "activity": "garden", "at": first["since"], "again": True
    }  # fmt: skip
    kept(town, "check_out", "10:00")
    assert kept(town, "check_out", "10:01")["again"]
    assert open_conflicts(town) == []
    assert kept(town, "check_out", "10:03")["conflict_code"] == "not_checked_in"


def test_two_devices_may_sync_in_any_order(town: Town) -> None:
    taps = (("check_in", "08:00", "garden"), ("check_out", "09:00", "garden"),
            ("check_in", "09:05", "street"), ("check_out", "10:05", "street"))  # fmt: skip
    for place, order in enumerate(permutations(taps)):
        number = f"v{place}"
        town.volunteer(number)
        for action, time, activity in order:
            kept(town, action, time, activity, number)
        assert town.minutes(number) == 120, order
    assert open_conflicts(town) == []
    town.assert_sound()


def test_a_check_in_while_present_elsewhere_is_set_aside_and_solved(town: Town) -> None:
    town.volunteer()
    kept(town, "check_in", "08:00", "garden")
    first = kept(town, "check_in", "09:00", "street")
    second = kept(town, "check_out", "10:00", "street")
    assert open_conflicts(town) == [("already_checked_in", "check_in"), ("not_checked_in", "check_out")]
    assert "solved" not in kept(town, "check_out", "09:30", "garden")
    done = town.accepted(SolveConflict(first["conflict"], "retry", "she had left"))["done"]
    assert done["activity"] == "street"
    done = town.accepted(SolveConflict(second["conflict"], "retry", "she had left"))["done"]
    assert done["service_minutes"] == 60
    assert town.minutes() == 120
    assert open_conflicts(town) == []
    town.assert_sound()


def test_a_set_aside_pair_is_carried_out_once_the_rest_arrives(town: Town) -> None:
    town.volunteer()
    kept(town, "check_in", "08:00", "garden")
    first = kept(town, "check_in", "09:00", "street")
    second = kept(town, "check_out", "10:00", "street")
    last = kept(town, "check_out", "08:50", "garden")
    assert last["solved"] == [first["conflict"], second["conflict"]]
    assert town.minutes() == 110
    town.assert_sound()


def test_presence_at_two_places_at_once_counts_once_and_is_listed(town: Town) -> None:
    town.volunteer()
    kept(town, "check_in", "09:00", "street")
    kept(town, "check_in", "08:00", "garden")
    assert "conflict" not in kept(town, "check_out", "10:00", "street")
    assert kept(town, "check_out", "09:30", "garden")["conflict_code"] == "overlapping_presence"
    assert town.minutes() == 120
    (row,) = town.query("SELECT id FROM conflict")
    town.accepted(SolveConflict(row[0], "correct", "she left at nine", end=at(f"{DAY} 09:00")))
    assert town.minutes() == 120
    assert open_conflicts(town) == []
    town.assert_sound()


def test_a_number_that_nobody_has_is_set_aside_and_carried_out_under_the_right_one(town: Town) -> None:
    town.volunteer()
    arrived = kept(town, "check_in", "09:00", number="mai")
    left = kept(town, "check_out", "10:00", number="mai")
    assert arrived["conflict_code"] == left["conflict_code"] == "not_found"
    for each in (arrived, left):
        town.accepted(SolveConflict(each["conflict"], "retry", "mistyped", volunteer="mei"))
    assert town.minutes() == 60
    assert town.query("SELECT DISTINCT unit FROM conflict") == [("riverside",)]


def test_a_device_whose_clock_is_wrong_loses_nothing(town: Town) -> None:
    town.volunteer()
    ahead = kept(town, "check_in", "18:00")
    assert ahead["conflict_code"] == "time_out_of_range"
    whole = SolveConflict(ahead["conflict"], "record", "by the sheet", start=at(f"{DAY} 09:00"), end=at(f"{DAY} 10:00"))
    assert town.accepted(whole)["done"]["service_minutes"] == 60
    assert town.query("SELECT recorded_by FROM fact WHERE kind = 'record'") == [("steward",)]


def test_a_check_out_that_meets_an_imported_record_blocks_nobody(town: Town) -> None:
    town.volunteer()
    town.accepted(CheckInAt("mei", "garden", at=at(f"{DAY} 09:00")))
    town.serve(f"{DAY} 09:00", 30)
    done = town.accepted(CheckOutAt("mei", "garden", at=at(f"{DAY} 10:00")))
    assert (done["conflict_code"], done["service_minutes"]) == ("conflicting_record", 30)
    assert town.minutes() == 30
    town.accepted(CheckInAt("mei", "street"))
    town.accepted(SolveConflict(done["conflict"], "correct", "by the kiosk", end=at(f"{DAY} 10:00")))
    assert town.minutes() == 60
    town.assert_sound()


def test_a_check_out_that_says_the_same_as_the_imported_record_is_no_conflict(town: Town) -> None:
    town.volunteer()
    town.accepted(CheckInAt("mei", "garden", at=at(f"{DAY} 09:00")))
    town.serve(f"{DAY} 09:00", 30)
    assert "conflict" not in town.accepted(CheckOutAt("mei", "garden", at=at(f"{DAY} 09:30")))
    assert open_conflicts(town) == []


def test_what_was_kept_as_it_is_can_be_looked_at_again(town: Town) -> None:
    town.volunteer()
    conflict = kept(town, "check_out", "10:00")["conflict"]
    town.accepted(SolveConflict(conflict, "keep", "a child at the screen"))
    assert open_conflicts(town) == []
    town.accepted(ReopenConflict(conflict))
    assert open_conflicts(town) == [("not_checked_in", "check_out")]


def test_a_forgotten_check_out_is_closed_as_the_rules_say_and_listed() -> None:
    for pack, minutes in ((packs.town(), 0), (CREDITED, 60)):
        here = Town(town=pack)
        here.volunteer()
        presence = here.accepted(CheckInAt("mei", "garden"))["check_in"]
        here.now += timedelta(hours=24)
        done = here.accepted(CloseForgotten(presence), by="jobs")
        assert done["service_minutes"] == here.minutes() == minutes
        assert open_conflicts(here) == [("forgotten_check_out", "check_out")]
        here.accepted(CheckInAt("mei", "garden"))
        here.assert_sound()
        here.store.close()


def test_the_true_end_of_what_was_forgotten_may_arrive_later() -> None:
    for pack in (packs.town(), CREDITED):
        here = Town(town=pack)
        here.volunteer()
        presence = kept(here, "check_in", "09:00")["check_in"]
        here.now += timedelta(hours=24)
        here.accepted(CloseForgotten(presence), by="jobs")
        assert kept(here, "check_out", "12:00")["service_minutes"] == 180
        assert here.minutes() == 180
        assert here.query("SELECT state, resolution FROM conflict") == [("solved", "paired")]
        assert "forgotten" not in here.query("SELECT facts_json FROM fact WHERE kind = 'record'")[0][0]
        here.assert_sound()
        here.store.close()


def test_the_rules_may_refuse_who_comes_too_early_too_late_or_again_at_once() -> None:
    town = Town(town=packs.town(more=PUNCTUAL))
    for number in ("mei", "lea"):
        town.volunteer(number)
    fair = RegisterActivity("fair", "Fair", "green", "riverside", starts_on=date(2026, 3, 2), opens_minute=9 * 60)
    town.accepted(fair)
    assert kept(town, "check_in", "08:29", "fair")["conflict_code"] == "not_admitted"
    assert "conflict" not in kept(town, "check_in", "08:30", "fair")
    kept(town, "check_out", "09:30", "fair")
    assert kept(town, "check_in", "09:34", "fair")["conflict_code"] == "not_admitted"
    assert "conflict" not in kept(town, "check_in", "09:35", "fair")
    assert kept(town, "check_in", "10:01", "fair", "lea")["conflict_code"] == "not_admitted"
    assert "conflict" not in kept(town, "check_in", "10:00", "fair", "lea")
    assert "conflict" not in kept(town, "check_in", "03:00", "garden", "lea")
    town.store.close()


def test_a_merged_volunteers_conflicts_go_along(town: Town) -> None:
    town.volunteer()
    town.volunteer("lea")
    conflict = kept(town, "check_out", "10:00")["conflict"]
    town.accepted(MergeVolunteers("mei", "lea"))
    assert town.query("SELECT volunteer_id FROM conflict") == [(town.identity("lea"),)]
    whole = SolveConflict(conflict, "record", "by the sheet", start=at(f"{DAY} 09:00"), end=at(f"{DAY} 10:00"))
    town.accepted(whole)
    assert town.minutes("lea") == 60


def test_a_clock_that_is_a_little_ahead_is_taken_as_now_and_one_that_is_more_is_looked_at(town: Town) -> None:
    town.volunteer()
    now = town.now
    tap = SyncPresence("check_in", "mei", "garden", now + timedelta(seconds=120), "kiosk")
    assert town.accepted(tap, by="kiosk")["since"] == instant(now)
    town.now = now + timedelta(hours=1)
    over = town.accepted(replace(tap, action="check_out", at=town.now + timedelta(seconds=121)), by="kiosk")
    assert over["conflict_code"] == "time_out_of_range"
    left = town.accepted(replace(tap, action="check_out", at=town.now + timedelta(seconds=1)), by="kiosk")
    assert left["service_minutes"] == 60
    town.assert_sound()


@pytest.mark.parametrize("ahead", [0, 50, 90, 119])
def test_taps_that_come_again_under_another_id_are_the_same_taps_however_far_the_clock_is_ahead(
    town: Town, ahead: int
) -> None:
    town.volunteer()
    come = SyncPresence("check_in", "mei", "garden", town.now + timedelta(seconds=ahead), "kiosk")
    first = town.accepted(come, by="kiosk")["check_in"]
    town.now += timedelta(minutes=30)
    left = replace(come, action="check_out", at=town.now + timedelta(seconds=ahead))
    assert town.accepted(left, by="kiosk")["service_minutes"] == 30
    town.now += timedelta(minutes=3)
    for tap in (come, left):
        again = town.accepted(tap, by="kiosk")
        assert (again["check_in"], again["again"]) == (first, True)
    assert town.minutes("mei") == 30
    assert open_conflicts(town) == []


def test_a_pack_says_within_which_time_two_taps_are_one() -> None:
    for town in closing(Town(town=packs.town(double_tap="within 5 s"))):
        town.volunteer()
        kept(town, "check_in", "09:00:00")
        assert kept(town, "check_in", "09:00:05")["again"]
        kept(town, "check_out", "09:01:30")
        assert kept(town, "check_out", "09:01:35")["again"]
        assert "again" not in kept(town, "check_in", "09:01:40"), "somebody who forgot the umbrella"


def test_a_record_that_nobody_ended_says_so_until_its_end_is_known() -> None:
    for town in closing(Town(town=CREDITED)):
        town.volunteer()
        come = kept(town, "check_in", "09:00")["check_in"]
        town.now += timedelta(days=1)
        town.accepted(CloseForgotten(come))
        assert '"record.forgotten":true' in str(town.query("SELECT facts_json FROM fact WHERE kind = 'record'")[0][0])
        kept(town, "check_out", "11:00")
        stated = str(town.query("SELECT facts_json FROM fact WHERE kind = 'record'")[0][0])
        assert "forgotten" not in stated
        assert '"record.offline":true' in stated
        town.assert_sound()
