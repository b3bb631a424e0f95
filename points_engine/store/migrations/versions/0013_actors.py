"""Which volunteer stands behind a principal, and what a clock that is ahead had said of a tap."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant

revision = "0013_actors"
down_revision = "0012_approval_levels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keys that are there name nobody; a principal that is a volunteer's number needs no row."""
    op.add_column("api_key", sa.Column("volunteer", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "actor",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("principal", name="actor_pkey"),
        sqlite_strict=True,
    )
    for column in ("stated_in_at", "stated_out_at"):
        op.add_column("check_in", sa.Column(column, Instant(), nullable=True))
