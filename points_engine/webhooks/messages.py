"""Messages: an accepted command as an address is told of it. References and numbers, no names and no free text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from points_engine.flow.entities import Fact, Hold, Outlet, StoredCommand, Volunteer, VolunteerNumber, Webhook
from points_engine.flow.rules import schemes
from points_engine.flow.wire import instant
from points_engine.ledger.amounts import shown
from points_engine.reading import View
from points_engine.reading.events import commands_after
from points_engine.store.tables import table_of

TYPES: Final[Mapping[str, str]] = {
    "publish_pack": "programme.pack_published",
    "register_unit": "programme.unit_registered",
    "move_unit": "programme.unit_moved",
    "register_kiosk": "programme.kiosk_registered",
    "register_partner": "programme.partner_registered",
    "register_outlet": "programme.outlet_registered",
    "issue_key": "key.issued",
    "amend_key": "key.amended",
    "revoke_key": "key.revoked",
    "register_webhook": "webhook.registered",
    "amend_webhook": "webhook.amended",
    "set_webhook_state": "webhook.state_set",
    "rotate_webhook_secret": "webhook.secret_rotated",
    "replay_webhook": "webhook.replayed",
    "register_volunteer": "volunteer.registered",
    "state_fact": "volunteer.fact_stated",
    "set_standing": "volunteer.standing_set",
    "merge_volunteers": "volunteer.merged",
    "link_units": "volunteer.units_linked",
    "correct_birth_date": "volunteer.birth_date_corrected",
    "register_activity": "activity.registered",
    "edit_activity": "activity.edited",
    "cancel_activity": "activity.cancelled",
    "sign_up": "activity.signed_up",
    "withdraw_sign_up": "activity.sign_up_withdrawn",
    "mark_absent": "activity.absence_noted",
    "check_in": "service.checked_in",
    "check_out": "service.checked_out",
    "sync_presence": "service.presence_synced",
    "close_forgotten": "service.forgotten_closed",
    "solve_conflict": "service.conflict_solved",
    "reopen_conflict": "service.conflict_reopened",
    "record_service": "service.recorded",
    "record_deed": "service.deed_recorded",
    "approve": "service.approved",
    "reject": "service.rejected",
    "correct": "service.corrected",
    "reverse": "service.reversed",
    "file_challenge": "challenge.filed",
    "answer_challenge": "challenge.answered",
    "withdraw_challenge": "challenge.withdrawn",
    "open_import": "import.opened",
    "close_import": "import.closed",
    "reverse_imported": "import.record_reversed",
    "place_hold": "redemption.held",
    "cancel_hold": "redemption.cancelled",
    "expire_hold": "redemption.expired",
    "confirm_hold": "redemption.confirmed",
    "confirm_offline": "redemption.brought",
    "redeem": "redemption.visit_served",
    "refund": "redemption.refunded",
    "move_stock": "stock.moved",
    "carry_stock": "stock.carried",
    "open_draw": "draw.opened",
    "enter_draw": "draw.entered",
    "withdraw_entry": "draw.entry_withdrawn",
    "draw_now": "draw.drawn",
    "cancel_draw": "draw.cancelled",
    "take_up_offer": "draw.place_taken_up",
    "decline_offer": "draw.offer_declined",
    "lapse_offer": "draw.offer_lapsed",
    "draw_sample": "sample.drawn",
    "lay_out_sample": "sample.laid_out",
    "mark_sampled": "sample.marked",
    "sign_sample": "sample.signed",
    "register_fund": "fund.registered",
    "receive_donation": "fund.donation_received",
    "allot_points": "fund.points_allotted",
    "propose_adjustment": "points.adjustment_proposed",
    "decide_adjustment": "points.adjustment_decided",
    "give_points": "points.given",
    "register_group": "programme.group_registered",
    "give_from_group": "points.given_by_group",
    "open_balance": "points.opened",
    "expire_lots": "points.expired",
}
"""The type of message of every command that is told; its topic stands before the point."""

UNTOLD: Final = frozenset({
    "note_key_uses", "set_pin", "count_pin_try", "note_right_pin", "unlock_pin", "link_phone", "open_visit",
    "erase_note",
})  # fmt: skip
"""Commands that are nobody's news: secrets, tries, and steps on the way to something that is told."""

