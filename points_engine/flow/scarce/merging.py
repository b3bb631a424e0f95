"""Two records of one person: their tickets and wins go along, and nobody takes part twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from points_engine.errors import WrongState
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Draw, Entrant, Ticket, Wins
from points_engine.flow.scarce.states import LIVE, moved
from points_engine.flow.wire import canonical


def tickets_needs(desk: Desk, absorbed: str, survivor: str) -> Iterator[Need]:
    """The draws that the absorbed one takes part in (locked), and the tickets of both in them; the wins of both."""
    for who in (absorbed, survivor):
        yield Children(Entrant, (who,))
        yield Children(Wins, (who,))
    if not all(desk.has(Children(Entrant, (who,))) for who in (absorbed, survivor)):
        return
    entered = desk.children(Entrant, absorbed)
    yield from (OneRow(Draw, (each.draw,)) for each in entered)
    if not all(desk.has(OneRow(Draw, (each.draw,))) for each in entered):
        return
    draws = {each.draw for each in entered}
    for each in (*entered, *desk.children(Entrant, survivor)):
        if each.draw in draws:
            yield OneRow(Ticket, (each.draw, each.ticket))


def check_offers(desk: Desk, absorbed: str) -> None:
    """Refuse while the absorbed one is offered a place: it is taken up or declined first.

    Raises: WrongState.
    """
    for each in desk.children(Entrant, absorbed):
        ticket = desk.find(Ticket, each.draw, each.ticket)
        if ticket is not None and ticket.state == "offered":
            raise WrongState(state=ticket.state, action="merge")


def move_tickets(desk: Desk, absorbed: str, survivor: str) -> None:
    """Give tickets and wins to the survivor; where both wait for a place, the survivor's ticket stays."""
    theirs = {each.draw: each for each in desk.children(Entrant, survivor)}
    for each in desk.children(Entrant, absorbed):
        ticket = desk.find(Ticket, each.draw, each.ticket)
        assert ticket is not None, "who has entered has a ticket"
        ticket = replace(ticket, volunteer_id=survivor)
        other = theirs.get(each.draw)
        mine = None if other is None else desk.find(Ticket, each.draw, other.ticket)
        if mine is None or mine.state not in LIVE:
            desk.put(Entrant(each.draw, survivor, each.ticket))
        elif ticket.state in ("entered", "waiting"):
            ticket = moved(ticket, "withdrawn")
        desk.put(ticket)
    known = {(wins.scheme, wins.rule): json.loads(wins.won_json) for wins in desk.children(Wins, survivor)}
    for wins in desk.children(Wins, absorbed):
        won = {**json.loads(wins.won_json), **known.get((wins.scheme, wins.rule), {})}
        desk.put(Wins(survivor, wins.scheme, wins.rule, canonical(won)))
