"""Books that were kept under an older schema are brought up to this one with everything in them, and go on."""

from __future__ import annotations

import json
import uuid
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Boolean, Connection, MetaData, create_engine, text

from points_engine.engine import PointsEngine
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.flow.outcomes import Submission
from points_engine.store import open_store, schema
from points_engine.store.audit import audit

FIRST = Path(__file__).parent.parent / "data" / "books_0001.json"
"""The books of the small programme of the API's tests, as the first version wrote them: rows by table."""

IN_A_BATCH = ("entry", "posting", "command", "journal")
"""Tables whose rows the database takes only while the batch of their `seq` is open."""

Books = dict[str, list[dict[str, Any]]]


def first_books() -> Books:
    """The rows of the first version, by table."""
    kept = json.loads(FIRST.read_text("utf-8"))
    return {
        name: [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]] for name, table in kept.items()
    }


def lay_out_first(connection: Connection) -> None:
    """Make the first schema and write the books into it, batch by batch, as the engine did."""
    command.upgrade(schema.config(connection), "0001_books")
    metadata = MetaData()
    metadata.reflect(connection)
    books = first_books()

    def insert(name: str, rows: list[dict[str, Any]]) -> None:
        flags = [column.name for column in metadata.tables[name].columns if isinstance(column.type, Boolean)]
        columns = ", ".join(f'"{column}"' for column in rows[0])
        told = [row | {flag: bool(row[flag]) for flag in flags} for row in rows]
        # One statement, because PostgreSQL checks after each statement that its postings balance.
        marks = ", ".join(f"({', '.join(f':{column}_{n}' for column in row)})" for n, row in enumerate(told))
        values = {f"{column}_{n}": value for n, row in enumerate(told) for column, value in row.items()}
        connection.execute(text(f'INSERT INTO "{name}" ({columns}) VALUES {marks}'), values)

    for name, rows in books.items():
        if name not in (*IN_A_BATCH, "journal_head"):
            insert(name, rows)
    batches: dict[int, Books] = defaultdict(lambda: defaultdict(list))
    for name in IN_A_BATCH:
        for row in books[name]:
            batches[row["seq"]][name].append(row)
    for seq in sorted(batches):
        (journal,) = batches[seq]["journal"]
        moved = "UPDATE journal_head SET seq = :seq, recorded_at = :recorded_at"
        connection.execute(text(moved), {"seq": seq, "recorded_at": journal["recorded_at"]})
        for name, rows in batches[seq].items():
            insert(name, rows)


@pytest.fixture
def upgraded_url(empty_database_url: str) -> str:
    """Give the URL of books of the first version, brought up to this one."""
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        lay_out_first(connection)
    with engine.begin() as connection:
        schema.upgrade_connection(connection)
        assert schema.version_of(connection) == schema.HEAD
    engine.dispose()
    return empty_database_url


def test_nothing_of_the_first_version_is_lost(upgraded_url: str) -> None:
    engine = create_engine(upgraded_url)
    with engine.connect() as connection:
        for name, rows in first_books().items():
            count = connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()
            assert count == len(rows), name
    engine.dispose()


def test_upgraded_books_are_sound_and_go_on(upgraded_url: str) -> None:
    store = open_store(upgraded_url)
    assert audit(store).findings == ()
    engine = PointsEngine(store, secret=b"a secret for tests only")
    (asked,) = [row for row in first_books()["command"] if row["kind"] == "confirm_hold"]
    again = Submission(ConfirmHold(**json.loads(asked["content_json"])), asked["principal"], asked["key"])
    outcome = engine.submit(again)
    assert outcome.replayed, "what was answered before the upgrade is answered the same after it"
    assert dict(outcome.expect()) == json.loads(asked["outcome_json"])
    fresh = Submission(ConfirmHold(**json.loads(asked["content_json"])), "somebody", uuid.uuid4().hex)
    assert engine.submit(fresh).seq == max(row["seq"] for row in first_books()["journal"]) + 1
    assert audit(store).findings == ()
    store.close()


def test_keys_that_were_revoked_before_stay_revoked(empty_database_url: str) -> None:
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        lay_out_first(connection)
        command.upgrade(schema.config(connection), "0013_actors")
        keys = connection.execute(text("SELECT id FROM api_key ORDER BY id")).scalars().all()
        moment = connection.execute(text("SELECT issued_at FROM api_key WHERE id = :id"), {"id": keys[0]}).scalar_one()
        withdraw = text("UPDATE api_key SET revoked_at = :at WHERE id = :id")
        connection.execute(withdraw, {"at": moment, "id": keys[0]})
    with engine.begin() as connection:
        schema.upgrade_connection(connection)
        kept = connection.execute(text("SELECT key_id, revoked_at FROM revoked_key")).all()
        assert [tuple(row) for row in kept] == [(keys[0], moment)]
        assert len(keys) > 1
    engine.dispose()
