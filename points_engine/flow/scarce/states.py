"""What may follow what: the states of a draw, and of each of its tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from points_engine.flow.entities import Ticket

DRAW_MOVES: Final[Mapping[str, frozenset[str]]] = {
    "open": frozenset({"drawn", "cancelled"}),
    "drawn": frozenset({"cancelled"}),
    "cancelled": frozenset(),
}
"""Entries are taken while a draw is `open`; `drawn` ends them, also where nothing is drawn by lot."""

TICKET_MOVES: Final[Mapping[str, frozenset[str]]] = {
    "entered": frozenset({"withdrawn", "out", "waiting", "offered", "void"}),
    "waiting": frozenset({"withdrawn", "offered", "void"}),
    "offered": frozenset({"taken", "declined", "lapsed", "void"}),
    "taken": frozenset(),
    "declined": frozenset(),
    "lapsed": frozenset(),
    "out": frozenset(),
    "withdrawn": frozenset(),
    "void": frozenset(),
}
"""Where the first who come are served, a ticket begins as `offered` or `waiting`."""

LIVE: Final = frozenset({"entered", "waiting", "offered", "taken"})
"""States in which a volunteer takes part: there is no second ticket beside one."""

assert set().union(*TICKET_MOVES.values()) <= TICKET_MOVES.keys(), "every state has its row"


def moved(ticket: Ticket, state: str, **changes: Any) -> Ticket:
    """A ticket in its next state."""
    assert state in TICKET_MOVES[ticket.state], f"a ticket does not go from {ticket.state} to {state}"
    return replace(ticket, state=state, **changes)
