"""The table of commands: what each is called, what it reads, and the function that decides it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from points_engine.flow import notes, programme, units
from points_engine.flow.access import keys, pins, webhooks
from points_engine.flow.committee import judging, samples
from points_engine.flow.counter import cards, carrying, holds, offline, redemptions, stock, visits
from points_engine.flow.desk import Desk, Need
from points_engine.flow.money import adjustments, funds, gifts, lapses, openings
from points_engine.flow.people import changes, merge, volunteers
from points_engine.flow.scarce import cancelling, draws, takings, tickets
from points_engine.flow.service import (
    activities,
    approvals,
    challenges,
    corrections,
    planning,
    presence,
    records,
    solving,
    syncing,
)

Command = Any
"""One of the command classes of the table below."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command: its stable name, its class, what it reads, and what decides it."""

    name: str
    command: type
    needs: Callable[[Any, Desk], Iterator[Need]]
    decide: Callable[[Any, Desk], dict[str, Any]]


STEPS: Final[tuple[Step, ...]] = (
    # the programme
    Step("publish_pack", programme.PublishPack, programme.publish_needs, programme.publish_pack),
    Step("register_unit", programme.RegisterUnit, programme.unit_needs, programme.register_unit),
    Step("register_kiosk", programme.RegisterKiosk, programme.kiosk_needs, programme.register_kiosk),
    Step("register_partner", programme.RegisterPartner, programme.partner_needs, programme.register_partner),
    Step("register_outlet", programme.RegisterOutlet, programme.outlet_needs, programme.register_outlet),
    Step("register_group", programme.RegisterGroup, programme.group_needs, programme.register_group),
    Step("move_unit", units.MoveUnit, units.move_needs, units.move_unit),
    # access
    Step("issue_key", keys.IssueKey, keys.issue_needs, keys.issue_key),
    Step("amend_key", keys.AmendKey, keys.amend_needs, keys.amend_key),
    Step("revoke_key", keys.RevokeKey, keys.revoke_needs, keys.revoke_key),
    Step("note_key_uses", keys.NoteKeyUses, keys.uses_needs, keys.note_key_uses),
    Step("set_pin", pins.SetPin, pins.pin_needs, pins.set_pin),
    Step("count_pin_try", pins.CountPinTry, pins.pin_needs, pins.count_pin_try),
    Step("note_right_pin", pins.NoteRightPin, pins.pin_needs, pins.note_right_pin),
    Step("unlock_pin", pins.UnlockPin, pins.pin_needs, pins.unlock_pin),
    Step("register_webhook", webhooks.RegisterWebhook, webhooks.register_webhook_needs, webhooks.register_webhook),
    Step("amend_webhook", webhooks.AmendWebhook, webhooks.webhook_needs, webhooks.amend_webhook),
    Step("set_webhook_state", webhooks.SetWebhookState, webhooks.webhook_needs, webhooks.set_webhook_state),
    Step("rotate_webhook_secret", webhooks.RotateWebhookSecret, webhooks.webhook_needs, webhooks.rotate_webhook_secret),
    Step("replay_webhook", webhooks.ReplayWebhook, webhooks.webhook_needs, webhooks.replay_webhook),
    # people
    Step("register_volunteer", volunteers.RegisterVolunteer, volunteers.register_needs, volunteers.register_volunteer),
    Step("state_fact", volunteers.StateFact, volunteers.state_needs, volunteers.state_fact),
    Step("set_standing", volunteers.SetStanding, volunteers.standing_needs, volunteers.set_standing),
    Step("merge_volunteers", merge.MergeVolunteers, merge.merge_needs, merge.merge_volunteers),
    Step("link_units", changes.LinkUnits, changes.change_needs, changes.link_units),
    Step("correct_birth_date", changes.CorrectBirthDate, changes.change_needs, changes.correct_birth_date),
    # service
    Step("register_activity", activities.RegisterActivity, activities.activity_needs, activities.register_activity),
    Step("sign_up", activities.SignUpFor, activities.sign_up_needs, activities.sign_up),
    Step("edit_activity", planning.EditActivity, planning.edit_needs, planning.edit_activity),
    Step("cancel_activity", planning.CancelActivity, planning.edit_needs, planning.cancel_activity),
    Step("mark_absent", planning.MarkAbsent, planning.absent_needs, planning.mark_absent),
    Step("withdraw_sign_up", activities.WithdrawSignUp, activities.withdraw_needs, activities.withdraw_sign_up),
    Step("check_in", presence.CheckInAt, presence.check_in_needs, presence.check_in),
    Step("check_out", presence.CheckOutAt, presence.check_out_needs, presence.check_out),
    Step("sync_presence", syncing.SyncPresence, syncing.sync_needs, syncing.sync_presence),
    Step("close_forgotten", syncing.CloseForgotten, syncing.close_forgotten_needs, syncing.close_forgotten),
    Step("solve_conflict", solving.SolveConflict, solving.solve_needs, solving.solve_conflict),
    Step("reopen_conflict", solving.ReopenConflict, solving.reopen_needs, solving.reopen_conflict),
    Step("record_service", records.RecordService, records.record_needs, records.record_service),
    Step("record_deed", records.RecordDeed, records.deed_needs, records.record_deed),
    Step("approve", approvals.ApproveFact, approvals.approve_needs, approvals.approve_fact),
    Step("reject", approvals.RejectFact, approvals.reject_needs, approvals.reject_fact),
    Step("correct", corrections.CorrectRecord, corrections.correct_needs, corrections.correct_record),
    Step("reverse", corrections.ReverseRecord, corrections.reverse_needs, corrections.reverse_record),
    Step("file_challenge", challenges.FileChallenge, challenges.file_needs, challenges.file_challenge),
    Step("answer_challenge", challenges.AnswerChallenge, challenges.answer_needs, challenges.answer_challenge),
    Step("withdraw_challenge", challenges.WithdrawChallenge, challenges.answer_needs, challenges.withdraw_challenge),
    Step("open_import", corrections.OpenImport, corrections.open_import_needs, corrections.open_import),
    Step("close_import", corrections.CloseImport, corrections.open_import_needs, corrections.close_import),
    Step(
        "reverse_imported",
        corrections.ReverseImported,
        corrections.reverse_imported_needs,
        corrections.reverse_imported,
    ),
    # the counter
    Step("place_hold", holds.PlaceHold, holds.hold_needs, holds.place_hold),
    Step("cancel_hold", holds.CancelHold, holds.cancel_needs, holds.cancel_hold),
    Step("expire_hold", holds.ExpireHold, holds.expire_needs, holds.expire_hold),
    Step("confirm_hold", redemptions.ConfirmHold, redemptions.confirm_needs, redemptions.confirm_hold),
    Step("confirm_offline", offline.ConfirmOffline, offline.offline_needs, offline.confirm_offline),
    Step("move_stock", stock.MoveStock, stock.move_needs, stock.move_stock),
    Step("carry_stock", carrying.CarryStock, carrying.carry_needs, carrying.carry_stock),
    Step("link_phone", cards.LinkPhone, cards.link_needs, cards.link_phone),
    Step("open_visit", visits.OpenVisit, visits.open_needs, visits.open_visit),
    Step("redeem", visits.Redeem, visits.redeem_needs, visits.redeem),
    Step("refund", redemptions.RefundRedemption, redemptions.refund_needs, redemptions.refund_redemption),
    # what is scarce
    Step("open_draw", draws.OpenDraw, draws.open_needs, draws.open_draw),
    Step("enter_draw", tickets.EnterDraw, tickets.enter_needs, tickets.enter_draw),
    Step("withdraw_entry", tickets.WithdrawEntry, tickets.withdraw_needs, tickets.withdraw_entry),
    Step("draw_now", draws.DrawNow, draws.draw_needs, draws.draw_now),
    Step("cancel_draw", cancelling.CancelDraw, cancelling.cancel_needs, cancelling.cancel_draw),
    Step("take_up_offer", takings.TakeUpOffer, takings.take_up_needs, takings.take_up_offer),
    Step("decline_offer", takings.DeclineOffer, takings.decline_needs, takings.decline_offer),
    Step("lapse_offer", takings.LapseOffer, takings.lapse_needs, takings.lapse_offer),
    # the committee
    Step("draw_sample", samples.DrawSample, samples.draw_needs, samples.draw_sample),
    Step("lay_out_sample", samples.LayOutSample, samples.lay_out_needs, samples.lay_out_sample),
    Step("mark_sampled", judging.MarkSampled, judging.mark_needs, judging.mark_sampled),
    Step("sign_sample", judging.SignSample, judging.sign_needs, judging.sign_sample),
    Step("erase_note", notes.EraseNote, notes.erase_needs, notes.erase_note),
    # money
    Step("register_fund", funds.RegisterFund, funds.register_fund_needs, funds.register_fund),
    Step("receive_donation", funds.ReceiveDonation, funds.donation_needs, funds.receive_donation),
    Step("allot_points", funds.AllotPoints, funds.allot_needs, funds.allot_points),
    Step("propose_adjustment", adjustments.ProposeAdjustment, adjustments.propose_needs, adjustments.propose),
    Step("decide_adjustment", adjustments.DecideAdjustment, adjustments.decide_needs, adjustments.decide),
    Step("give_points", gifts.GivePoints, gifts.give_needs, gifts.give_points),
    Step("give_from_group", gifts.GiveFromGroup, gifts.give_needs, gifts.give_from_group),
    Step("open_balance", openings.OpenBalance, openings.opening_needs, openings.open_balance),
    Step("expire_lots", lapses.ExpireLots, lapses.expire_lots_needs, lapses.expire_lots),
)

BY_COMMAND: Final[Mapping[type, Step]] = {step.command: step for step in STEPS}
BY_NAME: Final[Mapping[str, Step]] = {step.name: step for step in STEPS}
assert len(BY_COMMAND) == len(BY_NAME) == len(STEPS), "every command and every name stands once"
