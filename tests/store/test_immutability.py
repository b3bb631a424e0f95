"""The database itself refuses to change, delete or add to what was recorded, whoever asks."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from sqlalchemy import text

from points_engine.flow.entities import OfflineUse, PackText, RevokedKey, SampleItem, SampleSignOff, StockMove, Trace
from points_engine.store import SqlStore, open_store
from points_engine.store.triggers import IMMUTABLE, POSTGRES_TRIGGERS, sqlite_triggers
from tests.store.builders import NOW, an_entry, commit_batch, journalled, raw

REFUSED = (sqlite3.IntegrityError, psycopg.errors.IntegrityConstraintViolation)
A_COLUMN = {"entry": "kind", "posting": "amount", "command": "kind", "journal": "commands", "trace": "content",
            "pack_text": "canonical", "sample_item": "lot", "sample_sign_off": "digest",
            "stock_move": "change", "refused_action": "code", "revoked_key": "key_id",
            "offline_use": "pays"}  # fmt: skip


@pytest.fixture
def books(store: SqlStore) -> SqlStore:
    """Give a store with one row at least in every immutable table."""
    commit_batch(
        store,
        rows=[
            Trace("t1", "e1", "f1", "s", "{}"), PackText("h", "text"), SampleItem("s1", "e1", 1, "00", "v", "", "[]"),
            SampleSignOff("s1", "lea", NOW, 1, 0, "", "00"),
            StockMove("m1", "s", "cup", "", "bought", 3, "", NOW), RevokedKey("key-1", NOW),
            OfflineUse("u1", "h1", "C", "s", "cup", "shop", "till", "t1", NOW, "already_used", "fund", 5, NOW, "lea"),
        ],
        entries=[an_entry("e1", ("scheme/s/issued", -5), ("volunteer/v", 5))],
        accepted=[journalled("c1")],
    )  # fmt: skip
    row = f"(1, 9, '{NOW.isoformat()}', 'lea', 'k1', 'approve', '{{}}', 'forbidden')"
    raw(store, f"INSERT INTO refused_action VALUES {row}")
    return store


@pytest.mark.parametrize("table", IMMUTABLE)
def test_recorded_rows_are_never_changed_or_deleted(books: SqlStore, table: str) -> None:
    column = A_COLUMN[table]
    attempts = [f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"]
    if books.dialect == "sqlite":
        attempts.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
        attempts.append(f"UPDATE OR REPLACE {table} SET {column} = {column}")
    else:
        attempts += [f"TRUNCATE {table}", f"TRUNCATE {table} CASCADE"]
    for attempt in attempts:
        with pytest.raises(REFUSED, match=r"immutable|not open"):
            raw(books, attempt)


def test_nothing_is_added_to_an_entry_of_an_earlier_batch(books: SqlStore) -> None:
    pair = (
        "('e1', 8, 1, 'scheme/s/issued', 'points/s', '9999-12-31', -7, NULL, NULL, NULL), "
        "('e1', 9, 1, 'scheme/s/expired', 'points/s', '9999-12-31', 7, NULL, NULL, NULL)"
    )
    with pytest.raises(REFUSED):
        raw(books, f"INSERT INTO posting VALUES {pair}")
    moved = "UPDATE journal_head SET seq = seq + 1"
    with pytest.raises(REFUSED):
        raw(books, moved, f"INSERT INTO posting VALUES {pair}")


def test_a_posting_belongs_to_an_entry_of_its_own_batch(books: SqlStore) -> None:
    for entry in ("e1", "nothing"):
        pair = ", ".join(
            f"('{entry}', {line}, 2, 'scheme/s/issued', 'points/s', '9999-12-31', {amount}, NULL, NULL, NULL)"
            for line, amount in ((8, -7), (9, 7))
        )
        with pytest.raises(REFUSED):
            raw(books, "BEGIN", "UPDATE journal_head SET seq = seq + 1", f"INSERT INTO posting VALUES {pair}")


def test_no_entry_command_or_journal_row_comes_in_late(books: SqlStore) -> None:
    for statement in (
        f"INSERT INTO entry VALUES ('e2', 1, 9, 'award', 'c1', '{NOW.isoformat()}', '{NOW.isoformat()}', NULL)",
        f"INSERT INTO command VALUES ('c2', 1, 9, '{NOW.isoformat()}', 'p', 'k9', 'f', 'kind', '{{}}', '{{}}', '')",
        f"INSERT INTO journal VALUES (7, '{NOW.isoformat()}', 1)",
    ):
        with pytest.raises(REFUSED):
            raw(books, statement)


def test_the_journal_head_only_moves_on(books: SqlStore) -> None:
    for statement in (
        "UPDATE journal_head SET seq = seq - 1",
        "UPDATE journal_head SET seq = seq + 2",
        "UPDATE journal_head SET seq = seq + 1, recorded_at = '2001-01-01 00:00:00+00'",
        "DELETE FROM journal_head",
    ):
        with pytest.raises(REFUSED):
            raw(books, statement)


def test_postgresql_refuses_an_entry_that_does_not_balance(postgresql_url: str) -> None:
    store = open_store(postgresql_url)
    moment = NOW.isoformat()
    with pytest.raises(REFUSED, match="does not balance"):
        raw(
            store,
            "UPDATE journal_head SET seq = seq + 1",
            f"INSERT INTO entry VALUES ('e1', 1, 0, 'award', 'c1', '{moment}', '{moment}', NULL)",
            "INSERT INTO posting VALUES ('e1', 0, 1, 'scheme/s', 'points/s', '9999-12-31', -7, NULL, NULL, NULL)",
        )
    store.close()


def test_debt_is_never_above_zero_and_nothing_else_below(store: SqlStore) -> None:
    for account, amount in (("volunteer/v", -1), ("volunteer/v/debt", 1)):
        with pytest.raises((sqlite3.IntegrityError, psycopg.errors.CheckViolation)):
            raw(store, f"INSERT INTO lot VALUES ('{account}', 'points/s', '9999-12-31', {amount})")


def test_the_migration_made_every_trigger(store: SqlStore) -> None:
    with store.reading() as connection:
        if store.dialect == "sqlite":
            found = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            assert set(found.scalars()) == set(sqlite_triggers())
        else:
            found = connection.execute(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"))
            assert set(found.scalars()) == set(POSTGRES_TRIGGERS)
