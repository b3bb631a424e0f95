"""The book of a reward's stock: what comes, is lost, is counted, is carried; redemptions are the holds' own."""

from __future__ import annotations

from typing import Any

from tests.model.books import SOME, Asked, Books, No
from tests.model.counter import check_gives, left_on, shelf_of
from tests.model.rules import Prize
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
    prize = _prize(books, asked, scheme, reward)
    if prize.has_shelves:
        check_gives(books, prize, outlet)
    elif outlet:
        _check_partner(books, prize, outlet)
    place = (scheme, reward, shelf_of(prize, reward, outlet))
    available = left_on(books, prize, place) or 0
    held = held_of(books, *place)
    if stock == "lost" and items > available:
        raise No("sold_out", required=items, available=available)
    if stock == "counted" and items < held:
        raise No("invalid_value", field="items")
    if stock == "counted":
        change = items - available - held
    else:
        change = -items if stock == "lost" else items
    books.shelves[place] = available + change
    books.stock_moves[(*place, stock)] += change
    return {
        "move": SOME, "reward": reward, "change": change, "available": available + change,
        "on_shelf": available + held + change,
    }  # fmt: skip


def carry_stock(
    books: Books,
    asked: Asked,
    scheme: str,
    reward: str,
    items: int,
    from_outlet: str,
    to_outlet: str,
    reason: str = "",
) -> dict[str, Any]:
    """Items leave one shelf and come to another."""
    prize = _prize(books, asked, scheme, reward)
    if from_outlet:
        _check_partner(books, prize, from_outlet)
    if prize.has_shelves:
        check_gives(books, prize, to_outlet)
        shelf_of(prize, reward, to_outlet)
    elif to_outlet:
        _check_partner(books, prize, to_outlet)
        raise No("wrong_outlet")
    there, here = (scheme, reward, from_outlet), (scheme, reward, to_outlet)
    available = left_on(books, prize, there) or 0
    if available < items:
        raise No("sold_out", required=items, available=available)
    books.shelves[there] = available - items
    books.shelves[here] = (left_on(books, prize, here) or 0) + items
    books.stock_moves[(*there, "carried")] -= items
    books.stock_moves[(*here, "carried")] += items
    return {"move": SOME, "reward": reward, "carried": items, "left": _shelf(books, there),
            "arrived": _shelf(books, here)}  # fmt: skip


def _prize(books: Books, asked: Asked, scheme: str, reward: str) -> Prize:
    prize = books.edition(books.scheme(scheme), asked.today).prizes.get(reward)
    if prize is None:
        raise No("reward_not_offered")
    return prize


def _check_partner(books: Books, prize: Prize, outlet: str) -> None:
    if books.found("outlet", outlet)[0] != prize.partner:
        raise No("wrong_outlet")


def _shelf(books: Books, place: tuple[str, str, str]) -> dict[str, Any]:
    left = books.shelves[place]
    return {"outlet": place[2], "available": left, "on_shelf": left + held_of(books, *place)}


def held_of(books: Books, scheme: str, reward: str, shelf: str) -> int:
    """How many items are set aside on a shelf."""
    return kept_of(books, scheme, reward, shelf) + sum(
        each.quantity
        for each in books.holds.values()
        if (each.scheme, each.reward, each.shelf, each.state) == (scheme, reward, shelf, "open") and each.stocked
    )
