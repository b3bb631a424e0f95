"""What funds pay of an award."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017_grants"
down_revision = "0016_offline_uses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was awarded before was issued, and goes back there if it is taken back."""
    op.add_column("award", sa.Column("funds_json", sa.Text(), nullable=False, server_default="[]"))
