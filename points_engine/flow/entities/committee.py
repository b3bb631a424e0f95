"""What the committee looks at: samples of the journal, what each member said about an entry, and sign-offs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class Sample(Row):
    """A sample of a scheme's entries. What was asked for stays; `state` and the numbers come when it is laid out.

    Its seed is made of the stored command that asked for it and of that command's place in the journal.
    """

    TABLE = "sample"
    KEY = ("id",)
    LOCK_ORDER = 50
    id: str
    scheme: str
    size: int
    word: str  # what the member added, such as a number that was published that day; may be empty
    since: datetime | None  # recorded at this instant or later
    until: datetime | None  # recorded before this instant
    first_seq: int | None
    last_seq: int | None
    command_id: str  # the command that asked for it: its place in the journal makes the seed
    drawn_at: datetime
    drawn_by: str
    state: str  # asked | drawn | empty
    population: int  # entries that were drawn from
    drawn: int


@dataclass(frozen=True, slots=True)
class SampleItem(Row):
    """A drawn entry, in the order of its lot. `hands_json` lists who took part in it and may not judge it."""

    TABLE = "sample_item"
    KEY = ("sample_id", "entry_id")
    PARENT = ("sample_id",)
    sample_id: str
    entry_id: str
    place: int  # from 1
    lot: str
    volunteer_id: str  # whom it concerns, or empty
    unit: str  # whose staff answer an objection
    hands_json: str


@dataclass(frozen=True, slots=True)
class SampleMark(Row):
    """What one member says about one drawn entry; it can be said anew until the member signs."""

    TABLE = "sample_mark"
    KEY = ("sample_id", "entry_id", "principal")
    PARENT = ("sample_id",)
    sample_id: str
    entry_id: str
    principal: str
    verdict: str  # agreed | objection
    note_id: str  # or empty
    challenge_id: str  # of an objection
    marked_at: datetime


@dataclass(frozen=True, slots=True)
class SampleSignOff(Row):
    """A member's signature under a whole sample; `digest` is that of the marks it stands for. Never changed."""

    TABLE = "sample_sign_off"
    KEY = ("sample_id", "principal")
    PARENT = ("sample_id",)
    sample_id: str
    principal: str
    signed_at: datetime
    agreed: int
    objections: int
    note_id: str  # or empty
    digest: str
