"""Every refusal of every command, reached through the engine: the code is right and nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import text

from points_engine.errors import InvalidValue, KeyMissing, catalogue
from points_engine.flow.access.keys import AmendKey, IssueKey, NoteKeyUses, RevokeKey
from points_engine.flow.access.pins import CountPinTry, NoteRightPin, SetPin, UnlockPin
from points_engine.flow.access.webhooks import (
    AmendWebhook,
    RegisterWebhook,
    ReplayWebhook,
    RotateWebhookSecret,
    SetWebhookState,
)
from points_engine.flow.committee.judging import MarkSampled, SignSample
from points_engine.flow.committee.samples import Drawn, DrawSample, LayOutSample
from points_engine.flow.counter.cards import LinkPhone
from points_engine.flow.counter.carrying import CarryStock
from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.offline import ConfirmOffline
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.counter.visits import OpenVisit, Redeem, RewardTaken
from points_engine.flow.entities import ApiKey, Webhook
from points_engine.flow.money.adjustments import DecideAdjustment, ProposeAdjustment
from points_engine.flow.money.funds import AllotPoints, ReceiveDonation, RegisterFund
from points_engine.flow.money.gifts import GiveFromGroup, GivePoints
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.notes import EraseNote
from points_engine.flow.outcomes import Submission
from points_engine.flow.people.changes import CorrectBirthDate, LinkUnits
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import RegisterVolunteer, SetStanding, StateFact
from points_engine.flow.programme import (
    PublishPack,
    RegisterGroup,
    RegisterKiosk,
    RegisterOutlet,
    RegisterPartner,
    RegisterUnit,
)
from points_engine.flow.scarce.cancelling import CancelDraw
from points_engine.flow.scarce.draws import DrawNow, OpenDraw
from points_engine.flow.scarce.takings import DeclineOffer, LapseOffer, TakeUpOffer
from points_engine.flow.scarce.tickets import EnterDraw, WithdrawEntry
from points_engine.flow.service.activities import RegisterActivity, SignUpFor, WithdrawSignUp
from points_engine.flow.service.approvals import ApproveFact, RejectFact
from points_engine.flow.service.challenges import AnswerChallenge, FileChallenge, WithdrawChallenge
from points_engine.flow.service.corrections import (
    CloseImport,
    CorrectRecord,
    OpenImport,
    ReverseImported,
    ReverseRecord,
)
from points_engine.flow.service.planning import CancelActivity, EditActivity, MarkAbsent
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.service.solving import ReopenConflict, SolveConflict
from points_engine.flow.service.syncing import CloseForgotten, SyncPresence
from points_engine.flow.steps import BY_COMMAND, STEPS
from points_engine.flow.tags import Unchanged
from points_engine.flow.units import MoveUnit
from tests.engine import packs
from tests.engine.towns import START, Town, at, closing

Asks = Any
"""A command, or a command with the principal who asks."""


@dataclass(frozen=True)
class Case:
    """A refusal: what the town is asked for after `prepare`, and the code of its no."""

    code: str
    prepare: Callable[[Town], Asks]
    pack: Any = None


REFUSALS: list[Case] = []


def refusal(code: str, **town: Any) -> Callable[[Callable[[Town], Asks]], Callable[[Town], Asks]]:
    """Put a row into the table of refusals."""

    def note(prepare: Callable[[Town], Asks]) -> Callable[[Town], Asks]:
        REFUSALS.append(Case(code, prepare, town or None))
        return prepare

    return note


def record(start: str = "2026-03-01 09:00", minutes: int = 60, number: str = "mei", **fields: Any) -> RecordService:
    by = fields.pop("recorded_by", "kiosk")
    activity = fields.pop("activity", "garden")
    return RecordService(number, activity, at(start), at(start) + timedelta(minutes=minutes), by, **fields)


def a_fact(town: Town, **fields: Any) -> str:
    town.volunteer()
    return str(town.serve("2026-03-01 09:00", **fields)["fact"])


def rich(town: Town, number: str = "mei") -> Town:
    town.volunteer(number)
    town.give_blood("2026-02-01 09:00", 5, number)
    return town


def a_confirmed_cup(town: Town) -> str:
    code = rich(town).hold("cup", 2)
    town.accepted(ConfirmHold(code, "till"))
    return code


# ---- the programme -------------------------------------------------------------------------------------------------


@refusal("invalid_value")
def publish_an_unsound_pack(town: Town) -> Asks:
    return PublishPack('{"pack.yaml": {}}', date(2026, 4, 1))


@refusal("pack_conflict")
def publish_a_pack_that_folds_households(town: Town) -> Asks:
    text = packs.town().canonical.replace('"forgotten_check_out"', '"fold":"household","forgotten_check_out"')
    return PublishPack(text, date(2026, 4, 1))


@refusal("pack_conflict")
def publish_another_version_for_the_same_day(town: Town) -> Asks:
    return PublishPack(packs.town("block").canonical, date(2024, 1, 1))


@refusal("pack_conflict")
def publish_a_version_for_a_past_day(town: Town) -> Asks:
    return PublishPack(packs.town("block").canonical, date(2026, 3, 1))


@refusal("pack_conflict")
def publish_a_second_scheme_that_keeps_the_time(town: Town) -> Asks:
    return PublishPack(packs.town().canonical.replace('"scheme":"town"', '"scheme":"village"'), date(2026, 4, 1))


@refusal("pack_conflict")
def publish_a_version_of_another_scale(town: Town) -> Asks:
    return PublishPack(packs.town().canonical.replace('"scale":"0"', '"scale":"1"'), date(2026, 4, 1))


@refusal("not_found")
def register_a_unit_under_an_unknown_one(town: Town) -> Asks:
    return RegisterUnit("grid-1", "grid", "格", "Grid", "nowhere")


@refusal("already_exists")
def register_another_unit_under_a_known_code(town: Town) -> Asks:
    return RegisterUnit("riverside", "street", "河畔", "Riverside")


@refusal("not_found")
def register_a_kiosk_of_an_unknown_unit(town: Town) -> Asks:
    return RegisterKiosk("k", "nowhere", "亭", "Kiosk")


@refusal("already_exists")
def register_another_kiosk_under_a_known_code(town: Town) -> Asks:
    return RegisterKiosk("kiosk", "riverside", "亭", "Another")


@refusal("already_exists")
def register_another_partner_under_a_known_code(town: Town) -> Asks:
    return RegisterPartner("shop", "commerce", "店", "Another")


@refusal("not_found")
def register_an_outlet_of_an_unknown_partner(town: Town) -> Asks:
    return RegisterOutlet("o", "nobody", "柜", "Till")


@refusal("not_found")
def register_an_outlet_in_an_unknown_unit(town: Town) -> Asks:
    return RegisterOutlet("o", "shop", "柜", "Till", "nowhere")


@refusal("already_exists")
def register_another_outlet_under_a_known_code(town: Town) -> Asks:
    return RegisterOutlet("till", "museum", "柜", "Till")


@refusal("already_exists")
def register_another_fund_under_a_known_code(town: Town) -> Asks:
    return RegisterFund("community", "基金", "Fund", "USD")


@refusal("not_found")
def donate_to_an_unknown_fund(town: Town) -> Asks:
    return ReceiveDonation("nothing", 100, "neighbours")


# ---- people --------------------------------------------------------------------------------------------------------


@refusal("not_found")
def register_a_volunteer_of_an_unknown_unit(town: Town) -> Asks:
    return RegisterVolunteer("mei", "Mei", date(2026, 1, 1), home_unit="nowhere")


@refusal("not_found")
def register_a_volunteer_brought_by_nobody_known(town: Town) -> Asks:
    return RegisterVolunteer("mei", "Mei", date(2026, 1, 1), referrer="lea")


@refusal("invalid_value")
def register_a_volunteer_born_after_joining(town: Town) -> Asks:
    return RegisterVolunteer("mei", "Mei", date(2026, 1, 1), born_on=date(2026, 1, 2))


@refusal("already_exists")
def register_somebody_else_under_a_known_number(town: Town) -> Asks:
    town.volunteer()
    return RegisterVolunteer("mei", "Lea", date(2026, 1, 1))


@refusal("not_found")
def state_a_fact_about_nobody(town: Town) -> Asks:
    return StateFact("mei", "volunteer.flags", date(2026, 1, 1), ["double"])


@refusal("decrease_blocked", on_decrease="block")
def state_a_fact_that_takes_back_what_is_spent(town: Town) -> Asks:
    town.volunteer()
    town.accepted(StateFact("mei", "volunteer.flags", date(2026, 1, 1), ["double"]))
    town.serve("2026-02-01 09:00", 180)
    town.hold("class")
    return StateFact("mei", "volunteer.flags", date(2026, 1, 1), ["none"])


@refusal("not_found")
def set_the_standing_of_nobody(town: Town) -> Asks:
    return SetStanding("mei", "good")


@refusal("not_found")
def merge_nobody(town: Town) -> Asks:
    town.volunteer()
    return MergeVolunteers("lea", "mei")


@refusal("same_volunteer")
def merge_a_volunteer_with_themself(town: Town) -> Asks:
    town.volunteer()
    return MergeVolunteers("mei", "mei")


@refusal("four_eyes")
def merge_oneself(town: Town) -> Asks:
    town.volunteer()
    town.volunteer("lea")
    return MergeVolunteers("mei", "lea"), "volunteer:lea"


@refusal("open_holds")
def merge_somebody_with_an_open_hold(town: Town) -> Asks:
    rich(town).hold()
    town.volunteer("lea")
    return MergeVolunteers("mei", "lea")


@refusal("wrong_state")
def merge_somebody_who_is_checked_in(town: Town) -> Asks:
    town.volunteer()
    town.volunteer("lea")
    town.accepted(CheckInAt("mei", "garden"))
    return MergeVolunteers("mei", "lea")


@refusal("not_found")
def move_an_unknown_unit(town: Town) -> Asks:
    return MoveUnit("nowhere", None, date(2026, 3, 1))


@refusal("not_found")
def move_a_unit_under_an_unknown_one(town: Town) -> Asks:
    return MoveUnit("riverside", "nowhere", date(2026, 3, 1))


@refusal("invalid_value")
def move_a_unit_under_its_own_grid(town: Town) -> Asks:
    town.accepted(RegisterUnit("grid-1", "grid", "格", "Grid", "riverside"))
    return MoveUnit("riverside", "grid-1", date(2026, 3, 1))


@refusal("invalid_value")
def move_a_unit_tomorrow(town: Town) -> Asks:
    return MoveUnit("riverside", None, date(2026, 3, 3))


@refusal("not_found")
def link_nobody_to_a_unit(town: Town) -> Asks:
    return LinkUnits("mei", date(2026, 3, 1), "riverside")


@refusal("invalid_value")
def link_somebody_to_a_unit_tomorrow(town: Town) -> Asks:
    town.volunteer()
    return LinkUnits("mei", date(2026, 3, 3), "riverside")


@refusal("forbidden")
def correct_ones_own_birth_date(town: Town) -> Asks:
    town.volunteer()
    return Submission(CorrectBirthDate("mei", date(1950, 1, 1), "passport"), "volunteer:mei", "own")


@refusal("invalid_value")
def correct_a_birth_date_to_a_day_after_joining(town: Town) -> Asks:
    town.volunteer()
    return CorrectBirthDate("mei", date(2025, 1, 1), "passport")


# ---- service -------------------------------------------------------------------------------------------------------


@refusal("not_found")
def register_an_activity_of_an_unknown_unit(town: Town) -> Asks:
    return RegisterActivity("a", "A", "green", "nowhere")


@refusal("already_exists")
def register_another_activity_under_a_known_code(town: Town) -> Asks:
    return RegisterActivity("garden", "Park", "green", "riverside")


@refusal("not_admitted")
def publish_an_activity_that_the_rules_do_not_admit(town: Town) -> Asks:
    return RegisterActivity("clinic", "Clinic", "medical", "riverside")


@refusal("not_found")
def sign_up_nobody(town: Town) -> Asks:
    return SignUpFor("mei", "garden")


@refusal("standing_blocks")
def sign_up_while_suspended(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SetStanding("mei", "suspended"))
    return SignUpFor("mei", "nowhere")


@refusal("not_found")
def sign_up_for_an_unknown_activity(town: Town) -> Asks:
    town.volunteer()
    return SignUpFor("mei", "nowhere")


@refusal("already_signed_up")
def sign_up_twice(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SignUpFor("mei", "library"))
    return SignUpFor("mei", "library")


@refusal("activity_full")
def sign_up_when_all_places_are_taken(town: Town) -> Asks:
    town.volunteer()
    town.volunteer("lea")
    town.accepted(SignUpFor("mei", "library"))
    return SignUpFor("lea", "library")


@refusal("not_found")
def withdraw_a_promise_never_made(town: Town) -> Asks:
    town.volunteer()
    return WithdrawSignUp("mei", "library")


@refusal("wrong_state")
def withdraw_a_promise_twice(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SignUpFor("mei", "library"))
    town.accepted(WithdrawSignUp("mei", "library"))
    return WithdrawSignUp("mei", "library")


@refusal("not_found")
def check_in_at_an_unknown_activity(town: Town) -> Asks:
    town.volunteer()
    return CheckInAt("mei", "nowhere")


@refusal("not_found")
def check_in_at_an_unknown_kiosk(town: Town) -> Asks:
    town.volunteer()
    return CheckInAt("mei", "garden", "nowhere")


@refusal("standing_blocks")
def check_in_while_blacklisted(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SetStanding("mei", "blacklisted"))
    return CheckInAt("mei", "garden")


@refusal("time_out_of_range")
def check_in_in_the_future(town: Town) -> Asks:
    town.volunteer()
    return CheckInAt("mei", "garden", at=START + timedelta(seconds=121))


@refusal("time_out_of_range")
def check_in_two_months_ago(town: Town) -> Asks:
    town.volunteer()
    return CheckInAt("mei", "garden", at=START - timedelta(days=62))


@refusal("already_checked_in")
def check_in_elsewhere_without_leaving(town: Town) -> Asks:
    town.volunteer()
    town.accepted(CheckInAt("mei", "garden"))
    return CheckInAt("mei", "street")


@refusal("not_checked_in")
def check_out_of_another_activity(town: Town) -> Asks:
    town.volunteer()
    town.accepted(CheckInAt("mei", "garden"))
    town.now += timedelta(hours=1)
    return CheckOutAt("mei", "street")


@refusal("not_found")
def check_out_of_an_unknown_activity(town: Town) -> Asks:
    town.volunteer()
    return CheckOutAt("mei", "nowhere")


@refusal("time_out_of_range")
def check_out_in_the_minute_of_arrival(town: Town) -> Asks:
    town.volunteer()
    town.accepted(CheckInAt("mei", "garden"))
    return CheckOutAt("mei", "garden")


@refusal("not_found")
def edit_an_unknown_activity(town: Town) -> Asks:
    return EditActivity("nowhere", name="Park")


@refusal("wrong_state")
def edit_a_cancelled_activity(town: Town) -> Asks:
    town.accepted(CancelActivity("garden", "rain"))
    return EditActivity("garden", name="Park")


@refusal("invalid_value")
def leave_fewer_places_than_are_taken(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SignUpFor("mei", "library"))
    return EditActivity("library", capacity=0)


@refusal("invalid_value")
def end_an_activity_before_it_begins(town: Town) -> Asks:
    town.accepted(EditActivity("garden", starts_on=date(2026, 4, 1)))
    return EditActivity("garden", ends_on=date(2026, 3, 1))


@refusal("wrong_state")
def cancel_an_activity_twice(town: Town) -> Asks:
    town.accepted(CancelActivity("garden", "rain"))
    return CancelActivity("garden", "rain")


@refusal("wrong_state")
def sign_up_for_a_cancelled_activity(town: Town) -> Asks:
    town.volunteer()
    town.accepted(CancelActivity("garden", "rain"))
    return SignUpFor("mei", "garden")


@refusal("wrong_state")
def check_in_at_a_cancelled_activity(town: Town) -> Asks:
    town.volunteer()
    town.accepted(CancelActivity("garden", "rain"))
    return CheckInAt("mei", "garden")


@refusal("not_found")
def mark_somebody_absent_who_never_promised(town: Town) -> Asks:
    town.volunteer()
    return MarkAbsent("mei", "garden", date(2026, 3, 1))


@refusal("wrong_state")
def mark_somebody_absent_twice(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SignUpFor("mei", "garden"))
    town.accepted(MarkAbsent("mei", "garden", date(2026, 3, 1)))
    return MarkAbsent("mei", "garden", date(2026, 3, 1))


@refusal("invalid_value")
def mark_somebody_absent_tomorrow(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SignUpFor("mei", "garden"))
    return MarkAbsent("mei", "garden", date(2026, 3, 3))


@refusal("not_found")
def appeal_about_no_record(town: Town) -> Asks:
    return FileChallenge("appeal", "nothing", "I was there")


@refusal("wrong_state")
def appeal_twice_at_once(town: Town) -> Asks:
    fact = a_fact(town)
    town.accepted(FileChallenge("appeal", fact, "I was there"))
    return FileChallenge("appeal", fact, "I was there")


def an_appeal(town: Town) -> str:
    """Mei's, about a record that `staff` wrote down."""
    fact = a_fact(town)
    return str(town.accepted(FileChallenge("appeal", fact, "I was there longer"), by="volunteer:mei")["challenge"])


