"""Tries of a PIN by device: who types at one keeps nobody from another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole

revision = "0019_pins_by_device"
down_revision = "0018_draws"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was counted and locked before counts, and is locked, everywhere."""
    op.rename_table("pin_tries", "pin_tries_before")
    op.create_table(
        "pin_tries",
        sa.Column("volunteer_id", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("counted", Whole(), nullable=False, autoincrement=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("volunteer_id", "device", name="pin_tries_by_device_pkey"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO pin_tries (volunteer_id, device, counted, locked_until) "
        "SELECT volunteer_id, '', counted, locked_until FROM pin_tries_before"
    )
    op.drop_table("pin_tries_before")
