"""How often PINs were tried, and until when they are locked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole

revision = "0007_pins"
down_revision = "0006_visits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody has tried yet."""
    op.create_table(
        "pin_tries",
        sa.Column("volunteer_id", sa.Text(), nullable=False),
        sa.Column("counted", Whole(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("volunteer_id", name="pin_tries_pkey"),
        sqlite_strict=True,
    )
