"""What the model remembers: people, facts, holds, and one number for every (account, asset, lot)."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

from tests.model.rules import NEVER, SCALES, Edition

SHANGHAI: Final = timezone(timedelta(hours=8))


class Some:
    """Stands for an id or a code that the engine makes, where the model only knows that there is one."""

    def __repr__(self) -> str:
        return "SOME"


SOME: Final = Some()


class No(Exception):
    """A refusal: its code, and the numbers that it must name."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, when, and the id of the command, from which other ids are made."""

    by: str
    now: datetime
    id: str

    @property
    def today(self) -> date:
        """The day where the town is."""
        return day_of(self.now)


@dataclass(slots=True)
class Person:
    """A volunteer, and what each fact counts for at present, by scheme."""

    id: str
    number: str
    name: str
    born_on: date | None
    joined_on: date
    home: str | None = None
    work: str | None = None
    standing: str = "good"
    stated: dict[str, dict[date, Any]] = field(default_factory=dict)
    credits: dict[str, dict[str, Credit]] = field(default_factory=lambda: {scheme: {} for scheme in SCALES})

    def on(self, name: str, day: date) -> Any:
        """A stated fact as it was on a day; nothing where it was not stated yet."""
        known = [since for since in self.stated.get(name, {}) if since <= day]
        return self.stated[name][max(known)] if known else ()


@dataclass(slots=True)
class Fact:
    """Something that happened to somebody."""

    id: str
    who: str
    kind: str
    start: datetime
    end: datetime
    minutes: int
    stated: dict[str, Any]
    accepted_on: date
    recorded_by: str = "programme"
    by: str = ""
    source: str = ""
    granted: set[str] = field(default_factory=set)
    state: str = "approved"

    @property
    def is_in_force(self) -> bool:
        """Whether it counts, or waits to."""
        return self.state in ("recorded", "approved")


@dataclass(frozen=True, slots=True)
class Credit:
    """What a fact counts for: `points` in smallest units, all in the lot that ends on `ends`."""

    minutes: int = 0
    points: int = 0
    ends: date = NEVER
    awaiting: str = ""


@dataclass(slots=True)
class Presence:
    """Somebody has checked in; the engine's id is learnt from the books."""

    who: str
    activity: str
    since: datetime
    is_offline: bool
    recorded_by: str
    kiosk: str
    until: datetime | None = None
    state: str = "open"
    id: str = ""
    said_in: datetime | None = None
    said_out: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has checked out."""
        return self.state == "open"


@dataclass(slots=True)
class Conflict:
    """What was set aside for a person to look at; the engine's id is learnt from the books."""

    code: str
    action: str
    who: str
    number: str
    activity: str
    at: datetime
    kiosk: str
    recorded_by: str
    fact: str
    unit: str
    state: str = "open"
    resolution: str = ""
    id: str = ""


@dataclass(slots=True)
class Challenge:
    """Somebody says that a fact is judged wrongly."""

    kind: str
    fact: str
    who: str
    by: str
    state: str = "open"
    answered_by: str = ""


@dataclass(slots=True)
class Held:
    """A hold: `drawn` names account part, lot and amount, in the order of drawing."""

    id: str
    who: str
    scheme: str
    reward: str
    partner: str
    outlet: str
    quantity: int
    points: int
    pays: int
    drawn: list[tuple[str, date, int]]
    placed_at: datetime
    ends: datetime
    stocked: bool
    state: str = "open"
    confirmed_at: datetime | None = None
    used_at: str = ""
    refunded: int = 0
    brought_until: datetime | None = None
    shelf: str = ""


@dataclass(slots=True)
class Taken:
    """A voucher that a device took without a network."""

    hold: str
    scheme: str
    reward: str
    outlet: str
    device: str
    at: datetime
    conflict: str
    charged: str
    pays: int


@dataclass(slots=True)
class Visit:
    """Somebody stands at a counter."""

    number: str
    outlet: str
    ends: datetime
    fetched_by: str


@dataclass(slots=True)
class Proposal:
    """An adjustment that somebody has asked for."""

    who: str
    scheme: str
    amount: int
    ends: date
    by: str
    state: str = "proposed"


Line = tuple[str, str, int, date]
"""account, asset, amount, lot"""


