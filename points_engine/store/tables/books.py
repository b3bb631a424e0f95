"""The tables of the books: accounts, lots, entries, postings, and the journal that gives every commit its place.

Entries, postings, commands and journal rows are never edited: the triggers of `store.triggers` refuse it.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

from points_engine.store.columns import (
    AtInstant,
    DayKey,
    MaybeNumber,
    MaybeWords,
    Number,
    OnDay,
    TextKey,
    WholeKey,
    Words,
)
from points_engine.store.tables.strict import STRICT, Books


class AccountTable(Books, table=True):
    """A guarded account: `version` counts its postings, `balance` is their sum."""

    __tablename__ = "account"

    account: TextKey
    asset: TextKey
    version: Number
    balance: Number


class LotTable(Books, table=True):
    """What an account holds of one last usable day; empty lots have no row. Only debt is at or below zero."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("CASE WHEN account LIKE '%/debt' THEN amount <= 0 ELSE amount >= 0 END", name="lot_sign"),
        Index("lot_expiring", "expires_on", postgresql_where=text("expires_on < '9999-12-31'"),
              sqlite_where=text("expires_on < '9999-12-31'")),
        STRICT,
    )  # fmt: skip

    account: TextKey
    asset: TextKey
    expires_on: DayKey
    amount: Number


class EntryTable(Books, table=True):
    """Postings that sum to zero per asset; `idx` is its place within `seq`, `cause` the command that asked for it."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("seq > 0", name="entry_seq"),
        UniqueConstraint("seq", "idx", name="entry_seq_idx_key"),
        Index("entry_by_reverses", "reverses", postgresql_where=text("reverses IS NOT NULL"),
              sqlite_where=text("reverses IS NOT NULL")),
        STRICT,
    )  # fmt: skip

    id: TextKey
    seq: Number
    idx: Number
    kind: Words
    cause: Words
    occurred_at: AtInstant
    recorded_at: AtInstant
    reverses: MaybeWords


class PostingTable(Books, table=True):
    """One line of an entry. Guarded accounts number their postings; sources and sinks have no `version`.

    Each posting stands in exactly one of the two partial indexes: by version, or by seq.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="posting_moves"),
        Index("posting_by_version", "account", "asset", "version", unique=True,
              postgresql_where=text("version IS NOT NULL"), sqlite_where=text("version IS NOT NULL")),
        Index("posting_by_seq", "account", "asset", "seq",
              postgresql_where=text("version IS NULL"), sqlite_where=text("version IS NULL")),
        STRICT,
    )  # fmt: skip

    entry_id: TextKey
    line: WholeKey
    seq: Number
    account: Words
    asset: Words
    expires_on: OnDay
    amount: Number
    version: MaybeNumber
    lot_after: MaybeNumber
    balance_after: MaybeNumber


class CommandTable(Books, table=True):
    """Keeps `StoredCommand`: what was asked and accepted, and the outcome, in its place (`seq`, `index`)."""

    __tablename__ = "command"
    __table_args__ = (
        CheckConstraint("seq > 0", name="command_seq"),
        UniqueConstraint("seq", "index", name="command_seq_index_key"),
        STRICT,
    )

    id: TextKey
    seq: Number
    index: Number
    recorded_at: AtInstant
    principal: Words
    key: Words
    fingerprint: Words
    kind: Words
    content_json: Words
    outcome_json: Words
    credential: Words


class RefusedActionTable(Books, table=True):
    """Keeps `RefusedAction`."""

    __tablename__ = "refused_action"
    __table_args__ = (CheckConstraint("seq > 0", name="refused_action_seq"), STRICT)

    seq: WholeKey
    index: WholeKey
    recorded_at: AtInstant
    principal: Words
    credential: Words
    kind: Words
    content_json: Words
    code: Words


class CommandKeyTable(Books, table=True):
    """An idempotency key that is taken, and by which command; a refusal gives it back."""

    __tablename__ = "command_key"

    principal: TextKey
    key: TextKey
    fingerprint: Words
    command_id: Words


class JournalTable(Books, table=True):
    """One commit: its dense `seq`, when it was recorded, and how many commands it answered, refusals included.

    The row is written last: what stands under its `seq` is complete, and nothing can be added.
    """

    __tablename__ = "journal"
    __table_args__ = (CheckConstraint("seq > 0", name="journal_seq"), STRICT)

    seq: WholeKey
    recorded_at: AtInstant
    commands: Number


class JournalHeadTable(Books, table=True):
    """The one row that every commit locks last: the newest `seq`."""

    __tablename__ = "journal_head"
    __table_args__ = (CheckConstraint("id = 1", name="journal_head_one_row"), STRICT)

    id: WholeKey
    seq: Number
    recorded_at: AtInstant
