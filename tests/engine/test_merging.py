"""Merging: two records of one person become one, and nothing that hangs on the absorbed one is left behind."""

from __future__ import annotations

from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.money.adjustments import DecideAdjustment, ProposeAdjustment
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.service.corrections import ReverseRecord
from points_engine.flow.service.syncing import SyncPresence
from tests.engine.towns import Town, at


def two_of_one(town: Town) -> Town:
    town.volunteer("mei", joined="2026-01-01")
    town.volunteer("mei-2", joined="2026-01-01")
    return town


def test_a_merge_adds_up_minutes_and_points_and_both_numbers_mean_the_survivor(any_town: Town) -> None:
    two_of_one(any_town)
    any_town.serve("2026-02-01 09:00", 60)
    any_town.serve("2026-02-02 09:00", 90, "mei-2")
    any_town.accepted(OpenBalance("mei-2", "town", 9, 1))
    any_town.accepted(MergeVolunteers("mei-2", "mei"))
    assert any_town.identity("mei-2") == any_town.identity("mei")
    assert any_town.minutes() == 150
    assert any_town.serve("2026-02-03 09:00", 30, "mei-2")["awarded"] == {"town": 1}, "the remainders were joined"
    any_town.assert_sound()


def test_time_recorded_under_both_numbers_counts_once(town: Town) -> None:
    two_of_one(town)
    town.serve("2026-02-01 09:00", 120)
    town.serve("2026-02-01 10:00", 120, "mei-2")
    merged = town.accepted(MergeVolunteers("mei-2", "mei"))
    assert (merged["minutes"], town.minutes()) == (-60, 180)
    town.assert_sound()


def test_what_one_of_the_two_owes_is_paid_from_what_the_other_can_spend(town: Town) -> None:
    two_of_one(town)
    fact = town.give_blood("2026-02-01 09:00", 2, "mei-2")["fact"]
    town.accepted(ConfirmHold(town.hold("cup", number="mei-2"), "till"))
    town.accepted(ReverseRecord(fact, "false"))
    owed = -sum(town.lots("debt", number="mei-2").values())
    before = town.balance()
    town.accepted(OpenBalance("mei", "town", 30, 1))
    town.accepted(MergeVolunteers("mei-2", "mei"))
    assert owed > 0
    assert town.lots("debt") == {}
    assert sum(town.lots().values()) == before + 30 - owed - 1, "and somebody joins once"
    town.assert_sound()


def test_a_tap_given_twice_is_one_tap_also_after_a_merge_in_between(town: Town) -> None:
    two_of_one(town)
    town.now = at("2026-02-01 12:00")
    for action, time in (("check_in", "09:00"), ("check_out", "10:00")):
        town.accepted(SyncPresence(action, "mei-2", "garden", at(f"2026-02-01 {time}")))
    town.accepted(MergeVolunteers("mei-2", "mei"))
    again = town.accepted(SyncPresence("check_out", "mei-2", "garden", at("2026-02-01 10:00")))
    assert again["again"] is True
    assert town.minutes() == 60
    town.assert_sound()


def test_what_has_expired_for_the_absorbed_can_be_taken_back_from_there(town: Town) -> None:
    two_of_one(town)
    fact = town.give_blood("2026-02-01 09:00", 2, "mei-2")["fact"]
    town.now = at("2027-01-02 12:00")
    town.accepted(ExpireLots("mei-2", "town"))
    town.accepted(MergeVolunteers("mei-2", "mei"))
    town.accepted(ReverseRecord(fact, "false"))
    assert town.lots("debt") == {}
    town.assert_sound()


def test_a_voucher_of_the_absorbed_is_refunded_to_the_survivor(town: Town) -> None:
    two_of_one(town)
    town.accepted(OpenBalance("mei-2", "town", 9, 1))
    code = town.hold("cup", number="mei-2")
    town.accepted(ConfirmHold(code, "till"))
    town.accepted(MergeVolunteers("mei-2", "mei"))
    town.accepted(RefundRedemption(code, "broken"))
    assert town.balance() == 10, "somebody joins once"
    owners = {row[0] for row in town.query("SELECT volunteer_id FROM hold UNION SELECT volunteer_id FROM hold_code")}
    assert owners == {town.identity("mei")}, "who acts on the voucher locks whom it belongs to"
    town.assert_sound()


def test_an_adjustment_proposed_for_the_absorbed_is_decided_for_the_survivor(town: Town) -> None:
    two_of_one(town)
    asked = town.accepted(ProposeAdjustment("mei-2", "town", 7, "forgotten"))["adjustment"]
    town.accepted(MergeVolunteers("mei-2", "mei"))
    town.accepted(DecideAdjustment(asked, True), "lea")
    assert town.balance() == 8
    town.assert_sound()


def test_a_tier_of_the_absorbed_is_reached_anew_by_the_survivor(town: Town) -> None:
    two_of_one(town)
    for day in (1, 2):
        town.serve(f"2026-02-0{day} 09:00", 200, "mei-2")
    town.accepted(MergeVolunteers("mei-2", "mei"))
    held = town.query("SELECT volunteer_id FROM tier_held WHERE NOT is_void")
    assert [row[0] for row in held] == [town.identity("mei")]


def test_somebody_merged_once_can_be_merged_again(town: Town) -> None:
    two_of_one(town)
    town.volunteer("mei-3", joined="2026-01-01")
    town.serve("2026-02-01 09:00", 60, "mei-2")
    town.accepted(MergeVolunteers("mei-2", "mei"))
    town.accepted(MergeVolunteers("mei", "mei-3"))
    assert {town.identity(number) for number in ("mei", "mei-2")} == {town.identity("mei-3")}
    assert town.minutes("mei-2") == 60
    town.assert_sound()


def test_nobody_merges_themself_under_any_of_their_numbers(town: Town) -> None:
    two_of_one(town)
    town.volunteer("mei-3", joined="2026-01-01")
    town.accepted(MergeVolunteers("mei-2", "mei"))
    for number in ("mei", "mei-2", "mei-3"):
        for principal in (number, f"volunteer:{number}"):
            assert town.refused(MergeVolunteers("mei", "mei-3"), by=principal) == "four_eyes"
    assert town.accepted(MergeVolunteers("mei", "mei-3"), by="mei-4")["survivor"] == town.identity("mei-3")


def test_a_merge_answers_how_many_records_moved_and_what_it_carried(town: Town) -> None:
    two_of_one(town)
    town.serve("2026-02-01 09:00", 60, "mei-2")
    town.give_blood("2026-02-02 09:00", 1, "mei-2")
    done = town.accepted(MergeVolunteers("mei-2", "mei"))
    assert done["records"] == 2
    assert town.query("SELECT kind FROM entry WHERE id = :i", i=done["transfer"])[0][0] == "merge"
    assert town.refused(MergeVolunteers("mei-2", "mei")) == "same_volunteer"
    town.assert_sound()
