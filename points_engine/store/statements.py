"""Entries as they are read: a volunteer's statement, one entry with its reasons, sums of sources, and all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select, tuple_

from points_engine.flow.entities import StoredCommand, Trace
from points_engine.ledger import amounts
from points_engine.store.reads import PARTS
from points_engine.store.tables import METADATA, table_of

ROWS_AT_ONCE: Final = 2_000
"""rows: what is in memory while all entries are read."""

_ENTRY, _POSTING = METADATA.tables["entry"], METADATA.tables["posting"]
_LINE: Final = (
    _POSTING.c.line, _POSTING.c.account, _POSTING.c.asset, _POSTING.c.expires_on, _POSTING.c.amount,
    _POSTING.c.version, _POSTING.c.lot_after, _POSTING.c.balance_after,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PostedLine:
    """One posting; the last three are None for sources and sinks."""

    line: int
    account: str
    asset: str
    expires_on: date
    amount: int
    version: int | None
    lot_after: int | None
    balance_after: int | None


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry in its place (`seq`, `idx`) with postings; traces and command only where one entry is asked for."""

    id: str
    seq: int
    idx: int
    kind: str
    cause: str
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None
    lines: tuple[PostedLine, ...] = ()
    traces: tuple[Trace, ...] = ()
    command: StoredCommand | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of entries: the cursor of a statement."""

    seq: int
    idx: int

    def __str__(self) -> str:
        return f"{self.seq}.{self.idx}"

    @classmethod
    def parse(cls, text: str) -> Place:
        """The place that a cursor names.

        Raises: ValueError.

        >>> Place.parse("12.0")
        Place(seq=12, idx=0)
        """
        seq, _, idx = text.partition(".")
        return cls(int(seq), int(idx))


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Entries, newest first, with the volunteer's own postings; `next` starts the next page, if there is one."""

    entries: tuple[PostedEntry, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class SourceBalance:
    """What all postings of a source or sink sum to."""

    account: str
    asset: str
    amount: int


def statement(books: Connection, volunteer_id: str, *, after: Place | None = None, limit: int = 50) -> StatementPage:
    """A volunteer's entries, newest first, that come after (are older than) a place."""
    accounts = [amounts.volunteer(volunteer_id, part) for part in PARTS]
    # Served by posting_by_version and the primary key of entry.
    query = (
        select(_ENTRY)
        .distinct()
        .join(_POSTING, _POSTING.c.entry_id == _ENTRY.c.id)
        .where(_POSTING.c.version.is_not(None), _POSTING.c.account.in_(accounts))
        .order_by(_ENTRY.c.seq.desc(), _ENTRY.c.idx.desc())
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(tuple_(_ENTRY.c.seq, _ENTRY.c.idx) < tuple_(after.seq, after.idx))
    heads = [PostedEntry(**row) for row in books.execute(query).mappings()]
    page = heads[:limit]
    lines = _lines(books, [entry.id for entry in page], accounts)
    entries = tuple(replace(entry, lines=lines.get(entry.id, ())) for entry in page)
    more = Place(page[-1].seq, page[-1].idx) if len(heads) > limit and page else None
    return StatementPage(entries, more)


def entry(books: Connection, entry_id: str) -> PostedEntry | None:
    """One entry with its postings, the traces that explain it, and the command that asked for it."""
    row = books.execute(select(_ENTRY).where(_ENTRY.c.id == entry_id)).mappings().first()
    if row is None:
        return None
    traces, commands = table_of(Trace), table_of(StoredCommand)
    why = books.execute(select(traces).where(traces.c.entry_id == entry_id).order_by(traces.c.id)).mappings()
    asked = books.execute(select(commands).where(commands.c.id == row["cause"])).mappings().first()
    return replace(
        PostedEntry(**row),
        lines=_lines(books, [entry_id]).get(entry_id, ()),
        traces=tuple(Trace(**each) for each in why),
        command=None if asked is None else StoredCommand(**asked),
    )


def balances_of_sources(books: Connection, *, seq_until: int | None = None) -> list[SourceBalance]:
    """The sums of all sources and sinks, by account and asset, up to a `seq` if given."""
    # Served by posting_by_seq, which holds sources and sinks only.
    query = (
        select(_POSTING.c.account, _POSTING.c.asset, func.sum(_POSTING.c.amount))
        .where(_POSTING.c.version.is_(None))
        .group_by(_POSTING.c.account, _POSTING.c.asset)
        .order_by(_POSTING.c.account, _POSTING.c.asset)
    )
    if seq_until is not None:
        query = query.where(_POSTING.c.seq <= seq_until)
    return [SourceBalance(account, asset, int(amount)) for account, asset, amount in books.execute(query)]


def every_entry(books: Connection, *, after_seq: int = 0, until_seq: int | None = None) -> Iterator[PostedEntry]:
    """All entries with their postings in the order of the journal, read as they are taken."""
    query = (
        select(*_ENTRY.c, *_LINE)
        .join(_POSTING, _POSTING.c.entry_id == _ENTRY.c.id)
        .where(_ENTRY.c.seq > after_seq)
        .order_by(_ENTRY.c.seq, _ENTRY.c.idx, _POSTING.c.line)
    )
    if until_seq is not None:
        query = query.where(_ENTRY.c.seq <= until_seq)
    width = len(_ENTRY.c)
    rows: Any = books.execute(query.execution_options(yield_per=ROWS_AT_ONCE))
    for head, parts in groupby(rows, key=lambda row: tuple(row[:width])):
        values: list[Any] = [*head, tuple(PostedLine(*row[width:]) for row in parts)]
        yield PostedEntry(*values)


def _lines(
    books: Connection, entry_ids: Sequence[str], accounts: Iterable[str] | None = None
) -> dict[str, tuple[PostedLine, ...]]:
    if not entry_ids:
        return {}
    query: Select[Any] = select(_POSTING.c.entry_id, *_LINE).where(_POSTING.c.entry_id.in_(entry_ids))
    if accounts is not None:
        query = query.where(_POSTING.c.account.in_(list(accounts)))
    rows = books.execute(query.order_by(_POSTING.c.entry_id, _POSTING.c.line))
    return {
        entry_id: tuple(PostedLine(*row[1:]) for row in parts) for entry_id, parts in groupby(rows, key=lambda r: r[0])
    }
