"""The audit finds nothing in sound books, and names each kind of tampering."""

from __future__ import annotations

import json

import pytest

from points_engine.store import SqlStore
from points_engine.store.audit import audit
from points_engine.store.checks import CHECKS
from points_engine.store.triggers import POSTGRES_TRIGGERS, sqlite_triggers
from tests.store.books import sound_books
from tests.store.builders import raw


@pytest.fixture
def books(store: SqlStore) -> SqlStore:
    """Give a store with sound books."""
    sound_books(store)
    return store


def tamper(store: SqlStore, *statements: str) -> None:
    """Do what somebody with all rights could: switch the triggers off, change, switch them on."""
    if store.dialect == "sqlite":
        names = sqlite_triggers()
        raw(store, *(f"DROP TRIGGER {name}" for name in names), "PRAGMA ignore_check_constraints = ON", *statements,
            *names.values())  # fmt: skip
    else:
        tables = sorted({when.rpartition(" ")[2] for when, _, _ in POSTGRES_TRIGGERS.values()})
        raw(store, *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
            "ALTER TABLE lot DROP CONSTRAINT lot_sign", *statements,
            *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables))  # fmt: skip


def test_sound_books_are_found_sound(books: SqlStore) -> None:
    told: list[str] = []
    report = audit(books, lambda name, number, total: told.append(f"{number}/{total} {name}"))
    assert report.findings == ()
    assert report.is_sound
    assert report.seq == 3
    assert report.counts["entry"] == 6
    assert len(told) == len(report.checks) == len(CHECKS) + 2
    assert json.loads(json.dumps(report.as_dict()))["is_sound"] is True


def test_empty_books_are_sound(store: SqlStore) -> None:
    assert audit(store).findings == ()


_JOURNALLED = "(SELECT recorded_at FROM journal_head)"

TAMPERINGS = {
    "journal_without_gaps": "DELETE FROM journal WHERE seq = 2",
    "journal_head": "UPDATE journal_head SET seq = 2",
    "entry_in_journal": "UPDATE entry SET idx = 7 WHERE id = 'e3'",
    "command_in_journal": "UPDATE command SET seq = 9 WHERE id = 'c6'",
    "command_key": "UPDATE command SET fingerprint = 'other' WHERE id = 'c4'",
    "entry_has_cause": "UPDATE entry SET cause = 'nobody' WHERE id = 'e2'",
    "entry_reverses": "UPDATE entry SET reverses = 'nothing' WHERE id = 'e2'",
    "asset_conserved": "UPDATE posting SET amount = amount + 1 WHERE entry_id = 'e2' AND line = 3",
    "entry_balances": "UPDATE posting SET amount = amount - 1 WHERE entry_id = 'e2' AND line = 2",
    "entry_complete": "DELETE FROM posting WHERE entry_id = 'e3'",
    "posting_numbered": "UPDATE posting SET version = NULL WHERE entry_id = 'e3' AND line = 1",
    "version_chain": "UPDATE posting SET balance_after = 999 WHERE entry_id = 'e1' AND line = 3",
    "lot_chain": "UPDATE posting SET lot_after = 999 WHERE entry_id = 'e1' AND line = 3",
    "balance_is_sum": "UPDATE account SET balance = balance + 100 WHERE account = 'volunteer/mei'",
    "lots_are_sums": "UPDATE lot SET amount = amount + 1 WHERE account = 'volunteer/mei'",
    "lots_are_balance": "DELETE FROM lot WHERE account = 'volunteer/mei'",
    "no_floor_broken": "UPDATE lot SET amount = -1 WHERE account = 'volunteer/mei/held'",
    "held_is_open_holds": "UPDATE hold SET state = 'released' WHERE id = 'h1'",
    "shelf_holds_open_holds": "UPDATE shelf SET held = 3",
    "shelf_is_booked": "UPDATE stock_move SET change = 7",
    "carried_arrives": "INSERT INTO stock_move (id, scheme, reward, outlet, kind, change, note_id, moved_at, shelf, "
    "carried) SELECT 'm2', scheme, reward, 'till', 'carried', -1, '', moved_at, 'till', 'm2' FROM stock_move",
    "draw_keeps_its_offers": "UPDATE draw SET kept = 1",
    "reserved_is_open_holds": "UPDATE hold SET pays = 0 WHERE id = 'h1'",
    "redeemed_is_confirmed": "UPDATE hold SET points = 50 WHERE id = 'h2'",
    "payable_is_confirmed": "UPDATE hold SET pays = 299 WHERE id = 'h2'",
    "compensated_is_listed": "INSERT INTO offline_use (id, hold_id, code, scheme, reward, partner, outlet, device, "
    "taken_at, conflict, charged, pays, brought_at, brought_by) SELECT 'u1', id, code, scheme, reward, partner, "
    "'till', 't1', placed_at, 'already_used', 'fund', 5, placed_at, 'lea' FROM hold WHERE id = 'h2'",
    "award_has_fact": "UPDATE award SET volunteer_id = 'lea' WHERE fact_id = 'f1'",
    "award_has_trace": "DELETE FROM trace WHERE id = 't1'",
    "trace_has_entry": "UPDATE trace SET entry_id = 'nothing' WHERE id = 't1'",
    "minutes_are_awarded": "UPDATE award SET minutes = 61 WHERE fact_id = 'f1'",
    "issued_is_awarded": "UPDATE award SET points = 31 WHERE fact_id = 'f1'",
    "trace_says_the_same": "UPDATE trace SET content = 'not json' WHERE id = 't2'",
}


