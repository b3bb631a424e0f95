"""What the database itself refuses: changing, deleting or adding to what the books have recorded.

A batch is open from the moment its `seq` is taken until its journal row is written, inside one transaction; entries,
postings and commands can be inserted only then.  Migrations create the triggers from here, and the audit compares what
it finds with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

BOOKS: Final = ("entry", "posting", "command", "journal", "trace", "pack_text")
"""Those of the first version."""

IMMUTABLE: Final = (
    *BOOKS,
    "sample_item",
    "sample_sign_off",
    "stock_move",
    "refused_action",
    "revoked_key",
    "offline_use",
)
"""Tables whose rows are never changed or deleted."""

# ---- SQLite ----------------------------------------------------------------------------------------------------

_KEYS: Final = {
    "entry": "id = NEW.id",
    "posting": "entry_id = NEW.entry_id AND line = NEW.line",
    "command": "id = NEW.id",
    "journal": "seq = NEW.seq",
    "trace": "id = NEW.id",
    "pack_text": "hash = NEW.hash",
    "sample_item": "sample_id = NEW.sample_id AND entry_id = NEW.entry_id",
    "sample_sign_off": "sample_id = NEW.sample_id AND principal = NEW.principal",
    "stock_move": "id = NEW.id",
    "revoked_key": "key_id = NEW.key_id",
    "offline_use": "id = NEW.id",
    "refused_action": 'seq = NEW.seq AND "index" = NEW."index"',
    "journal_head": "id = NEW.id",
}
_NOT_OPEN: Final = "NEW.seq IS NOT (SELECT seq FROM journal_head) OR EXISTS (SELECT 1 FROM journal WHERE seq = NEW.seq)"
_NOT_OF_ENTRY: Final = "NEW.seq IS NOT (SELECT seq FROM entry WHERE id = NEW.entry_id)"
_HEAD_MOVES: Final = "NEW.id IS OLD.id AND NEW.seq IS OLD.seq + 1 AND NEW.recorded_at >= OLD.recorded_at"


def _sqlite(name: str, when: str, condition: str, says: str) -> tuple[str, str]:
    guard = f" WHEN {condition}" if condition else ""
    return name, f"CREATE TRIGGER {name} {when}{guard} BEGIN SELECT RAISE(ABORT, '{says}'); END"


def sqlite_triggers(tables: Sequence[str] = IMMUTABLE) -> dict[str, str]:
    """Every trigger on SQLite, by name, as the statement that makes it, where these tables are immutable."""
    found = [
        _sqlite(f"{table}_refuses_{event.lower()}", f"BEFORE {event} ON {table}", "", f"{table} is immutable")
        for table in tables
        for event in ("UPDATE", "DELETE")
    ]
    # INSERT OR REPLACE deletes first; a connection without recursive_triggers would not see it.
    found += [
        _sqlite(
            f"{table}_refuses_replace",
            f"BEFORE INSERT ON {table}",
            f"EXISTS (SELECT 1 FROM {table} WHERE {key})",
            f"{table} is immutable",
        )
        for table, key in _KEYS.items()
        if table in tables or table == "journal_head"
    ]
    found += [
        _sqlite(f"{table}_refuses_late", f"BEFORE INSERT ON {table}", condition, f"{table}: the batch is not open")
        for table, condition in (
            ("entry", _NOT_OPEN),
            ("posting", f"{_NOT_OPEN} OR {_NOT_OF_ENTRY}"),
            ("command", _NOT_OPEN),
            ("journal", "NEW.seq IS NOT (SELECT seq FROM journal_head)"),
        )
    ]
    found.append(
        _sqlite(
            "journal_head_moves_on",
            "BEFORE UPDATE ON journal_head",
            f"NOT ({_HEAD_MOVES})",
            "journal_head only moves on by one",
        )
    )
    found.append(_sqlite("journal_head_stays", "BEFORE DELETE ON journal_head", "", "journal_head is immutable"))
    return dict(found)


# ---- PostgreSQL ------------------------------------------------------------------------------------------------

_REFUSED: Final = "USING ERRCODE = 'integrity_constraint_violation'"

POSTGRES_FUNCTIONS: Final[dict[str, str]] = {
    "points_refuse": f"""
BEGIN
    RAISE EXCEPTION '% is immutable: % refused', TG_TABLE_NAME, TG_OP {_REFUSED};
END""",
    "points_batch_is_open": f"""
BEGIN
    IF EXISTS (SELECT 1 FROM fresh WHERE fresh.seq IS DISTINCT FROM (SELECT seq FROM journal_head))
        OR (TG_TABLE_NAME <> 'journal' AND EXISTS (SELECT 1 FROM journal WHERE seq IN (SELECT seq FROM fresh)))
    THEN
        RAISE EXCEPTION '%: the batch is not open', TG_TABLE_NAME {_REFUSED};
    END IF;
    RETURN NULL;
END""",
    "points_postings_balance": f"""
DECLARE
    broken text;
BEGIN
    SELECT fresh.entry_id INTO broken FROM fresh LEFT JOIN entry ON entry.id = fresh.entry_id
        WHERE entry.seq IS DISTINCT FROM fresh.seq LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is not of this batch', broken {_REFUSED};
    END IF;
    SELECT entry_id INTO broken FROM fresh GROUP BY entry_id, asset HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance', broken {_REFUSED};
    END IF;
    RETURN NULL;
END""",
    "points_head_moves_on": f"""
BEGIN
    IF NEW.id <> OLD.id OR NEW.seq <> OLD.seq + 1 OR NEW.recorded_at < OLD.recorded_at THEN
        RAISE EXCEPTION 'journal_head only moves on by one' {_REFUSED};
    END IF;
    RETURN NEW;
END""",
}
"""The bodies of the trigger functions, by name."""

_FRESH: Final = "REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT"


def _refusing(tables: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    return {
        f"{table}_is_immutable": (
            f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}",
            "FOR EACH STATEMENT",
            "points_refuse",
        )
        for table in tables
    }


POSTGRES_TRIGGERS: Final[dict[str, tuple[str, str, str]]] = {
    **_refusing(IMMUTABLE),
    **{
        f"{table}_batch_is_open": (f"AFTER INSERT ON {table}", _FRESH, "points_batch_is_open")
        for table in ("entry", "posting", "command", "journal")
    },
    "posting_balances": ("AFTER INSERT ON posting", _FRESH, "points_postings_balance"),
    "journal_head_moves_on": ("BEFORE UPDATE ON journal_head", "FOR EACH ROW", "points_head_moves_on"),
    "journal_head_stays": ("BEFORE DELETE OR TRUNCATE ON journal_head", "FOR EACH STATEMENT", "points_refuse"),
}
"""Every trigger on PostgreSQL by name: when and where, how, and the function it calls."""


def statements(dialect: str, tables: Sequence[str] = IMMUTABLE) -> list[str]:
    """The statements that make every trigger anew, safe to run again after a table was rebuilt; `tables` are the
    immutable ones that are there by now."""
    made: list[str] = []
    if dialect == "sqlite":
        for name, statement in sqlite_triggers(tables).items():
            made += [f"DROP TRIGGER IF EXISTS {name}", statement]
        return made
    for name, body in POSTGRES_FUNCTIONS.items():
        made.append(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body${body}$body$")
    later = _refusing([table for table in IMMUTABLE if table not in tables])
    for name, (when, how, function) in POSTGRES_TRIGGERS.items():
        if name in later:
            continue
        made.append(f"CREATE OR REPLACE TRIGGER {name} {when} {how} EXECUTE FUNCTION {function}()")
    return made
