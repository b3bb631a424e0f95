"""The book of stock and the list of refused staff actions refuse to be changed, as the rest of the books do."""

from __future__ import annotations

from alembic import op

from points_engine.store.triggers import statements

revision = "0011_stock_stays"
down_revision = "0010_samples"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only triggers are made; no row changes."""
    for statement in statements(op.get_context().dialect.name):
        op.execute(statement)
