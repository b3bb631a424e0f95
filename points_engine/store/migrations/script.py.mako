"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Day, Flag, Instant, Whole
from points_engine.store.triggers import statements
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this version."""
    ${upgrades if upgrades else "pass"}
    for statement in statements(op.get_context().dialect.name):
        op.execute(statement)
