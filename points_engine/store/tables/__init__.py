"""The schema as SQLModel classes: one per entity with the same columns, and the books and the journal."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData, Table

from points_engine.flow.entities import ENTITIES, Row, StoredCommand
from points_engine.store.tables import (
    access,
    awards,
    committee,
    conflicts,
    counter,
    operation,
    people,
    programme,
    scarce,
    service,
    webhooks,
)
from points_engine.store.tables.books import (
    AccountTable,
    CommandKeyTable,
    CommandTable,
    EntryTable,
    JournalHeadTable,
    JournalTable,
    LotTable,
    PostingTable,
)
from points_engine.store.tables.strict import Books

METADATA: Final[MetaData] = Books.metadata


def table_of(kind: type[Row]) -> Table:
    """The table that keeps the rows of an entity."""
    return METADATA.tables[kind.TABLE]


assert {StoredCommand.TABLE, *(kind.TABLE for kind in ENTITIES)} <= METADATA.tables.keys(), "every entity has its table"

__all__ = [
    "METADATA",
    "AccountTable",
    "CommandKeyTable",
    "CommandTable",
    "EntryTable",
    "JournalHeadTable",
    "JournalTable",
    "LotTable",
    "PostingTable",
    "access",
    "awards",
    "committee",
    "conflicts",
    "counter",
    "operation",
    "people",
    "programme",
    "scarce",
    "service",
    "table_of",
    "webhooks",
]
