"""Visits without a reservation, and the phones that show volunteers' codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole

revision = "0006_visits"
down_revision = "0005_counter"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has opened a visit yet, and no phone is linked."""
    op.create_table(
        "visit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("volunteer_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("fetched_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="visit_pkey"),
        sqlite_strict=True,
    )
    op.create_index("visit_by_volunteer_id", "visit", ["volunteer_id"])
    op.create_table(
        "card_link",
        sa.Column("volunteer_id", sa.Text(), nullable=False),
        sa.Column("generation", Whole(), nullable=False, autoincrement=False),
        sa.Column("seen_step", Whole(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("volunteer_id", name="card_link_pkey"),
        sqlite_strict=True,
    )
