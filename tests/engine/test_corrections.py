"""Corrections: what a late, changed or withdrawn fact does to awards, lots, debt and what was spent already."""

from __future__ import annotations

from datetime import date, timedelta

from points_engine.flow.counter.holds import CancelHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.flow.money.adjustments import DecideAdjustment, ProposeAdjustment
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.volunteers import RegisterVolunteer, StateFact
from points_engine.flow.programme import PublishPack
from points_engine.flow.service.approvals import ApproveFact, RejectFact
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.records import RecordService
from tests.engine import packs
from tests.engine.towns import Town, at, closing


def spend_a_class(town: Town) -> None:
    """Spend 5 points for good."""
    town.accepted(ConfirmHold(town.hold("class"), "gate"))


def traces(town: Town, fact: str) -> int:
    return int(town.query("SELECT count(*) FROM trace WHERE fact_id = :f", f=fact)[0][0])


# ---- the fold --------------------------------------------------------------------------------------------------------


def test_a_late_record_moves_the_carried_remainder_and_posts_only_the_difference(town: Town) -> None:
    town.volunteer()
    town.serve("2026-02-01 09:00", 40)
    later = town.serve("2026-02-03 09:00", 30)
    assert later["awarded"] == {"town": 1}
    late = town.serve("2026-02-02 09:00", 30)
    assert late["awarded"] == {}
    assert late["entry"] is not None, "the minutes are posted"
    assert [award[1:3] for award in town.awards() if "|garden|" in award[0]] == [(40, 0), (30, 1), (30, 0)]
    assert (town.balance(), town.minutes()) == (2, 100)
    town.assert_sound()


def test_an_award_that_stays_as_it_was_gets_no_new_trace(town: Town) -> None:
    town.volunteer()
    kept = town.serve("2026-02-03 09:00", 60)["fact"]
    town.serve("2026-02-01 09:00", 120)
    assert traces(town, kept) == 1


def test_a_correction_keeps_both_traces_and_links_a_new_entry(town: Town) -> None:
    town.volunteer()
    fact = town.serve("2026-02-01 09:00", 120)["fact"]
    changed = town.accepted(CorrectRecord(fact, "left early", end=at("2026-02-01 10:00")))
    assert (changed["service_minutes"], changed["awarded"], changed["minutes"]) == (60, {"town": -1}, -60)
    assert traces(town, fact) == 2
    assert town.query("SELECT kind FROM entry WHERE id = :e", e=changed["entry"])[0][0] == "correction"
    assert (town.balance(), town.minutes()) == (2, 60)
    town.assert_sound()


