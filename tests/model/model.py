"""The model: every command by name, with the keys that make asking again safe."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from tests.model import (
    activities,
    challenges,
    counter,
    draws,
    gifts,
    money,
    offline,
    people,
    pins,
    presence,
    programme,
    service,
    stock,
    webhooks,
)  # fmt: skip
from tests.model.books import Act, Asked, Books, No

ACTS: Final[Mapping[str, Act]] = {
    act.__name__: act
    for act in (
        programme.publish_pack, programme.register_unit, programme.register_kiosk, programme.register_partner,
        programme.register_outlet, programme.move_unit, programme.issue_key, programme.amend_key,
        programme.revoke_key, programme.note_key_uses, webhooks.register_webhook, webhooks.amend_webhook,
        webhooks.set_webhook_state, webhooks.rotate_webhook_secret, webhooks.replay_webhook,
        pins.set_pin, pins.count_pin_try, pins.note_right_pin,
        pins.unlock_pin, people.register_volunteer, people.state_fact, people.set_standing, people.merge_volunteers,
        people.link_units, people.correct_birth_date,
        activities.register_activity, activities.edit_activity, activities.cancel_activity, activities.sign_up,
        activities.withdraw_sign_up, activities.mark_absent, presence.check_in, presence.check_out,
        presence.sync_presence, presence.close_forgotten, presence.solve_conflict, presence.reopen_conflict,
        challenges.file_challenge, challenges.answer_challenge, challenges.withdraw_challenge,
        service.record_service, service.record_deed,
        service.approve, service.reject, service.correct, service.reverse, service.open_import, service.close_import,
        service.reverse_imported, counter.place_hold, counter.cancel_hold, counter.expire_hold, counter.confirm_hold,
        counter.refund, offline.confirm_offline, stock.move_stock, stock.carry_stock, counter.link_phone,
        counter.open_visit,
        gifts.give_points, gifts.register_group, gifts.give_from_group,
        counter.redeem, programme.register_fund, programme.receive_donation,
        programme.allot_points, money.propose_adjustment, money.decide_adjustment, money.open_balance,
        money.expire_lots,
        draws.open_draw, draws.enter_draw, draws.withdraw_entry, draws.draw_now, draws.take_up_offer,
        draws.decline_offer, draws.lapse_offer, draws.cancel_draw,
    )
}  # fmt: skip
"""What the model can predict, by the names of the engine's table of commands."""


@dataclass(frozen=True)
class Message:
    """A command by name, with its fields, its sender, its key and how long it is valid."""

    word: str
    fields: Mapping[str, Any]
    by: str
    key: str
    valid_until: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What a message must be told: an empty `code` means yes."""

    code: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    replayed: bool = False


class Model:
    """The town as it must be."""

    def __init__(self) -> None:
        self.books = Books()
        self._answered: dict[tuple[str, str], tuple[str, Mapping[str, Any], Answer]] = {}

    def answer(self, message: Message, command_id: str, now: datetime) -> Answer:
        """Do what a message says, and answer it."""
        place = (message.by, message.key)
        if place in self._answered:
            word, fields, answer = self._answered[place]
            if (word, fields) != (message.word, message.fields):
                return Answer("key_reused", {"key": message.key})
            return Answer(result=answer.result, replayed=True)
        if message.valid_until is not None and now > message.valid_until:
            return Answer("command_expired")
        before = pickle.dumps(self.books)
        try:
            result = ACTS[message.word](self.books, Asked(message.by, now, command_id), **message.fields)
        except No as no:
            self.books = pickle.loads(before)
            return Answer(no.code, no.facts)
        answer = Answer(result=result)
        self._answered[place] = (message.word, message.fields, answer)
        return answer

    def knows(self, message: Message) -> bool:
        """Whether a message's key has been accepted before."""
        return (message.by, message.key) in self._answered
