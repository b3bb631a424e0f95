"""Draws as everybody may see them: by ticket numbers, without names."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from points_engine.flow.entities import Activity, Draw, Entrant, Ticket, Volunteer
from points_engine.flow.scarce.proof import ALGORITHM, HOW, Published
from points_engine.reading import people
from points_engine.reading.service import is_under
from points_engine.reading.view import Page, View, paged
from points_engine.rulebook.kinds import Text
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw with the rule it goes by and what it gives out, and its tickets in the order of entry."""

    draw: Draw
    title: Text  # of the rule
    cite: str
    about: Text  # what is given out
    tickets: list[Published]

    @property
    def in_turn(self) -> list[Published]:
        """The tickets in the order in which places are given out, the unranked by number."""
        return sorted(self.tickets, key=lambda each: (each.place, each.ticket))

    @property
    def ranking(self) -> list[int]:
        """The numbers of the tickets that were ranked, in their order."""
        return [each.ticket for each in self.in_turn if each.place]


@dataclass(frozen=True, slots=True)
class TicketView:
    """A volunteer's ticket in a draw."""

    draw: Draw
    ticket: Ticket
    number: str


def draws(view: View, most: int, after: tuple[str, ...] | None = None, *, scheme: str = "") -> Page:
    """Draws, the newest first: of one scheme, where given."""
    table = table_of(Draw)
    query = select(table)  # by the index draw_by_opened_at
    if scheme:
        query = query.where(table.c.scheme == scheme)
    if after is not None:
        opened_at, last = datetime.fromisoformat(after[0]), after[1]
        same = (table.c.opened_at == opened_at) & (table.c.code < last)
        query = query.where((table.c.opened_at < opened_at) | same)
    query = query.order_by(table.c.opened_at.desc(), table.c.code.desc())
    return paged(view.connection, query, most, lambda row: Draw(*row), ("opened_at", "code"))


def a_draw(view: View, code: str) -> DrawView:
    """One draw.

    Raises: NotFound.
    """
    draw = view.the(Draw, "draw", code)
    rows = sorted(view.where(Ticket, draw=code), key=lambda row: row.ticket)
    worths = sorted({Fraction(row.worth) for row in rows}, reverse=True)
    groups = {worth: place for place, worth in enumerate(worths, start=1)}
    pack = view.pack(draw.pack)
    rule = pack.rules[draw.rule]
    tickets = [Published(row.ticket, groups[Fraction(row.worth)], row.state, row.place) for row in rows]
    return DrawView(draw, rule.title, rule.cite, title_of(view, draw), tickets)


def tickets_of(view: View, number: str) -> list[TicketView]:
    """The tickets that a volunteer holds, the newest first.

    Raises: NotFound.
    """
    found = people.volunteer(view, number)
    tickets = [view.one(Ticket, each.draw, each.ticket) for each in view.where(Entrant, volunteer_id=found.id)]
    held = [
        TicketView(view.the(Draw, "draw", ticket.draw), ticket, number)
        for ticket in tickets
        if ticket is not None and ticket.volunteer_id == found.id
    ]
    return sorted(held, key=lambda each: each.ticket.entered_at, reverse=True)


def offers_of(view: View, code: str, unit: str = "") -> list[TicketView]:
    """Who is offered a place in a draw at present, for those who tell them; of people linked to `unit` where given.

    Raises: NotFound.
    """
    draw = view.the(Draw, "draw", code)
    rows = sorted(view.where(Ticket, draw=code, state="offered"), key=lambda row: row.ticket)
    holders = {each.id: each for each in view.among(Volunteer, "id", [row.volunteer_id for row in rows])}
    linked = [row for row in rows if not unit or _is_linked(view, holders[row.volunteer_id], unit)]
    return [TicketView(draw, row, holders[row.volunteer_id].number) for row in linked]


def _is_linked(view: View, who: Volunteer, unit: str) -> bool:
    return any(home and is_under(view, home, unit) for home in (who.home_unit, who.work_unit))


def title_of(view: View, draw: Draw) -> Text:
    """What a draw gives out: the reward, or the activity by its name."""
    if draw.purpose == "reward":
        return view.pack(draw.pack).rules[draw.about].title
    name = view.the(Activity, "activity", draw.about).name
    return Text(name, name)


# ---- as plain values -----------------------------------------------------------------------------------------------


def head(draw: Draw) -> dict[str, Any]:
    """A draw as it stands in a list."""
    return {
        "draw": draw.code, "scheme": draw.scheme, "rule": draw.rule, "purpose": draw.purpose, "about": draw.about,
        "outlet": draw.outlet or None,
        "order": draw.order, "state": draw.state, "places": draw.places, "entries": draw.tickets,
        "opened_at": draw.opened_at, "closes_at": draw.closes_at, "drawn_at": draw.drawn_at,
        "commitment": draw.commitment,
    }  # fmt: skip


def published(found: DrawView) -> dict[str, Any]:
    """A draw as it is published: with everything that is needed to draw it again, and with nobody's name."""
    return {
        **head(found.draw),
        "title": _both(found.title), "cite": found.cite, "about_title": _both(found.about),
        "offer_hours": found.draw.offer_hours, "algorithm": ALGORITHM, "how": {"zh": HOW.zh, "en": str(HOW)},
        "seed": found.draw.seed or None, "ranking": found.ranking,
        "winners": [each.ticket for each in found.in_turn if each.state in ("offered", "taken")],
        "tickets": [asdict(each) for each in found.tickets],
    }  # fmt: skip


def held(found: TicketView) -> dict[str, Any]:
    """A ticket with the number of who holds it."""
    ticket, is_open = found.ticket, found.ticket.state == "offered"
    return {
        "draw": ticket.draw, "about": found.draw.about, "volunteer": found.number, "ticket": ticket.ticket,
        "state": ticket.state, "place": ticket.place, "closes_at": found.draw.closes_at,
        "lapses_at": ticket.lapses_at if is_open else None,
    }  # fmt: skip


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
