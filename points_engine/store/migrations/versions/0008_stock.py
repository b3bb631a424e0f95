"""Stock as a book: what is set aside, what was moved, what refunds put back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole

revision = "0008_stock"
down_revision = "0007_pins"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Shelves that are there begin their book with what explains what lies on them now."""
    op.add_column("shelf", sa.Column("held", Whole(), nullable=False, server_default="0"))
    op.add_column("hold", sa.Column("restocked", Whole(), nullable=False, server_default="0"))
    op.create_table(
        "stock_move",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("reward", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", Whole(), nullable=False),
        sa.Column("note_id", sa.Text(), nullable=False),
        sa.Column("moved_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="stock_move_pkey"),
        sqlite_strict=True,
    )
    op.create_index("stock_move_by_reward", "stock_move", ["scheme", "reward"])
    taken = (
        "coalesce((SELECT sum(quantity) FROM hold WHERE hold.scheme = shelf.scheme AND hold.reward = shelf.reward "
        "AND hold.stocked AND hold.state IN (%s)), 0)"
    )
    set_aside, used = taken % "'open'", taken % "'confirmed', 'refunded'"
    op.execute(f"UPDATE shelf SET held = {set_aside} WHERE available IS NOT NULL")
    op.execute(
        "INSERT INTO stock_move SELECT 'opening/' || scheme || '/' || reward, scheme, reward, '', 'opening', "
        f"available + held + {used}, '', "
        "(SELECT recorded_at FROM journal_head) FROM shelf WHERE available IS NOT NULL"
    )
