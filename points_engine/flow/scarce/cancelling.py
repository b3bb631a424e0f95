"""A draw is cancelled: nobody is given a place any more, and what was kept aside is free for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from points_engine.errors import WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need
from points_engine.flow.entities import Draw, Ticket
from points_engine.flow.notes import keep_note
from points_engine.flow.rules import rule_needs
from points_engine.flow.scarce.draws import the_draw
from points_engine.flow.scarce.keeping import keep, kept_needs
from points_engine.flow.scarce.offering import win, wins_need
from points_engine.flow.scarce.states import DRAW_MOVES, moved
from points_engine.flow.wire import ERASABLE


@dataclass(frozen=True, slots=True)
class CancelDraw:
    """A draw does not take place, or gives nothing out any more; what was taken up stays."""

    draw: str
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("draw", self.draw)
        shapes.text("reason", self.reason, least=1)


def cancel_needs(command: CancelDraw, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from kept_needs(desk, command.draw)
    tickets = Children(Ticket, (command.draw,))
    yield tickets
    draw = desk.peek(Draw, command.draw)
    if draw is not None and desk.has(tickets):
        yield from (
            wins_need(draw, ticket.volunteer_id)
            for ticket in desk.children(Ticket, draw.code)
            if ticket.state == "offered"
        )


def cancel_draw(command: CancelDraw, desk: Desk) -> dict[str, Any]:
    """Cancel a draw, before it is drawn or after: entries, those who wait and open offers are void.

    A seed that was not revealed stays unknown.
    Raises, first that applies: NotFound, WrongState (cancelled already).
    """
    draw = the_draw(desk, command.draw)
    if "cancelled" not in DRAW_MOVES[draw.state]:
        raise WrongState(state=draw.state, action="cancel")

    # Nothing below this line may refuse.
    over = [ticket for ticket in desk.children(Ticket, draw.code) if ticket.state in ("entered", "waiting", "offered")]
    desk.require(wins_need(draw, ticket.volunteer_id) for ticket in over if ticket.state == "offered")
    for ticket in over:
        if ticket.state == "offered":
            win(desk, draw, ticket, "")
        desk.put(moved(ticket, "void"))
    keep(desk, draw, -draw.kept)
    desk.put(replace(draw, state="cancelled", kept=0, free=0))
    return {
        "draw": draw.code, "scheme": draw.scheme, "state": "cancelled", "void": len(over),
        "note": keep_note(desk, command.reason),
    }  # fmt: skip
