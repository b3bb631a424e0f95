"""Vouchers that outlets took without a network, and which holds they have to hear of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole
from points_engine.store.triggers import BOOKS, statements

revision = "0016_offline_uses"
down_revision = "0015_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No hold that is there was promised to be taken without a network."""
    op.add_column("hold", sa.Column("offline_until", Instant(), nullable=True))
    op.add_column("hold", sa.Column("ended_at", Instant(), nullable=True))
    ended = sa.text("ended_at IS NOT NULL")
    op.create_index("hold_ended", "hold", ["partner", "ended_at", "id"], postgresql_where=ended, sqlite_where=ended)
    texts = ("id", "hold_id", "code", "scheme", "reward", "partner", "outlet", "device", "conflict", "charged")
    op.create_table(
        "offline_use",
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts[:8]),
        sa.Column("taken_at", Instant(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts[8:]),
        sa.Column("pays", Whole(), nullable=False),
        sa.Column("brought_at", Instant(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="offline_use_pkey"),
        sqlite_strict=True,
    )
    op.create_index("offline_use_by_hold_id", "offline_use", ["hold_id"])
    op.create_index("offline_use_by_brought_at", "offline_use", ["brought_at", "id"])
    there = (
        *BOOKS, "sample_item", "sample_sign_off", "stock_move", "refused_action", "revoked_key", "offline_use",
    )  # fmt: skip
    for statement in statements(op.get_context().dialect.name, there):
        op.execute(statement)
