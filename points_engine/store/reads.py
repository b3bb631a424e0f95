"""What a volunteer has and had; what a key was answered.

Every function takes the connection of `store.reading()`, so that several reads see one moment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, and_, func, literal, select

from points_engine.flow.entities import Row, StoredCommand, TierHeld, Volunteer
from points_engine.ledger import amounts
from points_engine.store.columns import Flag
from points_engine.store.tables import METADATA, table_of

R = TypeVar("R", bound=Row)

PARTS: Final = ("", "held", "pending", "donate_only", "debt")
"""The parts of a volunteer's wallet: the empty one can be spent."""

_ACCOUNT, _LOT = METADATA.tables["account"], METADATA.tables["lot"]
_ENTRY, _POSTING = METADATA.tables["entry"], METADATA.tables["posting"]


@dataclass(frozen=True, slots=True)
class Balance:
    """A volunteer's points in one scheme, in smallest units; `debt` is what is owed, at or above zero.

    `lots` are the spendable ones by last usable day; those that have passed stand there until a sweep books them out.
    """

    volunteer_id: str
    asset: str
    spendable: int = 0
    held: int = 0
    pending: int = 0
    donate_only: int = 0
    debt: int = 0
    lots: Mapping[date, int] = field(default_factory=dict)

    def usable(self, today: date) -> int:
        """What can be spent on `today`: the lots whose last usable day has not passed."""
        return sum(amount for expires_on, amount in self.lots.items() if expires_on >= today)


def balance(
    books: Connection,
    volunteer_id: str,
    scheme: str,
    *,
    occurred_until: datetime | None = None,
    recorded_until: datetime | None = None,
) -> Balance:
    """A volunteer's points in a scheme: now, or what had occurred or was recorded up to and at an instant."""
    return _balance(books, volunteer_id, amounts.points(scheme), occurred_until, recorded_until)


def minutes(
    books: Connection,
    volunteer_id: str,
    *,
    occurred_until: datetime | None = None,
    recorded_until: datetime | None = None,
) -> int:
    """A volunteer's minutes on the statutory record, now or as of an instant."""
    return _balance(books, volunteer_id, amounts.MINUTES, occurred_until, recorded_until).spendable


def _balance(
    books: Connection, volunteer_id: str, asset: str, occurred_until: datetime | None, recorded_until: datetime | None
) -> Balance:
    accounts = {amounts.volunteer(volunteer_id, part): part for part in PARTS}
    query: Any
    if occurred_until is None and recorded_until is None:
        # Served by the primary key of lot.
        query = select(_LOT.c.account, _LOT.c.expires_on, _LOT.c.amount).where(
            _LOT.c.account.in_(accounts), _LOT.c.asset == asset
        )
    else:
        # Served by posting_by_version and the primary key of entry.
        query = (
            select(_POSTING.c.account, _POSTING.c.expires_on, func.sum(_POSTING.c.amount))
            .join(_ENTRY, _ENTRY.c.id == _POSTING.c.entry_id)
            .where(_POSTING.c.version.is_not(None), _POSTING.c.account.in_(accounts), _POSTING.c.asset == asset)
            .group_by(_POSTING.c.account, _POSTING.c.expires_on)
        )
        if occurred_until is not None:
            query = query.where(_ENTRY.c.occurred_at <= occurred_until)
        if recorded_until is not None:
            query = query.where(_ENTRY.c.recorded_at <= recorded_until)
    sums = dict.fromkeys(PARTS, 0)
    lots: dict[date, int] = {}
    for account, expires_on, amount in books.execute(query):
        part = accounts[account]
        sums[part] += int(amount)
        if not part and amount:
            lots[expires_on] = int(amount)
    return Balance(
        volunteer_id, asset, sums[""], sums["held"], sums["pending"], sums["donate_only"], -sums["debt"],
        dict(sorted(lots.items())),
    )  # fmt: skip


def assets_of(books: Connection, volunteer_id: str) -> list[str]:
    """The assets in which a volunteer ever had a posting, sorted: minutes, and the points of schemes."""
    accounts = [amounts.volunteer(volunteer_id, part) for part in PARTS]
    query = select(_ACCOUNT.c.asset).distinct().where(_ACCOUNT.c.account.in_(accounts)).order_by(_ACCOUNT.c.asset)
    return list(books.execute(query).scalars())


def volunteer_by_number(books: Connection, number: str) -> Volunteer | None:
    """The volunteer whom a number on a card means; after a merge, the one who remains."""
    volunteers, numbers = table_of(Volunteer), METADATA.tables["volunteer_number"]
    query = select(volunteers).join(numbers, numbers.c.volunteer_id == volunteers.c.id)
    return _first(books, Volunteer, query.where(numbers.c.number == number))


def volunteer_by_id(books: Connection, volunteer_id: str) -> Volunteer | None:
    """The volunteer under an id."""
    return _first(books, Volunteer, select(table_of(Volunteer)).where(table_of(Volunteer).c.id == volunteer_id))


def tiers_as_of(
    books: Connection, volunteer_id: str, scheme: str, on: date, *, recorded_until: datetime | None = None
) -> list[TierHeld]:
    """The tier levels in force on a day, per tier in the order they were reached; the last of each is its rank."""
    tiers = table_of(TierHeld)
    query = (
        select(tiers)
        .where(tiers.c.volunteer_id == volunteer_id, tiers.c.scheme == scheme)
        .where(tiers.c.from_day <= on, tiers.c.is_void == literal(False, Flag))
        .order_by(tiers.c.tier, tiers.c.from_day, tiers.c.recorded_at, tiers.c.level)
    )
    if recorded_until is not None:
        query = query.where(tiers.c.recorded_at <= recorded_until)
    return [TierHeld(**row) for row in books.execute(query).mappings()]


def outcome_of(books: Connection, principal: str, key: str) -> StoredCommand | None:
    """The accepted command under a key, with its outcome; None if there is none or it was refused."""
    commands = table_of(StoredCommand)
    keys = METADATA.tables["command_key"]
    held = keys.c.command_id == commands.c.id
    query = select(commands).join(keys, held).where(and_(keys.c.principal == principal, keys.c.key == key))
    return _first(books, StoredCommand, query)


def _first(books: Connection, kind: type[R], query: Select[Any]) -> R | None:
    row = books.execute(query).mappings().first()
    return None if row is None else kind(**row)
