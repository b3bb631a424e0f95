"""Funds, adjustments and expiry, told to the last point; activities and their places; what approving answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from points_engine.flow.counter.holds import ExpireHold
from points_engine.flow.money.adjustments import DecideAdjustment, ProposeAdjustment
from points_engine.flow.money.funds import ReceiveDonation, RegisterFund
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.service.activities import RegisterActivity, SignUpFor, WithdrawSignUp
from points_engine.flow.service.approvals import ApproveFact, RejectFact
from points_engine.flow.service.corrections import ReverseRecord
from points_engine.flow.steps import Command
from tests.engine.towns import Town, at


def facts_of(town: Town, command: Command, by: str = "staff") -> tuple[str, dict[str, Any]]:
    """The code and the facts of a refusal."""
    outcome = town.do(command, by)
    assert outcome.error is not None, outcome
    return outcome.error.code, dict(outcome.error.facts)


# Adjustments.


def test_what_is_taken_away_beyond_the_balance_is_told_with_what_is_missing(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    less = town.accepted(ProposeAdjustment("mei", "town", -7, "twice"))["adjustment"]
    code, facts = facts_of(town, DecideAdjustment(less, True), "lea")
    assert (code, facts["required"], facts["available"], facts["missing"]) == ("insufficient_points", "7", "1", "6")
    exact = town.accepted(ProposeAdjustment("mei", "town", -1, "twice"))["adjustment"]
    assert town.accepted(DecideAdjustment(exact, True), "lea")["entry"]
    assert town.balance() == 0


def test_points_that_have_expired_cannot_be_taken_away(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.now = at("2027-01-01 12:00")
    less = town.accepted(ProposeAdjustment("mei", "town", -1, "twice"))["adjustment"]
    assert town.refused(DecideAdjustment(less, True), "lea") == "insufficient_points"


def test_a_decided_adjustment_is_decided_and_the_refusal_names_what_was_asked(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    asked = town.accepted(ProposeAdjustment("mei", "town", 6, "the kiosk was down"))["adjustment"]
    done = town.accepted(DecideAdjustment(asked, True), "lea")
    assert done["state"] == "approved"
    assert town.query("SELECT kind FROM entry WHERE id = :i", i=done["entry"])[0][0] == "adjustment"
    for approve, action in ((True, "approve"), (False, "reject")):
        code, facts = facts_of(town, DecideAdjustment(asked, approve), "bo")
        assert (code, facts["state"], facts["action"]) == ("wrong_state", "approved", action)


# Funds.


def test_a_fund_is_registered_once_and_the_answer_says_which_time_it_was(town: Town) -> None:
    fund = RegisterFund("harbour", "港口基金", "Harbour fund", "HKD")
    assert town.accepted(fund) == {"fund": "harbour", "created": True}
    assert town.accepted(fund) == {"fund": "harbour", "created": False}
    town.accepted(ReceiveDonation("harbour", 1, "a passer-by"))
    assert (town.total("fund/harbour", "HKD"), town.total("fund/harbour/donors", "HKD")) == (1, -1)


# Expiry.


def test_nothing_expires_on_its_last_usable_day_and_everything_on_the_next(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    volunteer = town.identity("mei")
    town.now = at("2026-12-31 23:59")
    assert town.accepted(ExpireLots("mei", "town")) == {"volunteer": volunteer, "expired": "0", "entry": None}
    town.now = at("2027-01-01 00:00")
    expired = town.accepted(ExpireLots("mei", "town"))
    assert expired["expired"] == "1"
    assert town.query("SELECT kind FROM entry WHERE id = :i", i=expired["entry"])[0][0] == "expiry"
    assert (town.balance(), town.total("scheme/town/expired")) == (0, 1)


def test_what_expires_of_one_lot_in_two_parts_is_remembered_as_their_sum(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    given = town.give_blood("2026-02-01 09:00", 2)
    code = town.hold("cup")
    town.now = at("2027-01-02 12:00")
    assert town.accepted(ExpireLots("mei", "town"))["expired"] == "6"
    town.accepted(ExpireHold(code))
    assert town.accepted(ExpireLots("mei", "town"))["expired"] == "3"
    assert town.query("SELECT sum(amount) FROM lapse")[0][0] == 9
    town.accepted(ReverseRecord(str(given["fact"]), "another donor's"))
    assert (town.total("scheme/town/expired"), town.balance(), town.balance("debt")) == (1, 0, 0)
    town.assert_sound()


# Activities and places.


def test_an_activity_is_registered_once_with_its_capacity(town: Town) -> None:
    park = RegisterActivity("park", "Park", "green", "riverside", capacity=2)
    assert town.accepted(park) == {"activity": "park", "created": True}
    assert town.accepted(park) == {"activity": "park", "created": False}
    assert town.refused(RegisterActivity("park", "Park", "green", "riverside", capacity=3)) == "already_exists"
    assert town.refused(RegisterActivity("park", "Parks", "green", "riverside", capacity=2)) == "already_exists"


def test_what_rules_do_not_admit_is_not_published(town: Town) -> None:
    assert town.refused(RegisterActivity("ward", "Ward", "medical", "riverside")) == "not_admitted"


def test_places_are_counted_down_and_given_back(town: Town) -> None:
    town.accepted(RegisterActivity("park", "Park", "green", "riverside", capacity=2))
    for number in ("mei", "lea", "bo"):
        town.volunteer(number)
    assert town.accepted(SignUpFor("mei", "park"))["places_left"] == 1
    assert town.accepted(SignUpFor("lea", "park"))["places_left"] == 0
    assert facts_of(town, SignUpFor("bo", "park")) == ("activity_full", {"capacity": 2})
    assert town.refused(SignUpFor("mei", "park")) == "already_signed_up"
    town.accepted(WithdrawSignUp("mei", "park"))
    assert town.accepted(SignUpFor("bo", "park"))["places_left"] == 0
    assert town.refused(SignUpFor("mei", "park")) == "activity_full"
    town.accepted(WithdrawSignUp("lea", "park"))
    assert town.accepted(SignUpFor("mei", "park"))["places_left"] == 0
    assert town.accepted(SignUpFor("mei", "garden"))["places_left"] is None
    assert town.refused(SignUpFor("mei", "nowhere")) == "not_found"


# Approving and taking back.


def test_a_level_is_granted_once_and_levels_are_kept_in_one_order(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = str(town.serve("2026-03-01 08:00", 300)["fact"])
    code, facts = facts_of(town, ApproveFact(fact, "mayor"))
    assert (code, facts["known"]) == ("level_unknown", "steward")
    first = town.accepted(ApproveFact(fact, "steward"), "lea")
    assert (first["minutes"], first["service_minutes"], first["awaiting"]) == (300, 300, [])
    again = town.accepted(ApproveFact(fact, "steward"), "bo")
    assert (again["entry"], again["minutes"], again["awarded"]) == (None, 0, {})


def test_a_rejection_names_the_entry_that_it_undoes_and_says_what_was_tried_later(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = str(town.serve("2026-03-01 08:00", 60)["fact"])
    earned = town.query("SELECT entry_id FROM award WHERE fact_id = :f", f=fact)[0][0]
    gone = town.accepted(RejectFact(fact, "nobody saw it"), "lea")
    ((kind, reverses),) = town.query("SELECT kind, reverses FROM entry WHERE id = :i", i=gone["entry"])
    assert (kind, reverses) == ("reversal", earned)
    for command, action in ((RejectFact(fact, "again"), "reject"), (ReverseRecord(fact, "again"), "reverse")):
        code, facts = facts_of(town, command, "lea")
        assert (code, facts["state"], facts["action"]) == ("wrong_state", "rejected", action)


def test_an_opening_that_never_expires_is_not_swept(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.accepted(OpenBalance("mei", "town", 5, 1))
    town.accepted(OpenBalance("mei", "town", 7, 2, date(2027, 12, 31)))
    town.now = at("2028-01-01 12:00")
    assert town.accepted(ExpireLots("mei", "town"))["expired"] == "8"
    assert town.lots() == {"never": 5}
