"""What people ask: for every command a way to fill in its fields, mostly sensibly, sometimes not.

Every choice goes through one function, so that hypothesis, a seeded walk and a rush of threads ask the same things.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final, TypeVar

from tests.model.books import Books, day_of
from tests.model.mirror import PEOPLE, canonical_of
from tests.model.rules import FIRST_TOWN, ONLY_GUILD, SECOND_TOWN

T = TypeVar("T")
Choose = Callable[[Sequence[Any]], Any]

NOT_A_CODE: Final = "2222222222"
"""Well formed, and of no hold."""

MISTYPED: Final = "2222222223"
JAM_OUTLETS: Final = ("till", "till", "till-2", "till", "", "booth")
"""Each has its own stock of jam, but for those that have none."""

FORGED: Final = "PO1AAAAAAAA"
"""A token that nobody has signed."""

REWARDS: Final = ("cup", "cup", "cup", "jam", "jam", "class", "class", "seat", "seat", "perk", "tea", "tools", "tools",
                  "past", "bun", "nothing")  # fmt: skip
COUNTERS: Final = {"shop": "till", "museum": "gate", "baker": "oven"}
SENDERS: Final = ("lea", "lea", "lea", "max", "max", "volunteer:ann", "bob")
AT_THE_MILL: Final = ("volunteer.household", "mill lane 3")
AGO_MINUTES: Final = (10, 70, 300, 700, 1_500, 3_000, 20_000, 70_000)

WEIGHTS: Final[Mapping[str, int]] = {
    "place_hold": 18, "confirm_hold": 14, "refund": 7, "cancel_hold": 2, "expire_hold": 4,
    "link_phone": 1, "open_visit": 6, "redeem": 10,
    "record_service": 12, "record_deed": 6, "approve": 6, "reject": 2, "reverse": 4, "correct": 5,
    "check_in": 4, "check_out": 5, "sign_up": 3, "withdraw_sign_up": 2,
    "open_balance": 9, "expire_lots": 4, "propose_adjustment": 3, "decide_adjustment": 4, "receive_donation": 2,
    "allot_points": 2, "register_group": 1, "give_from_group": 1,
    "state_fact": 4, "set_standing": 3, "register_volunteer": 3, "merge_volunteers": 2,
    "open_import": 2, "close_import": 1, "reverse_imported": 2,
    "publish_pack": 1, "register_activity": 2, "register_unit": 1, "register_kiosk": 1, "register_partner": 2,
    "register_outlet": 2, "register_fund": 1, "issue_key": 2, "revoke_key": 1, "note_key_uses": 1, "amend_key": 1,
    "register_webhook": 1, "amend_webhook": 1, "set_webhook_state": 1, "rotate_webhook_secret": 1, "replay_webhook": 1,
    "move_unit": 2, "link_units": 2, "correct_birth_date": 1, "edit_activity": 2, "cancel_activity": 1,
    "mark_absent": 2, "sync_presence": 9, "close_forgotten": 4, "solve_conflict": 4, "reopen_conflict": 1,
    "file_challenge": 3, "answer_challenge": 3, "withdraw_challenge": 2, "move_stock": 3, "carry_stock": 3,
    "give_points": 5, "confirm_offline": 6, "set_pin": 1, "count_pin_try": 4, "note_right_pin": 1, "unlock_pin": 1,
    "open_draw": 4, "enter_draw": 6, "withdraw_entry": 2, "draw_now": 4, "take_up_offer": 4, "decline_offer": 2,
    "lapse_offer": 6, "cancel_draw": 1,
}  # fmt: skip
"""How often each command is asked where somebody asks at random."""

FOLLOWS: Final[Mapping[str, Sequence[str]]] = {
    "sign_up": ("withdraw_sign_up", "withdraw_sign_up", "mark_absent"),
    "solve_conflict": ("reopen_conflict",),
    "issue_key": ("amend_key", "revoke_key", "note_key_uses"),
    "register_webhook": ("amend_webhook", "replay_webhook", "rotate_webhook_secret", "set_webhook_state"),
    "amend_webhook": ("set_webhook_state", "amend_webhook"),
    "close_import": ("reverse_imported", "reverse_imported"),
    "open_visit": ("redeem",),
    "carry_stock": ("carry_stock", "place_hold"),
    "open_draw": ("enter_draw", "enter_draw"),
    "enter_draw": ("enter_draw", "enter_draw", "enter_draw", "draw_now", "take_up_offer"),
    "draw_now": ("take_up_offer", "decline_offer", "decline_offer", "lapse_offer", "lapse_offer"),
    "decline_offer": ("take_up_offer",),
    "place_hold": ("confirm_hold", "confirm_hold", "confirm_offline"),
    "confirm_offline": ("confirm_offline", "confirm_offline", "confirm_hold", "cancel_hold"),
    "check_in": ("check_in", "check_out", "check_out", "sync_presence"),
    "sync_presence": ("sync_presence", "sync_presence", "solve_conflict"),
    "count_pin_try": ("count_pin_try", "count_pin_try", "note_right_pin"),
    "file_challenge": ("answer_challenge",),
}
"""What often comes right after."""

WORDS: Final = tuple(word for word, weight in WEIGHTS.items() for _ in range(weight))


@dataclass
class Known:
    """What those who ask have heard of: codes, records and proposals, the newest last."""

    codes: list[tuple[str, str]] = field(default_factory=list)
    tokens: Mapping[str, str] = field(default_factory=dict)
    """What the QR codes say, by the short code."""
    offline: list[tuple[str, str]] = field(default_factory=list)
    """Those of rewards that are handed over without a network."""
    """Each with the outlet where it may be used."""
    used: list[tuple[str, str]] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    present: list[tuple[str, str]] = field(default_factory=list)
    promised: list[tuple[str, str]] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    visits: list[tuple[str, str]] = field(default_factory=list)
    records: list[Mapping[str, Any]] = field(default_factory=list)
    open_presences: list[str] = field(default_factory=list)
    conflicts: list[tuple[str, str]] = field(default_factory=list)
    """Each with its action."""
    kept: list[str] = field(default_factory=list)
    challenges: list[str] = field(default_factory=list)
    draws: list[str] = field(default_factory=list)
    """Those that close last stand last."""
    tickets: list[tuple[str, str, int, str]] = field(default_factory=list)
    """Each with its draw, whose it is, and its state."""

    @classmethod
    def of(cls, books: Books) -> Known:
        """Everything that is in the model's books."""
        tokens = {hold: name for name, hold in books.codes.items() if name.startswith("PO1")}
        codes = [(name, books.holds[hold]) for name, hold in books.codes.items() if not name.startswith("PO1")]
        return cls(
            tokens={code: tokens[hold.id] for code, hold in codes if hold.id in tokens},
            codes=[(code, hold.outlet or COUNTERS[hold.partner]) for code, hold in codes],
            offline=[(code, hold.outlet or COUNTERS[hold.partner]) for code, hold in codes if hold.brought_until],
            used=[(code, hold.used_at) for code, hold in codes if hold.state == "confirmed"],
            facts=list(books.facts),
            waiting=[each.id for each in books.facts.values() if each.state == "recorded"],
            present=[(books.people[each.who].number, each.activity) for each in books.presences if each.is_open],
            promised=[(books.people[who].number, activity) for activity, who in books.promises],
            visits=[(identity, visit.outlet) for identity, visit in books.visits.items()],
            proposals=[identity for identity, each in books.proposals.items() if each.state == "proposed"]
            or list(books.proposals),
            open_presences=[each.id for each in books.presences if each.is_open and each.id],
            conflicts=[(each.id, each.action) for each in books.conflicts if each.state == "open" and each.id]
            or [(each.id, each.action) for each in books.conflicts if each.id],
            kept=[each.id for each in books.conflicts if each.resolution == "keep" and each.id],
            challenges=[identity for identity, each in books.challenges.items() if each.state == "open"]
            or list(books.challenges),
            draws=[code for code, _ in sorted(books.draws.items(), key=lambda each: each[1].closes)],
            tickets=[
                (code, books.people[each.who].number, number, each.state)
                for code, draw in books.draws.items()
                for number, each in enumerate(draw.tickets, start=1)
            ],
        )


