"""Activities, promises to come, and who did not come."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.model.books import SOME, Asked, Books, Fact, No, Person, begin_of
from tests.model.people import named
from tests.model.service import filed


def register_activity(
    books: Books, asked: Asked, code: str, name: str, category: str, host: str, capacity: int | None = None
) -> dict[str, Any]:
    """Something to serve in."""
    books.found("unit", host)
    made = books.lay("activity", code, (name, category, host, capacity, "planned"))
    books.seats.setdefault(code, 0)
    return made


def edit_activity(
    books: Books,
    asked: Asked,
    code: str,
    name: str | None = None,
    category: str | None = None,
    capacity: int | None = None,
) -> dict[str, Any]:
    """What is known of an activity changes; what was recorded stays."""
    before = books.found("activity", code)
    if before[4] == "cancelled":
        raise No("wrong_state", state="cancelled")
    places = before[3] if capacity is None else capacity
    if places is not None and places < books.seats[code]:
        raise No("invalid_value", field="capacity")
    books.places["activity"][code] = (name or before[0], category or before[1], before[2], places, before[4])
    return {"activity": code, "state": before[4]}


def cancel_activity(books: Books, asked: Asked, code: str, reason: str) -> dict[str, Any]:
    """It does not take place (any more)."""
    before = books.found("activity", code)
    if before[4] == "cancelled":
        raise No("wrong_state", state="cancelled")
    books.places["activity"][code] = (*before[:4], "cancelled")
    return {"activity": code, "state": "cancelled", "note": SOME}


def takes_place(place: tuple[Any, ...]) -> None:
    """Nobody signs up for, or comes to, what is cancelled."""
    if place[4] == "cancelled":
        raise No("wrong_state", state="cancelled")


def admitted(who: Person, day: date, category: str) -> None:
    """Only nurses serve in medical activities."""
    if category == "medical" and "nurse" not in who.on("volunteer.roles", day):
        raise No("not_admitted")


def sign_up(books: Books, asked: Asked, volunteer: str, activity: str) -> dict[str, Any]:
    """A promise to come takes a place."""
    who = books.active(volunteer)
    place = books.found("activity", activity)
    takes_place(place)
    category, capacity = place[1], place[3]
    if books.promises.get((activity, who.id), "withdrawn") != "withdrawn":
        raise No("already_signed_up")
    if capacity is not None and books.seats[activity] >= capacity:
        raise No("activity_full", capacity=capacity)
    admitted(who, asked.today, category)
    books.promises[activity, who.id] = "promised"
    books.seats[activity] += 1
    left = None if capacity is None else capacity - books.seats[activity]
    return {"activity": activity, "volunteer": who.id, "places_left": left}


def withdraw_sign_up(books: Books, asked: Asked, volunteer: str, activity: str) -> dict[str, Any]:
    """A promise is taken back."""
    who = books.person(volunteer)
    state = books.promises.get((activity, who.id))
    if state is None:
        raise No("not_found")
    if state != "promised":
        raise No("wrong_state", state=state)
    books.promises[activity, who.id] = "withdrawn"
    books.seats[activity] -= 1
    return {"activity": activity, "volunteer": who.id}


def mark_absent(books: Books, asked: Asked, volunteer: str, activity: str, day: date) -> dict[str, Any]:
    """Somebody had promised to come and did not: a deed of a kind of its own."""
    who = books.person(volunteer)
    books.found("activity", activity)
    state = books.promises.get((activity, who.id))
    if state is None:
        raise No("not_found")
    if state != "promised":
        raise No("wrong_state", state=state)
    if day > asked.today:
        raise No("invalid_value", field="day")
    books.promises[activity, who.id] = "absent"
    moment = begin_of(day)
    identity = named(f"absence|{who.id}|{activity}|{day}", moment)
    there = books.facts.get(identity)
    if there is not None and there.is_in_force:
        return {"fact": identity, "service_minutes": 0, "entry": None, "awarded": {}, "minutes": 0, "awaiting": []}
    stated = {"deed.kind": "absence", "deed.quantity": "1"}
    fact = Fact(identity, who.id, "deed", moment, moment, 0, stated, asked.today, "steward", asked.by)
    return filed(books, asked, fact)


def kept_places(books: Books) -> list[tuple[str, str, str, int | None, str]]:
    """The activities as they are now: code, name, category, places, state."""
    return [(code, row[0], row[1], row[3], row[4]) for code, row in books.places["activity"].items()]
