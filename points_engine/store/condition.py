"""Whether the books can be read and written now."""

from __future__ import annotations

from sqlalchemy import select, text

from points_engine.errors import StoreFault
from points_engine.store import schema
from points_engine.store.stores import SqlStore
from points_engine.store.tables import METADATA


def readable(store: SqlStore) -> int:
    """The newest place in the journal.

    Raises: StoreFault, for a schema that is not this code's; what the driver raises, for a database out of reach.
    """
    with store.reading() as connection:
        schema.check(connection)
        return int(connection.execute(select(METADATA.tables["journal_head"].c.seq)).scalar_one())


def writable(store: SqlStore) -> None:
    """Begin a writing transaction and give it up: a standby, a read-only disk or a lock that stays is found here.

    Raises: StoreFault; what the driver raises.
    """
    with store.operating() as connection:
        if connection.dialect.name == "postgresql":
            if connection.execute(text("SHOW transaction_read_only")).scalar_one() != "off":
                raise StoreFault(what="the database takes no writes (a standby, or read-only by its settings)")
        else:
            connection.execute(text("UPDATE job_lease SET until = until WHERE job = ''"))
