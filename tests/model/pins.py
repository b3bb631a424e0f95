"""PINs: set, tried, locked, unlocked. The model sees no PIN, only that there is one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.model.books import Asked, Books, No, told
from tests.model.rules import LOCKS_MINUTES, TRIES, TRIES_ANYWHERE


def set_pin(books: Books, asked: Asked, volunteer: str, pin_hash: str) -> dict[str, Any]:
    """Somebody has a PIN from now on, and may try again."""
    who = books.person(volunteer)
    books.pins.add(who.id)
    _forget(books, who.id)
    return {"volunteer": who.id, "pin": True}


def count_pin_try(books: Books, asked: Asked, volunteer: str, proof: str) -> dict[str, Any]:
    """A try is counted before anybody looks whether it is right."""
    who = books.person(volunteer)
    if who.id not in books.pins:
        raise No("wrong_state", state="no_pin")
    places = {asked.by: TRIES, "": TRIES_ANYWHERE}
    for place in places:
        _, locked_until = books.tries.get((who.id, place), (0, None))
        if locked_until is not None and asked.now < locked_until:
            raise No("too_many_tries", until=told(locked_until))
    left = []
    for place, most in places.items():
        counted = books.tries.get((who.id, place), (0, None))[0] + 1
        lock = None
        if counted % most == 0:
            lock = asked.now + timedelta(minutes=LOCKS_MINUTES[min(counted // most, len(LOCKS_MINUTES)) - 1])
        books.tries[who.id, place] = (counted, lock)
        left.append((most - counted % most) % most)
    return {"volunteer": who.id, "left": min(left)}


def note_right_pin(books: Books, asked: Asked, volunteer: str) -> dict[str, Any]:
    """The right PIN makes the tries before it count no longer."""
    who = books.person(volunteer)
    return {"volunteer": who.id, "forgotten": _forget(books, who.id)}


def unlock_pin(books: Books, asked: Asked, volunteer: str) -> dict[str, Any]:
    """Staff who know the person let them try again."""
    who = books.person(volunteer)
    return {"volunteer": who.id, "forgotten": _forget(books, who.id)}


def _forget(books: Books, who: str) -> int:
    forgotten = books.tries.get((who, ""), (0, None))[0]
    for person, place in list(books.tries):
        if person == who and books.tries[person, place][0]:
            books.tries[person, place] = (0, None)
    return forgotten
