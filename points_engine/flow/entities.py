"""What the engine remembers, as frozen rows: the working set of a batch holds these and nothing else.

Each class names its table, its key, the field(s) by which its rows hang on a parent, and whether the row is a parent
that commands lock.  The store has one table per class with the same columns.  Texts that end in `_json` are canonical
JSON; personal data stands only in `Person` and `Note`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Final

FIRST_LOCKED: Final = 10
"""The LOCK_ORDER of volunteers: they are locked before any other parent."""

PROGRAMME: Final = "programme"
"""The parent of all schemes."""


@dataclass(frozen=True, slots=True)
class Row:
    """The marks that every entity carries."""

    TABLE: ClassVar[str] = ""
    KEY: ClassVar[tuple[str, ...]] = ()
    PARENT: ClassVar[tuple[str, ...]] = ()  # rows can be loaded as the children of these values
    SINCE: ClassVar[str] = ""  # children can be loaded from this value on (inclusive)
    UNIQUE: ClassVar[tuple[tuple[str, ...], ...]] = ()
    LOCK_ORDER: ClassVar[int] = 0  # > 0: a parent row, locked when a command loads it, in ascending order


# ---- programme ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scheme(Row):
    """One set of books and rules. `programme` is always PROGRAMME: one schema keeps one programme's books."""

    TABLE = "scheme"
    KEY = ("code",)
    PARENT = ("programme",)
    code: str
    programme: str
    title_zh: str
    title_en: str
    scale: int
    keeps_time: bool


@dataclass(frozen=True, slots=True)
class PackVersion(Row):
    """A published pack: in force from `effective_on` until the next one's day."""

    TABLE = "pack_version"
    KEY = ("scheme", "effective_on")
    PARENT = ("scheme",)
    scheme: str
    effective_on: date
    hash: str
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PackText(Row):
    """The canonical text of a pack, kept for ever under its hash."""

    TABLE = "pack_text"
    KEY = ("hash",)
    hash: str
    canonical: str


@dataclass(frozen=True, slots=True)
class Unit(Row):
    TABLE = "unit"
    KEY = ("code",)
    PARENT = ("parent",)
    code: str
    kind: str  # district | street | community | grid | building | town | village | joint
    parent: str | None
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Partner(Row):
    TABLE = "partner"
    KEY = ("code",)
    code: str
    kind: str  # culture_tourism | commerce | public_service
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Outlet(Row):
    TABLE = "outlet"
    KEY = ("code",)
    PARENT = ("partner",)
    code: str
    partner: str
    unit: str | None
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Fund(Row):
    TABLE = "fund"
    KEY = ("code",)
    LOCK_ORDER = 30
    code: str
    currency: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Kiosk(Row):
    TABLE = "kiosk"
    KEY = ("code",)
    PARENT = ("unit",)
    code: str
    unit: str
    name_zh: str
    name_en: str


# ---- people ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Volunteer(Row):
    TABLE = "volunteer"
    KEY = ("id",)
    PARENT = ("home_unit",)
    LOCK_ORDER = FIRST_LOCKED
    id: str
    number: str  # the number printed on the card
    home_unit: str | None
    work_unit: str | None
    joined_on: date
    standing: str  # good | suspended | deregistered | blacklisted
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class VolunteerNumber(Row):
    """Which volunteer a number means; after a merge several numbers mean one volunteer."""

    TABLE = "volunteer_number"
    KEY = ("number",)
    PARENT = ("volunteer_id",)
    number: str
    volunteer_id: str


@dataclass(frozen=True, slots=True)
class Person(Row):
    """Personal data, apart from the books: can be erased while they still balance."""

    TABLE = "person"
    KEY = ("volunteer_id",)
    volunteer_id: str
    name: str
    born_on: date | None
    phone: str
    pin_hash: str


@dataclass(frozen=True, slots=True)
class VolunteerFact(Row):
    """A dated fact (`volunteer.roles`, `volunteer.flags`…): the value holds from `from_day` on."""

    TABLE = "volunteer_fact"
    KEY = ("volunteer_id", "name", "from_day")
    PARENT = ("volunteer_id",)
    volunteer_id: str
    name: str
    from_day: date
    value_json: str


# ---- service -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Activity(Row):
    TABLE = "activity"
    KEY = ("code",)
    code: str
    name: str
    category: str
    host: str  # the unit that answers for it
    level: str
    starts_on: date | None
    ends_on: date | None
    participants: int | None