@dataclass(slots=True)
class Books:
    """Everything that the model knows."""

    editions: dict[str, list[tuple[date, Edition]]] = field(default_factory=dict)
    texts: dict[str, Edition] = field(default_factory=dict)
    places: dict[str, dict[str, tuple[Any, ...]]] = field(default_factory=lambda: defaultdict(dict))
    moves: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    keys: dict[str, datetime | None] = field(default_factory=dict)
    actors: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    webhooks: dict[str, Any] = field(default_factory=dict)
    pins: set[str] = field(default_factory=set)
    tries: dict[tuple[str, str], tuple[int, datetime | None]] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)
    seats: dict[str, int] = field(default_factory=dict)
    promises: dict[tuple[str, str], str] = field(default_factory=dict)
    presences: list[Presence] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    holds: dict[str, Held] = field(default_factory=dict)
    shelves: dict[tuple[str, str, str], int] = field(default_factory=dict)
    stock_moves: dict[tuple[str, str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    taken: list[Taken] = field(default_factory=list)
    draws: dict[str, Any] = field(default_factory=dict)
    entrants: dict[tuple[str, str], int] = field(default_factory=dict)
    wins: dict[tuple[str, str], dict[str, date]] = field(default_factory=dict)
    visits: dict[str, Visit] = field(default_factory=dict)
    phones: dict[str, int] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    openings: set[tuple[str, str, int]] = field(default_factory=set)
    lapsed: dict[tuple[str, str, date], int] = field(default_factory=dict)
    ledger: dict[tuple[str, str, date], int] = field(default_factory=dict)

    # ---- taking back -----------------------------------------------------------------------------------------------

    def back_to(self, before: bytes) -> None:
        """Be again what was kept as `before`."""
        kept = pickle.loads(before)
        for each in fields(self):
            setattr(self, each.name, getattr(kept, each.name))

    # ---- the ledger ----------------------------------------------------------------------------------------------

    def lots(self, account: str, asset: str) -> dict[date, int]:
        """What an account holds, by last usable day."""
        return {day: amount for (place, kind, day), amount in self.ledger.items() if (place, kind) == (account, asset)}

    def total(self, account: str, asset: str) -> int:
        """What an account holds in all."""
        return sum(self.lots(account, asset).values())

    def post(self, lines: Iterable[Line]) -> Some | None:
        """Post lines as one entry; none where nothing moves."""
        net: dict[tuple[str, str, date], int] = defaultdict(int)
        sums: dict[str, int] = defaultdict(int)
        for account, asset, amount, day in lines:
            net[account, asset, day] += amount
            sums[asset] += amount
        assert not any(sums.values()), f"the model's own entry does not balance: {dict(sums)}"
        moved = {place: amount for place, amount in net.items() if amount}
        for place, amount in moved.items():
            self.ledger[place] = self.ledger.get(place, 0) + amount
            if not self.ledger[place]:
                del self.ledger[place]
        return SOME if moved else None

    # ---- finding -------------------------------------------------------------------------------------------------

    def person(self, number: str) -> Person:
        """Whom a number means."""
        if number not in self.numbers:
            raise No("not_found")
        return self.people[self.numbers[number]]

    def acting(self, by: str) -> Person | None:
        """The person who asks, by what a key says of them, or by their number."""
        number = self.actors.get(by, by.removeprefix("volunteer:"))
        return self.people[self.numbers[number]] if number in self.numbers else None

    def active(self, number: str) -> Person:
        """Whom a number means, in good standing."""
        found = self.person(number)
        if found.standing != "good":
            raise No("standing_blocks", standing=found.standing)
        return found

    def found(self, kind: str, code: str) -> tuple[Any, ...]:
        """The unit, activity, outlet… of a code."""
        there = self.places[kind].get(code)
        if there is None:
            raise No("not_found")
        return there

    def scheme(self, code: str) -> str:
        """A scheme that has been published."""
        if code not in self.editions:
            raise No("not_found")
        return code

    def edition(self, scheme: str, day: date) -> Edition:
        """The version of a scheme's pack that is in force on a day."""
        return max((each for each in self.editions[scheme] if each[0] <= day), key=lambda each: each[0])[1]

    def facts_of(self, who: str) -> list[Fact]:
        """The facts of a person."""
        return [fact for fact in self.facts.values() if fact.who == who]

    def lay(self, kind: str, code: str, row: tuple[Any, ...]) -> dict[str, Any]:
        """Register something under a code: the same again is fine, anything else is not."""
        there = self.places[kind].get(code)
        if there is not None and there != row:
            raise No("already_exists")
        self.places[kind][code] = row
        return {kind: code, "created": there is None}


Act = Callable[..., dict[str, Any]]
Fields = Mapping[str, Any]


def volunteer(who: str, part: str = "") -> str:
    """The address of a volunteer's account."""
    return f"volunteer/{who}/{part}" if part else f"volunteer/{who}"


def points(scheme: str) -> str:
    """The asset of a scheme's points."""
    return f"points/{scheme}"


def day_of(moment: datetime) -> date:
    """The day where the town is."""
    return moment.astimezone(SHANGHAI).date()


def begin_of(day: date) -> datetime:
    """The instant at which a day begins where the town is."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def told(moment: datetime) -> str:
    """An instant as the books write it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
