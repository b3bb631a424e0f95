"""Groups: teams and organisations that can be given points, and may only give them on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020_groups"
down_revision = "0019_pins_by_device"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """There is none yet."""
    op.create_table(
        "team",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("code", "name_zh", "name_en")),
        sa.PrimaryKeyConstraint("code", name="team_pkey"),
        sqlite_strict=True,
    )