def test_every_check_is_provoked() -> None:
    assert set(TAMPERINGS) == {check.name for check in CHECKS} | {"trace_says_the_same"}


@pytest.mark.parametrize("check", TAMPERINGS)
def test_tampering_is_named(books: SqlStore, check: str) -> None:
    tamper(books, TAMPERINGS[check])
    report = audit(books)
    found = {finding.check: finding for finding in report.findings}
    assert check in found, report.findings
    assert found[check].broken >= 1
    assert all(value is None or isinstance(value, str | int | list) for value in found[check].first.values())
    json.dumps(report.as_dict())


def test_a_forged_award_is_named_though_it_balances(books: SqlStore) -> None:
    moment = "(SELECT recorded_at FROM journal WHERE seq = 3)"
    tamper(
        books,
        f"INSERT INTO entry SELECT 'x', 3, 1, 'award', 'c6', recorded_at, {moment}, NULL FROM journal WHERE seq = 3",
        "INSERT INTO posting VALUES ('x', 0, 3, 'scheme/s/issued', 'points/s', '9999-12-31', -99, NULL, NULL, NULL)",
        "INSERT INTO posting VALUES ('x', 1, 3, 'volunteer/mei', 'points/s', '9999-12-31', 99, 5, 109, 122)",
        "UPDATE account SET version = 5, balance = 122 WHERE account = 'volunteer/mei' AND asset = 'points/s'",
        "UPDATE lot SET amount = 109 WHERE account = 'volunteer/mei' AND asset = 'points/s' "
        "AND expires_on = '9999-12-31'",
    )
    assert [finding.check for finding in audit(books).findings] == ["issued_is_awarded"]


def test_a_missing_or_altered_trigger_is_named(books: SqlStore) -> None:
    if books.dialect == "sqlite":
        raw(books, "DROP TRIGGER posting_refuses_update")
    else:
        raw(books, "ALTER TABLE posting DISABLE TRIGGER posting_is_immutable")
    (finding,) = audit(books).findings
    assert finding.check == "triggers_present"
    assert "posting" in str(finding)
    if books.dialect == "postgresql":
        raw(
            books,
            "ALTER TABLE posting ENABLE TRIGGER posting_is_immutable",
            "CREATE OR REPLACE FUNCTION points_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        )
        (finding,) = audit(books).findings
        assert finding.first == {"name": "points_refuse"}