class Voices:
    """Somebody who asks: `choose` picks one of a sequence, `now` tells the time, `known` what has been heard of."""

    def __init__(self, choose: Choose, now: Callable[[], datetime], known: Callable[[], Known]) -> None:
        self.choose = choose
        self.now = now
        self.known = known

    def fields(self, word: str) -> dict[str, Any]:
        """The fields of a command."""
        made: dict[str, Any] = getattr(self, word)()
        return made

    def newest(self, found: Sequence[T], otherwise: T) -> T:
        """One of the last few, or now and then (and where there is none) something that means nothing."""
        if not found or self.choose(range(16)) == 15:
            return otherwise
        last = list(found[-6:][::-1])
        picked: T = self.choose(last[:1] * 4 + last[:2] * 2 + last)
        return picked

    def anybody(self) -> str:
        """A volunteer's number, or what looks like one."""
        return str(self.choose((*PEOPLE * 5, "eve", "eve", "nobody")))

    def scheme(self) -> str:
        """A scheme, or what looks like one."""
        return str(self.choose(("town",) * 8 + ("guild",) * 7 + ("nowhere",)))

    def activity(self) -> str:
        """A place to serve in, or what looks like one."""
        return str(self.choose(("garden", "garden", "garden", "street", "street", "library", "clinic", "moon")))

    def day(self, ahead: int) -> date:
        """A day some days from now."""
        return day_of(self.now()) + timedelta(days=ahead)

    def stretch(self) -> tuple[datetime, datetime]:
        """A time that began a while ago and lasted a while."""
        begun = self.choose(AGO_MINUTES)
        start = self.now() - timedelta(minutes=begun)
        lasted = self.choose((20, 55, 55, 130, 130, 400, 700, 0, begun, begun + 1))
        return start, start + timedelta(minutes=lasted)

    # ---- the programme -----------------------------------------------------------------------------------------

    def publish_pack(self) -> dict[str, Any]:
        edition = self.choose((SECOND_TOWN, SECOND_TOWN, FIRST_TOWN, ONLY_GUILD))
        return {"canonical": canonical_of(edition), "effective_on": self.day(self.choose((1, 2, 0, -1)))}

    def register_unit(self) -> dict[str, Any]:
        code, parent = self.choose(("hill", "ridge", "riverside")), self.choose((None, "riverside", "sea"))
        return {"code": code, "kind": "community", "name_zh": "山", "name_en": "Hill", "parent": parent}

    def move_unit(self) -> dict[str, Any]:
        code, parent = self.choose(("hill", "ridge", "riverside")), self.choose((None, "riverside", "hill", "sea"))
        return {"code": code, "parent": parent, "from_day": self.day(self.choose((0, 0, -9, 1)))}

    def register_kiosk(self) -> dict[str, Any]:
        code, unit = self.choose(("hut", "kiosk")), self.choose(("riverside", "hill", "sea"))
        return {"code": code, "unit": unit, "name_zh": "屋", "name_en": "Hut"}

    def register_partner(self) -> dict[str, Any]:
        code, kind = self.choose(("baker", "baker", "shop")), self.choose(("public_service", "commerce"))
        return {"code": code, "kind": kind, "name_zh": "饼", "name_en": "Baker"}

    def register_outlet(self) -> dict[str, Any]:
        code, partner = self.choose(("oven", "booth", "till")), self.choose(("baker", "shop", "shop", "nobody"))
        unit = self.choose((None, None, "riverside", "sea"))
        return {"code": code, "partner": partner, "name_zh": "炉", "name_en": "Oven", "unit": unit}

    def issue_key(self) -> dict[str, Any]:
        outlet, scheme = self.choose(("till", "till", "moon")), self.choose(("", "town", "town", "nowhere"))
        principal, volunteer = self.choose((("wang", ""), ("wang", "bob"), ("max", ""), ("max", "bob"), ("max", "eve")))
        said = {"id": self.choose(("k1", "k2", "k3")), "digest": "a" * 64, "role": "merchant", "principal": principal}
        return {**said, "label": "till", "outlet": outlet, "scheme": scheme, "volunteer": volunteer}

    def amend_key(self) -> dict[str, Any]:
        return {"id": self.choose(("k1", "k2")), "label": self.choose(("till", "the old till"))}

    def revoke_key(self) -> dict[str, Any]:
        return {"id": self.choose(("k1", "k2"))}

    def register_webhook(self) -> dict[str, Any]:
        scheme, partner = self.choose((("", ""), ("town", "shop"), ("nowhere", ""), ("", "nobody")))
        return {**self.amend_webhook(), "scheme": scheme, "partner": partner}

    def amend_webhook(self) -> dict[str, Any]:
        topics = self.choose(((), ("stock", "redemption"), ("points",)))
        url = f"https://{self.choose(('here', 'there'))}.example.org/"
        return {"code": self.choose(("w1", "w2")), "url": url, "label": "platform", "topics": topics}

    def set_webhook_state(self) -> dict[str, Any]:
        states = ("paused", "active", "suspended", "removed")
        return {"code": self.choose(("w1", "w2")), "state": self.choose(states)}

    def rotate_webhook_secret(self) -> dict[str, Any]:
        return {"code": self.choose(("w1", "w2"))}

    def replay_webhook(self) -> dict[str, Any]:
        return {"code": self.choose(("w1", "w2")), "seq": self.choose((0, 3))}

    def note_key_uses(self) -> dict[str, Any]:
        keys = self.choose((("k1",), ("k1",), ("k2",), ("k1", "k2")))
        return {"uses": {key: self.now() - timedelta(minutes=self.choose((0, 5))) for key in keys}}

    def register_fund(self) -> dict[str, Any]:
        code, currency = self.choose(("spare", "community")), self.choose(("CNY", "JPY"))
        return {"code": code, "name_zh": "基金", "name_en": "Fund", "currency": currency}

    def allot_points(self) -> dict[str, Any]:
        fund, scheme = self.choose(("community", "community", "moon")), self.choose(("town", "guild", "nowhere"))
        return {"fund": fund, "scheme": scheme, "points": Fraction(self.choose((3, "1/2", "1/20"))), "reason": "a vote"}

    def receive_donation(self) -> dict[str, Any]:
        fund, amount = self.choose(("community", "community", "spare")), self.choose((1, 200, 350))
        return {"fund": fund, "amount_minor": amount, "donor": "a neighbour"}

    # ---- people ------------------------------------------------------------------------------------------------

    def register_volunteer(self) -> dict[str, Any]:
        number, name = self.choose((("eve", "Eve"), ("eve", "Eve"), ("fay", "Fay"), ("fay", "Eve"), ("ann", "Ann")))
        referrer, unit = self.choose((None, "ann", "dee", "nobody")), self.choose((None, None, "riverside", "sea"))
        born = self.choose((None, None, None, date(1950, 1, 1), date(2030, 1, 1)))
        said = {"number": number, "name": name, "joined_on": self.day(self.choose((0, -3, -90)))}
        return {**said, "referrer": referrer, "home_unit": unit, "born_on": born}

    def state_fact(self) -> dict[str, Any]:
        name, value = self.choose(
            (
                ("volunteer.flags", ["double"]),
                ("volunteer.flags", ["none"]),
                ("volunteer.roles", ["nurse"]),
                AT_THE_MILL,
            )
        )
        day = self.day(self.choose((0, -1, -20, -60)))
        return {"volunteer": self.anybody(), "name": name, "from_day": day, "value": value}

    def set_standing(self) -> dict[str, Any]:
        standing = self.choose(("good",) * 8 + ("suspended", "blacklisted"))
        return {"volunteer": self.anybody(), "standing": standing}

    def link_units(self) -> dict[str, Any]:
        home, work = self.choose(("riverside", "hill", None, "sea")), self.choose((None, None, "riverside"))
        day = self.day(self.choose((0, -1, -20, 1)))
        return {"volunteer": self.anybody(), "from_day": day, "home_unit": home, "work_unit": work}

    def correct_birth_date(self) -> dict[str, Any]:
        born = self.choose((None, date(1951, 2, 3), date(1990, 12, 31), date(2030, 1, 1)))
        return {"volunteer": self.anybody(), "born_on": born, "reason": "read wrongly"}

    def set_pin(self) -> dict[str, Any]:
        return {"volunteer": self.pinned(), "pin_hash": self.choose(("$argon2id$one", "$argon2id$two"))}

    def pinned(self) -> str:
        """Mostly one of two, so that tries add up."""
        return str(self.choose(("ann", "ann", "ann", "bob", "nobody")))

    def count_pin_try(self) -> dict[str, Any]:
        return {"volunteer": self.pinned(), "proof": self.choose(("a" * 64, "b" * 64))}

    def note_right_pin(self) -> dict[str, Any]:
        return {"volunteer": self.pinned()}

    def unlock_pin(self) -> dict[str, Any]:
        return {"volunteer": self.pinned()}

    def merge_volunteers(self) -> dict[str, Any]:
        absorbed = self.choose(("eve", "fay", "eve", "fay", self.anybody()))
        return {"absorbed": absorbed, "survivor": self.anybody()}

    # ---- service -----------------------------------------------------------------------------------------------

    def register_activity(self) -> dict[str, Any]:
        code, host = self.choose(("wood", "garden")), self.choose(("riverside", "hill"))
        return {"code": code, "name": "Wood", "category": "green", "host": host, "capacity": 2}

    def sign_up(self) -> dict[str, Any]:
        return {"volunteer": self.anybody(), "activity": self.choose(("library", "wood", self.activity()))}

    def withdraw_sign_up(self) -> dict[str, Any]:
        number, activity = self.newest(self.known().promised, (self.anybody(), self.activity()))
        return {"volunteer": number, "activity": activity}

    def check_in(self) -> dict[str, Any]:
        minutes = self.choose((None, None, None, 0, 90, 50_000, -1, -5))
        at = None if minutes is None else self.now() - timedelta(minutes=minutes)
        kiosk = self.choose(("", "", "kiosk", "moon"))
        return {"volunteer": self.anybody(), "activity": self.activity(), "kiosk": kiosk, "at": at}

    def check_out(self) -> dict[str, Any]:
        number, activity = self.newest(self.known().present, (self.anybody(), self.activity()))
        minutes = self.choose((None, None, None, 0, 30, -2, -5))
        at = None if minutes is None else self.now() - timedelta(minutes=minutes)
        return {"volunteer": number, "activity": activity, "at": at}

    def edit_activity(self) -> dict[str, Any]:
        code, name = self.choose(("wood", "library", "street", "street", "moon")), self.choose((None, "New"))
        category, capacity = self.choose((None, None, "green", "medical")), self.choose((None, None, 0, 3))
        return {"code": code, "name": name, "category": category, "capacity": capacity}

    def cancel_activity(self) -> dict[str, Any]:
        return {"code": self.choose(("wood", "wood", "street", "moon")), "reason": "rain"}

    def mark_absent(self) -> dict[str, Any]:
        number, activity = self.newest(self.known().promised, (self.anybody(), self.activity()))
        return {"volunteer": number, "activity": activity, "day": self.day(self.choose((0, 0, -1, 1)))}

    def sync_presence(self) -> dict[str, Any]:
        action = self.choose(("check_in", "check_out"))
        number, activity = self.anybody(), self.activity()
        if action == "check_out" and self.choose((True, True, False)):
            number, activity = self.newest(self.known().present, (number, activity))
        at = self.now() - timedelta(minutes=self.choose((0, 1, 30, 31, 90, 91, 200, 700, 50_000, -1, -2, -3)))
        kiosk = self.choose(("", "kiosk", "hut", "moon"))
        return {"action": action, "volunteer": number, "activity": activity, "at": at, "kiosk": kiosk}

    def close_forgotten(self) -> dict[str, Any]:
        return {"check_in": self.newest(self.known().open_presences, "no-such-stretch")}

    def solve_conflict(self) -> dict[str, Any]:
        identity, action = self.newest(self.known().conflicts, ("no-such-conflict", "check_in"))
        said: dict[str, Any] = {"conflict": identity, "reason": "asked"}
        way = self.choose(("keep", "keep", "retry", "retry", "retry", "record", "correct"))
        start, end = self.stretch()
        if way == "record":
            return {**said, "resolution": way, "start": start, "end": end}
        if way == "correct":
            return {**said, "resolution": way, **self.choose(({"end": end}, {"start": start, "end": end}))}
        if way == "retry":
            other = self.choose(({}, {}, {"volunteer": self.anybody()}, {"activity": self.activity()}))
            at = self.choose((None, None, start if action == "check_in" else end))
            return {**said, "resolution": way, **other, **({} if at is None else {"at": at})}
        return {**said, "resolution": way}

    def reopen_conflict(self) -> dict[str, Any]:
        known = self.known()
        either = self.choose((known.kept, known.kept, [identity for identity, _ in known.conflicts]))
        return {"conflict": self.newest(either, "no-such-conflict")}

    def file_challenge(self) -> dict[str, Any]:
        kind = self.choose(("appeal", "objection"))
        return {"kind": kind, "fact": self.newest(self.known().facts, "no-such-record"), "text": "too few"}

    def answer_challenge(self) -> dict[str, Any]:
        identity = self.newest(self.known().challenges, "no-such-challenge")
        return {"challenge": identity, "is_upheld": self.choose((True, False)), "answer": "looked at"}

    def withdraw_challenge(self) -> dict[str, Any]:
        return {"challenge": self.newest(self.known().challenges, "no-such-challenge")}

    def record_service(self) -> dict[str, Any]:
        records = self.known().records
        if records and self.choose(range(4)) == 3:
            fields = dict(self.choose(records[-5:]))
            return fields if self.choose((True, False)) else {**fields, "end": fields["end"] + timedelta(minutes=1)}
        start, end = self.stretch()
        by = self.choose(("kiosk", "kiosk", "steward", "backfill", "backfill"))
        said = {"volunteer": self.anybody(), "activity": self.activity(), "start": start, "end": end}
        facts = self.choose(({}, {}, {"record.evaluation": "good"}))
        return {**said, "recorded_by": by, "facts": facts, "source": self.choose(("", "", "march", "may"))}

    def record_deed(self) -> dict[str, Any]:
        occurred_at = self.now() - timedelta(minutes=self.choose((10, 10, 60, 3_000, 90_000, -10)))
        kind, many = self.choose(("blood", "repair", "repair", "song")), Fraction(self.choose((1, 2, 3)))
        said = {"volunteer": self.anybody(), "kind": kind, "occurred_at": occurred_at, "quantity": many}
        return {**said, "source": self.choose(("", "", "march"))}

    def approve(self) -> dict[str, Any]:
        known = self.known()
        fact = self.newest(self.choose((known.waiting, known.waiting, known.facts)), "no-such-record")
        return {"fact": fact, "level": self.choose(("guild", "steward", "steward", "king"))}

    def reject(self) -> dict[str, Any]:
        return {"fact": self.newest(self.known().facts, "no-such-record"), "reason": "nobody saw it"}

    def reverse(self) -> dict[str, Any]:
        return {"fact": self.newest(self.known().facts, "no-such-record"), "reason": "entered twice"}

    def correct(self) -> dict[str, Any]:
        said = {"fact": self.newest(self.known().facts, "no-such-record"), "reason": "mistyped"}
        start, end = self.stretch()
        return {
            **said,
            **self.choose(({"start": start, "end": end}, {"end": end}, {"facts": {"record.evaluation": "fair"}})),
        }

    def open_import(self) -> dict[str, Any]:
        return {"code": self.choose(("march", "march", "may")), "title": self.choose(("", "", "May"))}

    def close_import(self) -> dict[str, Any]:
        return {"code": self.choose(("march", "may"))}

    def reverse_imported(self) -> dict[str, Any]:
        source = self.choose(("march", "march", "may"))
        return {"volunteer": self.anybody(), "source": source, "reason": "the wrong file"}

    # ---- the counter -------------------------------------------------------------------------------------------

    def place_hold(self) -> dict[str, Any]:
        reward = self.choose(REWARDS)
        scheme = self.choose(("guild",) * 9 + ("town",) if reward == "tools" else ("town",) * 9 + ("nowhere",))
        outlets: dict[str, Sequence[str]] = {"jam": JAM_OUTLETS, "cup": ("", "till") * 5 + ("gate", "moon")}
        outlet = self.choose(outlets.get(reward, ("",) * 8 + ("till", "gate", "moon")))
        many = self.choose((1, 1, 1, 2, 3))
        said = {"volunteer": self.anybody(), "scheme": scheme, "reward": reward}
        return {**said, "outlet": outlet, "quantity": many}

    def code(self) -> tuple[str, str]:
        """A voucher by its code or its token, and where it belongs."""
        known = self.known()
        code, place = self.newest(known.codes, (self.choose((NOT_A_CODE, MISTYPED, FORGED)), "till"))
        return self.choose((code, code, known.tokens.get(code, code))), place

    def cancel_hold(self) -> dict[str, Any]:
        return {"code": self.code()[0]}

    def expire_hold(self) -> dict[str, Any]:
        return {"code": self.code()[0]}

    def confirm_hold(self) -> dict[str, Any]:
        code, place = self.code()
        typed = self.choose((code, code, f"{code[:4]} {code[4:].lower()}"))
        return {"code": typed, "outlet": self.choose((place, place, place, place, "till-2", "gate", "moon"))}

    def confirm_offline(self) -> dict[str, Any]:
        found = self.known().offline
        code, place = self.newest(found, self.code()) if found else self.code()
        at = self.now() - timedelta(minutes=self.choose((0, 5, 5, 29, 95, 700, 1_600, -1, -30)))
        outlet = self.choose((place, place, place, place, "till-2", "gate", "moon"))
        return {"code": code, "outlet": outlet, "device": self.choose(("phone", "phone", "tablet")), "at": at}

    def refund(self) -> dict[str, Any]:
        known = self.known()
        code, place = self.newest(self.choose((known.used, known.used, known.codes)), (NOT_A_CODE, "till"))
        outlet, many = self.choose(("", "", place, place, "till", "moon")), self.choose((None, None, 1, 1, 2))
        restock = self.choose((True, True, False))
        return {"code": code, "reason": "broken", "outlet": outlet, "quantity": many, "restock": restock}

    def move_stock(self) -> dict[str, Any]:
        reward = self.choose(("cup", "cup", "cup", "jam", "jam", "tools", "seat", "nothing"))
        scheme = self.choose(("guild",) * 9 + ("town",) if reward == "tools" else ("town",) * 9 + ("nowhere",))
        stock, items = self.choose(("bought", "donated", "lost", "counted")), self.choose((1, 1, 2, 5, 9))
        outlet = self.choose(JAM_OUTLETS if reward == "jam" else ("", "", "till", "gate", "moon"))
        return {"scheme": scheme, "reward": reward, "stock": stock, "items": items, "outlet": outlet}

    def carry_stock(self) -> dict[str, Any]:
        reward = self.choose(("jam", "jam", "jam", "cup", "cup", "cup", "perk", "nothing"))
        there, here = self.choose(
            (("till", "till-2"), ("till-2", "till"), ("", "till"), ("till", ""), ("till-2", ""), ("gate", "till"),
             ("till", "gate"), ("till", "booth"), ("moon", "till"))
        )  # fmt: skip
        said = {
            "scheme": self.choose(("town",) * 9 + ("nowhere",)),
            "reward": reward,
            "items": self.choose((1, 1, 2, 5)),
        }
        return {**said, "from_outlet": there, "to_outlet": here}

    def link_phone(self) -> dict[str, Any]:
        return {"volunteer": self.anybody()}

    def open_visit(self) -> dict[str, Any]:
        outlet, shown = self.choose(("till", "till", "gate", "moon")), self.choose(("", "", "", "", "00000000"))
        fetched_by = self.choose(("", "", "", "", self.anybody()))
        return {"volunteer": self.anybody(), "outlet": outlet, "shown": shown, "fetched_by": fetched_by}

    def redeem(self) -> dict[str, Any]:
        visit, outlet = self.newest(self.known().visits, ("no-such-visit", "till"))
        fitting: tuple[tuple[str, ...], ...] = (("perk",), ("class",), ("perk", "seat"), ("seat", "class"))
        if outlet != "gate":
            fitting = (("cup",), ("cup",), ("tea",), ("jam",), ("jam",), ("cup", "tools"), ("tools", "cup"))
        rewards = self.choose((*fitting, *fitting, ("cup", "class")))
        taken = [
            {"scheme": "guild" if reward == "tools" else "town", "reward": reward, "quantity": self.choose((1, 1, 2))}
            for reward in rewards
        ]
        return {"visit": visit, "rewards": taken}

    def open_draw(self) -> dict[str, Any]:
        code = f"d{self.choose(range(1, 13))}"
        rule = self.choose(("fair", "fair", "fair", "queue", "queue", "lost"))
        reward = self.choose(("cup", "cup", "jam", "jam", "seat", "perk", "perk", "nothing"))
        outlets = {"jam": ("till", "till", "till-2", "", "gate"), "cup": ("", "", "", "till")}
        about = {"reward": reward, "outlet": self.choose(outlets.get(reward, ("",)))}
        if self.choose((rule == "queue", rule == "queue", rule == "queue", rule == "fair")):
            about = {"activity": self.choose(("library", "garden", "garden", "street", "wood", "moon"))}
        closes_at = self.now() + timedelta(minutes=self.choose((10, 90, 300, 1_500, 1_500, 30_000, -1)))
        scheme, hours = self.choose(("town",) * 14 + ("guild", "nowhere")), self.choose((1, 1, 48))
        said = {"code": code, "scheme": scheme, "rule": rule, "closes_at": closes_at, **about}
        return {**said, "places": self.choose((None, None, 1, 1, 2, 3)), "offer_hours": hours}

    def draw(self) -> str:
        """A draw, or what looks like one."""
        return self.newest(self.known().draws, "no-such-draw")

    def enter_draw(self) -> dict[str, Any]:
        return {"draw": self.draw(), "volunteer": self.anybody()}

    def draw_now(self) -> dict[str, Any]:
        return {"draw": self.choose((self.newest(self.known().draws[::-1], "no-such-draw"), self.draw()))}

    def cancel_draw(self) -> dict[str, Any]:
        return {"draw": self.choose((self.draw(), "no-such-draw")), "reason": "no film"}

    def ticket(self, *states: str) -> tuple[str, str, int, str]:
        """A ticket, mostly in one of these states."""
        known = self.known().tickets
        fitting = [each for each in known if each[3] in states]
        return self.newest(self.choose((fitting, fitting, fitting, known)), (self.draw(), self.anybody(), 7, ""))

    def withdraw_entry(self) -> dict[str, Any]:
        draw, number, _, _ = self.ticket("entered", "waiting")
        return {"draw": draw, "volunteer": number}

    def take_up_offer(self) -> dict[str, Any]:
        draw, number, _, _ = self.ticket("offered")
        return {"draw": draw, "volunteer": number, "outlet": self.choose(("",) * 6 + ("till", "till", "gate", "moon"))}

    def decline_offer(self) -> dict[str, Any]:
        draw, number, _, _ = self.ticket("offered")
        return {"draw": draw, "volunteer": number}

    def lapse_offer(self) -> dict[str, Any]:
        draw, _, ticket, _ = self.ticket("offered")
        return {"draw": draw, "ticket": ticket}

    def give_points(self) -> dict[str, Any]:
        to_kind = self.choose(("volunteer", "volunteer", "volunteer", "fund", "fund", "group"))
        to = self.anybody() if to_kind == "volunteer" else self.choose(("community", "community", "nowhere"))
        many = Fraction(self.choose((1, 1, 2, 4, 9, Fraction(1, 2))))
        scheme, kinship = (
            self.choose(("town",) * 8 + ("guild",)),
            self.choose(("child", "parent", "child", "", "friend")),
        )
        said = {"volunteer": self.anybody(), "scheme": scheme, "points": many, "to_kind": to_kind, "to": to}
        return {**said, "kinship": kinship}

    def register_group(self) -> dict[str, Any]:
        return {"code": self.choose(("lions", "community")), "name_zh": "队", "name_en": "Team"}

    def give_from_group(self) -> dict[str, Any]:
        said = {**self.give_points(), "group": self.choose(("lions", "nobody"))}
        return {name: value for name, value in said.items() if name not in ("volunteer", "kinship")}

    # ---- money -------------------------------------------------------------------------------------------------

    def propose_adjustment(self) -> dict[str, Any]:
        amount = self.choose((-20, -3, 4, 12))
        return {"volunteer": self.anybody(), "scheme": self.scheme(), "amount": amount, "reason": "counted wrong"}

    def decide_adjustment(self) -> dict[str, Any]:
        identity = self.newest(self.known().proposals, "no-such-proposal")
        return {"adjustment": identity, "approve": self.choose((True, True, False))}

    def open_balance(self) -> dict[str, Any]:
        days = self.choose((None, 0, 3, 10, 60, -1))
        ends = None if days is None else self.day(days)
        said = {"volunteer": self.anybody(), "scheme": self.scheme(), "points": self.choose((2, 7, 12, 30, 70))}
        return {**said, "line": self.choose(range(1, 40)), "expires_on": ends}

    def expire_lots(self) -> dict[str, Any]:
        return {"volunteer": self.anybody(), "scheme": self.scheme()}


SECONDS: Final = (1, 40, 600, 1_900, 6_000, 40_000, 86_400, 3 * 86_400, 9 * 86_400, 41 * 86_400)
"""How far the clock may move at once: a hold lapses, a day ends, a refund comes too late, lots expire."""
