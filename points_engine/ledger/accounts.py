"""Guarded accounts: a version, a balance and lots, moved on by one posting at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from points_engine.frozen import quickly_made
from points_engine.ledger.amounts import is_guarded, may_be_negative
from points_engine.ledger.entries import Entry, Line


@quickly_made
@dataclass(frozen=True, slots=True)
class Account:
    """One (account, asset): dense `version`, `balance` = sum of `lots`, each lot keyed by its last usable day."""

    account: str
    asset: str
    version: int = 0
    balance: int = 0
    lots: Mapping[date, int] = field(default_factory=dict)

    def usable(self, today: date) -> int:
        """What can be drawn on `today`: lots whose last usable day has not passed."""
        return sum(amount for expires_on, amount in self.lots.items() if expires_on >= today)


@quickly_made
@dataclass(frozen=True, slots=True)
class Posting:
    """A line in its place: with the account's version and what the lot and the account held after it.

    `version`, `lot_after` and `balance_after` are None for sources and sinks, which keep no balance.
    """

    entry_id: str
    line: int
    account: str
    asset: str
    expires_on: date
    amount: int
    version: int | None
    lot_after: int | None
    balance_after: int | None


def moved(account: Account, line: Line) -> Account:
    """The account after `line`. A lot never goes below zero (above zero for debt): the caller has checked."""
    lot = account.lots.get(line.expires_on, 0) + line.amount
    owed = may_be_negative(account.account)
    assert (lot <= 0) if owed else (lot >= 0), f"{account.account} lot {line.expires_on} would be {lot}"
    lots = {day: amount for day, amount in account.lots.items() if day != line.expires_on}
    if lot:
        lots[line.expires_on] = lot
    return Account(account.account, account.asset, account.version + 1, account.balance + line.amount, lots)


def posted(entry: Entry, accounts: Mapping[tuple[str, str], Account]) -> tuple[list[Posting], list[Account]]:
    """Number the lines of `entry` against the guarded `accounts` it touches; answers postings and accounts after.

    Raises: KeyError, with the place of a guarded account that is not among `accounts`.
    """
    postings: list[Posting] = []
    after: dict[tuple[str, str], Account] = {}
    for number, line in enumerate(entry.lines):
        if not is_guarded(line.account):
            postings.append(
                Posting(entry.id, number, line.account, line.asset, line.expires_on, line.amount, None, None, None)
            )
            continue
        place = (line.account, line.asset)
        account = moved(after.get(place) or accounts[place], line)
        after[place] = account
        postings.append(
            Posting(
                entry.id,
                number,
                line.account,
                line.asset,
                line.expires_on,
                line.amount,
                account.version,
                account.lots.get(line.expires_on, 0),
                account.balance,
            )
        )
    return postings, list(after.values())