@refusal("not_found")
def answer_an_appeal_that_never_was(town: Town) -> Asks:
    return AnswerChallenge("nothing", True, "so it is")


@refusal("wrong_state")
def answer_an_appeal_twice(town: Town) -> Asks:
    appeal = an_appeal(town)
    town.accepted(AnswerChallenge(appeal, True, "so it is"), by="lea")
    return Submission(AnswerChallenge(appeal, False, "it is not"), "lea", "again")


@refusal("four_eyes")
def answer_an_appeal_against_oneself(town: Town) -> Asks:
    return AnswerChallenge(an_appeal(town), False, "it is not")


@refusal("forbidden")
def answer_an_objection_about_oneself(town: Town) -> Asks:
    objection = town.accepted(FileChallenge("objection", a_fact(town), "she was not"), by="lea")["challenge"]
    return Submission(AnswerChallenge(objection, False, "I was"), "volunteer:mei", "own")


@refusal("wrong_state")
def withdraw_an_appeal_that_was_answered(town: Town) -> Asks:
    appeal = an_appeal(town)
    town.accepted(AnswerChallenge(appeal, True, "so it is"), by="lea")
    return Submission(WithdrawChallenge(appeal), "volunteer:mei", "too late")


@refusal("forbidden")
def withdraw_somebody_elses_appeal(town: Town) -> Asks:
    return WithdrawChallenge(an_appeal(town))


