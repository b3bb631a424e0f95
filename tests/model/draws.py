"""Draws: who enters, who wins by which seed, and to whom an offer passes that is let go."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from tests.model.activities import admitted, takes_place
from tests.model.books import SOME, Asked, Books, No, Person, day_of, told
from tests.model.counter import check_gives, left_on, placed, shelf_of
from tests.model.rules import SEATS, SECRET
from tests.model.tickets import LIVE


@dataclass(slots=True)
class Ticket:
    """One ticket of a draw."""

    who: str
    state: str
    is_spared: bool
    place: int = 0
    lapses: datetime | None = None
    hold: str = ""


@dataclass(slots=True)
class Draw:
    """Places of a reward (`fair`, by lot) or of an activity (`queue`, the first who come)."""

    id: str
    rule: str
    about: str
    places: int
    kept: int
    free: int
    stocked: bool
    closes: datetime
    hours: int
    state: str = "open"
    seed: str = ""
    tickets: list[Ticket] = field(default_factory=list)
    outlet: str = ""

    @property
    def is_queue(self) -> bool:
        """Whether the first who come are served."""
        return self.rule == "queue"


def open_draw(
    books: Books,
    asked: Asked,
    code: str,
    scheme: str,
    rule: str,
    closes_at: datetime,
    reward: str = "",
    activity: str = "",
    places: int | None = None,
    offer_hours: int = 48,
    outlet: str = "",
) -> dict[str, Any]:
    """Places are kept aside, a seed is committed to."""
    books.scheme(scheme)
    there = books.draws.get(code)
    if there is not None:
        same = (rule, reward or activity, closes_at, offer_hours, outlet) == (
            there.rule, there.about, there.closes, there.hours, there.outlet
        ) and bool(activity) == there.is_queue and places in (None, there.places)  # fmt: skip
        if not same:
            raise No("already_exists")
        return _opened(code, there, created=False)
    if scheme != "town" or rule not in ("fair", "queue"):
        raise No("not_found")
    if bool(activity) != (rule == "queue"):
        raise No("invalid_value", field="activity" if rule == "queue" else "reward")
    if closes_at <= asked.now:
        raise No("invalid_value", field="closes_at")
    if places is not None and places > SEATS:
        raise No("invalid_value", field="places")
    many = places or SEATS
    stocked = _is_bound(books, asked, reward, activity, outlet, many)
    made = Draw(f"{asked.id}-1", rule, reward or activity, many, many, many if activity else 0, stocked, closes_at,
                offer_hours, outlet=outlet)  # fmt: skip
    books.draws[code] = made
    _keep(books, made, many)
    return _opened(code, made, created=True)


def _opened(code: str, made: Draw, *, created: bool) -> dict[str, Any]:
    commitment = "" if made.is_queue else hashlib.sha256(_seed(code, made).encode()).hexdigest()
    return {"draw": code, "state": made.state, "places": made.places, "closes_at": told(made.closes),
            "commitment": commitment, "created": created}  # fmt: skip


def _seed(code: str, made: Draw) -> str:
    return hmac.new(SECRET, f"draw|{code}|{made.id}".encode(), hashlib.sha256).hexdigest()


def _is_bound(books: Books, asked: Asked, reward: str, activity: str, outlet: str, many: int) -> bool:
    """Whether there is a bound to keep places from; refuses where it leaves too few."""
    if activity:
        if outlet:
            raise No("invalid_value", field="outlet")
        place = books.found("activity", activity)
        takes_place(place)
        capacity = place[3]
        if capacity is not None and capacity - books.seats[activity] < many:
            raise No("activity_full", capacity=capacity)
        return capacity is not None
    prize = books.edition("town", asked.today).prizes.get(reward)
    if prize is None:
        raise No("reward_not_offered")
    if outlet and not prize.has_shelves:
        raise No("invalid_value", field="outlet")
    check_gives(books, prize, outlet)
    place = ("town", reward, shelf_of(prize, reward, outlet))
    left = left_on(books, prize, place)
    if left is not None and left < many:
        raise No("sold_out", required=many, available=left)
    if left is not None:
        books.shelves[place] = left
    return left is not None


def _keep(books: Books, made: Draw, many: int) -> None:
    """Keep places aside, or give some back."""
    if not made.stocked:
        return
    if made.is_queue:
        books.seats[made.about] += many
    else:
        books.shelves["town", made.about, made.outlet] -= many


# ---- tickets -------------------------------------------------------------------------------------------------------


def enter_draw(books: Books, asked: Asked, draw: str, volunteer: str) -> dict[str, Any]:
    """The next ticket, or the one that is there; the first who come are offered what is free."""
    who = books.active(volunteer)
    made = _found(books, draw)
    number = books.entrants.get((draw, who.id))
    if number is not None and made.tickets[number - 1].state in LIVE:
        return _ticket(draw, number, made.tickets[number - 1], created=False)
    if made.state == "cancelled":
        raise No("wrong_state", state="cancelled")
    if made.state != "open" or asked.now > made.closes:
        raise No("draw_closed")
    day = asked.today if made.is_queue else day_of(made.closes)
    spared = not made.is_queue and "nurse" in who.on("volunteer.roles", day)
    if not made.is_queue and not spared and _has_won(books, who.id, day):
        raise No("not_eligible")
    ticket = Ticket(who.id, "waiting" if made.is_queue else "entered", spared)
    made.tickets.append(ticket)
    number = len(made.tickets)
    books.entrants[draw, who.id] = number
    if made.free:
        made.free -= 1
        _offer(books, asked, draw, ticket)
    return _ticket(draw, number, ticket, created=True)


def _has_won(books: Books, who: str, day: date) -> bool:
    return any((won.year, won.month) == (day.year, day.month) for won in books.wins.get((who, "fair"), {}).values())


def _ticket(draw: str, number: int, ticket: Ticket, **more: Any) -> dict[str, Any]:
    lapses = told(ticket.lapses) if ticket.state == "offered" and ticket.lapses else None
    return {"draw": draw, "ticket": number, "state": ticket.state, "lapses_at": lapses, **more}


def _offer(books: Books, asked: Asked, draw: str, ticket: Ticket) -> None:
    made = books.draws[draw]
    ticket.state, ticket.lapses = "offered", asked.now + timedelta(hours=made.hours)
    books.wins.setdefault((ticket.who, made.rule), {})[draw] = asked.today


def _found(books: Books, draw: str) -> Draw:
    if draw not in books.draws:
        raise No("not_found")
    return books.draws[draw]


def _theirs(books: Books, draw: str, volunteer: str) -> tuple[Person, Draw, int, Ticket]:
    who = books.person(volunteer)
    made = _found(books, draw)
    if (draw, who.id) not in books.entrants:
        raise No("not_found")
    number = books.entrants[draw, who.id]
    return who, made, number, made.tickets[number - 1]


def withdraw_entry(books: Books, asked: Asked, draw: str, volunteer: str) -> dict[str, Any]:
    """An entry is taken back."""
    _, _, number, ticket = _theirs(books, draw, volunteer)
    if ticket.state not in ("entered", "waiting"):
        raise No("wrong_state", state=ticket.state)
    ticket.state = "withdrawn"
    return _ticket(draw, number, ticket)


def draw_now(books: Books, asked: Asked, draw: str) -> dict[str, Any]:
    """Those who entered are ranked by the seed; recent winners are out."""
    made = _found(books, draw)
    if made.state != "open":
        raise No("wrong_state", state=made.state)
    if asked.now <= made.closes:
        raise No("draw_still_open")
    seed = _seed(draw, made)
    entered = [number for number, each in enumerate(made.tickets, start=1) if each.state == "entered"]
    barred = {
        number
        for number in entered
        if not (ticket := made.tickets[number - 1]).is_spared and _has_won(books, ticket.who, asked.today)
    }
    ranked = sorted(set(entered) - barred, key=lambda number: hashlib.sha256(f"{seed}|{number}".encode()).hexdigest())
    for number in barred:
        made.tickets[number - 1].state = "out"
    for place, number in enumerate(ranked, start=1):
        ticket = made.tickets[number - 1]
        ticket.place, ticket.state = place, "waiting"
        if place <= made.places:
            _offer(books, asked, draw, ticket)
    used = made.kept - made.free if made.is_queue else min(made.places, len(ranked))
    _keep(books, made, used - made.kept)
    made.kept, made.free, made.state, made.seed = used, 0, "drawn", "" if made.is_queue else seed
    return {"draw": draw, "state": "drawn", "seed": made.seed, "places": made.places, "out": len(barred),
            "winners": ranked[: made.places], "waiting": max(0, len(ranked) - made.places)}  # fmt: skip


# ---- offers --------------------------------------------------------------------------------------------------------


def cancel_draw(books: Books, asked: Asked, draw: str, reason: str) -> dict[str, Any]:
    """Nobody is given a place any more."""
    made = _found(books, draw)
    if made.state == "cancelled":
        raise No("wrong_state", state="cancelled")
    over = [ticket for ticket in made.tickets if ticket.state in ("entered", "waiting", "offered")]
    for ticket in over:
        if ticket.state == "offered":
            books.wins[ticket.who, made.rule].pop(draw, None)
        ticket.state = "void"
    _keep(books, made, -made.kept)
    made.kept, made.free, made.state = 0, 0, "cancelled"
    return {"draw": draw, "state": "cancelled", "void": len(over), "note": SOME}


def take_up_offer(books: Books, asked: Asked, draw: str, volunteer: str, outlet: str = "") -> dict[str, Any]:
    """A place is taken: a hold, or a promise to come."""
    who, made, number, ticket = _theirs(books, draw, volunteer)
    books.active(volunteer)
    if ticket.state != "offered":
        raise No("wrong_state", state=ticket.state)
    if ticket.lapses is not None and ticket.lapses < asked.now:
        raise No("offer_lapsed")
    made.kept -= 1
    held = None
    if made.is_queue:
        place = books.found("activity", made.about)
        takes_place(place)
        if books.promises.get((made.about, who.id), "withdrawn") != "withdrawn":
            raise No("already_signed_up")
        admitted(who, asked.today, place[1])
        books.promises[made.about, who.id] = "promised"
        books.seats[made.about] += 0 if made.stocked else 1
    else:
        if made.outlet and outlet not in ("", made.outlet):
            raise No("wrong_outlet")
        _keep(books, made, -1)
        shelf = made.outlet if made.stocked else None
        held = placed(books, asked, volunteer, "town", made.about, outlet or made.outlet, shelf=shelf)
        ticket.hold = held["hold"]
    ticket.state = "taken"
    return _ticket(draw, number, ticket, redemption=held, activity=made.about if made.is_queue else None)


def decline_offer(books: Books, asked: Asked, draw: str, volunteer: str) -> dict[str, Any]:
    """An offer is let go."""
    _, _, number, ticket = _theirs(books, draw, volunteer)
    if ticket.state != "offered":
        raise No("wrong_state", state=ticket.state)
    return _let_go(books, asked, draw, number, "declined")


def lapse_offer(books: Books, asked: Asked, draw: str, ticket: int) -> dict[str, Any]:
    """An offer is over."""
    made = _found(books, draw)
    if ticket > len(made.tickets):
        raise No("not_found")
    there = made.tickets[ticket - 1]
    if there.state != "offered" or there.lapses is None or there.lapses >= asked.now:
        raise No("wrong_state", state=there.state)
    return _let_go(books, asked, draw, ticket, "lapsed")


def _let_go(books: Books, asked: Asked, draw: str, number: int, state: str) -> dict[str, Any]:
    made = books.draws[draw]
    gone = made.tickets[number - 1]
    gone.state = state
    books.wins[gone.who, made.rule].pop(draw, None)
    waiting = [each for each in enumerate(made.tickets, start=1) if each[1].state == "waiting"]
    following = min(waiting, key=lambda each: (each[1].place, each[0]), default=None)
    if following is not None:
        _offer(books, asked, draw, following[1])
    elif made.state == "open":
        made.free += 1
    else:
        _keep(books, made, -1)
        made.kept -= 1
    return {"draw": draw, "ticket": number, "state": state, "passes_to": following and following[0]}
