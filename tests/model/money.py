"""Adjustments by two people, balances brought along, and lots that end."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.model.books import Asked, Books, Line, No, Proposal, points
from tests.model.books import volunteer as account_of
from tests.model.oneself import not_oneself
from tests.model.rules import NEVER, last_usable, shown
from tests.model.wallets import drawn


def propose_adjustment(
    books: Books, asked: Asked, volunteer: str, scheme: str, amount: int, reason: str
) -> dict[str, Any]:
    """Somebody asks for a change of an account."""
    who = books.person(volunteer)
    books.scheme(scheme)
    not_oneself(books, asked, who)
    identity = f"{asked.id}-2"  # the note has the first one
    books.proposals[identity] = Proposal(who.id, scheme, amount, last_usable(scheme, asked.today), asked.by)
    return {"adjustment": identity, "state": "proposed", "amount": shown(scheme, amount)}


def decide_adjustment(books: Books, asked: Asked, adjustment: str, approve: bool) -> dict[str, Any]:
    """Somebody else decides."""
    if adjustment not in books.proposals:
        raise No("not_found")
    it = books.proposals[adjustment]
    if it.state != "proposed":
        raise No("wrong_state", state=it.state)
    if asked.by == it.by:
        raise No("four_eyes")
    not_oneself(books, asked, books.people[it.who])
    lines: list[Line] = []
    asset, account = points(it.scheme), account_of(it.who)
    if approve and it.amount > 0:
        lines = [(account, asset, it.amount, it.ends)]
    elif approve:
        lots = books.lots(account, asset)
        usable = sum(amount for day, amount in lots.items() if day >= asked.today)
        if usable < -it.amount:
            numbers = {"required": -it.amount, "available": usable, "missing": -it.amount - usable}
            raise No("insufficient_points", **{name: shown(it.scheme, each) for name, each in numbers.items()})
        lines = [(account, asset, -amount, day) for day, amount in drawn(lots, -it.amount, asked.today)]
    if approve:
        lines.append((f"scheme/{it.scheme}/adjusted", asset, -it.amount, NEVER))
    it.state = "approved" if approve else "rejected"
    return {"adjustment": adjustment, "state": it.state, "entry": books.post(lines)}


def open_balance(
    books: Books, asked: Asked, volunteer: str, scheme: str, points: int, line: int, expires_on: date | None = None
) -> dict[str, Any]:
    """A lot is brought along from books kept before."""
    who = books.person(volunteer)
    books.scheme(scheme)
    ends = expires_on or NEVER
    if ends < asked.today:
        raise No("invalid_value", field="expires_on")
    if (scheme, volunteer, line) in books.openings:
        raise No("already_exists")
    books.openings.add((scheme, volunteer, line))
    asset = f"points/{scheme}"
    entry = books.post([(f"scheme/{scheme}/opening", asset, -points, NEVER), (account_of(who.id), asset, points, ends)])
    return {"volunteer": who.id, "entry": entry, "points": points}


def expire_lots(books: Books, asked: Asked, volunteer: str, scheme: str) -> dict[str, Any]:
    """What has ended leaves the account."""
    who = books.person(volunteer)
    asset = points(books.scheme(scheme))
    lines: list[Line] = []
    for part in ("", "donate_only"):
        for day, amount in books.lots(account_of(who.id, part), asset).items():
            if day < asked.today:
                lines.append((account_of(who.id, part), asset, -amount, day))
                books.lapsed[who.id, scheme, day] = books.lapsed.get((who.id, scheme, day), 0) + amount
    total = -sum(amount for _, _, amount, _ in lines)
    entry = books.post([*lines, (f"scheme/{scheme}/expired", asset, total, NEVER)])
    return {"volunteer": who.id, "expired": shown(scheme, total), "entry": entry}
