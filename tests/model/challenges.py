"""Appeals and objections: who files, who answers, who takes back."""

from __future__ import annotations

from typing import Any

from tests.model.books import Asked, Books, Challenge, No
from tests.model.oneself import not_oneself


def file_challenge(books: Books, asked: Asked, kind: str, fact: str, text: str) -> dict[str, Any]:
    """Somebody says that a fact is judged wrongly."""
    if fact not in books.facts:
        raise No("not_found")
    who = books.facts[fact].who
    mine = (kind, fact, who, asked.by, "open")
    if any((each.kind, each.fact, each.who, each.by, each.state) == mine for each in books.challenges.values()):
        raise No("wrong_state", state="open")
    books.challenges[f"{asked.id}-1"] = Challenge(kind, fact, who, asked.by)
    return {"challenge": f"{asked.id}-1", "state": "open", "record": fact}


def _open(books: Books, identity: str) -> Challenge:
    if identity not in books.challenges:
        raise No("not_found")
    it = books.challenges[identity]
    if it.state != "open":
        raise No("wrong_state", state=it.state)
    return it


def answer_challenge(books: Books, asked: Asked, challenge: str, is_upheld: bool, answer: str) -> dict[str, Any]:
    """Somebody else than who filed it, and than who wrote the fact down, answers."""
    it = _open(books, challenge)
    if asked.by in (it.by, books.facts[it.fact].by):
        raise No("four_eyes")
    not_oneself(books, asked, books.people[it.who])
    it.state, it.answered_by = "upheld" if is_upheld else "rejected", asked.by
    return {"challenge": challenge, "state": it.state, "record": it.fact}


def withdraw_challenge(books: Books, asked: Asked, challenge: str) -> dict[str, Any]:
    """Whoever filed it takes it back."""
    it = _open(books, challenge)
    if asked.by != it.by:
        raise No("forbidden")
    it.state = "withdrawn"
    return {"challenge": challenge, "state": "withdrawn", "record": it.fact}
