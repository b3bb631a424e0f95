"""What the tests of the store write: rows with odd values, balanced entries, whole batches."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import text

from points_engine.flow.desk import Desk, Need
from points_engine.flow.entities import Row
from points_engine.flow.port import Claim, Journalled
from points_engine.ledger.amounts import NEVER
from points_engine.ledger.entries import Entry, Line
from points_engine.store import SqlStore

NOW = datetime(2026, 11, 22, 20, 33, 21, 123456, tzinfo=UTC)
ODD_TEXTS = ("", "以时换惠 \"引号\" '单' \\ {花} ,\t行\n尾", "NULL", "𠮷🎉", "%s $1 :a ?1")
ODD = {
    str: ODD_TEXTS,
    int: (0, 2**63 - 1, -(2**63), 1, 7),
    bool: (True, False, True, False, True),
    date: (date(1900, 1, 1), NEVER, date(2024, 2, 29), date(2026, 11, 22), date.min),
    datetime: (
        NOW,
        datetime(1900, 1, 1, tzinfo=UTC),
        datetime(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
    ),
}


def odd_row(kind: type[Row], turn: int) -> Row:
    """A row of `kind` with values that are hard to keep: the key is told apart by `turn`."""
    hints = typing.get_type_hints(kind)
    unique = {*kind.KEY, *(name for names in kind.UNIQUE for name in names)}
    values: dict[str, Any] = {}
    for place, field in enumerate(dataclasses.fields(kind)):
        hint = hints[field.name]
        options = [each for each in typing.get_args(hint) if each is not type(None)]
        plain = options[0] if options else hint
        value = ODD[plain][(turn + place) % 5]
        if options and (turn + place) % 2:
            value = None
        if field.name in unique and plain is str:
            value = f"{value}·{turn}"
        values[field.name] = value
    return kind(**values)


def an_entry(identity: str, *lines: tuple[str, int], asset: str = "points/s", cause: str = "c1") -> Entry:
    """An entry of one asset over (account, amount) lines that never expire."""
    return Entry(identity, "award", cause, NOW, tuple(Line(account, asset, amount) for account, amount in lines))


def a_claim(key: str, fingerprint: str = "f", command: str | None = None) -> Claim:
    """A key of the principal `p`, for the command of that name."""
    return Claim("p", key, fingerprint, command or key)


def journalled(identity: str, index: int = 0, key: str | None = None) -> Journalled:
    """An accepted command."""
    return Journalled(identity, index, a_claim(key or identity, command=identity), "kind", '{"值":1}', '{"ok":true}')


def commit_batch(
    store: SqlStore,
    *,
    rows: Iterable[Row] = (),
    entries: Iterable[Entry] = (),
    needs: Iterable[Need] = (),
    accepted: Iterable[Journalled] = (),
    now: datetime = NOW,
) -> tuple[int, datetime]:
    """Write one batch and commit it; accounts of the entries are loaded by themselves."""
    from points_engine.flow.desk import OneAccount
    from points_engine.ledger.amounts import is_guarded

    entries, accepted = list(entries), list(accepted)
    desk = Desk(now, {}, b"")
    with store.transaction() as transaction:
        transaction.claim([done.claim for done in accepted])
        accounts = [
            OneAccount(line.account, line.asset)
            for entry in entries
            for line in entry.lines
            if is_guarded(line.account)
        ]
        transaction.load([*needs, *accounts], desk)
        for row in rows:
            desk.put(row)
        for entry in entries:
            desk.post(entry)
        place = transaction.write(desk, accepted, [], len(accepted))
        transaction.commit()
    return place


def loaded(store: SqlStore, *needs: Need) -> Desk:
    """A desk with the rows of `needs`."""
    desk = Desk(NOW, {}, b"")
    with store.transaction() as transaction:
        transaction.load(needs, desk)
    return desk


def raw(store: SqlStore, *statements: str) -> list[tuple[Any, ...]]:
    """Run SQL beside the store, as somebody with a database shell would; answers the rows of the last statement."""
    import sqlite3

    import psycopg

    if store.dialect == "sqlite":
        connection = sqlite3.connect(store.url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall()
        finally:
            connection.close()
    with psycopg.connect(store.url.replace("+psycopg", "", 1)) as opened:
        for statement in statements:
            answer = opened.execute(statement.encode())
        return answer.fetchall() if answer.description else []


def count(store: SqlStore, table: str) -> int:
    """How many rows a table has."""
    with store.reading() as connection:
        return int(connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())
