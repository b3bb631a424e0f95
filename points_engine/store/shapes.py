"""The shape of each table as the write path needs it: column order, key, and how rows become values and back.

SQL text is made from these once per table; the write path never builds an ORM object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.types import TypeEngine

from points_engine.flow.entities import ENTITIES, BookEntry, Row, StoredCommand
from points_engine.store.columns import POSTGRES_TYPES, Day, Flag, Instant, instant_text
from points_engine.store.tables import METADATA, table_of

Values = tuple[Any, ...]


def quoted(name: str) -> str:
    """An identifier in double quotes: `end` and `index` are words of SQL."""
    return f'"{name}"'


def listed(names: Iterable[str], prefix: str = "") -> str:
    """Identifiers, quoted and separated by commas."""
    return ", ".join(prefix + quoted(name) for name in names)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table: its columns with their types, in the order of every row of values."""

    table: str
    columns: tuple[str, ...]
    types: tuple[type[TypeEngine[Any]], ...]
    key: tuple[str, ...]

    @classmethod
    def of(cls, table: Table) -> Shape:
        """The shape of a table of the schema."""
        columns = tuple(table.columns)
        return cls(
            table.name,
            tuple(column.name for column in columns),
            tuple(type(column.type) for column in columns),
            tuple(column.name for column in table.primary_key.columns),
        )

    @property
    def rest(self) -> tuple[str, ...]:
        """The columns outside the key."""
        return tuple(name for name in self.columns if name not in self.key)

    @property
    def own(self) -> tuple[str, ...]:
        """The columns that differ from row to row of one commit."""
        return tuple(name for name in self.columns if name not in PLACE)

    def type_of(self, column: str) -> type[TypeEngine[Any]]:
        """The type of one column."""
        return self.types[self.columns.index(column)]

    def postgres_type(self, column: str) -> str:
        """What parameters for this column are cast to on PostgreSQL."""
        return POSTGRES_TYPES[self.type_of(column)]


@dataclass(frozen=True, slots=True)
class EntityShape:
    """A shape together with its entity: rows of values from entities and entities from rows."""

    kind: type[Row]
    shape: Shape
    values: Callable[[Any], Values]
    entity: Callable[[Sequence[Any]], Row]


def _entity_maker(kind: type[Row], shape: Shape, decoders: dict[type, Callable[[Any], Any]]) -> Callable[[Any], Row]:
    places = [(place, decoders[kept]) for place, kept in enumerate(shape.types) if kept in decoders]
    if not places:
        return lambda row: kind(*row)

    def entity(row: Sequence[Any]) -> Row:
        values = list(row)
        for place, decoder in places:
            if values[place] is not None:
                values[place] = decoder(values[place])
        return kind(*values)

    return entity


def entity_shapes(decoders: dict[type, Callable[[Any], Any]]) -> dict[type[Row], EntityShape]:
    """The shapes of all entities, with decoders per column type for what the driver answers."""
    found: dict[type[Row], EntityShape] = {}
    for kind in (*ENTITIES, StoredCommand, BookEntry):
        shape = Shape.of(table_of(kind))
        found[kind] = EntityShape(kind, shape, _values_maker(shape), _entity_maker(kind, shape, decoders))
    return found


def _values_maker(shape: Shape) -> Callable[[Any], Values]:
    if len(shape.columns) == 1:
        only = attrgetter(*shape.columns)
        return lambda row: (only(row),)
    return attrgetter(*shape.columns)


BOOKS: Final[dict[str, Shape]] = {
    name: Shape.of(METADATA.tables[name])
    for name in (
        "account",
        "lot",
        "entry",
        "posting",
        "command",
        "command_key",
        "refused_action",
        "journal",
        "journal_head",
    )
}  # fmt: skip
"""The shapes of the books and the journal."""

PLACE: Final = ("seq", "recorded_at")
"""The columns that every row of a commit shares: where it stands in the journal, and when it was recorded."""

SQLITE_ENCODERS: Final[dict[type, Callable[[Any], Any]]] = {Day: date.isoformat, Instant: instant_text}
SQLITE_DECODERS: Final[dict[type, Callable[[Any], Any]]] = {
    Day: date.fromisoformat, Instant: datetime.fromisoformat, Flag: bool,
}  # fmt: skip
