"""The version of the schema: what the code expects, what a database has, and the way up."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from points_engine.errors import StoreFault

HEAD: Final = "0024_receivers"
"""The version that this code reads and writes."""

MIGRATION_LOCK: Final = 0x706F696E7473
"""PostgreSQL's advisory lock that lets one process migrate at a time."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made in memory; the connection is handed to `migrations/env.py`."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def version_of(connection: Connection) -> str | None:
    """The version that a database has; None if it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def is_empty(connection: Connection) -> bool:
    """Whether a database (or PostgreSQL schema) holds no table at all."""
    return not inspect(connection).get_table_names()


def upgrade_connection(connection: Connection) -> None:
    """Bring the schema to `HEAD`, inside the connection's transaction; does nothing if it is there.

    Raises: StoreFault for a database that is newer than the code, or holds tables of something else.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
    there = version_of(connection)
    if there == HEAD:
        return
    if there is None and not is_empty(connection):
        raise StoreFault(what="the database holds tables that are not the books'")
    check_known(there)
    command.upgrade(config(connection), HEAD)


def check(connection: Connection) -> None:
    """Refuse a schema that is not the one this code reads and writes.

    Raises: StoreFault.
    """
    there = version_of(connection)
    check_known(there)
    if there != HEAD:
        raise StoreFault(what=f"the database has schema {there or 'none'}, this version needs {HEAD}: migrate it first")


def check_known(there: str | None) -> None:
    """Refuse a version that this code has never heard of.

    Raises: StoreFault.
    """
    known = {script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()}
    if there is not None and there not in known:
        raise StoreFault(what=f"the database has schema {there}, newer than this version, which knows {HEAD}")
