"""Entries: postings that sum to zero per asset, written together and never edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from points_engine.frozen import quickly_made
from points_engine.ledger.amounts import NEVER
from points_engine.limits import AMOUNT_MAX, POSTINGS_PER_ENTRY


@quickly_made
@dataclass(frozen=True, slots=True)
class Line:
    """One signed line of an entry, before it is numbered: `amount` in the asset's smallest unit, never 0."""

    account: str
    asset: str
    amount: int
    expires_on: date = NEVER


@quickly_made
@dataclass(frozen=True, slots=True)
class Entry:
    """What is written together. Construction proves that it balances.

    `kind` names the flow step (award, correction, hold, confirm…), `cause` the command that asked for it,
    `reverses` the entry that it undoes, if any.
    """

    id: str
    kind: str
    cause: str
    occurred_at: datetime
    lines: tuple[Line, ...]
    reverses: str | None = None

    def __post_init__(self) -> None:
        assert 2 <= len(self.lines) <= POSTINGS_PER_ENTRY, f"an entry has 2 to {POSTINGS_PER_ENTRY} lines"
        sums: dict[str, int] = {}
        for line in self.lines:
            assert line.amount, "a line moves something"
            assert -AMOUNT_MAX <= line.amount <= AMOUNT_MAX, "an amount fits its column"
            sums[line.asset] = sums.get(line.asset, 0) + line.amount
        assert not any(sums.values()), f"an entry sums to zero per asset, this one leaves {sums}"


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The lines with those of the same account, asset and lot added up, zeros left out, in a stable order."""
    sums: dict[tuple[str, str, date], Line] = {}
    for line in lines:
        place = (line.account, line.asset, line.expires_on)
        same = sums.get(place)
        sums[place] = (
            line if same is None else Line(line.account, line.asset, same.amount + line.amount, line.expires_on)
        )
    return tuple([line for line in sums.values() if line.amount])
