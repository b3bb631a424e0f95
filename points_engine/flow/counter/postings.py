"""What the counter posts: the lines of a hold, of letting one go, and of lent points that come back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from points_engine.flow.desk import Desk
from points_engine.flow.entities import Fund, Hold
from points_engine.flow.rules import pack_today
from points_engine.ledger import amounts
from points_engine.ledger.amounts import NEVER
from points_engine.ledger.entries import Entry, Line
from points_engine.rulebook.acts import expiry_of

DEBT: Final = "debt"
"""The place in a draw where points were lent: an account may go below zero to its floor."""


def drawn_parts(hold: Hold) -> list[tuple[str, date, int]]:
    """The (account part, lot, amount) that a hold was drawn from, in draw order."""
    return [
        (DEBT, NEVER, amount) if place == DEBT else ("", date.fromisoformat(place), amount)
        for place, amount in json.loads(hold.drawn_json)
    ]


def set_aside(hold: Hold) -> list[Line]:
    """Points go from where they were drawn to what is held, with their days."""
    lines = []
    asset, held = amounts.points(hold.scheme), amounts.volunteer(hold.volunteer_id, "held")
    for part, expires_on, amount in drawn_parts(hold):
        lines.append(Line(amounts.volunteer(hold.volunteer_id, part), asset, -amount, expires_on))
        lines.append(Line(held, asset, amount, expires_on))
    return lines


def lent_back(desk: Desk, hold: Hold, amount: int) -> list[Line]:
    """Give lent points back: to the debt as far as it still stands; what awards have paid of it can be spent again."""
    asset = amounts.points(hold.scheme)
    debt = amounts.volunteer(hold.volunteer_id, DEBT)
    owed = min(amount, -desk.account(debt, asset).balance)
    lines = [Line(debt, asset, owed)] if owed else []
    if amount > owed:
        pack = pack_today(desk, hold.scheme)
        expires_on = expiry_of(pack, desk.now.astimezone(pack.zone).date())
        lines.append(Line(amounts.volunteer(hold.volunteer_id), asset, amount - owed, expires_on))
    return lines


def reserve(desk: Desk, hold: Hold) -> list[Line]:
    """The fund promises what it will owe."""
    if not hold.pays:
        return []
    currency = currency_of(desk, hold.fund)
    return [
        Line(amounts.fund(hold.fund), currency, -hold.pays),
        Line(amounts.fund(hold.fund, "reserved"), currency, hold.pays),
    ]


def currency_of(desk: Desk, fund: str) -> str:
    """The currency of a fund that is known to exist."""
    found = desk.find(Fund, fund)
    assert found is not None, "a hold names a fund that exists"
    return found.currency


def post(desk: Desk, hold: Hold, kind: str, lines: Sequence[Line], at: datetime | None = None) -> str:
    """Post an entry about a hold, now or as of `at`; a reward of price 0 moves nothing and posts nothing."""
    if not lines:
        return ""
    entry_id = desk.make_id()
    desk.post(Entry(entry_id, kind, desk.command_id, at or desk.now, tuple(lines)))
    return entry_id
