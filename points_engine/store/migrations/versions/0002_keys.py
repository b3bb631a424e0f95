"""Keys of a whole partner, and when keys were last used."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant

revision = "0002_keys"
down_revision = "0001_books"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keys issued before belong to an outlet, or to none; they were never seen in use."""
    op.add_column("api_key", sa.Column("partner", sa.Text(), nullable=False, server_default=""))
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("api_key", "partner", server_default=None)
    op.create_table(
        "key_use",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("last_used_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name="key_use_pkey"),
        sqlite_strict=True,
    )
