"""Which keys were withdrawn, in rows that are read without being locked and never change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant
from points_engine.store.triggers import BOOKS, statements

revision = "0014_revoked_keys"
down_revision = "0013_actors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every key that was withdrawn before gets its row."""
    op.create_table(
        "revoked_key",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="revoked_key_pkey"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO revoked_key (key_id, revoked_at) "
        "SELECT id, revoked_at FROM api_key WHERE revoked_at IS NOT NULL ORDER BY id"
    )
    there = (*BOOKS, "sample_item", "sample_sign_off", "stock_move", "refused_action", "revoked_key")
    for statement in statements(op.get_context().dialect.name, there):
        op.execute(statement)
