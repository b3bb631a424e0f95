"""Drawing lots: the soonest-expiring first, and back in reverse."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

P = TypeVar("P")


def draw(lots: Mapping[date, int], amount: int, today: date) -> list[tuple[date, int]]:
    """The (last usable day, amount) parts that make up `amount` of the lots usable on `today`, soonest first.

    >>> draw({date(2026, 12, 31): 5, date(2027, 12, 31): 9}, 7, date(2026, 11, 1))
    [(datetime.date(2026, 12, 31), 5), (datetime.date(2027, 12, 31), 2)]
    """
    parts: list[tuple[date, int]] = []
    left = amount
    for expires_on in sorted(lots):
        if not left:
            break
        if expires_on < today:
            continue
        part = min(left, lots[expires_on])
        if part:
            parts.append((expires_on, part))
            left -= part
    assert not left, f"the caller has checked that {amount} can be drawn"
    return parts


def restored(drawn: Sequence[tuple[P, int]], already: int, amount: int) -> list[tuple[P, int]]:
    """The parts to give back when `amount` of a draw is refunded, last drawn first, after `already` given back.

    `drawn` names the places that parts came from (a lot's day, or an account and a day), in draw order.

    >>> restored([("2026", 5), ("2027", 2)], 0, 3)
    [('2027', 2), ('2026', 1)]
    """
    parts: list[tuple[P, int]] = []
    skip, left = already, amount
    for place, part in reversed(drawn):
        skipped = min(skip, part)
        skip -= skipped
        given = min(left, part - skipped)
        left -= given
        if given:
            parts.append((place, given))
    assert not left, "no more is given back than was drawn"
    return parts


def net(before: Iterable[tuple[date, int]], after: Iterable[tuple[date, int]]) -> dict[date, int]:
    """What changes per lot between two lists of lots; lots that do not change are left out."""
    change: dict[date, int] = {}
    for sign, lots in ((-1, before), (1, after)):
        for expires_on, amount in lots:
            change[expires_on] = change.get(expires_on, 0) + sign * amount
    return {expires_on: amount for expires_on, amount in change.items() if amount}
