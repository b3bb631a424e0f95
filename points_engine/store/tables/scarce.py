"""The tables of scarce things: draws, tickets, who holds them, and who has won before."""

from __future__ import annotations

from sqlalchemy import Index, text

from points_engine.store.columns import AtInstant, MaybeAtInstant, Number, TextKey, WholeKey, Words, YesNo
from points_engine.store.tables.strict import STRICT, Books

_OFFERED = text("state = 'offered'")


class DrawTable(Books, table=True):
    """Keeps `Draw`."""

    __tablename__ = "draw"
    __table_args__ = (Index("draw_by_opened_at", "opened_at", "code"), STRICT)

    code: TextKey
    id: Words
    scheme: Words
    rule: Words
    purpose: Words
    about: Words
    order: Words
    places: Number
    kept: Number
    free: Number
    stocked: YesNo
    tickets: Number
    offer_hours: Number
    pack: Words
    opened_at: AtInstant
    closes_at: AtInstant
    drawn_at: MaybeAtInstant
    commitment: Words
    seed: Words
    state: Words
    outlet: Words


class TicketTable(Books, table=True):
    """Keeps `Ticket`."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ticket_offered", "lapses_at", postgresql_where=_OFFERED, sqlite_where=_OFFERED),
        STRICT,
    )

    draw: TextKey
    ticket: WholeKey
    volunteer_id: Words
    state: Words
    worth: Words
    is_spared: YesNo
    entered_at: AtInstant
    place: Number
    lapses_at: MaybeAtInstant
    hold_id: Words


class EntrantTable(Books, table=True):
    """Keeps `Entrant`."""

    __tablename__ = "entrant"
    __table_args__ = (Index("entrant_by_volunteer_id", "volunteer_id"), STRICT)

    draw: TextKey
    volunteer_id: TextKey
    ticket: Number


class WinsTable(Books, table=True):
    """Keeps `Wins`."""

    __tablename__ = "wins"

    winner_id: TextKey
    scheme: TextKey
    rule: TextKey
    won_json: Words
