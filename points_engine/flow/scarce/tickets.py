"""Tickets: a volunteer enters a draw and gets the next number, or takes the entry back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import DrawClosed, NotEligible, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.admission import reason_facts, say, values_for
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Draw, Entrant, Fold, Ticket, Volunteer, VolunteerNumber
from points_engine.flow.people.households import known_subjects
from points_engine.flow.people.lookup import an_active_volunteer, the_volunteer, volunteer_needs
from points_engine.flow.rules import rule_needs
from points_engine.flow.scarce.draws import rules_of, the_draw, won_on
from points_engine.flow.scarce.offering import offered, wins_need
from points_engine.flow.scarce.states import LIVE, moved
from points_engine.flow.wire import instant
from points_engine.limits import DRAW_TICKETS
from points_engine.rulebook.draws import Claim, claim_of, is_barred
from points_engine.rulebook.kinds import Draw as DrawRule
from points_engine.rulebook.pack import Pack


@dataclass(frozen=True, slots=True)
class EnterDraw:
    """A volunteer asks for a place."""

    draw: str
    volunteer: str

    def __post_init__(self) -> None:
        shapes.code("draw", self.draw)
        shapes.code("volunteer", self.volunteer)


def enter_needs(command: EnterDraw, desk: Desk) -> Iterator[Need]:
    yield from entrant_needs(desk, command.draw, command.volunteer)
    found, draw = desk.peek(VolunteerNumber, command.volunteer), desk.peek(Draw, command.draw)
    if found is not None and draw is not None:
        yield wins_need(draw, found.volunteer_id)
        for subject in known_subjects(desk, draw.scheme, found.volunteer_id):
            yield OneRow(Fold, (draw.scheme, subject))


def entrant_needs(desk: Desk, draw: str, number: str) -> Iterator[Need]:
    """A volunteer and a draw (both locked), and the ticket of the one in the other."""
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, number)
    yield OneRow(Draw, (draw,))
    found = desk.peek(VolunteerNumber, number)
    if found is not None and desk.has(OneRow(Draw, (draw,))):
        yield OneRow(Entrant, (draw, found.volunteer_id))
        entrant = desk.peek(Entrant, draw, found.volunteer_id)
        if entrant is not None:
            yield OneRow(Ticket, (draw, entrant.ticket))


def enter_draw(command: EnterDraw, desk: Desk) -> dict[str, Any]:
    """Give the next ticket; who has one already is told which. Where the first who come are served, a free place is
    offered at once.

    What the rules ask, how high they rank, and whether an earlier win bars them is decided by what is known now, for
    the day on which the draw closes.
    Raises, first that applies: NotFound (volunteer, draw), StandingBlocks, WrongState (cancelled), DrawClosed,
    WrongState (all tickets are given out), NotEligible.
    """
    volunteer = an_active_volunteer(desk, command.volunteer)
    draw = the_draw(desk, command.draw)
    there = _ticket(desk, draw, volunteer)
    if there is not None and there.state in LIVE:
        return ticket_told(draw, there, created=False)
    if draw.state == "cancelled":
        raise WrongState(state=draw.state, action="enter")
    if draw.state != "open" or desk.now > draw.closes_at:
        raise DrawClosed(closed_at=instant(draw.closes_at))
    if draw.tickets >= DRAW_TICKETS:
        raise WrongState(state="full", action="enter")
    pack, rule = rules_of(desk, draw)
    claim = _claim(desk, draw, pack, rule, volunteer)

    # Nothing below this line may refuse.
    number = draw.tickets + 1
    state = "waiting" if draw.order == "first" else "entered"
    ticket = Ticket(draw.code, number, volunteer.id, state, str(claim.worth), claim.is_spared, desk.now)
    if draw.free:
        ticket = offered(desk, draw, ticket)
        draw = replace(draw, free=draw.free - 1)
    desk.put(replace(draw, tickets=number))
    desk.put(ticket)
    desk.put(Entrant(draw.code, volunteer.id, number))
    return ticket_told(draw, ticket, created=True)


def _claim(desk: Desk, draw: Draw, pack: Pack, rule: DrawRule, volunteer: Volunteer) -> Claim:
    day = _day(desk, draw, pack)
    claim = claim_of(pack, rule, day, values_for(desk, pack, volunteer, day, {"act.today": day}))
    if claim.reasons:
        raise NotEligible(say=say(claim.reasons), reasons=[reason_facts(reason) for reason in claim.reasons])
    won = won_on(desk, draw.scheme, rule.id, volunteer.id)
    if is_barred(pack, rule, day, won, is_spared=claim.is_spared):
        last = max(won).isoformat()
        raise NotEligible(say=Both(f"won a place on {last}", f"已于 {last} 获得名额"), reasons=[])
    return claim


def _day(desk: Desk, draw: Draw, pack: Pack) -> date:
    """The day for which it is decided: that of the draw, or today where the first who come are served."""
    return (desk.now if draw.order == "first" else draw.closes_at).astimezone(pack.zone).date()


def ticket_told(draw: Draw, ticket: Ticket, **more: Any) -> dict[str, Any]:
    """What a ticket looks like to whoever holds it."""
    lapses_at = instant(ticket.lapses_at) if ticket.state == "offered" and ticket.lapses_at is not None else None
    return {
        "draw": draw.code, "scheme": draw.scheme, "ticket": ticket.ticket, "state": ticket.state,
        "lapses_at": lapses_at, **more,
    }  # fmt: skip


def _ticket(desk: Desk, draw: Draw, volunteer: Volunteer) -> Ticket | None:
    entrant = desk.find(Entrant, draw.code, volunteer.id)
    return None if entrant is None else desk.find(Ticket, draw.code, entrant.ticket)


def the_ticket(desk: Desk, code: str, number: str) -> tuple[Draw, Ticket, Volunteer]:
    """The newest ticket of a volunteer in a draw.

    Raises, first that applies: NotFound (volunteer, draw, ticket).
    """
    volunteer = the_volunteer(desk, number)
    draw = the_draw(desk, code)
    ticket = _ticket(desk, draw, volunteer)
    if ticket is None:
        raise NotFound(what="ticket", code=code)
    return draw, ticket, volunteer


@dataclass(frozen=True, slots=True)
class WithdrawEntry:
    """A volunteer takes an entry back, before the draw or while they wait; who enters again gets another ticket."""

    draw: str
    volunteer: str

    def __post_init__(self) -> None:
        shapes.code("draw", self.draw)
        shapes.code("volunteer", self.volunteer)


def withdraw_needs(command: WithdrawEntry, desk: Desk) -> Iterator[Need]:
    yield from entrant_needs(desk, command.draw, command.volunteer)


def withdraw_entry(command: WithdrawEntry, desk: Desk) -> dict[str, Any]:
    """Take a ticket out of the draw; its number is not given again.

    Raises, first that applies: NotFound (volunteer, draw, ticket), WrongState (it is offered a place, or is over).
    """
    draw, ticket, _ = the_ticket(desk, command.draw, command.volunteer)
    if ticket.state not in ("entered", "waiting"):
        raise WrongState(state=ticket.state, action="withdraw")

    # Nothing below this line may refuse.
    gone = moved(ticket, "withdrawn")
    desk.put(gone)
    return ticket_told(draw, gone)