def a_sample(town: Town) -> str:
    """One of the town's single entry, which `staff` caused."""
    fact = a_fact(town)
    sample = str(town.accepted(DrawSample("town"), by="member")["sample"])
    with town.store.reading() as connection:
        (entry,) = connection.execute(text("SELECT id FROM entry WHERE kind = 'award' ORDER BY seq LIMIT 1")).scalars()
    assert fact
    town.accepted(LayOutSample(sample, 1, (Drawn(entry, "00", "", "", ("staff",)),)), by="member")
    return sample


def its_entry(town: Town) -> str:
    """The entry that was drawn."""
    with town.store.reading() as connection:
        return str(connection.execute(text("SELECT entry_id FROM sample_item")).scalar_one())


@refusal("not_found")
def erase_a_note_that_never_was(town: Town) -> Asks:
    return EraseNote("nothing")


@refusal("wrong_state")
def erase_a_note_twice(town: Town) -> Asks:
    sample = a_sample(town)
    town.accepted(MarkSampled(sample, its_entry(town), "agreed", "as I saw it"), by="lea")
    with town.store.reading() as connection:
        (note,) = connection.execute(text("SELECT note_id FROM sample_mark")).scalars()
    town.accepted(EraseNote(note))
    return Submission(EraseNote(note), "staff", "again")


@refusal("not_found")
def draw_from_a_scheme_that_never_was(town: Town) -> Asks:
    return DrawSample("nothing")


@refusal("not_found")
def lay_out_a_sample_that_never_was(town: Town) -> Asks:
    return LayOutSample("nothing", 0, ())


@refusal("wrong_state")
def lay_out_a_sample_twice(town: Town) -> Asks:
    return LayOutSample(a_sample(town), 0, ())


@refusal("not_found")
def lay_out_an_entry_that_never_was(town: Town) -> Asks:
    sample = str(town.accepted(DrawSample("town"))["sample"])
    return LayOutSample(sample, 1, (Drawn("nothing", "00", "", "", ()),))


@refusal("not_found")
def mark_in_a_sample_that_never_was(town: Town) -> Asks:
    return MarkSampled("nothing", "nothing", "agreed")


@refusal("not_found")
def mark_what_was_not_drawn(town: Town) -> Asks:
    return MarkSampled(a_sample(town), "nothing", "agreed")


@refusal("wrong_state")
def mark_after_signing(town: Town) -> Asks:
    sample = a_sample(town)
    entry = its_entry(town)
    town.accepted(MarkSampled(sample, entry, "agreed"), by="lea")
    town.accepted(SignSample(sample), by="lea")
    return Submission(MarkSampled(sample, entry, "objection", "no"), "lea", "late")


@refusal("four_eyes")
def mark_what_one_caused(town: Town) -> Asks:
    sample = a_sample(town)
    return Submission(MarkSampled(sample, its_entry(town), "agreed"), "staff", "own")


@refusal("not_found")
def sign_for_a_sample_that_never_was(town: Town) -> Asks:
    return SignSample("nothing")


@refusal("wrong_state")
def sign_for_a_sample_that_is_not_laid_out(town: Town) -> Asks:
    return SignSample(str(town.accepted(DrawSample("town"))["sample"]))


@refusal("wrong_state")
def sign_twice(town: Town) -> Asks:
    sample = a_sample(town)
    town.accepted(MarkSampled(sample, its_entry(town), "agreed"), by="lea")
    town.accepted(SignSample(sample), by="lea")
    return Submission(SignSample(sample), "lea", "again")


@refusal("four_eyes")
def sign_for_what_one_caused(town: Town) -> Asks:
    return Submission(SignSample(a_sample(town)), "staff", "own")


@refusal("not_all_marked")
def sign_for_what_one_has_not_looked_at(town: Town) -> Asks:
    return Submission(SignSample(a_sample(town)), "lea", "blind")


@refusal("four_eyes")
def answer_an_objection_to_what_one_caused(town: Town) -> Asks:
    sample = a_sample(town)
    made = town.accepted(MarkSampled(sample, its_entry(town), "objection", "no"), by="lea")
    return Submission(AnswerChallenge(str(made["challenge"]), False, "it is"), "staff", "own")


@refusal("command_expired")
def sync_what_was_only_meant_until_now(town: Town) -> Asks:
    kept = SyncPresence("check_in", "mei", "garden", town.now)
    return Submission(kept, "kiosk", "late", valid_until=town.now - timedelta(seconds=1))


@refusal("not_found")
def close_a_presence_that_never_was(town: Town) -> Asks:
    return CloseForgotten("nothing")


@refusal("wrong_state")
def close_a_presence_that_may_go_on(town: Town) -> Asks:
    town.volunteer()
    presence = town.accepted(CheckInAt("mei", "garden"))["check_in"]
    town.now += timedelta(hours=23)
    return CloseForgotten(presence)


def a_conflict(town: Town) -> str:
    """A check-out without a check-in."""
    town.volunteer()
    return str(town.accepted(SyncPresence("check_out", "mei", "garden", at("2026-03-02 11:00")))["conflict"])


@refusal("not_found")
def solve_a_conflict_that_never_was(town: Town) -> Asks:
    return SolveConflict("nothing", "keep", "a mistake")


@refusal("wrong_state")
def solve_a_conflict_twice(town: Town) -> Asks:
    conflict = a_conflict(town)
    town.accepted(SolveConflict(conflict, "keep", "a mistake"))
    return SolveConflict(conflict, "retry", "again")


@refusal("forbidden")
def solve_ones_own_conflict(town: Town) -> Asks:
    return Submission(SolveConflict(a_conflict(town), "keep", "a mistake"), "volunteer:mei", "own")


@refusal("not_checked_in")
def try_again_what_still_cannot_be(town: Town) -> Asks:
    return SolveConflict(a_conflict(town), "retry", "again")


@refusal("not_found")
def correct_a_record_that_a_conflict_does_not_have(town: Town) -> Asks:
    return SolveConflict(a_conflict(town), "correct", "the end", end=at("2026-03-02 10:00"))


@refusal("not_found")
def reopen_a_conflict_that_never_was(town: Town) -> Asks:
    return ReopenConflict("nothing")


@refusal("wrong_state")
def reopen_a_conflict_that_is_open(town: Town) -> Asks:
    return ReopenConflict(a_conflict(town))


@refusal("not_found")
def record_for_nobody(town: Town) -> Asks:
    return record()


@refusal("standing_blocks")
def record_for_somebody_deregistered(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SetStanding("mei", "deregistered"))
    return record()


@refusal("not_found")
def record_at_an_unknown_activity(town: Town) -> Asks:
    town.volunteer()
    return record(activity="nowhere")


@refusal("not_found")
def record_with_an_unknown_import(town: Town) -> Asks:
    town.volunteer()
    return record(source="import-1")


@refusal("wrong_state")
def record_with_an_import_that_was_undone(town: Town) -> Asks:
    town.volunteer()
    town.accepted(OpenImport("import-1"))
    town.accepted(CloseImport("import-1"))
    return record(source="import-1")


@refusal("time_out_of_range")
def record_backwards(town: Town) -> Asks:
    town.volunteer()
    return record(minutes=-1)


@refusal("time_out_of_range")
def record_less_than_a_minute(town: Town) -> Asks:
    town.volunteer()
    return record(minutes=0)


@refusal("time_out_of_range")
def record_more_than_a_month(town: Town) -> Asks:
    town.volunteer()
    return record("2026-01-01 09:00", 31 * 24 * 60 + 1)


@refusal("time_out_of_range")
def record_into_the_future(town: Town) -> Asks:
    town.volunteer()
    return record("2026-03-02 11:30", 31)


@refusal("duplicate_record")
def record_twice(town: Town) -> Asks:
    a_fact(town)
    return record()


