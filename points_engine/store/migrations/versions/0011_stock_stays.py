"""The book of stock and the list of refused staff actions refuse to be changed, as the rest of the books do."""

from __future__ import annotations

from alembic import op

from points_engine.store.triggers import BOOKS, statements

revision = "0011_stock_stays"
down_revision = "0010_samples"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only triggers are made; no row changes."""
    there = (*BOOKS, "sample_item", "sample_sign_off", "stock_move", "refused_action")
    for statement in statements(op.get_context().dialect.name, there):
        op.execute(statement)
