"""Shelves of outlets: where the stock of a reward lies, and from which shelf something was taken or moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Whole

revision = "0023_shelves"
down_revision = "0022_totals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The shelves that are there are those that all outlets have in common; all that was taken came from them."""
    op.rename_table("shelf", "shelf_before")
    op.create_table(
        "shelf",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scheme", "reward", "outlet")),
        sa.Column("available", Whole(), nullable=True),
        sa.Column("held", Whole(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "reward", "outlet", name="shelf_of_outlet_pkey"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO shelf (scheme, reward, outlet, available, held) "
        "SELECT scheme, reward, '', available, held FROM shelf_before"
    )
    op.drop_table("shelf_before")
    for table, columns in (("hold", ("shelf",)), ("stock_move", ("shelf", "carried")), ("draw", ("outlet",))):
        for name in columns:
            op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=""))