OF_PARTNERS: Final = ("redemption", "stock")
"""Topics that a partner's address is told."""

ABOUT: Final = (
    "activity", "adjustment", "amount_minor", "awaiting", "carried", "category", "challenge", "change", "charged",
    "check_in", "commitment", "conflict", "currency", "day", "draw", "effective_on", "entry", "expired", "from_day",
    "from_outlet", "fund", "generation", "group", "hash", "host", "import", "key", "kiosk", "minutes", "money",
    "outlet", "parent", "partner", "passes_to", "pays", "places", "points", "quantity", "refunded_quantity",
    "resolution", "reward", "role", "rule", "sample", "scheme", "seed", "service_minutes", "standing", "state",
    "stock", "ticket", "to_outlet", "unit", "uses_left", "verdict", "visit", "waiting", "webhook", "winners",
)  # fmt: skip
"""What a message says of a command, by the names of its fields and of its outcome's."""

_CODED: Final[Mapping[str, str]] = {
    "cancel_activity": "activity", "edit_activity": "activity", "register_unit": "unit", "move_unit": "unit",
}  # fmt: skip
"""What the field `code` is called in a message, where the outcome does not say it."""


def message_id(seq: int, index: int) -> str:
    """What a message is called, whoever it is told and however often."""
    return f"msg_{seq}_{index}"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `seq` and `index` are its place in the journal, `id` stays the same however often it is told."""

    seq: int
    index: int
    type: str
    recorded_at: datetime
    data: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Told apart by it, whoever is told twice."""
        return message_id(self.seq, self.index)

    def text(self) -> str:
        """The body, as it is signed."""
        body = {"type": self.type, "timestamp": instant(self.recorded_at), "data": dict(self.data)}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """What there is to tell of a stretch of the journal: up to `reached`, and whether more follows."""

    messages: list[Message]
    reached: tuple[int, int]
    more: bool


def after(view: View, webhook: Webhook, place: tuple[int, int], most: int) -> Stretch:
    """What a webhook is told of the next commands behind a place in the journal."""
    told, more = commands_after(view, place, most)
    reached = (told[-1].seq, told[-1].index) if told else place
    return Stretch(list(_messages(view, webhook, told)), reached, more)


def at(view: View, webhook: Webhook, seq: int, index: int) -> Message | None:
    """What a webhook is told of one command; None where it is not, or not any more."""
    table = table_of(StoredCommand)
    row = view.connection.execute(select(table).where(table.c.seq == seq, table.c["index"] == index)).first()
    return None if row is None else next(_messages(view, webhook, [StoredCommand(*row)]), None)


@dataclass(frozen=True, slots=True)
class _Said:
    """A command with what it said, what came of it, and the rows that it is about."""

    command: StoredCommand
    content: Mapping[str, Any]
    outcome: Mapping[str, Any]
    hold: Hold | None
    fact: Fact | None
    outlet: Outlet | None

    @property
    def topic(self) -> str:
        """The first part of the type of its message."""
        return TYPES[self.command.kind].partition(".")[0]

    @property
    def schemes(self) -> set[str]:
        """The schemes that it is of."""
        taken = [each.get("scheme") for each in self.content.get("rewards", ())]
        held = self.hold.scheme if self.hold is not None else None
        others = [scheme for each in self.outcome.get("others", ()) for scheme in each["awarded"]]
        named = {self.content.get("scheme"), self.outcome.get("scheme"), held, *taken, *others}
        return {name for name in named if name} | set(self.outcome.get("awarded") or ())

    @property
    def partner(self) -> str:
        """The partner that it is of; empty where it is of none."""
        if self.hold is not None:
            return self.hold.partner
        if self.outlet is not None:
            return self.outlet.partner
        return str(self.content.get("partner") or "")


def _messages(view: View, webhook: Webhook, commands: Sequence[StoredCommand]) -> Iterator[Message]:
    topics = webhook.topics.split()
    told = []
    for command in commands:
        kind = TYPES.get(command.kind)
        if kind is not None and (not topics or kind.partition(".")[0] in topics):
            told.append((command, json.loads(command.content_json), json.loads(command.outcome_json)))
    for said in _said(view, told):
        if _is_theirs(webhook, said):
            command = said.command
            data = _data(view, webhook, said)
            yield Message(command.seq, command.index, TYPES[command.kind], command.recorded_at, data)