def test_a_record_moved_to_another_year_moves_its_points_to_that_years_lot(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.serve("2025-12-31 09:00", 120)["fact"]
    assert town.lots() == {"2025": 2, "2026": 1}
    town.accepted(CorrectRecord(fact, "wrong day", at("2026-01-05 09:00"), at("2026-01-05 11:00")))
    assert town.lots() == {"2026": 3}
    town.assert_sound()


def test_a_reversed_record_takes_points_and_minutes_back(town: Town) -> None:
    town.volunteer()
    fact = town.serve("2026-02-01 09:00", 120)["fact"]
    town.accepted(ReverseRecord(fact, "was not there"))
    assert (town.balance(), town.minutes()) == (1, 0)
    assert town.serve("2026-02-01 09:00", 60)["fact"] == fact, "recorded again, it is the same fact in force again"
    assert (town.balance(), town.minutes()) == (2, 60)
    town.assert_sound()


def test_a_rejected_record_counts_for_nothing(town: Town) -> None:
    town.volunteer()
    fact = town.serve("2026-02-01 09:00", 300)["fact"]
    town.accepted(RejectFact(fact, "not seen"))
    assert (town.balance(), town.minutes()) == (1, 0)
    town.assert_sound()


def test_a_record_above_the_days_bound_counts_once_it_is_approved(town: Town) -> None:
    town.volunteer()
    recorded = town.serve("2026-02-01 09:00", 300)
    assert (recorded["awaiting"], recorded["awarded"]) == (["steward"], {})
    assert town.query("SELECT state FROM fact WHERE id = :f", f=recorded["fact"])[0][0] == "recorded"
    approved = town.accepted(ApproveFact(recorded["fact"], "steward"))
    assert (approved["awaiting"], approved["awarded"], approved["minutes"]) == ([], {"town": 5}, 300)
    assert town.query("SELECT state FROM fact WHERE id = :f", f=recorded["fact"])[0][0] == "approved"
    assert town.accepted(ApproveFact(recorded["fact"], "steward"))["entry"] is None
    town.assert_sound()


def test_whose_approval_is_missing_follows_the_order_of_service_and_not_of_arrival(town: Town) -> None:
    town.volunteer()
    afternoon = town.serve("2026-02-01 14:00", 180)
    morning = town.serve("2026-02-01 09:00", 180)
    assert (afternoon["awaiting"], morning["awaiting"]) == ([], [])
    states = dict(town.query("SELECT id, state FROM fact"))
    assert (states[morning["fact"]], states[afternoon["fact"]]) == ("approved", "recorded")
    assert (town.balance(), town.minutes()) == (4, 180)
    town.assert_sound()


def test_a_backdated_flag_folds_again_from_its_day(town: Town) -> None:
    town.volunteer()
    town.serve("2026-02-01 09:00", 60)
    town.serve("2026-02-10 09:00", 60)
    changed = town.accepted(StateFact("mei", "volunteer.flags", date(2026, 2, 5), ["double"]))
    assert changed["awarded"] == {"town": 1}
    assert len(changed["changed"]) == 1
    assert town.balance() == 4
    town.assert_sound()


def test_records_of_the_same_time_count_alike_whichever_arrived_first() -> None:
    found = []
    for order in (("garden", "street"), ("street", "garden")):
        for town in closing(Town()):
            town.volunteer()
            for activity in order:
                town.serve("2026-02-01 09:00", 60, activity=activity)
            found.append([award for award in town.awards() if "|" in award[0][5:]])
    assert found[0] == found[1]


def test_a_tier_taken_back_can_be_reached_again(town: Town) -> None:
    town.volunteer()
    town.serve("2026-02-01 09:00", 200)
    second = town.serve("2026-02-02 09:00", 200)["fact"]
    town.accepted(ReverseRecord(second, "false"))
    assert [bool(row[0]) for row in town.query("SELECT is_void FROM tier_held")] == [True]
    town.serve("2026-02-03 09:00", 200)
    assert [(bool(row[0]), str(row[1])) for row in town.query("SELECT is_void, from_day FROM tier_held")] == [
        (False, "2026-02-03")
    ]
    town.assert_sound()


def test_a_tier_keeps_the_instant_at_which_it_was_first_recorded(town: Town) -> None:
    town.volunteer()
    town.serve("2026-02-01 09:00", 200)
    town.serve("2026-02-02 09:00", 200)
    reached = town.query("SELECT recorded_at FROM tier_held")
    town.now += timedelta(days=1)
    town.accepted(StateFact("mei", "volunteer.teams", date(2026, 1, 1), ["gardeners"]))
    assert town.query("SELECT recorded_at FROM tier_held") == reached


def test_a_year_left_empty_by_a_reversal_can_be_entered_again(town: Town) -> None:
    town.volunteer(joined="2025-01-01")
    town.serve("2025-12-01 09:00", 60)
    fact = town.serve("2026-02-01 09:00", 60)["fact"]
    town.accepted(ReverseRecord(fact, "false"))
    assert town.serve("2026-02-02 09:00", 60)["awarded"] == {"town": 1}
    town.assert_sound()


def test_a_volunteer_whose_every_fact_was_reversed_starts_anew(town: Town) -> None:
    town.volunteer()
    joined = town.query("SELECT id FROM fact")[0][0]
    town.accepted(ReverseRecord(joined, "entered twice"))
    assert town.balance() == 0
    town.serve("2026-02-01 09:00", 60)
    assert town.balance() == 1
    town.assert_sound()


def test_a_scheme_younger_than_a_volunteer_folds_all_that_took_effect_under_it_at_once(town: Town) -> None:
    town.volunteer()
    town.serve("2026-02-01 09:00", 60)
    town.now += timedelta(days=10)
    town.accepted(PublishPack(packs.guild().canonical, date(2026, 3, 12)))
    town.serve("2026-03-11 09:00", 60)
    assert [award[0].split("|")[-1][:10] for award in town.awards("guild")] == ["2026-03-11"]
    again = town.accepted(StateFact("mei", "volunteer.teams", date(2020, 1, 1), ["gardeners"]))
    assert again["changed"] == []
    town.assert_sound()


def test_a_deed_has_one_moment_also_after_it_was_corrected(town: Town) -> None:
    town.volunteer()
    fact = town.give_blood("2026-02-01 09:00")["fact"]
    for command in (
        CorrectRecord(fact, "wrong day", end=at("2026-01-05 09:00")),
        CorrectRecord(fact, "wrong day", start=at("2025-12-05 09:00")),
    ):
        town.accepted(command)
        start, end = town.query('SELECT start, "end" FROM fact WHERE id = :f', f=fact)[0]
        assert start == end
    assert town.lots() == {"2024": 1, "2025": 4}


# ---- decreases -------------------------------------------------------------------------------------------------------


def test_a_decrease_is_taken_from_what_can_only_be_donated_first() -> None:
    for town in closing(Town(town=packs.town(ceiling=5))):
        town.volunteer(joined="2026-01-01")
        fact = town.give_blood("2026-02-01 09:00", 2)["fact"]
        assert (town.lots(), town.lots("donate_only")) == ({"2026": 5}, {"2026": 4})
        town.accepted(CorrectRecord(fact, "one only", facts={"deed.quantity": "1"}))
        assert (town.lots(), town.lots("donate_only")) == ({"2026": 5}, {})
        town.assert_sound()


def test_a_decrease_is_taken_from_its_own_lot_before_those_that_expire_sooner(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.accepted(OpenBalance("mei", "town", 10, 1, date(2026, 6, 30)))
    fact = town.give_blood("2026-02-01 09:00", 2)["fact"]
    town.accepted(ReverseRecord(fact, "false"))
    wallet = f"volunteer/{town.identity('mei')}"
    lots = town.query("SELECT expires_on, amount FROM lot WHERE account = :a AND asset = 'points/town'", a=wallet)
    assert sorted((str(day), amount) for day, amount in lots) == [("2026-06-30", 10), ("2026-12-31", 1)]


def test_a_decrease_of_an_expired_lot_is_taken_from_what_has_expired(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.give_blood("2026-02-01 09:00", 2)["fact"]
    town.now = at("2027-01-02 12:00")
    town.accepted(OpenBalance("mei", "town", 20, 1))
    assert town.accepted(ExpireLots("mei", "town"))["expired"] == "9"
    town.accepted(ReverseRecord(fact, "false"))
    assert (town.lots(), town.lots("debt")) == ({"never": 20}, {})
    assert town.total("scheme/town/expired") == 1
    town.assert_sound()


def test_a_decrease_of_a_spent_lot_is_taken_from_the_lots_that_expire_soonest(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.give_blood("2026-02-01 09:00", 1)["fact"]
    spend_a_class(town)
    town.accepted(OpenBalance("mei", "town", 3, 1, date(2027, 12, 31)))
    town.accepted(OpenBalance("mei", "town", 3, 2, date(2028, 12, 31)))
    town.accepted(ReverseRecord(fact, "false"))
    assert (town.lots(), town.lots("debt")) == ({"2028": 2}, {})


def test_a_decrease_of_what_is_spent_becomes_debt_and_open_holds_are_untouched(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.give_blood("2026-02-01 09:00", 2)["fact"]
    town.hold("class")
    town.accepted(ReverseRecord(fact, "false"))
    assert (town.lots(), town.lots("held"), town.lots("debt")) == ({}, {"2026": 5}, {"never": -4})
    town.assert_sound()


def test_a_decrease_of_what_is_spent_is_forgiven_where_the_pack_says_so() -> None:
    for town in closing(Town(town=packs.town("forgive"))):
        town.volunteer(joined="2026-01-01")
        fact = town.give_blood("2026-02-01 09:00", 1)["fact"]
        spend_a_class(town)
        town.accepted(ReverseRecord(fact, "false"))
        assert (town.lots(), town.lots("debt")) == ({}, {})
        assert town.total("scheme/town/forgiven") == -4
        town.assert_sound()


# ---- increases -------------------------------------------------------------------------------------------------------


def test_an_award_pays_debt_first(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.give_blood("2026-02-01 09:00", 1)["fact"]
    spend_a_class(town)
    town.accepted(ReverseRecord(fact, "false"))
    assert town.lots("debt") == {"never": -4}
    town.give_blood("2026-02-02 09:00", 2)
    assert (town.lots(), town.lots("debt")) == ({"2026": 4}, {})
    town.assert_sound()


def test_what_is_above_the_ceiling_can_only_be_donated_and_held_points_count() -> None:
    for town in closing(Town(town=packs.town(ceiling=10))):
        town.volunteer(joined="2026-01-01")
        town.give_blood("2026-02-01 09:00", 2)
        town.hold("class")
        town.give_blood("2026-02-02 09:00", 2)
        assert (town.balance(), town.balance("held"), town.balance("donate_only")) == (5, 5, 7)
        town.assert_sound()


def test_what_is_above_the_ceiling_is_forfeited_where_the_pack_drops_it(two_schemes: Town) -> None:
    two_schemes.volunteer()
    for day in range(1, 10):
        two_schemes.serve(f"2026-02-0{day} 09:00", 60)
    assert two_schemes.balance(scheme="guild") == 150
    assert two_schemes.total("scheme/guild/forfeited", "points/guild") == 30
    two_schemes.assert_sound()


def test_points_that_have_expired_do_not_fill_the_account() -> None:
    for town in closing(Town(town=packs.town(ceiling=10))):
        town.volunteer(joined="2026-01-01")
        town.give_blood("2026-02-01 09:00", 2)
        town.now = at("2027-01-02 12:00")
        town.give_blood("2027-01-01 09:00", 2)
        assert (town.lots(), town.lots("donate_only")) == ({"2026": 9, "2027": 8}, {})


def test_a_release_passes_over_the_ceiling() -> None:
    for town in closing(Town(town=packs.town(ceiling=10))):
        town.volunteer(joined="2026-01-01")
        town.give_blood("2026-02-01 09:00", 2)
        code = town.hold("class")
        town.accepted(OpenBalance("mei", "town", 8, 1))
        town.accepted(CancelHold(code))
        assert (town.balance(), town.balance("donate_only")) == (17, 0)


# ---- adjustments, referrals ------------------------------------------------------------------------------------------


def test_an_adjustment_is_posted_when_a_second_person_approves_it(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    asked = town.accepted(ProposeAdjustment("mei", "town", 6, "the kiosk was down"))["adjustment"]
    assert town.balance() == 1
    assert town.accepted(DecideAdjustment(asked, True), "lea")["state"] == "approved"
    less = town.accepted(ProposeAdjustment("mei", "town", -7, "twice"))["adjustment"]
    town.accepted(DecideAdjustment(less, True), "lea")
    assert (town.balance(), town.total("scheme/town/adjusted")) == (0, 1)
    town.assert_sound()


def test_a_rejected_adjustment_moves_nothing(town: Town) -> None:
    town.volunteer()
    asked = town.accepted(ProposeAdjustment("mei", "town", 6, "the kiosk was down"))["adjustment"]
    assert town.accepted(DecideAdjustment(asked, False), "lea") == {
        "adjustment": asked, "state": "rejected", "entry": None,
    }  # fmt: skip
    assert town.balance() == 1


def test_who_brings_a_volunteer_is_awarded(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.accepted(RegisterVolunteer("lea", "Lea", date(2026, 2, 1), referrer="mei"))
    assert (town.balance(), town.balance(number="lea")) == (3, 1)
    town.assert_sound()


# ---- what may not stand in for a fact --------------------------------------------------------------------------------


def test_how_a_record_was_made_cannot_be_stated_over(town: Town) -> None:
    town.volunteer()
    assert town.serve("2026-02-01 09:00", recorded_by="backfill")["awarded"] == {}


def test_ids_of_facts_do_not_depend_on_the_order_of_arrival(town: Town) -> None:
    town.volunteer()
    first = town.serve("2026-02-01 09:00")["fact"]
    for other in closing(Town()):
        other.volunteer("lea")
        other.volunteer()
        start = at("2026-02-01 09:00")
        command = RecordService("mei", "garden", start, start + timedelta(minutes=5), "steward")
        assert other.accepted(command)["fact"] == first


def test_a_hold_of_price_nothing_moves_nothing(town: Town) -> None:
    town.volunteer()
    held = town.accepted(PlaceHold("mei", "town", "perk"))
    confirmed = town.accepted(ConfirmHold(held["code"], "gate"))
    assert confirmed["entry"] is None
    town.assert_sound()


def test_a_record_moved_without_a_change_of_what_it_earns_is_found_by_later_folds(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.serve("2024-06-01 09:00", 30)["fact"]
    town.accepted(CorrectRecord(fact, "wrong year", at("2026-02-01 09:00"), at("2026-02-01 09:30")))
    town.accepted(StateFact("mei", "volunteer.flags", date(2026, 1, 15), ["double"]))
    town.accepted(CorrectRecord(fact, "an hour", end=at("2026-02-01 10:00")))
    assert town.lots() == {"2026": 3}
    town.assert_sound()


def test_a_record_that_moves_to_another_year_makes_up_for_itself_what_was_spent_of_it(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.serve("2026-03-01 09:00", 240)["fact"]
    asked = town.accepted(ProposeAdjustment("mei", "town", -town.balance(), "all of it"))
    town.accepted(DecideAdjustment(asked["adjustment"], approve=True), by="max")
    assert town.balance() == 0
    town.accepted(CorrectRecord(fact, "wrong year", at("2025-12-01 09:00"), at("2025-12-01 13:00")))
    assert (town.lots(), town.lots("debt")) == ({}, {})
    town.assert_sound()


def test_a_late_record_before_a_new_year_counts_for_what_comes_late_after_it(town: Town) -> None:
    town.volunteer()
    before = sum(town.lots().values())
    for start in ("2024-06-01 09:00", "2025-03-01 09:00", "2024-07-01 09:00", "2025-02-01 09:00"):
        town.serve(start, 40)
    assert sum(town.lots().values()) - before == 2, "160 minutes in all"
    town.assert_sound()


def test_a_fact_is_stated_of_somebody_whom_a_new_scheme_does_not_know_yet(town: Town) -> None:
    town.volunteer()
    town.accepted(PublishPack(packs.guild().canonical, date(2024, 1, 1)))
    town.accepted(StateFact("mei", "volunteer.roles", date(2026, 3, 1), ["nurse"]))
    assert town.serve("2026-03-01 09:00", 60)["awarded"] == {"guild": 20, "town": 1}
    town.assert_sound()