@dataclass(frozen=True, slots=True)
class Seats(Row):
    """The places of one activity: `capacity` is None where there is no bound."""

    TABLE = "seats"
    KEY = ("activity",)
    LOCK_ORDER = 20
    activity: str
    capacity: int | None
    taken: int


@dataclass(frozen=True, slots=True)
class SignUp(Row):
    TABLE = "sign_up"
    KEY = ("activity", "volunteer_id")
    PARENT = ("volunteer_id",)
    activity: str
    volunteer_id: str
    state: str  # promised | attended | withdrawn
    signed_up_at: datetime


@dataclass(frozen=True, slots=True)
class CheckIn(Row):
    """A stretch of presence: open until the check-out turns it into a service record."""

    TABLE = "check_in"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    SINCE = "checked_in_at"
    id: str
    volunteer_id: str
    activity: str
    kiosk: str
    checked_in_at: datetime
    checked_out_at: datetime | None
    state: str  # open | closed
    offline: bool
    facts_json: str  # the facts stated on arrival


@dataclass(frozen=True, slots=True)
class Fact(Row):
    """An input of the fold: a service record, a deed, a joining or a referral of one volunteer.

    `natural` is unique: `volunteer|activity|start` for records; it is how a second import of a row is recognised.
    """

    TABLE = "fact"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    SINCE = "start"
    id: str  # made from `natural`, so that the same fact always has the same id
    natural: str
    volunteer_id: str
    kind: str  # record | deed | joined | referral
    activity: str  # empty for facts without one
    start: datetime
    end: datetime
    minutes: int
    facts_json: str  # the facts stated with it: record.*, deed.*, activity.* as they were then
    granted: str  # approval levels granted, comma-separated, sorted
    state: str  # recorded | approved | rejected | reversed
    effective_on: date
    source: str  # the import it came with, or empty
    recorded_by: str
    recorded_principal: str


@dataclass(frozen=True, slots=True)
class Award(Row):
    """What one fact counts for in one scheme at present; every earlier decision stays in its trace."""

    TABLE = "award"
    KEY = ("fact_id", "scheme")
    PARENT = ("volunteer_id",)
    SINCE = "start"
    fact_id: str
    scheme: str
    volunteer_id: str
    start: datetime
    minutes: int
    points: int
    lots_json: str
    awaiting: str
    trace_id: str
    entry_id: str  # the last entry that changed it; empty when nothing was ever posted


@dataclass(frozen=True, slots=True)
class Trace(Row):
    """Why: the canonical JSON text of one decision, never edited. `entry_id` is empty where nothing was moved."""

    TABLE = "trace"
    KEY = ("id",)
    PARENT = ("entry_id",)
    id: str
    entry_id: str
    fact_id: str
    scheme: str
    content: str


@dataclass(frozen=True, slots=True)
class Fold(Row):
    """The state of one volunteer's fold in one scheme after the last fact folded in."""

    TABLE = "fold"
    KEY = ("scheme", "volunteer_id")
    scheme: str
    volunteer_id: str
    last_start: datetime
    last_end: datetime
    last_id: str
    state_json: str
    rules: str  # which versions of the rules it was folded under


@dataclass(frozen=True, slots=True)
class FoldCheckpoint(Row):
    """The state of a fold before the first fact of `day`'s year; `last_*` are empty when nothing came before."""

    TABLE = "fold_checkpoint"
    KEY = ("scheme", "volunteer_id", "day")
    PARENT = ("scheme", "volunteer_id")
    scheme: str
    volunteer_id: str
    day: date
    last_start: datetime | None
    last_end: datetime | None
    last_id: str
    state_json: str
    rules: str  # which versions of the rules it was folded under
    is_void: bool  # a re-fold from an earlier day has overtaken it


@dataclass(frozen=True, slots=True)
class TierHeld(Row):
    """A tier level reached: in force from `from_day`; `is_void` when a re-fold took it back."""

    TABLE = "tier_held"
    KEY = ("scheme", "volunteer_id", "tier", "level")
    PARENT = ("volunteer_id",)
    scheme: str
    volunteer_id: str
    tier: str
    level: str
    from_day: date
    recorded_at: datetime
    is_void: bool


