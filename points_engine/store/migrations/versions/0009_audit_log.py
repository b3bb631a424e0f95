"""Who showed which key, and what was refused to staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole

revision = "0009_audit_log"
down_revision = "0008_stock"
branch_labels = None
depends_on = None


TEXTS = ("principal", "credential", "kind", "content_json", "code")


def upgrade() -> None:
    """Of commands before this version it is not known which key was shown, and refusals were not remembered."""
    op.add_column("command", sa.Column("credential", sa.Text(), nullable=False, server_default=""))
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("command", "credential", server_default=None)
    op.create_table(
        "refused_action",
        sa.Column("seq", Whole(), nullable=False, autoincrement=False),
        sa.Column("index", Whole(), nullable=False, autoincrement=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.PrimaryKeyConstraint("seq", "index", name="refused_action_pkey"),
        sa.CheckConstraint("seq > 0", name="refused_action_seq"),
        sqlite_strict=True,
    )
