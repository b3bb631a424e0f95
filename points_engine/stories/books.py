"""What a story reads of the books: balances now and as of a day, rows, and why an award is what it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, select

from points_engine.flow.entities import (
    Adjustment,
    Award,
    Fact,
    Fund,
    Hold,
    OfflineUse,
    PackText,
    Partner,
    Row,
    Shelf,
    Ticket,
    TierHeld,
    Trace,
    VolunteerNumber,
)
from points_engine.flow.scarce.proof import faults
from points_engine.reading import Reader, scarce
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.rulebook.pack import Pack
from points_engine.store import SqlStore
from points_engine.store.tables import METADATA, table_of

__all__ = [
    "Adjustment", "Award", "Books", "Fact", "Fund", "Hold", "OfflineUse", "Partner", "Shelf", "Ticket", "TierHeld",
    "Trace", "VolunteerNumber",
]  # fmt: skip


class Books:
    """Reads of one programme's books."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._packs: dict[str, Pack] = {}

    def rows(self, kind: type[Row], **where: object) -> list[Any]:
        """The rows of an entity whose fields have these values, in key order."""
        table = table_of(kind)
        query = select(table).order_by(*(table.c[name] for name in kind.KEY))
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self._store.reading() as connection:
            return list(connection.execute(query))

    def faults_of_draw(self, code: str) -> list[str]:
        """What does not hold in a draw as everybody sees it, drawn again from that alone."""
        with Reader(self._store, lambda: datetime.now().astimezone()).open() as view:
            return [str(each) for each in faults(scarce.published(scarce.a_draw(view, code)))]

    def identity(self, number: str) -> str:
        """The id of the volunteer whom a number means; empty where there is none."""
        found = self.rows(VolunteerNumber, number=number)
        return str(found[0].volunteer_id) if found else ""

    def lots(self, account: str, asset: str) -> dict[date, int]:
        """What an account holds, by last usable day."""
        lot = METADATA.tables["lot"]
        query = select(lot.c.expires_on, lot.c.amount).where(lot.c.account == account, lot.c.asset == asset)
        with self._store.reading() as connection:
            return {row.expires_on: row.amount for row in connection.execute(query)}

    def total(self, account: str, asset: str, before: datetime | None = None, by: str = "occurred_at") -> int:
        """The sum of an account's postings; those of entries that happened (or were recorded) before an instant."""
        posting: Table = METADATA.tables["posting"]
        entry: Table = METADATA.tables["entry"]
        query = select(func.coalesce(func.sum(posting.c.amount), 0)).where(
            posting.c.account == account, posting.c.asset == asset
        )
        if before is not None:
            query = query.join(entry, entry.c.id == posting.c.entry_id).where(entry.c[by] < before)
        with self._store.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def traces(self, fact: str = "") -> list[Any]:
        """The decisions in force about one fact; without one, every decision that was ever made."""
        if not fact:
            return self.rows(Trace)
        return [self.rows(Trace, id=award.trace_id)[0] for award in self.rows(Award, fact_id=fact)]

    def pack(self, digest: str) -> Pack:
        """A published pack by its hash."""
        if digest not in self._packs:
            self._packs[digest] = pack_from_canonical(self.rows(PackText, hash=digest)[0].canonical)
        return self._packs[digest]

    def parts_moved(self) -> set[str]:
        """The parts of volunteers' accounts that anything was posted to: held, donate_only, debt."""
        account = METADATA.tables["account"]
        with self._store.reading() as connection:
            names = [row.account.split("/") for row in connection.execute(select(account.c.account))]
        return {parts[2] for parts in names if len(parts) == 3 and parts[0] == "volunteer"}

    def are_empty(self) -> bool:
        """Whether nothing was ever written."""
        with self._store.reading() as connection:
            return connection.execute(select(METADATA.tables["journal"]).limit(1)).first() is None