def _said(view: View, told: Sequence[tuple[StoredCommand, Any, Any]]) -> list[_Said]:
    holds = view.by(Hold, "id", (outcome.get("hold") for _, _, outcome in told))
    facts = view.by(Fact, "id", (outcome.get("fact") or content.get("fact") for _, content, outcome in told))
    outlets = view.by(Outlet, "code", (_outlet(content, outcome) for _, content, outcome in told))
    return [
        _Said(
            command, content, outcome, holds.get(outcome.get("hold", "")),
            facts.get(outcome.get("fact") or content.get("fact") or ""),
            outlets.get(_outlet(content, outcome)),
        )
        for command, content, outcome in told
    ]  # fmt: skip


def _outlet(content: Mapping[str, Any], outcome: Mapping[str, Any]) -> str:
    """The outlet at which a command was; of one that goes between two, the one that it comes to."""
    names = (outcome.get("outlet"), *(content.get(name) for name in ("outlet", "to_outlet", "from_outlet")))
    return next((name for name in names if isinstance(name, str) and name), "")


def _is_theirs(webhook: Webhook, said: _Said) -> bool:
    """Whether a command is within what a webhook asked for; of webhooks, each is told of itself alone."""
    if said.topic == "webhook":
        return bool(said.outcome.get("webhook") == webhook.code)
    if webhook.partner and (said.topic not in OF_PARTNERS or said.partner != webhook.partner):
        return False
    return not webhook.scheme or webhook.scheme in said.schemes


def _data(view: View, webhook: Webhook, said: _Said) -> dict[str, Any]:
    found = {name: value for name, value in {**said.content, **said.outcome}.items() if name in ABOUT}
    if said.command.kind in _CODED:
        found[_CODED[said.command.kind]] = said.content["code"]
    if said.fact is not None:
        found["record"] = said.fact.id
        found.setdefault("activity", said.fact.activity)
    if said.hold is not None:
        held = said.hold
        found |= {"hold": held.id, "scheme": held.scheme, "reward": held.reward, "partner": held.partner}
        found["outlet"] = found.get("outlet") or held.confirmed_outlet or held.outlet
    if said.outcome.get("awarded"):
        found["awarded"] = _points(view, webhook, said.outcome["awarded"])
    if others := [each for each in said.outcome.get("others", ()) if each["awarded"]]:
        found["others"] = [_other(view, webhook, each) for each in others]
    if said.command.kind == "redeem":
        found["rewards"] = [
            {"hold": each["hold"], "scheme": asked["scheme"], "reward": each["reward"], "quantity": each["quantity"],
             "points": each["points"], "money": each["money"]}
            for asked, each in zip(said.content["rewards"], said.outcome["rewards"], strict=True)
            if webhook.scheme in ("", asked["scheme"])
        ]  # fmt: skip
    if webhook.names_volunteers and (number := _number(view, said)):
        found["volunteer"] = number
    return {name: value for name, value in sorted(found.items()) if value not in (None, "", [], {})}


def _points(view: View, webhook: Webhook, awarded: Mapping[str, int]) -> dict[str, str]:
    scale = {scheme.code: scheme.scale for scheme in view.ask(schemes)}
    return {
        scheme: shown(amount, scale[scheme]) for scheme, amount in awarded.items() if webhook.scheme in ("", scheme)
    }


def _other(view: View, webhook: Webhook, other: Mapping[str, Any]) -> dict[str, Any]:
    """What changed for somebody else of a household that is counted together."""
    found: dict[str, Any] = {"awarded": _points(view, webhook, other["awarded"])}
    person = view.one(Volunteer, other["volunteer"]) if webhook.names_volunteers else None
    return found if person is None else found | {"volunteer": person.number}


def _number(view: View, said: _Said) -> str:
    """The present number of the volunteer whom a command is about; empty where it is about none."""
    owner = said.hold.volunteer_id if said.hold is not None else said.fact.volunteer_id if said.fact is not None else ""
    if not owner:
        number = said.content.get("volunteer") or said.content.get("number") or said.content.get("survivor") or ""
        found = view.one(VolunteerNumber, number)
        owner = "" if found is None else found.volunteer_id
    person = view.one(Volunteer, owner) if owner else None
    return "" if person is None else person.number
