"""Tickets that others ask about: what is kept aside for them, and where they go when two people become one."""

from __future__ import annotations

from tests.model.books import Books

LIVE = ("entered", "waiting", "offered", "taken")


def kept_of(books: Books, scheme: str, reward: str, shelf: str) -> int:
    """How many items of a reward are kept aside for draws."""
    return sum(
        each.kept
        for each in books.draws.values()
        if each.stocked and not each.is_queue and (scheme, reward, shelf) == ("town", each.about, each.outlet)
    )


def is_offered(books: Books, who: str) -> bool:
    """Whether somebody is offered a place that they have not taken up yet."""
    return any(
        books.draws[draw].tickets[number - 1].state == "offered"
        for (draw, holder), number in books.entrants.items()
        if holder == who
    )


def move_tickets(books: Books, gone: str, stays: str) -> None:
    """Tickets and wins go along; nobody takes part twice."""
    for (draw, who), number in list(books.entrants.items()):
        if who != gone:
            continue
        made = books.draws[draw]
        ticket, theirs = made.tickets[number - 1], books.entrants.get((draw, stays))
        ticket.who = stays
        if theirs is None or made.tickets[theirs - 1].state not in LIVE:
            books.entrants[draw, stays] = number
        elif ticket.state in ("entered", "waiting"):
            ticket.state = "withdrawn"
    for (who, rule), won in list(books.wins.items()):
        if who == gone:
            books.wins[stays, rule] = {**won, **books.wins.get((stays, rule), {})}
