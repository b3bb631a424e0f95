"""Offers taken up, declined, or lapsed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from points_engine.errors import AlreadySignedUp, NotFound, OfferLapsed, WrongOutlet, WrongState
from points_engine.flow import shapes
from points_engine.flow.admission import admit
from points_engine.flow.counter.holds import new_hold, voucher_outcome
from points_engine.flow.counter.offers import Wish, check_wish, make_offer, offer_needs
from points_engine.flow.counter.postings import post, reserve, set_aside
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Activity, Draw, Seats, SignUp, Ticket, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import an_active_volunteer
from points_engine.flow.rules import rule_needs, today
from points_engine.flow.scarce.draws import the_draw
from points_engine.flow.scarce.keeping import keep, kept_needs
from points_engine.flow.scarce.offering import pass_on, passing_needs, wins_need
from points_engine.flow.scarce.states import moved
from points_engine.flow.scarce.tickets import entrant_needs, the_ticket, ticket_told
from points_engine.flow.service.awards import award_needs
from points_engine.flow.service.records import stated_facts
from points_engine.flow.wire import instant


@dataclass(frozen=True, slots=True)
class TakeUpOffer:
    """A winner takes the place: a hold on the reward, as any other, or a sign-up for the activity."""

    draw: str
    volunteer: str
    outlet: str = ""
    choice: str = ""

    def __post_init__(self) -> None:
        shapes.code("draw", self.draw)
        shapes.code("volunteer", self.volunteer)
        shapes.optional_code("outlet", self.outlet)
        check_wish(self.choice, None, None)


def take_up_needs(command: TakeUpOffer, desk: Desk) -> Iterator[Need]:
    yield from entrant_needs(desk, command.draw, command.volunteer)
    yield from kept_needs(desk, command.draw)
    draw, found = desk.peek(Draw, command.draw), desk.peek(VolunteerNumber, command.volunteer)
    if draw is None or found is None:
        return
    if draw.purpose == "reward":
        yield from offer_needs(desk, _wish(command, draw), aside=1)
    else:
        yield OneRow(Activity, (draw.about,))
        yield OneRow(SignUp, (draw.about, found.volunteer_id))
        yield from award_needs(desk, found.volunteer_id)


def _wish(command: TakeUpOffer, draw: Draw) -> Wish:
    """What was won: off the shelf that the place was kept on, at the outlet whose it is."""
    return Wish(
        command.volunteer, draw.scheme, draw.about, command.outlet or draw.outlet, choice=command.choice,
        shelf=draw.outlet if draw.stocked else None,
    )  # fmt: skip


def take_up_offer(command: TakeUpOffer, desk: Desk) -> dict[str, Any]:
    """Take up the place that was kept aside: nobody else can have had it.

    Raises, first that applies: NotFound (volunteer, draw, ticket), StandingBlocks, WrongState (no offer is open),
    OfferLapsed; of a reward WrongOutlet (not the one whose places were drawn for), then whatever `make_offer` does:
    RewardNotOffered, WrongOutlet, NotEligible, LimitReached, InsufficientPoints, InsufficientFunds; of an activity
    WrongState (cancelled), AlreadySignedUp, NotAdmitted.
    """
    draw, ticket, _ = the_ticket(desk, command.draw, command.volunteer)
    volunteer = an_active_volunteer(desk, command.volunteer)
    if ticket.state != "offered":
        raise WrongState(state=ticket.state, action="take_up")
    assert ticket.lapses_at is not None, "an offer has its end"
    if ticket.lapses_at < desk.now:
        raise OfferLapsed(lapsed_at=instant(ticket.lapses_at))
    desk.put(replace(draw, kept=draw.kept - 1))
    taken = moved(ticket, "taken")
    if draw.purpose == "enrolment":
        _check_activity(desk, draw.about, volunteer)

        # Nothing below this line may refuse.
        desk.put(SignUp(draw.about, volunteer.id, "promised", desk.now))
        if not draw.stocked:
            _seat(desk, draw.about)
        desk.put(taken)
        return ticket_told(draw, taken, activity=draw.about, redemption=None)

    if draw.outlet and command.outlet not in ("", draw.outlet):
        raise WrongOutlet(outlet=command.outlet)
    keep(desk, draw, -1)  # for the hold, which takes it again
    wish = _wish(command, draw)
    offer = make_offer(desk, wish)

    # Nothing below this line may refuse.
    hold = new_hold(desk, offer, wish.outlet)
    post(desk, hold, "hold", [*set_aside(hold), *reserve(desk, hold)])
    desk.put(replace(taken, hold_id=hold.id))
    return ticket_told(draw, taken, activity=None, redemption=voucher_outcome(hold, offer.pack.scale))


def _check_activity(desk: Desk, code: str, volunteer: Volunteer) -> None:
    activity = desk.find(Activity, code)
    if activity is None:
        raise NotFound(what="activity", code=code)
    if activity.state == "cancelled":
        raise WrongState(state=activity.state, action="sign up")
    there = desk.find(SignUp, code, volunteer.id)
    if there is not None and there.state != "withdrawn":
        raise AlreadySignedUp(activity=code)
    admit(desk, "sign_up", volunteer, today(desk), stated_facts(activity, {}))


def _seat(desk: Desk, code: str) -> None:
    """Count one who comes where no seat was kept aside, because there is no bound."""
    seats = desk.find(Seats, code)
    assert seats is not None, "an activity has its seats"
    desk.put(replace(seats, taken=seats.taken + 1))


# ---- letting go ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    """A winner does not want the place: it passes to the next who waits."""

    draw: str
    volunteer: str

    def __post_init__(self) -> None:
        shapes.code("draw", self.draw)
        shapes.code("volunteer", self.volunteer)


def decline_needs(command: DeclineOffer, desk: Desk) -> Iterator[Need]:
    yield from entrant_needs(desk, command.draw, command.volunteer)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from _letting_go_needs(desk, command.draw, found.volunteer_id)


def _letting_go_needs(desk: Desk, code: str, volunteer_id: str) -> Iterator[Need]:
    yield from kept_needs(desk, code)
    yield from passing_needs(desk, code)
    draw = desk.peek(Draw, code)
    if draw is not None:
        yield wins_need(draw, volunteer_id)


def decline_offer(command: DeclineOffer, desk: Desk) -> dict[str, Any]:
    """Let an offer go.

    Raises, first that applies: NotFound (volunteer, draw, ticket), WrongState (no offer is open).
    """
    draw, ticket, _ = the_ticket(desk, command.draw, command.volunteer)
    if ticket.state != "offered":
        raise WrongState(state=ticket.state, action="decline")

    # Nothing below this line may refuse.
    following = pass_on(desk, draw, ticket, "declined")
    return _let_go(draw, ticket, "declined", following)


def _let_go(draw: Draw, ticket: Ticket, state: str, following: int | None) -> dict[str, Any]:
    return {
        "draw": draw.code, "scheme": draw.scheme, "ticket": ticket.ticket, "state": state, "passes_to": following,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class LapseOffer:
    """A sweep lets an offer go whose time is over: it passes to the next who waits."""

    draw: str
    ticket: int

    def __post_init__(self) -> None:
        shapes.code("draw", self.draw)
        shapes.amount("ticket", self.ticket)


def lapse_needs(command: LapseOffer, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Draw, (command.draw,))
    if desk.has(OneRow(Draw, (command.draw,))):
        yield OneRow(Ticket, (command.draw, command.ticket))
        ticket = desk.peek(Ticket, command.draw, command.ticket)
        if ticket is not None:
            yield from _letting_go_needs(desk, command.draw, ticket.volunteer_id)


def lapse_offer(command: LapseOffer, desk: Desk) -> dict[str, Any]:
    """Let an offer go after its time is over.

    Raises, first that applies: NotFound (draw, ticket), WrongState (no offer is open, or its time is not over).
    """
    draw = the_draw(desk, command.draw)
    ticket = desk.find(Ticket, command.draw, command.ticket)
    if ticket is None:
        raise NotFound(what="ticket", code=str(command.ticket))
    if ticket.state != "offered" or ticket.lapses_at is None or ticket.lapses_at >= desk.now:
        raise WrongState(state=ticket.state, action="lapse")

    # Nothing below this line may refuse.
    following = pass_on(desk, draw, ticket, "lapsed")
    return _let_go(draw, ticket, "lapsed", following)
