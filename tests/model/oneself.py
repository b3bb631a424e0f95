"""Nobody decides about themselves or their household."""

from __future__ import annotations

from datetime import date

from tests.model.books import Asked, Books, No, Person


def not_oneself(books: Books, asked: Asked, who: Person) -> None:
    """Nobody decides about themselves, or about whom they live with."""
    acting = books.acting(asked.by)
    if acting is None:
        return
    ours = _household(acting, asked.today)
    if acting is who or (ours and ours == _household(who, asked.today)):
        raise No("forbidden")


def _household(who: Person, day: date) -> str:
    stated = who.stated.get("volunteer.household", {})
    known = [from_day for from_day in stated if from_day <= day]
    return str(stated[max(known)]) if known else ""
