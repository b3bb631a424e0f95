"""Which levels of approval a key may grant."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012_approval_levels"
down_revision = "0011_stock_stays"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keys that are there go on granting every level."""
    op.add_column("api_key", sa.Column("approves", sa.Text(), nullable=False, server_default=""))
