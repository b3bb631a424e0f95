"""A view: one consistent snapshot of the books, with the desk that commands are decided over laid out from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, Table, and_, select, tuple_

from points_engine.errors import NotFound, StoreFault
from points_engine.flow.desk import Children, Desk, Need, NotLoaded, OneAccount, OneRow
from points_engine.flow.entities import PackText, Row
from points_engine.ledger.accounts import Account
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.rulebook.pack import Pack
from points_engine.store import SqlStore
from points_engine.store.tables import METADATA, table_of

R = TypeVar("R", bound=Row)
T = TypeVar("T")

MOST_LOADS: Final = 64
"""loads that one question may cause: rows found along the way come a few at a time."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list, and the key after which the next page begins; None at the end."""

    items: list[Any]
    next: tuple[str, ...] | None


class Reader:
    """Opens views of one programme's books; compiled packs are kept between them."""

    def __init__(self, store: SqlStore, clock: Callable[[], datetime]) -> None:
        self._store, self._clock = store, clock
        self._packs: dict[str, Pack] = {}

    @contextmanager
    def open(self) -> Iterator[View]:
        """One snapshot of the books, as of now."""
        with self._store.reading() as connection:
            yield View(connection, self._clock(), self._packs)


class View:
    """The books as they stand in one snapshot."""

    def __init__(self, connection: Connection, now: datetime, packs: MutableMapping[str, Pack]) -> None:
        self.connection, self.now, self.packs = connection, now, packs
        self.desk = Desk(now, packs, b"")

    # ---- rows ------------------------------------------------------------------------------------------------

    def one(self, kind: type[R], *key: Any) -> R | None:
        """The row of an entity under its key."""
        table = table_of(kind)
        query = select(table).where(*(table.c[name] == value for name, value in zip(kind.KEY, key, strict=True)))
        found = self.connection.execute(query).first()
        return None if found is None else kind(*found)

    def the(self, kind: type[R], what: str, *key: Any) -> R:
        """The row of an entity under its key.

        Raises: NotFound.
        """
        found = self.one(kind, *key)
        if found is None:
            raise NotFound(what=what, code="/".join(map(str, key)))
        return found

    def where(self, kind: type[R], /, **values: Any) -> list[R]:
        """The rows of an entity whose fields have these values, in the order of their keys."""
        table = table_of(kind)
        query = select(table).where(*(table.c[name] == value for name, value in values.items()))
        return [kind(*row) for row in self.connection.execute(query.order_by(*_key(table, kind)))]

    def among(self, kind: type[R], field: str, values: Sequence[Any]) -> list[R]:
        """The rows of an entity whose field is one of these values."""
        if not values:
            return []
        table = table_of(kind)
        return [kind(*row) for row in self.connection.execute(select(table).where(table.c[field].in_(values)))]

    def page(self, kind: type[R], most: int, after: tuple[str, ...] | None = None, /, **values: Any) -> Page:
        """The next rows of an entity in the order of their keys; a list of values means any of them."""
        table = table_of(kind)
        query = select(table).where(
            *(table.c[name].in_(value) if isinstance(value, list) else table.c[name] == value
              for name, value in values.items())
        )  # fmt: skip
        keys = _key(table, kind)
        if after is not None:
            query = query.where(tuple_(*keys) > tuple_(*_bound(keys, after)))
        return paged(self.connection, query.order_by(*keys), most, lambda row: kind(*row), kind.KEY)

    # ---- questions that the flow answers ---------------------------------------------------------------------

    def ask(self, question: Callable[[Desk], T]) -> T:
        """The answer of a function of the flow over this snapshot; rows that it misses are laid on the desk."""
        for _ in range(MOST_LOADS):
            try:
                return question(self.desk)
            except NotLoaded as missing:
                for need in missing.needs:
                    self.lay(need)
        raise StoreFault(what="a question keeps asking for rows")

    def require(self, needs: Callable[[Desk], Iterator[Need]]) -> None:
        """Lay everything that a command of the flow says it reads."""
        for _ in range(MOST_LOADS):
            missing = [need for need in needs(self.desk) if not self.desk.has(need)]
            if not missing:
                return
            for need in missing:
                self.lay(need)

    def lay(self, need: Need) -> None:
        """Read the rows of one need and lay them on the desk."""
        if isinstance(need, OneRow):
            row = self.one(need.kind, *need.key)
            self.desk.accept(need, [] if row is None else [row])
        elif isinstance(need, Children):
            self.desk.accept(need, self._children(need))
        else:
            self.desk.accept_account(self.account(need))

    def _children(self, need: Children) -> list[Row]:
        table, kind = table_of(need.kind), need.kind
        query = select(table).where(
            *(table.c[name] == value for name, value in zip(kind.PARENT, need.parent, strict=True))
        )
        if need.since is not None:
            query = query.where(table.c[kind.SINCE] >= need.since)
        return [kind(*row) for row in self.connection.execute(query)]

    def account(self, need: OneAccount) -> Account:
        """A guarded account with its lots; one never posted to has version 0."""
        accounts, lots = METADATA.tables["account"], METADATA.tables["lot"]
        head = self.connection.execute(
            select(accounts.c.version, accounts.c.balance).where(
                and_(accounts.c.account == need.account, accounts.c.asset == need.asset)
            )
        ).first()
        if head is None:
            return Account(need.account, need.asset)
        held: dict[date, int] = {
            row.expires_on: row.amount
            for row in self.connection.execute(
                select(lots.c.expires_on, lots.c.amount).where(
                    and_(lots.c.account == need.account, lots.c.asset == need.asset)
                )
            )
        }
        return Account(need.account, need.asset, head.version, head.balance, held)

    # ---- rules -----------------------------------------------------------------------------------------------

    def pack(self, digest: str) -> Pack:
        """A published pack by its hash."""
        if digest not in self.packs:
            text = self.the(PackText, "pack", digest)
            self.packs[digest] = pack_from_canonical(text.canonical)
        return self.packs[digest]


def paged(
    connection: Connection, query: Select[Any], most: int, item: Callable[[Any], Any], key: Sequence[str]
) -> Page:
    """At most `most` rows of an ordered query, and the key of the last one where more remain."""
    rows = list(connection.execute(query.limit(most + 1)))
    there = rows[:most]
    more = len(rows) > most
    return Page([item(row) for row in there], tuple(str(there[-1]._mapping[name]) for name in key) if more else None)


def _key(table: Table, kind: type[Row]) -> list[Any]:
    return [table.c[name] for name in kind.KEY]


def _bound(columns: Sequence[Any], after: Sequence[str]) -> list[Any]:
    return [
        date.fromisoformat(value) if column.type.python_type is date else value
        for column, value in zip(columns, after, strict=True)
    ]
