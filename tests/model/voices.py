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
REWARDS: Final = ("cup", "cup", "cup", "class", "class", "seat", "seat", "perk", "tea", "tools", "tools", "past", "bun",
                  "nothing")  # fmt: skip
COUNTERS: Final = {"shop": "till", "museum": "gate", "baker": "oven"}
SENDERS: Final = ("lea", "lea", "lea", "max", "max", "volunteer:ann", "bob")
AGO_MINUTES: Final = (10, 70, 300, 700, 1_500, 3_000, 20_000, 70_000)

WEIGHTS: Final[Mapping[str, int]] = {
    "place_hold": 18, "confirm_hold": 14, "refund": 7, "cancel_hold": 2, "expire_hold": 4,
    "link_phone": 1, "open_visit": 6, "redeem": 8,
    "record_service": 12, "record_deed": 6, "approve": 6, "reject": 2, "reverse": 4, "correct": 5,
    "check_in": 4, "check_out": 5, "sign_up": 3, "withdraw_sign_up": 2,
    "open_balance": 9, "expire_lots": 4, "propose_adjustment": 3, "decide_adjustment": 4, "receive_donation": 2,
    "state_fact": 4, "set_standing": 3, "register_volunteer": 3, "merge_volunteers": 2,
    "open_import": 2, "close_import": 1, "reverse_imported": 2,
    "publish_pack": 1, "register_activity": 1, "register_unit": 1, "register_kiosk": 1, "register_partner": 2,
    "register_outlet": 2, "register_fund": 1, "issue_key": 2, "revoke_key": 1, "note_key_uses": 1,
}  # fmt: skip
"""How often each command is asked where somebody asks at random."""

FOLLOWS: Final[Mapping[str, Sequence[str]]] = {
    "sign_up": ("withdraw_sign_up",),
    "open_visit": ("redeem",),
    "place_hold": ("confirm_hold",),
    "check_in": ("check_in", "check_out", "check_out"),
}
"""What often comes right after."""

WORDS: Final = tuple(word for word, weight in WEIGHTS.items() for _ in range(weight))


@dataclass
class Known:
    """What those who ask have heard of: codes, records and proposals, the newest last."""

    codes: list[tuple[str, str]] = field(default_factory=list)
    """Each with the outlet where it may be used."""
    used: list[tuple[str, str]] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    present: list[tuple[str, str]] = field(default_factory=list)
    promised: list[tuple[str, str]] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)
    visits: list[tuple[str, str]] = field(default_factory=list)
    records: list[Mapping[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, books: Books) -> Known:
        """Everything that is in the model's books."""
        codes = [(code, books.holds[hold]) for code, hold in books.codes.items()]
        return cls(
            codes=[(code, hold.outlet or COUNTERS[hold.partner]) for code, hold in codes],
            used=[(code, hold.used_at) for code, hold in codes if hold.state == "confirmed"],
            facts=list(books.facts),
            waiting=[each.id for each in books.facts.values() if each.state == "recorded"],
            present=[(books.people[each.who].number, each.activity) for each in books.presences if each.is_open],
            promised=[(books.people[who].number, activity) for activity, who in books.promises],
            visits=[(identity, visit.outlet) for identity, visit in books.visits.items()],
            proposals=[identity for identity, each in books.proposals.items() if each.state == "proposed"]
            or list(books.proposals),
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
        said = {"id": self.choose(("k1", "k2")), "digest": "a" * 64, "role": "merchant", "principal": "wang"}
        return {**said, "label": "till", "outlet": outlet, "scheme": scheme}

    def revoke_key(self) -> dict[str, Any]:
        return {"id": self.choose(("k1", "k2"))}

    def note_key_uses(self) -> dict[str, Any]:
        keys = self.choose((("k1",), ("k1",), ("k2",), ("k1", "k2")))
        return {"uses": {key: self.now() - timedelta(minutes=self.choose((0, 5))) for key in keys}}

    def register_fund(self) -> dict[str, Any]:
        code, currency = self.choose(("spare", "community")), self.choose(("CNY", "JPY"))
        return {"code": code, "name_zh": "基金", "name_en": "Fund", "currency": currency}

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
            (("volunteer.flags", ["double"]), ("volunteer.flags", ["none"]), ("volunteer.roles", ["nurse"]))
        )
        day = self.day(self.choose((0, -1, -20, -60)))
        return {"volunteer": self.anybody(), "name": name, "from_day": day, "value": value}

    def set_standing(self) -> dict[str, Any]:
        standing = self.choose(("good",) * 8 + ("suspended", "blacklisted"))
        return {"volunteer": self.anybody(), "standing": standing}

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
        minutes = self.choose((None, None, None, 0, 90, 50_000, -5))
        at = None if minutes is None else self.now() - timedelta(minutes=minutes)
        kiosk = self.choose(("", "", "kiosk", "moon"))
        return {"volunteer": self.anybody(), "activity": self.activity(), "kiosk": kiosk, "at": at}

    def check_out(self) -> dict[str, Any]:
        number, activity = self.newest(self.known().present, (self.anybody(), self.activity()))
        minutes = self.choose((None, None, None, 0, 30, -5))
        at = None if minutes is None else self.now() - timedelta(minutes=minutes)
        return {"volunteer": number, "activity": activity, "at": at}

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
        outlet, many = self.choose(("",) * 8 + ("till", "gate", "moon")), self.choose((1, 1, 1, 2, 3))
        said = {"volunteer": self.anybody(), "scheme": scheme, "reward": reward}
        return {**said, "outlet": outlet, "quantity": many}

    def code(self) -> tuple[str, str]:
        """A voucher, and where it belongs."""
        return self.newest(self.known().codes, (self.choose((NOT_A_CODE, MISTYPED)), "till"))

    def cancel_hold(self) -> dict[str, Any]:
        return {"code": self.code()[0]}

    def expire_hold(self) -> dict[str, Any]:
        return {"code": self.code()[0]}

    def confirm_hold(self) -> dict[str, Any]:
        code, place = self.code()
        typed = self.choose((code, code, f"{code[:4]} {code[4:].lower()}"))
        return {"code": typed, "outlet": self.choose((place, place, place, place, "till-2", "gate", "moon"))}

    def refund(self) -> dict[str, Any]:
        known = self.known()
        code, place = self.newest(self.choose((known.used, known.used, known.codes)), (NOT_A_CODE, "till"))
        outlet, many = self.choose(("", "", place, place, "till", "moon")), self.choose((None, None, 1, 1, 2))
        restock = self.choose((True, True, False))
        return {"code": code, "reason": "broken", "outlet": outlet, "quantity": many, "restock": restock}

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
            fitting = (("cup",), ("cup",), ("tea",), ("cup", "tools"), ("tools", "cup"))
        rewards = self.choose((*fitting, *fitting, ("cup", "class")))
        taken = [
            {"scheme": "guild" if reward == "tools" else "town", "reward": reward, "quantity": self.choose((1, 1, 2))}
            for reward in rewards
        ]
        return {"visit": visit, "rewards": taken}

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