@dataclass(frozen=True, slots=True)
class Lapse(Row):
    """How many points of one lot have expired for one volunteer: what a later decrease may take back from there."""

    TABLE = "lapse"
    KEY = ("scheme", "volunteer_id", "expires_on")
    PARENT = ("scheme", "volunteer_id")
    scheme: str
    volunteer_id: str
    expires_on: date
    amount: int


@dataclass(frozen=True, slots=True)
class Import(Row):
    TABLE = "import_run"
    KEY = ("code",)
    code: str
    state: str  # open | undone
    title: str
    opened_by: str
    opened_at: datetime


# ---- counter and money -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shelf(Row):
    """The stock of one reward of one scheme: `available` is None where stock is unlimited."""

    TABLE = "shelf"
    KEY = ("scheme", "reward")
    LOCK_ORDER = 40
    scheme: str
    reward: str
    available: int | None


@dataclass(frozen=True, slots=True)
class Hold(Row):
    """Points set aside for one reward, and what became of them."""

    TABLE = "hold"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    UNIQUE = (("code",),)
    id: str
    code: str  # the voucher's short code
    volunteer_id: str
    scheme: str
    reward: str
    partner: str
    outlet: str  # where it may be confirmed; empty: any outlet of the partner
    quantity: int
    points: int  # smallest units, for all of `quantity`
    money: int  # minor units the volunteer pays in cash
    pays: int  # minor units the fund owes the partner
    fund: str
    drawn_json: str  # [[last usable day, amount], …] in draw order
    state: str  # open | confirmed | released | expired | refunded
    placed_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    confirmed_outlet: str
    refunded_quantity: int
    restock: bool
    stocked: bool
    trace: str


@dataclass(frozen=True, slots=True)
class HoldCode(Row):
    """Which hold a voucher code means."""

    TABLE = "hold_code"
    KEY = ("code",)
    code: str
    hold_id: str
    volunteer_id: str


@dataclass(frozen=True, slots=True)
class Adjustment(Row):
    """A proposed change of one account, with a reason; somebody else decides it."""

    TABLE = "adjustment"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    id: str
    volunteer_id: str
    scheme: str
    amount: int
    expires_on: date
    note_id: str
    state: str  # proposed | approved | rejected
    proposed_by: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class OpeningLine(Row):
    """One lot of an opening balance that was booked: how the same line is recognised a second time."""

    TABLE = "opening_line"
    KEY = ("natural",)
    natural: str  # scheme|number|line
    entry_id: str


@dataclass(frozen=True, slots=True)
class Note(Row):
    """Free text, erasable; `digest` is the salted hash that stays when `text` goes."""

    TABLE = "note"
    KEY = ("id",)
    id: str
    text: str
    salt: str
    digest: str


@dataclass(frozen=True, slots=True)
class ApiKey(Row):
    """A credential: who shows the secret behind `digest` acts as `principal`; empty scope fields mean everywhere."""

    TABLE = "api_key"
    KEY = ("id",)
    id: str
    digest: str  # SHA-256 of the secret, which nobody keeps
    role: str  # kiosk | merchant | steward | administrator | committee
    principal: str
    label: str
    outlet: str
    kiosk: str
    unit: str
    scheme: str
    issued_by: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


# ---- the journal: written by the engine, read by everybody ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredCommand(Row):
    """An accepted command: content and outcome, in its place (`seq`, `index`)."""

    TABLE = "command"
    KEY = ("id",)
    id: str
    seq: int
    index: int
    recorded_at: datetime
    principal: str
    key: str
    fingerprint: str
    kind: str
    content_json: str
    outcome_json: str


ENTITIES: Final[tuple[type[Row], ...]] = (
    Scheme, PackVersion, PackText, Unit, Partner, Outlet, Fund, Kiosk,
    Volunteer, VolunteerNumber, Person, VolunteerFact,
    Activity, Seats, SignUp, CheckIn, Fact, Award, Trace, Fold, FoldCheckpoint, TierHeld, Lapse, Import,
    Shelf, Hold, HoldCode, Adjustment, OpeningLine, Note, ApiKey,
)  # fmt: skip
"""The entities that commands read and write through the desk; the journal's own rows are written by the store."""

APPEND_ONLY: Final[frozenset[type[Row]]] = frozenset({Trace, PackText})
"""Entities that are only ever inserted: the database refuses to change them."""
