"""Totals of groups and units: what they are, what each award adds to them, and what they said to each record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Whole

revision = "0022_totals"
down_revision = "0021_households"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No total has been read so far; what service adds is written down when it is next folded."""
    op.create_table(
        "total",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("window", Whole(), nullable=False, autoincrement=False),
        sa.Column("part_json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "slot", "window", name="total_pkey"),
        sqlite_strict=True,
    )
    op.add_column("award", sa.Column("beyond_json", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("fact", sa.Column("totals_json", sa.Text(), nullable=False, server_default="{}"))
