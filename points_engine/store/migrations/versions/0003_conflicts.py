"""Conflicts of presence, challenges, dated moves of units, and where and when an activity takes place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Day, Instant, Whole

revision = "0003_conflicts"
down_revision = "0002_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make three tables, an index over who is present, and the new columns of activities."""
    _conflicts()
    op.create_table(
        "unit_move",
        _text("unit"),
        sa.Column("from_day", Day(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        _text("moved_by"),
        _instant("moved_at"),
        sa.PrimaryKeyConstraint("unit", "from_day", name="unit_move_pkey"),
        sqlite_strict=True,
    )
    is_open = sa.text("state = 'open'")
    op.create_index("check_in_open", "check_in", ["checked_in_at"], postgresql_where=is_open, sqlite_where=is_open)
    op.add_column("activity", sa.Column("place", sa.Text(), nullable=False, server_default=""))
    op.add_column("activity", sa.Column("opens_minute", Whole(), nullable=True))
    op.add_column("activity", sa.Column("closes_minute", Whole(), nullable=True))
    op.add_column("activity", sa.Column("state", sa.Text(), nullable=False, server_default="planned"))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, Instant(), nullable=nullable)


def _conflicts() -> None:
    op.create_table(
        "conflict",
        *map(_text, ("id", "code", "action", "volunteer_id", "number", "activity", "unit", "kiosk")),
        _instant("at"),
        *map(_text, ("facts_json", "recorded_by", "fact_id", "state", "resolution")),
        _instant("raised_at"),
        _text("raised_by"),
        _instant("solved_at", nullable=True),
        *map(_text, ("solved_by", "note_id")),
        sa.PrimaryKeyConstraint("id", name="conflict_pkey"),
        sqlite_strict=True,
    )
    op.create_index("conflict_by_volunteer_id", "conflict", ["volunteer_id"])
    op.create_index("conflict_by_state", "conflict", ["state", "raised_at", "id"])
    op.create_table(
        "challenge",
        *map(_text, ("id", "kind", "about", "about_id", "volunteer_id", "unit", "state", "note_id")),
        _instant("filed_at"),
        _text("filed_by"),
        _instant("answered_at", nullable=True),
        *map(_text, ("answered_by", "answer_id")),
        sa.PrimaryKeyConstraint("id", name="challenge_pkey"),
        sqlite_strict=True,
    )
    op.create_index("challenge_by_volunteer_id", "challenge", ["volunteer_id"])
    op.create_index("challenge_by_state", "challenge", ["state", "filed_at", "id"])
