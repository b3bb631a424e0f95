"""Gifts: to the family with their days, to the fund with new ones, and to nobody else."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from fractions import Fraction
from typing import Any

from tests.model.books import SOME, Asked, Books, Line, No, points
from tests.model.books import volunteer as account_of
from tests.model.rules import GIFT_MOST, KIN, SCALES, last_usable, shown
from tests.model.wallets import drawn, paid_in


def give_points(
    books: Books,
    asked: Asked,
    volunteer: str,
    scheme: str,
    points: Fraction,
    to_kind: str,
    to: str,
    kinship: str = "",
) -> dict[str, Any]:
    """Points pass from one to another as the town's two rules say; the guild has none."""
    giver = books.active(volunteer)
    books.scheme(scheme)
    receiver = books.active(to) if to_kind == "volunteer" else None
    if receiver is None:
        books.found(to_kind, to)
    elif receiver.id == giver.id:
        raise No("same_volunteer")
    exact = points * 10 ** SCALES[scheme]
    if exact.denominator != 1:
        raise No("invalid_value", field="points")
    amount = int(exact)
    to_family = receiver is not None and kinship in KIN
    if scheme != "town" or not (to_family or (to_kind == "fund" and amount <= GIFT_MOST)):
        raise No("not_admitted")
    parts = _drawn(books, asked, giver.id, scheme, amount, ("donate_only", "") if to_family else ("",))
    asset = _points(scheme)
    lines: list[Line] = [(account_of(giver.id, part), asset, -many, day) for part, day, many in parts]
    coming: dict[date, int] = defaultdict(int)
    for _, day, many in parts:
        coming[day if to_family else last_usable(scheme, asked.today)] += many
    if receiver is None:
        lines += [(f"fund/{to}", asset, many, day) for day, many in coming.items()]
    else:
        lines += paid_in(books, receiver, scheme, coming, asked.today)
    books.post(lines)
    rule = "to_family" if to_family else "to_the_fund"
    return {"entry": SOME, "points": shown(scheme, amount), "to": to, "rule": rule}


def register_group(books: Books, asked: Asked, code: str, name_zh: str, name_en: str) -> dict[str, Any]:
    """A group."""
    return books.lay("group", code, (name_zh, name_en))


def give_from_group(
    books: Books, asked: Asked, group: str, scheme: str, points: Fraction, to_kind: str, to: str
) -> dict[str, Any]:
    """No rule of the town, or of the guild, lets a group's points pass."""
    books.found("group", group)
    books.scheme(scheme)
    if to_kind == "volunteer":
        books.active(to)
    else:
        books.found(to_kind, to)
    if (points * 10 ** SCALES[scheme]).denominator != 1:
        raise No("invalid_value", field="points")
    raise No("not_admitted")


def _points(scheme: str) -> str:
    return points(scheme)


def _drawn(
    books: Books, asked: Asked, who: str, scheme: str, amount: int, order: tuple[str, ...]
) -> list[tuple[str, date, int]]:
    left, parts = amount, []
    for part in order:
        lots = books.lots(account_of(who, part), _points(scheme))
        usable = sum(many for day, many in lots.items() if day >= asked.today)
        taken = min(left, usable)
        parts += [(part, day, many) for day, many in drawn(lots, taken, asked.today)]
        left -= taken
    if left:
        numbers = {"required": amount, "available": amount - left, "missing": left}
        raise No("insufficient_points", **{name: shown(scheme, each) for name, each in numbers.items()})
    return parts