@refusal("conflicting_record")
def record_with_another_end(town: Town) -> Asks:
    a_fact(town)
    return record(minutes=61)


@refusal("not_found")
def record_a_deed_at_an_unknown_activity(town: Town) -> Asks:
    town.volunteer()
    return RecordDeed("mei", "blood", at("2026-03-01 09:00"), activity="nowhere")


@refusal("time_out_of_range")
def record_a_deed_in_the_future(town: Town) -> Asks:
    town.volunteer()
    return RecordDeed("mei", "blood", START + timedelta(seconds=1))


@refusal("duplicate_record")
def record_a_deed_twice(town: Town) -> Asks:
    town.volunteer()
    town.give_blood("2026-03-01 09:00")
    return RecordDeed("mei", "blood", at("2026-03-01 09:00"))


@refusal("conflicting_record")
def record_a_deed_with_another_quantity(town: Town) -> Asks:
    town.volunteer()
    town.give_blood("2026-03-01 09:00")
    return RecordDeed("mei", "blood", at("2026-03-01 09:00"), Fraction(1, 2))


@refusal("not_found")
def approve_nothing(town: Town) -> Asks:
    return ApproveFact("no-fact", "steward")


@refusal("forbidden")
def approve_oneself(town: Town) -> Asks:
    return ApproveFact(a_fact(town, minutes=300), "nonsense"), "volunteer:mei"


@refusal("level_unknown")
def approve_at_a_level_that_no_rule_knows(town: Town) -> Asks:
    return ApproveFact(a_fact(town, minutes=300), "emperor")


@refusal("wrong_state")
def approve_what_was_rejected(town: Town) -> Asks:
    fact = a_fact(town, minutes=300)
    town.accepted(RejectFact(fact, "not seen"))
    return ApproveFact(fact, "steward")


@refusal("four_eyes")
def approve_what_one_has_typed_in(town: Town) -> Asks:
    return ApproveFact(a_fact(town, minutes=300, recorded_by="steward"), "steward")


@refusal("forbidden")
def reject_oneself(town: Town) -> Asks:
    return RejectFact(a_fact(town), "why"), "mei"


@refusal("wrong_state")
def reject_twice(town: Town) -> Asks:
    fact = a_fact(town)
    town.accepted(RejectFact(fact, "not seen"))
    return RejectFact(fact, "not seen")


@refusal("not_found")
def correct_nothing(town: Town) -> Asks:
    return CorrectRecord("no-fact", "typing error", end=at("2026-03-01 10:00"))


@refusal("forbidden")
def correct_oneself(town: Town) -> Asks:
    return CorrectRecord(a_fact(town), "mine", end=at("2026-03-01 11:00")), "volunteer:mei"


@refusal("wrong_state")
def correct_what_was_reversed(town: Town) -> Asks:
    fact = a_fact(town)
    town.accepted(ReverseRecord(fact, "false"))
    return CorrectRecord(fact, "typing error", end=at("2026-03-01 11:00"))


@refusal("time_out_of_range")
def correct_into_the_future(town: Town) -> Asks:
    return CorrectRecord(a_fact(town), "typing error", end=START + timedelta(hours=1))


@refusal("time_out_of_range")
def correct_a_deed_into_the_future(town: Town) -> Asks:
    town.volunteer()
    deed = town.give_blood("2026-03-01 09:00")
    return CorrectRecord(deed["fact"], "typing error", start=START + timedelta(hours=1))


@refusal("decrease_blocked", on_decrease="block")
def reverse_what_is_spent(town: Town) -> Asks:
    town.volunteer(joined="2025-01-01")
    fact = town.give_blood("2026-02-01 09:00", 2)["fact"]
    town.accepted(ConfirmHold(town.hold("class"), "gate"))
    return ReverseRecord(fact, "false")


@refusal("wrong_state")
def reverse_twice(town: Town) -> Asks:
    fact = a_fact(town)
    town.accepted(ReverseRecord(fact, "false"))
    return ReverseRecord(fact, "false")


@refusal("already_exists")
def open_an_import_under_the_code_of_another_file(town: Town) -> Asks:
    town.accepted(OpenImport("import-1", "march.csv"))
    return OpenImport("import-1", "april.csv")


@refusal("not_found")
def close_an_import_never_opened(town: Town) -> Asks:
    return CloseImport("import-1")


@refusal("wrong_state")
def close_an_import_twice(town: Town) -> Asks:
    town.accepted(OpenImport("import-1"))
    town.accepted(CloseImport("import-1"))
    return CloseImport("import-1")


@refusal("not_found")
def reverse_what_came_with_an_unknown_import(town: Town) -> Asks:
    town.volunteer()
    return ReverseImported("mei", "import-1", "wrong file")


@refusal("forbidden")
def reverse_what_one_got_from_an_import(town: Town) -> Asks:
    town.volunteer()
    town.accepted(OpenImport("import-1"))
    return ReverseImported("mei", "import-1", "mine"), "volunteer:mei"


@refusal("wrong_state")
def reverse_what_came_with_an_import_that_stands(town: Town) -> Asks:
    town.volunteer()
    town.accepted(OpenImport("import-1"))
    return ReverseImported("mei", "import-1", "wrong file")


@refusal("decrease_blocked", on_decrease="block")
def reverse_an_import_whose_points_are_spent(town: Town) -> Asks:
    town.volunteer(joined="2025-01-01")
    town.accepted(OpenImport("import-1"))
    town.serve("2026-02-01 09:00", 240, source="import-1")
    town.accepted(OpenBalance("mei", "town", 1, 1))
    town.accepted(ConfirmHold(town.hold("class"), "gate"))
    town.accepted(CloseImport("import-1"))
    return ReverseImported("mei", "import-1", "wrong file")


# ---- the counter ---------------------------------------------------------------------------------------------------


@refusal("not_found")
def hold_for_nobody(town: Town) -> Asks:
    return PlaceHold("mei", "town", "cup")


@refusal("standing_blocks")
def hold_while_suspended(town: Town) -> Asks:
    rich(town).accepted(SetStanding("mei", "suspended"))
    return PlaceHold("mei", "nowhere", "cup")


@refusal("not_found")
def hold_in_an_unknown_scheme(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "nowhere", "cup")


@refusal("no_pack_in_force")
def hold_before_the_rules_are_in_force(town: Town) -> Asks:
    town.volunteer()
    town.accepted(PublishPack(packs.guild().canonical, date(2026, 4, 1)))
    return PlaceHold("mei", "guild", "tools")


@refusal("reward_not_offered")
def hold_what_nobody_offers(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "town", "castle")


@refusal("reward_not_offered")
def hold_what_is_over(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "town", "past")


@refusal("reward_not_offered")
def hold_from_a_partner_who_is_not_registered(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "town", "orphan")


@refusal("not_found")
def hold_at_an_unknown_outlet(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "town", "cup", "nowhere")


@refusal("wrong_outlet")
def hold_at_the_outlet_of_another_partner(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "town", "cup", "gate")


@refusal("not_eligible")
def hold_what_is_for_others(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "town", "nurses_tea")


@refusal("limit_reached")
def hold_more_than_the_month_allows(town: Town) -> Asks:
    rich(town).hold("cup", 2)
    return PlaceHold("mei", "town", "cup", quantity=2)


@refusal("sold_out")
def hold_more_than_is_on_the_shelf(town: Town) -> Asks:
    rich(town).hold("cup", 3)
    rich(town, "lea")
    return PlaceHold("lea", "town", "cup", quantity=3)


@refusal("insufficient_points")
def hold_what_costs_more_than_there_is(town: Town) -> Asks:
    town.volunteer(joined="2026-01-01")
    return PlaceHold("mei", "town", "class", quantity=2)


@refusal("insufficient_funds")
def hold_what_the_fund_cannot_pay(town: Town) -> Asks:
    town.volunteer()
    town.accepted(OpenBalance("mei", "town", 1_000, 1))
    town.hold("seat", 500)
    return PlaceHold("mei", "town", "seat")


@refusal("not_found")
def cancel_an_unknown_voucher(town: Town) -> Asks:
    return CancelHold("2222222222")


@refusal("wrong_state")
def cancel_what_is_confirmed(town: Town) -> Asks:
    return CancelHold(a_confirmed_cup(town))


@refusal("wrong_state")
def expire_before_its_time(town: Town) -> Asks:
    code = rich(town).hold()
    town.now += timedelta(minutes=30)
    return ExpireHold(code)


@refusal("not_found")
def confirm_at_an_unknown_outlet(town: Town) -> Asks:
    return ConfirmHold(rich(town).hold(), "nowhere")


@refusal("not_found")
def confirm_an_unknown_voucher(town: Town) -> Asks:
    return ConfirmHold("2222222222", "till")


@refusal("voucher_mistyped")
def confirm_a_mistyped_voucher(town: Town) -> Asks:
    code = rich(town).hold()
    return ConfirmHold(code[:-1] + ("3" if code[-1] == "2" else "2"), "till")


