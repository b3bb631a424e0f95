"""Runs the migrations on the connection that `store.schema` hands over."""

from __future__ import annotations

from alembic import context

from points_engine.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
