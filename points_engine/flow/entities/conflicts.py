"""What does not fit and waits for a person: presence that was set aside, and challenges to what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class Conflict(Row):
    """A check-in or check-out that could not be carried out, or was made up: set aside until somebody solves it."""

    TABLE = "conflict"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    id: str
    code: str  # of the refusal, or forgotten_check_out, or overlapping_presence
    action: str  # check_in | check_out
    volunteer_id: str  # empty where nobody has the number
    number: str  # as it came
    activity: str
    unit: str  # whose staff solve it: the host of the activity, or the unit of the kiosk
    kiosk: str
    at: datetime  # by the device's clock
    facts_json: str  # stated with it
    recorded_by: str
    fact_id: str  # the record that it is about, or empty
    state: str  # open | solved
    resolution: str  # empty | keep | retry | record | correct | paired
    raised_at: datetime
    raised_by: str
    solved_at: datetime | None
    solved_by: str
    note_id: str


@dataclass(frozen=True, slots=True)
class Challenge(Row):
    """An appeal (by the person concerned) or an objection (by anyone) to what was decided, and the answer to it."""

    TABLE = "challenge"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    id: str
    kind: str  # appeal | objection
    about: str  # record | entry
    about_id: str
    volunteer_id: str  # whom it concerns
    unit: str  # whose staff answer it
    state: str  # open | upheld | rejected | withdrawn
    note_id: str
    filed_at: datetime
    filed_by: str
    answered_at: datetime | None
    answered_by: str
    answer_id: str  # the note of the answer, or empty