@refusal("voucher_signature_wrong")
def confirm_a_token_that_somebody_changed(town: Town) -> Asks:
    token = town.token(rich(town).accepted(PlaceHold("mei", "town", "cup")))
    return ConfirmHold(token[:-8] + token[-8:].translate(str.maketrans("AB", "BA")), "till")


@refusal("not_found")
def bring_a_voucher_from_an_unknown_outlet(town: Town) -> Asks:
    return ConfirmOffline(rich(town).hold(), "nowhere", "phone", town.now)


@refusal("not_found")
def bring_an_unknown_voucher(town: Town) -> Asks:
    return ConfirmOffline("2222222222", "till", "phone", town.now)


@refusal("voucher_mistyped")
def bring_a_mistyped_voucher(town: Town) -> Asks:
    return ConfirmOffline("2222222223", "till", "phone", town.now)


@refusal("voucher_signature_wrong")
def bring_a_token_that_nobody_signed(town: Town) -> Asks:
    return ConfirmOffline("PO1AAAAAAAA", "till", "phone", town.now)


@refusal("wrong_outlet")
def bring_another_partners_voucher(town: Town) -> Asks:
    return ConfirmOffline(rich(town).hold(), "gate", "phone", town.now)


def a_gift(to: str = "bo", **fields: Any) -> GivePoints:
    return GivePoints(
        "mei", fields.pop("scheme", "town"), Fraction(1), fields.pop("to_kind", "volunteer"), to, **fields
    )


@refusal("not_found")
def give_to_nobody(town: Town) -> Asks:
    rich(town)
    return a_gift("ghost")


@refusal("not_found")
def give_to_an_unknown_fund(town: Town) -> Asks:
    rich(town)
    return a_gift("nothing", to_kind="fund")


@refusal("not_found")
def give_in_an_unknown_scheme(town: Town) -> Asks:
    rich(town)
    return a_gift(scheme="village")


@refusal("same_volunteer")
def give_to_oneself(town: Town) -> Asks:
    rich(town)
    return a_gift("mei")


@refusal("standing_blocks")
def give_to_somebody_suspended(town: Town) -> Asks:
    rich(town).volunteer("bo")
    town.accepted(SetStanding("bo", "suspended"))
    return a_gift()


@refusal("not_admitted")
def give_where_no_rule_lets_points_pass(town: Town) -> Asks:
    rich(town).volunteer("bo")
    return a_gift()


@refusal("invalid_value")
def give_a_part_of_the_smallest_unit(town: Town) -> Asks:
    rich(town).volunteer("bo")
    return GivePoints("mei", "town", Fraction(1, 2), "volunteer", "bo")


@refusal("not_found")
def move_stock_of_an_unknown_scheme(town: Town) -> Asks:
    return MoveStock("village", "cup", "bought", 1)


@refusal("not_found")
def move_stock_to_an_unknown_outlet(town: Town) -> Asks:
    return MoveStock("town", "cup", "bought", 1, "nowhere")


@refusal("reward_not_offered")
def move_stock_of_no_reward(town: Town) -> Asks:
    return MoveStock("town", "unicorn", "bought", 1)


@refusal("wrong_outlet")
def move_stock_to_another_partners_outlet(town: Town) -> Asks:
    return MoveStock("town", "cup", "bought", 1, "gate")


@refusal("sold_out")
def lose_more_than_can_be_promised(town: Town) -> Asks:
    rich(town).hold("cup", 2)
    return MoveStock("town", "cup", "lost", 4)


@refusal("invalid_value")
def count_fewer_than_are_set_aside(town: Town) -> Asks:
    rich(town).hold("cup", 2)
    return MoveStock("town", "cup", "counted", 1)


def with_shelves(town: Town) -> Town:
    """The town in which each outlet has its own jam, and its own honey at two of them."""
    more = packs.SHELVES.format(stock=5) + packs.DRAWS
    town.accepted(PublishPack(packs.town(more=more).canonical, date(2026, 3, 3)))
    town.accepted(RegisterOutlet("booth", "shop", "亭", "Booth"))
    town.now += timedelta(days=1)
    return town


@refusal("outlet_required")
def hold_at_no_outlet_where_each_has_its_own_stock(town: Town) -> Asks:
    with_shelves(rich(town))
    return PlaceHold("mei", "town", "jam")


@refusal("outlet_required")
def move_stock_at_no_outlet_where_each_has_its_own(town: Town) -> Asks:
    with_shelves(town)
    return MoveStock("town", "jam", "bought", 1)


@refusal("not_found")
def move_stock_of_a_shelf_of_an_unknown_outlet(town: Town) -> Asks:
    with_shelves(town)
    return MoveStock("town", "jam", "bought", 1, "nowhere")


@refusal("wrong_outlet")
def move_stock_of_a_shelf_of_another_partner(town: Town) -> Asks:
    with_shelves(town)
    return MoveStock("town", "jam", "bought", 1, "gate")


@refusal("wrong_outlet")
def move_stock_of_a_shelf_where_the_reward_is_not_given(town: Town) -> Asks:
    with_shelves(town)
    return MoveStock("town", "honey", "bought", 1, "booth")


@refusal("not_found")
def carry_stock_of_an_unknown_scheme(town: Town) -> Asks:
    return CarryStock("village", "jam", 1, "till", "till-2")


@refusal("no_pack_in_force")
def carry_stock_before_there_are_rules(town: Town) -> Asks:
    town.accepted(PublishPack(packs.guild().canonical, date(2026, 4, 1)))
    return CarryStock("guild", "tools", 1, "till", "till-2")


@refusal("reward_not_offered")
def carry_stock_of_no_reward(town: Town) -> Asks:
    return CarryStock("town", "unicorn", 1, "till", "till-2")


@refusal("not_found")
def carry_stock_from_an_unknown_outlet(town: Town) -> Asks:
    with_shelves(town)
    return CarryStock("town", "jam", 1, "nowhere", "till")


@refusal("wrong_outlet")
def carry_stock_from_another_partner(town: Town) -> Asks:
    with_shelves(town)
    return CarryStock("town", "jam", 1, "gate", "till")


@refusal("not_found")
def carry_stock_to_an_unknown_outlet(town: Town) -> Asks:
    with_shelves(town)
    return CarryStock("town", "jam", 1, "till", "nowhere")


@refusal("wrong_outlet")
def carry_stock_to_where_the_reward_is_not_given(town: Town) -> Asks:
    with_shelves(town)
    town.accepted(MoveStock("town", "honey", "bought", 1, "till"))
    return CarryStock("town", "honey", 1, "till", "booth")


@refusal("wrong_outlet")
def carry_stock_to_an_outlet_where_it_is_in_common(town: Town) -> Asks:
    with_shelves(town)
    return CarryStock("town", "cup", 1, "", "till")


@refusal("outlet_required")
def carry_stock_to_the_common_shelf_where_there_is_none(town: Town) -> Asks:
    with_shelves(town)
    return CarryStock("town", "jam", 1, "till", "")


@refusal("sold_out")
def carry_more_than_can_be_promised(town: Town) -> Asks:
    with_shelves(rich(town)).hold("jam", 2, outlet="till")
    return CarryStock("town", "jam", 4, "till", "till-2")


@refusal("sold_out")
def carry_off_a_common_shelf_that_there_never_was(town: Town) -> Asks:
    with_shelves(town)
    return CarryStock("town", "jam", 1, "", "till")


@refusal("outlet_required")
def open_a_draw_at_no_outlet_where_each_has_its_own_stock(town: Town) -> Asks:
    with_shelves(town)
    return OpenDraw("d", "town", "by_lot", town.now + timedelta(hours=1), reward="jam")


@refusal("wrong_outlet")
def open_a_draw_at_another_partners_outlet(town: Town) -> Asks:
    with_shelves(town)
    return OpenDraw("d", "town", "by_lot", town.now + timedelta(hours=1), reward="jam", outlet="gate")


@refusal("invalid_value")
def open_a_draw_at_an_outlet_where_the_stock_is_in_common(town: Town) -> Asks:
    with_shelves(town)
    return OpenDraw("d", "town", "by_lot", town.now + timedelta(hours=1), reward="cup", outlet="till")


@refusal("invalid_value")
def open_a_draw_of_seats_at_an_outlet(town: Town) -> Asks:
    with_shelves(town)
    return OpenDraw("d", "town", "outing", town.now + timedelta(hours=1), activity="library", outlet="till")


@refusal("wrong_outlet")
def take_a_place_up_at_another_outlet_than_it_was_drawn_for(town: Town) -> Asks:
    with_shelves(rich(town))
    town.accepted(OpenDraw("d", "town", "by_lot", town.now + timedelta(hours=1), reward="jam", outlet="till"))
    town.accepted(EnterDraw("d", "mei"))
    town.now += timedelta(hours=2)
    town.accepted(DrawNow("d"))
    return TakeUpOffer("d", "mei", "till-2")


