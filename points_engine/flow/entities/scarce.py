"""Scarce things: draws, their tickets, who holds them, and who has won before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class Draw(Row):
    """Fewer places than applicants: of one reward or one activity, given out as a rule of the pack says.

    The seed is derived from the engine's secret, and stands here only once it has been drawn; what it will be is
    committed to from the beginning.
    """

    TABLE = "draw"
    KEY = ("code",)
    LOCK_ORDER = 15
    code: str
    id: str  # made once: the seed is derived from it
    scheme: str
    rule: str
    purpose: str  # reward | enrolment
    about: str  # the code of the reward or the activity
    order: str  # first | lottery | priority
    places: int
    kept: int  # places set aside that nobody has taken up yet
    free: int  # of these, places that the next who comes is offered (order: first)
    stocked: bool  # whether they were taken off a shelf, or are seats of an activity that has a bound
    tickets: int  # how many were given out
    offer_hours: int  # how long a winner may take up an offer
    pack: str  # the hash of the version that was in force on opening: it holds for the whole draw
    opened_at: datetime
    closes_at: datetime
    drawn_at: datetime | None
    commitment: str  # SHA-256 of the seed; empty where nothing is drawn by lot
    seed: str
    state: str  # open | drawn | cancelled
    outlet: str = ""  # on whose shelf the places are kept, and where they are taken up; empty: the common one


@dataclass(frozen=True, slots=True)
class Ticket(Row):
    """One ticket of a draw, numbered from 1 in the order of entry; what decides about it is fixed on entry."""

    TABLE = "ticket"
    KEY = ("draw", "ticket")
    PARENT = ("draw",)
    draw: str
    ticket: int
    volunteer_id: str
    state: str  # entered | withdrawn | out | waiting | offered | taken | declined | lapsed | void
    worth: str  # exact; the higher goes first, where the rule says by what
    is_spared: bool  # from the bar on recent winners
    entered_at: datetime
    place: int = 0  # in the ranking, from 1; 0: not ranked
    lapses_at: datetime | None = None  # of an offer
    hold_id: str = ""  # of a reward that was taken up


@dataclass(frozen=True, slots=True)
class Entrant(Row):
    """The newest ticket of a volunteer in a draw."""

    TABLE = "entrant"
    KEY = ("draw", "volunteer_id")
    PARENT = ("volunteer_id",)
    draw: str
    volunteer_id: str
    ticket: int


@dataclass(frozen=True, slots=True)
class Wins(Row):
    """In which draws of one rule a volunteer was offered a place, and on which day; an offer let go is none.

    It hangs on no lock: whoever draws reads the wins of hundreds, and what has moved meanwhile is found on writing.
    """

    TABLE = "wins"
    KEY = ("winner_id", "scheme", "rule")
    PARENT = ("winner_id",)
    winner_id: str
    scheme: str
    rule: str
    won_json: str  # {draw: day}
