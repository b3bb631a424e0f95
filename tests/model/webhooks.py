"""Addresses that are told what happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.model.books import Asked, Books, No


@dataclass(slots=True)
class Webhook:
    """An address as the model knows it."""

    url: str
    topics: str
    state: str = "active"
    generation: int = 1
    replays: int = 0
    after: tuple[int, int] = (0, -1)


def register_webhook(
    books: Books,
    asked: Asked,
    code: str,
    url: str,
    label: str,
    topics: tuple[str, ...] = (),
    scheme: str = "",
    partner: str = "",
    names_volunteers: bool = False,
) -> dict[str, Any]:
    """An address is told what happens from now on."""
    if scheme:
        books.scheme(scheme)
    if partner:
        books.found("partner", partner)
    if code in books.webhooks:
        raise No("already_exists")
    books.webhooks[code] = Webhook(url, " ".join(sorted(set(topics))))
    return {"webhook": code, "state": "active", "generation": 1}


def _kept(books: Books, code: str) -> Webhook:
    if code not in books.webhooks:
        raise No("not_found")
    if books.webhooks[code].state == "removed":
        raise No("wrong_state", state="removed")
    kept: Webhook = books.webhooks[code]
    return kept


def amend_webhook(
    books: Books, asked: Asked, code: str, url: str, label: str, topics: tuple[str, ...] = ()
) -> dict[str, Any]:
    """An address is somewhere else, or is told of other things."""
    kept = _kept(books, code)
    kept.url, kept.topics = url, " ".join(sorted(set(topics)))
    return {"webhook": code, "state": kept.state}


def set_webhook_state(books: Books, asked: Asked, code: str, state: str) -> dict[str, Any]:
    """An address is told nothing for a while, or ever again."""
    kept = _kept(books, code)
    before, kept.state = kept.state, state
    return {"webhook": code, "state": state, "before": before}


def rotate_webhook_secret(books: Books, asked: Asked, code: str) -> dict[str, Any]:
    """An address has a new secret."""
    kept = _kept(books, code)
    kept.generation += 1
    return {"webhook": code, "state": kept.state, "generation": kept.generation}


def replay_webhook(books: Books, asked: Asked, code: str, seq: int, index: int = -1) -> dict[str, Any]:
    """An address is told again."""
    kept = _kept(books, code)
    kept.replays, kept.after = kept.replays + 1, (seq, index)
    return {"webhook": code, "seq": seq, "index": index}