@refusal("not_found")
def link_the_phone_of_nobody(town: Town) -> Asks:
    return LinkPhone("ghost")


@refusal("not_found")
def open_a_visit_at_an_unknown_outlet(town: Town) -> Asks:
    rich(town)
    return OpenVisit("mei", "nowhere")


@refusal("card_code_wrong")
def open_a_visit_with_a_wrong_code(town: Town) -> Asks:
    rich(town).accepted(LinkPhone("mei"))
    return OpenVisit("mei", "till", "00000000")


@refusal("forbidden")
def open_a_visit_for_oneself(town: Town) -> Asks:
    rich(town)
    return OpenVisit("mei", "till"), "volunteer:mei"


@refusal("not_found")
def redeem_in_an_unknown_visit(town: Town) -> Asks:
    return Redeem("never", (RewardTaken("town", "cup"),))


def a_visit(town: Town) -> str:
    return str(rich(town).accepted(OpenVisit("mei", "till"))["visit"])


@refusal("hold_expired")
def redeem_after_the_visit(town: Town) -> Asks:
    visit = a_visit(town)
    town.now += timedelta(minutes=10, microseconds=1)
    return Redeem(visit, (RewardTaken("town", "cup"),))


@refusal("limit_reached")
def redeem_more_than_the_limit_in_one_visit(town: Town) -> Asks:
    return Redeem(a_visit(town), (RewardTaken("town", "cup", 3), RewardTaken("town", "cup")))


@refusal("invalid_value")
def hold_with_a_choice_where_there_is_none(town: Town) -> Asks:
    rich(town)
    return PlaceHold("mei", "town", "cup", choice="blue")


@refusal("wrong_outlet")
def confirm_at_the_outlet_of_another_partner(town: Town) -> Asks:
    return ConfirmHold(rich(town).hold(), "gate")


@refusal("wrong_outlet")
def confirm_at_another_outlet_than_was_chosen(town: Town) -> Asks:
    return ConfirmHold(rich(town).hold(outlet="till"), "till-2")


@refusal("already_used")
def confirm_at_two_outlets(town: Town) -> Asks:
    return ConfirmHold(a_confirmed_cup(town), "till-2")


@refusal("voucher_refunded")
def confirm_what_was_refunded(town: Town) -> Asks:
    code = a_confirmed_cup(town)
    town.accepted(RefundRedemption(code, "broken", "till"))
    return ConfirmHold(code, "till")


@refusal("hold_expired")
def confirm_too_late(town: Town) -> Asks:
    code = rich(town).hold()
    town.now += timedelta(minutes=30, microseconds=1)
    return ConfirmHold(code, "till")


@refusal("hold_expired")
def confirm_what_the_sweep_has_let_go(town: Town) -> Asks:
    code = rich(town).hold()
    town.now += timedelta(minutes=31)
    town.accepted(ExpireHold(code))
    return ConfirmHold(code, "till")


@refusal("voucher_cancelled")
def confirm_what_was_cancelled(town: Town) -> Asks:
    code = rich(town).hold()
    town.accepted(CancelHold(code))
    return ConfirmHold(code, "till")


@refusal("not_found")
def refund_at_an_unknown_outlet(town: Town) -> Asks:
    return RefundRedemption(a_confirmed_cup(town), "broken", "nowhere")


@refusal("wrong_outlet")
def refund_at_another_outlet(town: Town) -> Asks:
    return RefundRedemption(a_confirmed_cup(town), "broken", "till-2")


@refusal("wrong_state")
def refund_what_is_not_confirmed(town: Town) -> Asks:
    return RefundRedemption(rich(town).hold(), "broken")


@refusal("wrong_state")
def refund_twice(town: Town) -> Asks:
    code = a_confirmed_cup(town)
    town.accepted(RefundRedemption(code, "broken"))
    return RefundRedemption(code, "broken")


@refusal("refund_too_late")
def refund_after_the_days_for_it(town: Town) -> Asks:
    code = a_confirmed_cup(town)
    town.now += timedelta(days=8)
    return RefundRedemption(code, "broken", "till")


@refusal("invalid_value")
def refund_more_than_was_handed_over(town: Town) -> Asks:
    return RefundRedemption(a_confirmed_cup(town), "broken", quantity=3)


# ---- money ---------------------------------------------------------------------------------------------------------


@refusal("not_found")
def propose_for_an_unknown_scheme(town: Town) -> Asks:
    town.volunteer()
    return ProposeAdjustment("mei", "nowhere", 5, "forgotten")


@refusal("forbidden")
def propose_for_oneself(town: Town) -> Asks:
    town.volunteer()
    return ProposeAdjustment("mei", "town", 5, "forgotten"), "volunteer:mei"


@refusal("no_pack_in_force")
def propose_before_the_rules_are_in_force(town: Town) -> Asks:
    town.volunteer()
    town.accepted(PublishPack(packs.guild().canonical, date(2026, 4, 1)))
    return ProposeAdjustment("mei", "guild", 5, "forgotten")


def proposed(town: Town, amount: int) -> str:
    town.volunteer(joined="2026-01-01")
    return str(town.accepted(ProposeAdjustment("mei", "town", amount, "forgotten"), "lea")["adjustment"])


@refusal("not_found")
def decide_nothing(town: Town) -> Asks:
    return DecideAdjustment("nothing", True)


@refusal("four_eyes")
def decide_what_one_has_proposed(town: Town) -> Asks:
    return DecideAdjustment(proposed(town, 5), True), "lea"


@refusal("forbidden")
def decide_for_oneself(town: Town) -> Asks:
    return DecideAdjustment(proposed(town, 5), True), "mei"


@refusal("wrong_state")
def decide_twice(town: Town) -> Asks:
    adjustment = proposed(town, 5)
    town.accepted(DecideAdjustment(adjustment, False))
    return DecideAdjustment(adjustment, True)


@refusal("insufficient_points")
def take_away_more_than_there_is(town: Town) -> Asks:
    return DecideAdjustment(proposed(town, -5), True)


@refusal("not_found")
def open_the_balance_of_nobody(town: Town) -> Asks:
    return OpenBalance("mei", "town", 5, 1)


@refusal("invalid_value")
def open_a_balance_that_has_expired(town: Town) -> Asks:
    town.volunteer()
    return OpenBalance("mei", "town", 5, 1, date(2026, 3, 1))


@refusal("already_exists")
def open_a_balance_twice(town: Town) -> Asks:
    town.volunteer()
    town.accepted(OpenBalance("mei", "town", 5, 1))
    return OpenBalance("mei", "town", 6, 1)


@refusal("not_found")
def expire_the_lots_of_nobody(town: Town) -> Asks:
    return ExpireLots("mei", "town")


@refusal("not_found")
def expire_the_lots_of_an_unknown_scheme(town: Town) -> Asks:
    town.volunteer()
    return ExpireLots("mei", "nowhere")


# ---- access --------------------------------------------------------------------------------------------------------


def a_key(**narrowed: Any) -> IssueKey:
    return IssueKey("key-1", "0123456789abcdef" * 4, "committee", "lea", "Lea", **narrowed)


@refusal("not_found")
def issue_a_key_for_an_unknown_outlet(town: Town) -> Asks:
    return a_key(outlet="nowhere")


@refusal("not_found")
def issue_a_key_for_an_unknown_scheme(town: Town) -> Asks:
    return a_key(scheme="nowhere")


@refusal("already_exists")
def issue_a_key_twice(town: Town) -> Asks:
    town.accepted(a_key())
    return a_key()


@refusal("not_found")
def amend_a_key_never_issued(town: Town) -> Asks:
    return AmendKey("key-1", "Lea")


@refusal("wrong_state")
def amend_a_key_that_was_revoked(town: Town) -> Asks:
    town.accepted(a_key())
    town.accepted(RevokeKey("key-1"))
    return AmendKey("key-1", "Lea")


@refusal("changed_meanwhile")
def amend_a_key_that_is_another_by_now(town: Town) -> Asks:
    town.accepted(a_key())
    seen = Unchanged(ApiKey, ("key-1",), ("a tag of before",))
    return Submission(AmendKey("key-1", "Lea"), "staff", "late", unchanged=seen)


@refusal("not_found")
def revoke_a_key_never_issued(town: Town) -> Asks:
    return RevokeKey("key-1")


@refusal("not_found")
def note_the_use_of_a_key_never_issued(town: Town) -> Asks:
    return NoteKeyUses({"key-1": START})


@refusal("not_found")
def issue_a_key_for_an_unknown_partner(town: Town) -> Asks:
    return a_key(partner="nobody")


A_PIN_HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA"


@refusal("not_found")
def set_the_pin_of_nobody(town: Town) -> Asks:
    return SetPin("mei", A_PIN_HASH)


@refusal("not_found")
def try_the_pin_of_nobody(town: Town) -> Asks:
    return CountPinTry("mei", "said")


