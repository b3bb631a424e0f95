"""The counter: choices, shared limits, vouchers of several uses, visits of several rewards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Whole

revision = "0005_counter"
down_revision = "0004_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what holds remember, and the table of shared limits."""
    op.create_table(
        "quota",
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("used", Whole(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "rule", "place", name="quota_pkey"),
        sqlite_strict=True,
    )
    for name, before in (("choice", ""), ("quotas_json", "[]"), ("zeroed_json", "[]")):
        op.add_column("hold", sa.Column(name, sa.Text(), nullable=False, server_default=before))
    op.add_column("hold", sa.Column("uses", Whole(), nullable=False, server_default="1"))
    op.add_column("hold", sa.Column("used", Whole(), nullable=False, server_default="0"))
    for name in ("visit", "fetched_by"):
        op.add_column("hold", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE hold SET used = 1 WHERE state IN ('confirmed', 'refunded')")
