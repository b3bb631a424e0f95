"""Activities, presence, facts, and what they count for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from points_engine.flow.entities.rows import Row


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
    place: str = ""
    opens_minute: int | None = None  # minutes from midnight, where the programme is
    closes_minute: int | None = None
    state: str = "planned"  # planned | cancelled


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
    state: str  # promised | attended | withdrawn | absent
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
    state: str  # open | closed | forgotten
    offline: bool
    facts_json: str  # the facts stated on arrival
    stated_in_at: datetime | None = None  # what the device's clock said, where it was ahead of ours
    stated_out_at: datetime | None = None


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
    totals_json: str = "{}"  # what totals of groups and units said when it was accepted: {scheme: {measure: value}}


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
    funds_json: str  # what funds pay of the points: [[fund, amount], …]
    beyond_json: str = "[]"  # what it adds to totals of groups and units: [[slot, window, part], …]
    received: int = 0  # what whoever was served pays of the points
    payer: str = ""  # the account that pays it


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
    """The state of one fold in one scheme after the last fact folded in."""

    TABLE = "fold"
    KEY = ("scheme", "subject")
    scheme: str
    subject: str  # a volunteer's id, or `household/…` where the service of a household is counted together
    last_start: datetime
    last_end: datetime
    last_id: str
    state_json: str
    rules: str  # which versions of the rules it was folded under


@dataclass(frozen=True, slots=True)
class FoldCheckpoint(Row):
    """The state of a fold before the first fact of `day`'s year; `last_*` are empty when nothing came before."""

    TABLE = "fold_checkpoint"
    KEY = ("scheme", "subject", "day")
    PARENT = ("scheme", "subject")
    scheme: str
    subject: str
    day: date
    last_start: datetime | None
    last_end: datetime | None
    last_id: str
    state_json: str
    rules: str  # which versions of the rules it was folded under
    is_void: bool  # a re-fold from an earlier day has overtaken it


@dataclass(frozen=True, slots=True)
class TierHeld(Row):
    """A tier level reached in the fold of `subject`, in force from `from_day`; `is_void`: a re-fold took it back."""

    TABLE = "tier_held"
    KEY = ("scheme", "volunteer_id", "subject", "tier", "level")
    PARENT = ("volunteer_id",)
    scheme: str
    volunteer_id: str
    subject: str
    tier: str
    level: str
    from_day: date
    recorded_at: datetime
    is_void: bool


@dataclass(frozen=True, slots=True)
class Total(Row):
    """What a group or a unit has done together in one window: `part_json` is a number, or the two of a share."""

    TABLE = "total"
    KEY = ("scheme", "slot", "window")
    LOCK_ORDER = 60
    scheme: str
    slot: str
    window: int
    part_json: str


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
