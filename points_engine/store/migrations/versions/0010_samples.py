"""Samples that the committee draws, what its members said of each entry, and their sign-offs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole
from points_engine.store.triggers import BOOKS, statements

revision = "0010_samples"
down_revision = "0009_audit_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drawn entries and sign-offs cannot be changed: the triggers are made anew with them."""
    op.create_table(
        "sample",
        *_texts("id", "scheme"),
        _whole("size"),
        *_texts("word"),
        _instant("since", nullable=True),
        _instant("until", nullable=True),
        _whole("first_seq", nullable=True),
        _whole("last_seq", nullable=True),
        *_texts("command_id"),
        _instant("drawn_at"),
        *_texts("drawn_by", "state"),
        _whole("population"),
        _whole("drawn"),
        sa.PrimaryKeyConstraint("id", name="sample_pkey"),
        sqlite_strict=True,
    )
    op.create_index("sample_by_drawn_at", "sample", ["drawn_at", "id"])
    op.create_table(
        "sample_item",
        *_texts("sample_id", "entry_id"),
        _whole("place"),
        *_texts("lot", "volunteer_id", "unit", "hands_json"),
        sa.PrimaryKeyConstraint("sample_id", "entry_id", name="sample_item_pkey"),
        sqlite_strict=True,
    )
    op.create_table(
        "sample_mark",
        *_texts("sample_id", "entry_id", "principal", "verdict", "note_id", "challenge_id"),
        _instant("marked_at"),
        sa.PrimaryKeyConstraint("sample_id", "entry_id", "principal", name="sample_mark_pkey"),
        sqlite_strict=True,
    )
    op.create_table(
        "sample_sign_off",
        *_texts("sample_id", "principal"),
        _instant("signed_at"),
        _whole("agreed"),
        _whole("objections"),
        *_texts("note_id", "digest"),
        sa.PrimaryKeyConstraint("sample_id", "principal", name="sample_sign_off_pkey"),
        sqlite_strict=True,
    )
    for statement in statements(op.get_context().dialect.name, (*BOOKS, "sample_item", "sample_sign_off")):
        op.execute(statement)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, Whole(), nullable=nullable, autoincrement=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Instant(), nullable=nullable)
