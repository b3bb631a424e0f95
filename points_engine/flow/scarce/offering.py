"""Offers of a place: made to winners in their order, for some hours; let go, they pass to the next who waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Draw, Ticket, Wins
from points_engine.flow.rules import pack_of
from points_engine.flow.scarce.keeping import keep
from points_engine.flow.scarce.states import moved
from points_engine.flow.wire import canonical


def offered(desk: Desk, draw: Draw, ticket: Ticket) -> Ticket:
    """A ticket with an offer of a place; whoever is offered one has won, from today."""
    today = desk.now.astimezone(pack_of(desk, draw.pack).zone).date()
    win(desk, draw, ticket, today.isoformat())
    return moved(ticket, "offered", lapses_at=desk.now + timedelta(hours=draw.offer_hours))


def win(desk: Desk, draw: Draw, ticket: Ticket, day: str) -> None:
    """Write down a win, or take it back where `day` is empty."""
    known = desk.find(Wins, ticket.volunteer_id, draw.scheme, draw.rule)
    won = {} if known is None else json.loads(known.won_json)
    won.pop(draw.code, None)
    if day:
        won[draw.code] = day
    desk.put(Wins(ticket.volunteer_id, draw.scheme, draw.rule, canonical(won)))


def wins_need(draw: Draw, volunteer_id: str) -> Need:
    """The row of what a volunteer has won in draws of the same rule."""
    return OneRow(Wins, (volunteer_id, draw.scheme, draw.rule))


def passing_needs(desk: Desk, code: str) -> Iterator[Need]:
    """What letting an offer go reads: every ticket, and the wins of who lets go and who is next."""
    tickets = Children(Ticket, (code,))
    yield tickets
    draw = desk.peek(Draw, code)
    if draw is not None and desk.has(tickets):
        following = _next(desk, draw)
        if following is not None:
            yield wins_need(draw, following.volunteer_id)


def pass_on(desk: Desk, draw: Draw, ticket: Ticket, state: str) -> int | None:
    """Let an offer go; answers the ticket that it passes to.

    Where nobody waits, the place is kept for who still may come, or is free for everybody.
    """
    desk.put(moved(ticket, state))
    win(desk, draw, ticket, "")
    following = _next(desk, draw)
    if following is not None:
        desk.put(offered(desk, draw, following))
        return following.ticket
    if draw.state == "open":
        desk.put(replace(draw, free=draw.free + 1))
    else:
        keep(desk, draw, -1)
        desk.put(replace(draw, kept=draw.kept - 1))
    return None


def _next(desk: Desk, draw: Draw) -> Ticket | None:
    """Who waits longest: by the ranking, or by the order of entry where the first who come are served."""
    waiting = [ticket for ticket in desk.children(Ticket, draw.code) if ticket.state == "waiting"]
    return min(waiting, key=lambda ticket: (ticket.place, ticket.ticket), default=None)
