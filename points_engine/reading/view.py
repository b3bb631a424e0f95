"""A view: one consistent snapshot of the books, with the desk that commands are decided over laid out from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, Select, Table, select, tuple_

from points_engine.errors import NotFound, StoreFault
from points_engine.flow.desk import Desk, Need, NotLoaded, OneAccount, OneRow
from points_engine.flow.entities import PackText, Row
from points_engine.ledger.accounts import Account
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.rulebook.pack import Pack
from points_engine.store import SqlStore
from points_engine.store.lookup import Snapshot
from points_engine.store.tables import table_of

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
            yield View(connection, self._store.snapshot(connection), self._clock(), self._packs)


class View:
    """The books as they stand in one snapshot."""

    def __init__(
        self, connection: Connection, snapshot: Snapshot, now: datetime, packs: MutableMapping[str, Pack]
    ) -> None:
        self.connection, self.now, self.packs = connection, now, packs
        self.desk = Desk(now, packs, b"")
        self._snapshot = snapshot

    # ---- rows ------------------------------------------------------------------------------------------------

    def one(self, kind: type[R], *key: Any) -> R | None:
        """The row of an entity under its key."""
        self.lay(self.desk.missing([OneRow(kind, key)]))
        return self.desk.find(kind, *key)

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

    def by(self, kind: type[R], field: str, values: Iterable[Any]) -> dict[Any, R]:
        """The rows of an entity by a field that is one of these texts; what is no text, or empty, is nobody's."""
        wanted = sorted({value for value in values if isinstance(value, str) and value})
        return {getattr(row, field): row for row in self.among(kind, field, wanted)}

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
                self.lay(missing.needs)
        raise StoreFault(what="a question keeps asking for rows")

    def require(self, needs: Callable[[Desk], Iterator[Need]]) -> None:
        """Lay everything that a command of the flow says it reads."""
        for _ in range(MOST_LOADS):
            missing = dict.fromkeys(self.desk.missing(needs(self.desk)))
            if not missing:
                return
            self.lay(missing)

    def lay(self, needs: Iterable[Need]) -> None:
        """Read the rows of these needs and lay them on the desk."""
        self._snapshot.load(needs, self.desk)

    def accounts(self, needs: Sequence[OneAccount]) -> list[Account]:
        """Guarded accounts with their lots, in the order of the needs; those never posted to have version 0."""
        self.lay(self.desk.missing(needs))
        return [self.desk.account(*need) for need in needs]

    def account(self, need: OneAccount) -> Account:
        """A guarded account with its lots."""
        return self.accounts([need])[0]

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
