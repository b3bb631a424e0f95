"""The book of a reward's stock: what comes, what is lost, what is counted; redemptions are the holds' own."""

from __future__ import annotations

from typing import Any

from tests.model.books import SOME, Asked, Books, No
from tests.model.tickets import kept_of


def move_stock(
    books: Books,
    asked: Asked,
    scheme: str,
    reward: str,
    stock: str,
    items: int,
    outlet: str = "",
    reason: str = "",
) -> dict[str, Any]:
    """Items come onto a shelf, are lost, or are counted there."""
    prize = books.edition(books.scheme(scheme), asked.today).prizes.get(reward)
    if prize is None:
        raise No("reward_not_offered")
    if outlet and books.found("outlet", outlet)[0] != prize.partner:
        raise No("wrong_outlet")
    place = (scheme, reward)
    available = books.shelves.get(place, prize.stock) or 0
    held = held_of(books, scheme, reward)
    if stock == "lost" and items > available:
        raise No("sold_out", required=items, available=available)
    if stock == "counted" and items < held:
        raise No("invalid_value", field="items")
    if stock == "counted":
        change = items - available - held
    else:
        change = -items if stock == "lost" else items
    books.shelves[place] = available + change
    books.stock_moves[scheme, reward, stock] += change
    return {
        "move": SOME, "reward": reward, "change": change, "available": available + change,
        "on_shelf": available + held + change,
    }  # fmt: skip


def held_of(books: Books, scheme: str, reward: str) -> int:
    """How many items are set aside on a shelf."""
    return kept_of(books, scheme, reward) + sum(
        each.quantity
        for each in books.holds.values()
        if (each.scheme, each.reward, each.state) == (scheme, reward, "open") and each.stocked
    )