@refusal("not_found")
def say_the_right_pin_of_nobody(town: Town) -> Asks:
    return NoteRightPin("mei")


@refusal("not_found")
def unlock_the_pin_of_nobody(town: Town) -> Asks:
    return UnlockPin("mei")


@refusal("wrong_state")
def try_a_pin_that_was_never_set(town: Town) -> Asks:
    town.volunteer()
    return CountPinTry("mei", "said")


@refusal("too_many_tries")
def try_a_pin_a_sixth_time(town: Town) -> Asks:
    town.volunteer()
    town.accepted(SetPin("mei", A_PIN_HASH))
    for _ in range(5):
        town.accepted(CountPinTry("mei", "said"))
    return CountPinTry("mei", "said")


@refusal("not_found")
def give_to_a_group_that_is_not_there(town: Town) -> Asks:
    rich(town)
    return GivePoints("mei", "town", Fraction(1), "group", "lions")


@refusal("already_exists")
def register_a_group_under_another_name(town: Town) -> Asks:
    town.accepted(RegisterGroup("lions", "狮", "Lions"))
    return RegisterGroup("lions", "虎", "Tigers")


@refusal("not_found")
def give_out_of_a_group_that_is_not_there(town: Town) -> Asks:
    town.volunteer()
    return GiveFromGroup("lions", "town", Fraction(1), "volunteer", "mei")


@refusal("not_admitted")
def give_out_of_a_group_where_no_rule_lets_it_pass(town: Town) -> Asks:
    town.volunteer()
    town.accepted(RegisterGroup("lions", "狮", "Lions"))
    return GiveFromGroup("lions", "town", Fraction(1), "volunteer", "mei")


@refusal("fund_exhausted", more=packs.GRANTS)
def grant_more_than_the_fund_has(town: Town) -> Asks:
    town.volunteer()
    town.accepted(AllotPoints("community", "town", Fraction(2), "a vote"))
    return RecordDeed("mei", "grant", at("2026-03-01 09:00"), Fraction(3))


@refusal("not_found")
def allot_points_to_no_fund(town: Town) -> Asks:
    return AllotPoints("nothing", "town", Fraction(1), "a vote")


@refusal("not_found")
def allot_points_of_no_scheme(town: Town) -> Asks:
    town.accepted(RegisterFund("spare", "备", "Spare"))
    return AllotPoints("spare", "nowhere", Fraction(1), "a vote")


@refusal("invalid_value")
def allot_points_finer_than_there_are(town: Town) -> Asks:
    town.accepted(RegisterFund("spare", "备", "Spare"))
    return AllotPoints("spare", "town", Fraction(1, 3), "a vote")


# ---- webhooks ------------------------------------------------------------------------------------------------------


def a_webhook(**narrowed: Any) -> RegisterWebhook:
    """An address that is told what happens."""
    return RegisterWebhook("platform", "https://platform.example.org/points", "Platform", **narrowed)


@refusal("not_found")
def tell_of_an_unknown_scheme(town: Town) -> Asks:
    return a_webhook(scheme="nowhere")


@refusal("not_found")
def tell_of_an_unknown_partner(town: Town) -> Asks:
    return a_webhook(partner="nobody")


@refusal("already_exists")
def register_a_webhook_twice(town: Town) -> Asks:
    town.accepted(a_webhook())
    return a_webhook()


@refusal("not_found")
def amend_a_webhook_never_registered(town: Town) -> Asks:
    return AmendWebhook("platform", "https://platform.example.org/points", "Platform")


@refusal("changed_meanwhile")
def amend_a_webhook_that_is_another_by_now(town: Town) -> Asks:
    town.accepted(a_webhook())
    seen = Unchanged(Webhook, ("platform",), ("a tag of before",))
    amended = AmendWebhook("platform", "https://platform.example.org/points", "Platform")
    return Submission(amended, "staff", "late", unchanged=seen)


@refusal("wrong_state")
def let_a_removed_webhook_go_on(town: Town) -> Asks:
    town.accepted(a_webhook())
    town.accepted(SetWebhookState("platform", "removed"))
    return SetWebhookState("platform", "active")


@refusal("wrong_state")
def give_a_removed_webhook_a_secret(town: Town) -> Asks:
    town.accepted(a_webhook())
    town.accepted(SetWebhookState("platform", "removed"))
    return RotateWebhookSecret("platform")


@refusal("not_found")
def tell_again_where_nobody_was_told(town: Town) -> Asks:
    return ReplayWebhook("platform", 1)


# ---- idempotency ---------------------------------------------------------------------------------------------------


@refusal("key_reused")
def use_a_key_for_other_content(town: Town) -> Asks:
    town.accepted(RegisterUnit("a", "street", "甲", "A"), key="once")
    return Submission(RegisterUnit("b", "street", "乙", "B"), "staff", "once")


@refusal("unauthorized")
def ask_with_a_key_that_was_revoked(town: Town) -> Asks:
    town.accepted(a_key())
    town.accepted(RevokeKey("key-1"))
    return Submission(RegisterUnit("a", "street", "甲", "A"), "staff", "late", credential="key-1")


@refusal("command_expired")
def come_after_valid_until(town: Town) -> Asks:
    return Submission(RegisterUnit("a", "street", "甲", "A"), "staff", "late", START - timedelta(microseconds=1))


def asked(town: Town, asks: Asks) -> Submission:
    """What to submit, whatever shape the table's row has."""
    if isinstance(asks, Submission):
        return asks
    return town.submission(*asks) if isinstance(asks, tuple) else town.submission(asks)


# ---- draws ---------------------------------------------------------------------------------------------------------


def opening(town: Town, **fields: Any) -> OpenDraw:
    """A draw of cups that closes in an hour."""
    said = {"code": "d", "scheme": "town", "rule": "by_lot", "closes_at": town.now + timedelta(hours=1), **fields}
    return OpenDraw(**{"reward": "cup", **said})


def a_draw(town: Town, *people: str, **fields: Any) -> Town:
    """The town with an open draw that these people have entered."""
    town.accepted(opening(town, **fields))
    for number in people:
        town.volunteer(number)
        town.accepted(EnterDraw("d", number))
    return town


def drawn(town: Town, *people: str, **fields: Any) -> Town:
    """The same, once it has been drawn."""
    a_draw(town, *people, **fields).now += timedelta(hours=2)
    town.accepted(DrawNow("d"))
    return town


@refusal("not_found", more=packs.DRAWS)
def open_a_draw_of_an_unknown_scheme(town: Town) -> Asks:
    return opening(town, scheme="nowhere")


@refusal("already_exists", more=packs.DRAWS)
def open_another_draw_under_the_same_code(town: Town) -> Asks:
    return opening(a_draw(town), places=1)


@refusal("not_found", more=packs.DRAWS)
def open_a_draw_by_a_rule_that_is_none(town: Town) -> Asks:
    return opening(town, rule="cup")


@refusal("invalid_value", more=packs.DRAWS)
def open_a_draw_of_a_reward_by_a_rule_for_activities(town: Town) -> Asks:
    return opening(town, rule="outing")


@refusal("invalid_value", more=packs.DRAWS)
def open_a_draw_of_two_things(town: Town) -> Asks:
    return opening(town, activity="garden")


@refusal("invalid_value", more=packs.DRAWS)
def open_a_draw_that_is_closed_already(town: Town) -> Asks:
    return opening(town, closes_at=town.now)


@refusal("invalid_value", more=packs.DRAWS)
def open_a_draw_of_more_places_than_the_rule_has(town: Town) -> Asks:
    return opening(town, places=3)


@refusal("invalid_value", more=packs.DRAWS)
def open_a_draw_by_applicants_without_saying_how_many(town: Town) -> Asks:
    return opening(town, rule="half")


@refusal("reward_not_offered", more=packs.DRAWS)
def open_a_draw_of_an_unknown_reward(town: Town) -> Asks:
    return opening(town, reward="castle")


@refusal("sold_out", more=packs.DRAWS)
def open_a_draw_of_more_than_is_on_the_shelf(town: Town) -> Asks:
    return opening(town, rule="half", places=6)


@refusal("not_found", more=packs.DRAWS)
def open_a_draw_of_an_unknown_activity(town: Town) -> Asks:
    return opening(town, rule="outing", reward="", activity="moon")


@refusal("wrong_state", more=packs.DRAWS)
def open_a_draw_of_a_cancelled_activity(town: Town) -> Asks:
    town.accepted(CancelActivity("garden", "rain"))
    return opening(town, rule="outing", reward="", activity="garden")


@refusal("activity_full", more=packs.DRAWS)
def open_a_draw_of_more_seats_than_are_left(town: Town) -> Asks:
    return opening(town, rule="outing", reward="", activity="library")


@refusal("not_found", more=packs.DRAWS)
def enter_a_draw_as_nobody(town: Town) -> Asks:
    return EnterDraw("d", "mei")


