"""What callers get of a draw: what was committed to, tickets by number and without names, and how it was drawn."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.told.answers import Done, Told, Words
from api.told.redemptions import VoucherPlaced

COMMITMENT = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_STATES = "entered, withdrawn, out, waiting, offered, taken, declined, lapsed or void"


class DrawOpened(Done):
    """A draw that was opened; `created` says whether by this."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    state: str = Field(examples=["open"])
    places: int = Field(examples=[2])
    closes_at: str
    commitment: str = Field(description="SHA-256 of the seed; empty: nothing is drawn by lot", examples=[COMMITMENT])
    created: bool


class TicketGiven(Done):
    """A ticket; `created` says whether it is a new one. With an offer, `lapses_at` says until when it stands."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    ticket: int = Field(description="the number under which it is published", examples=[7])
    state: str = Field(description=_STATES, examples=["entered"])
    lapses_at: str | None = None
    created: bool = True


class Withdrawn(Done):
    """An entry that was taken back; its number is not given again."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    ticket: int = Field(examples=[7])
    state: str = Field(examples=["withdrawn"])


class DrawnNow(Done):
    """What was drawn: the winners' tickets in their order, and how many wait."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    state: str = Field(examples=["drawn"])
    seed: str = Field(description="empty: nothing was drawn by lot")
    places: int = Field(examples=[2])
    winners: list[int] = Field(examples=[[7, 2]])
    waiting: int = Field(examples=[5])
    out: int = Field(description="recent winners who are barred", examples=[1])


class DrawCancelled(Done):
    """A draw that gives nothing out any more."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    state: str = Field(examples=["cancelled"])
    void: int = Field(description="tickets that would have been, or were, offered a place", examples=[7])
    note: str = Field(description="where the reason lies")


class TakenUp(Done):
    """A place that was taken up: the voucher of a reward, or the activity that is signed up for."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    ticket: int = Field(examples=[7])
    state: str = Field(examples=["taken"])
    activity: str | None = Field(examples=[None])
    redemption: VoucherPlaced | None


class Declined(Done):
    """An offer that was let go, and the ticket that it passes to."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    ticket: int = Field(examples=[7])
    state: str = Field(examples=["declined"])
    passes_to: int | None = Field(description="none: nobody waits", examples=[3])


class DrawListed(Told):
    """A draw in a list."""

    draw: str = Field(examples=["opera-2026-12"])
    scheme: str = Field(examples=["huadu-residents"])
    rule: str = Field(examples=["opera_tickets"])
    purpose: str = Field(description="reward or enrolment", examples=["reward"])
    about: str = Field(description="the reward, or the activity", examples=["opera"])
    outlet: str | None = Field(description="where the places are taken up, if each outlet has its own")
    order: str = Field(description="lottery, priority or first", examples=["lottery"])
    state: str = Field(description="open, drawn or cancelled", examples=["open"])
    places: int = Field(examples=[2])
    entries: int = Field(description="tickets that were given out", examples=[7])
    opened_at: datetime
    closes_at: datetime
    drawn_at: datetime | None
    commitment: str = Field(description="SHA-256 of the seed; empty: nothing is drawn by lot", examples=[COMMITMENT])


class TicketShown(Told):
    """A ticket as everybody may see it."""

    ticket: int = Field(examples=[7])
    group: int = Field(description="1 goes first; one group where the rule prefers nobody", examples=[1])
    state: str = Field(description=_STATES, examples=["offered"])
    place: int = Field(description="in the ranking, from 1; 0: not ranked", examples=[1])


class DrawShown(DrawListed):
    """A draw with everything that is needed to draw it again: `points draw verify` does, with this document alone."""

    title: Words
    cite: str = Field(description="what the rule is taken from")
    about_title: Words
    offer_hours: int = Field(description="how long a winner may take the place up", examples=[48])
    algorithm: str = Field(examples=["points-draw-1"])
    how: Words
    seed: str | None = Field(description="none until it is drawn, and where nothing is drawn by lot")
    ranking: list[int] = Field(description="tickets in the order in which places are given out", examples=[[7, 2, 3]])
    winners: list[int] = Field(description="tickets that are offered a place or have taken it up", examples=[[7, 2]])
    tickets: list[TicketShown]


class TicketHeld(Told):
    """A ticket of somebody's, for those who tell them."""

    draw: str = Field(examples=["opera-2026-12"])
    about: str = Field(examples=["opera"])
    volunteer: str = Field(examples=["HD-MEI-75"])
    ticket: int = Field(examples=[7])
    state: str = Field(description=_STATES, examples=["offered"])
    place: int = Field(description="in the ranking, from 1; 0: not ranked", examples=[1])
    closes_at: datetime
    lapses_at: datetime | None = Field(description="of an offer that is open")
