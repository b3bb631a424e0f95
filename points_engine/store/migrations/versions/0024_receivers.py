"""What whoever was served pays of an award, and from which account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Whole

revision = "0024_receivers"
down_revision = "0023_shelves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was awarded before was issued, and goes back there if it is taken back."""
    op.add_column("award", sa.Column("received", Whole(), nullable=False, server_default="0"))
    op.add_column("award", sa.Column("payer", sa.Text(), nullable=False, server_default=""))