@refusal("not_found", more=packs.DRAWS)
def enter_an_unknown_draw(town: Town) -> Asks:
    town.volunteer()
    return EnterDraw("d", "mei")


@refusal("standing_blocks", more=packs.DRAWS)
def enter_a_draw_while_suspended(town: Town) -> Asks:
    a_draw(town).volunteer()
    town.accepted(SetStanding("mei", "suspended"))
    return EnterDraw("d", "mei")


@refusal("draw_closed", more=packs.DRAWS)
def enter_a_draw_too_late(town: Town) -> Asks:
    a_draw(town).volunteer()
    town.now += timedelta(hours=1, microseconds=1)
    return EnterDraw("d", "mei")


@refusal("not_eligible", more=packs.DRAWS)
def enter_a_draw_that_is_for_others(town: Town) -> Asks:
    a_draw(town, rule="half", places=2).volunteer()
    return EnterDraw("d", "mei")


@refusal("not_eligible", more=packs.DRAWS)
def enter_a_draw_after_winning_another(town: Town) -> Asks:
    drawn(town, "mei")
    town.accepted(opening(town, code="e"))
    return EnterDraw("e", "mei")


@refusal("not_found", more=packs.DRAWS)
def withdraw_an_entry_that_was_never_made(town: Town) -> Asks:
    a_draw(town).volunteer()
    return WithdrawEntry("d", "mei")


@refusal("wrong_state", more=packs.DRAWS)
def withdraw_after_winning(town: Town) -> Asks:
    drawn(town, "mei")
    return WithdrawEntry("d", "mei")


@refusal("not_found", more=packs.DRAWS)
def draw_what_was_never_opened(town: Town) -> Asks:
    return DrawNow("d")


@refusal("draw_still_open", more=packs.DRAWS)
def draw_while_entries_are_taken(town: Town) -> Asks:
    a_draw(town, "mei").now += timedelta(hours=1)
    return DrawNow("d")


@refusal("wrong_state", more=packs.DRAWS)
def draw_a_second_time(town: Town) -> Asks:
    drawn(town, "mei")
    return DrawNow("d")


@refusal("not_found", more=packs.DRAWS)
def cancel_what_was_never_opened(town: Town) -> Asks:
    return CancelDraw("d", "rain")


@refusal("wrong_state", more=packs.DRAWS)
def cancel_a_draw_twice(town: Town) -> Asks:
    a_draw(town, "mei").accepted(CancelDraw("d", "rain"))
    return CancelDraw("d", "rain")


@refusal("wrong_state", more=packs.DRAWS)
def enter_a_cancelled_draw(town: Town) -> Asks:
    a_draw(town, "mei").accepted(CancelDraw("d", "rain"))
    return EnterDraw("d", "mei")


@refusal("not_found", more=packs.DRAWS)
def take_up_a_place_without_a_ticket(town: Town) -> Asks:
    a_draw(town).volunteer()
    return TakeUpOffer("d", "mei")


@refusal("wrong_state", more=packs.DRAWS)
def take_up_a_place_before_the_draw(town: Town) -> Asks:
    a_draw(town, "mei")
    return TakeUpOffer("d", "mei")


@refusal("standing_blocks", more=packs.DRAWS)
def take_up_a_place_while_suspended(town: Town) -> Asks:
    drawn(town, "mei").accepted(SetStanding("mei", "suspended"))
    return TakeUpOffer("d", "mei")


@refusal("offer_lapsed", more=packs.DRAWS)
def take_up_a_place_too_late(town: Town) -> Asks:
    drawn(town, "mei", offer_hours=1).now += timedelta(hours=1, microseconds=1)
    return TakeUpOffer("d", "mei")


@refusal("insufficient_points", more=packs.DRAWS)
def take_up_a_reward_without_points(town: Town) -> Asks:
    drawn(town, "mei", reward="class").accepted(OpenBalance("mei", "town", 1, 1))
    town.hold("seat", 6)
    return TakeUpOffer("d", "mei")


@refusal("wrong_state", more=packs.DRAWS)
def take_up_a_seat_of_what_was_cancelled(town: Town) -> Asks:
    a_draw(town, "mei", rule="outing", reward="", activity="garden")
    town.accepted(CancelActivity("garden", "rain"))
    return TakeUpOffer("d", "mei")


@refusal("already_signed_up", more=packs.DRAWS)
def take_up_a_seat_that_one_has(town: Town) -> Asks:
    a_draw(town, "mei", rule="outing", reward="", activity="garden")
    town.accepted(SignUpFor("mei", "garden"))
    return TakeUpOffer("d", "mei")


@refusal("not_found", more=packs.DRAWS)
def decline_without_a_ticket(town: Town) -> Asks:
    a_draw(town).volunteer()
    return DeclineOffer("d", "mei")


@refusal("wrong_state", more=packs.DRAWS)
def decline_what_was_not_offered(town: Town) -> Asks:
    a_draw(town, "mei")
    return DeclineOffer("d", "mei")


@refusal("not_found", more=packs.DRAWS)
def let_an_unknown_ticket_lapse(town: Town) -> Asks:
    return LapseOffer(a_draw(town).accepted(opening(town))["draw"], 1)


@refusal("wrong_state", more=packs.DRAWS)
def let_an_offer_lapse_before_its_time(town: Town) -> Asks:
    drawn(town, "mei").now += timedelta(hours=48)
    return LapseOffer("d", 1)


@refusal("wrong_state", more=packs.DRAWS)
def merge_who_is_offered_a_place(town: Town) -> Asks:
    drawn(town, "mei").volunteer("lea")
    return MergeVolunteers("mei", "lea")


ASKED: dict[str, str] = {}
"""Which command each row of the table asks, noted when it is tried."""


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: f"{case.code}: {case.prepare.__name__}")
def test_it_is_refused_with_this_code_and_nothing_changes(case: Case) -> None:
    for town in closing(Town(town=packs.town(**case.pack) if case.pack else None)):
        submission = asked(town, case.prepare(town))
        ASKED[case.prepare.__name__] = BY_COMMAND[type(submission.command)].name
        assert town.refused(submission) == case.code
        town.assert_sound()


ELSEWHERE = {
    "job_running": "tests/jobs/test_running.py",
    "key_missing": "below: a submission cannot be built without a key",
    "overloaded": "the tests of the group commit",
    "store_fault": "tests/engine/test_faults.py",
}
"""Codes that no refusal of a command carries, and where they are reached."""


def test_the_table_reaches_every_code_of_the_catalogue() -> None:
    reached = {case.code for case in REFUSALS}
    assert reached.isdisjoint(ELSEWHERE)
    of_the_engine = {error.code for error in catalogue() if error.__module__ == "points_engine.errors"}
    assert reached | ELSEWHERE.keys() == of_the_engine


def test_the_table_has_a_refusal_of_every_command_that_can_refuse() -> None:
    for case in REFUSALS:
        if case.prepare.__name__ not in ASKED:
            test_it_is_refused_with_this_code_and_nothing_changes(case)
    assert set(ASKED.values()) == {step.name for step in STEPS}


def test_a_submission_without_a_key_cannot_be_built() -> None:
    with pytest.raises(KeyMissing):
        Submission(CancelHold("2222222222"), "staff", "")


@pytest.mark.parametrize(
    ("principal", "key", "field"),
    [("staff", "k" * 201, "key"), ("", "k", "principal"), ("staff", "a\x00b", "key"), ("\ud800", "k", "principal")],
)
def test_a_submission_names_the_part_that_is_wrong(principal: str, key: str, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        Submission(CancelHold("2222222222"), principal, key)
    assert refused.value.facts["field"] == field
    assert refused.value.sentence("zh-CN").encode()


def test_the_ladder_of_a_hold_is_climbed_rung_by_rung(town: Town) -> None:
    """A hold that breaks every rule at once; each remedy uncovers the next rung."""
    command = PlaceHold("mei", "nowhere", "castle", "gate", 6)
    codes = [town.refused(command)]
    town.volunteer(joined="2026-01-01")
    town.accepted(SetStanding("mei", "suspended"))
    codes.append(town.refused(command))
    town.accepted(SetStanding("mei", "good"))
    codes.append(town.refused(command))
    remedies = [
        PlaceHold("mei", "town", "castle", "gate", 6),
        PlaceHold("mei", "town", "cup", "gate", 6),
        PlaceHold("mei", "town", "cup", "till", 6),
        PlaceHold("mei", "town", "cup", "till", 5),
        PlaceHold("mei", "town", "cup", "till", 3),
    ]
    codes.extend(town.refused(changed) for changed in remedies)
    assert codes == [
        "not_found", "standing_blocks", "not_found", "reward_not_offered", "wrong_outlet", "sold_out",
        "limit_reached", "insufficient_points",
    ]  # fmt: skip
    town.accepted(OpenBalance("mei", "town", 9, 1))
    assert town.do(PlaceHold("mei", "town", "cup", "till", 3)).is_accepted
