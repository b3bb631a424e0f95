"""The six column types of the books, the same in meaning on SQLite and PostgreSQL.

SQLite tables are STRICT: days and instants are fixed-width ISO texts that sort as they should, booleans are 0 or 1.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine
from sqlmodel import Field


@lru_cache(4096)
def instant_text(value: datetime) -> str:
    """An aware datetime as UTC text with microseconds, always 27 characters.

    >>> instant_text(datetime(2026, 11, 22, 20, 33, 21, tzinfo=UTC))
    '2026-11-22T20:33:21.000000Z'
    """
    if value.tzinfo is not UTC:
        value = value.astimezone(UTC)
    return value.isoformat(timespec="microseconds")[:26] + "Z"


def instant_of(value: Any) -> datetime:
    """The aware UTC datetime of a stored instant: text on SQLite, a datetime on PostgreSQL."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


def day_of(value: Any) -> date:
    """The date of a stored day: text on SQLite, a date on PostgreSQL."""
    return date.fromisoformat(value) if isinstance(value, str) else value


class Instant(TypeDecorator[datetime]):
    """A moment: TIMESTAMPTZ, or UTC text that sorts."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TEXT on SQLite."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse naive datetimes; write text on SQLite."""
        if value is None:
            return None
        assert value.tzinfo is not None, "an instant has a UTC offset"
        return instant_text(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Answer UTC."""
        return None if value is None else instant_of(value)


class Day(TypeDecorator[date]):
    """A calendar day: DATE, or ISO text."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """TEXT on SQLite."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        """Write text on SQLite."""
        return value.isoformat() if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        """Answer a date."""
        return None if value is None else day_of(value)


class Flag(TypeDecorator[bool]):
    """Yes or no: BOOLEAN, or 0 and 1."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """INTEGER on SQLite."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else Boolean())

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """Answer a bool."""
        return None if value is None else bool(value)


class Whole(TypeDecorator[int]):
    """A whole number of 64 bits: BIGINT, or INTEGER."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """INTEGER on SQLite: STRICT tables know no BIGINT."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


# What a SQLModel field is declared as; the plain Python type is what an entity's field says.
TextKey = Annotated[str, Field(sa_type=Text, primary_key=True)]
DayKey = Annotated[date, Field(sa_type=Day, primary_key=True)]
WholeKey = Annotated[int, Field(sa_type=Whole, primary_key=True, sa_column_kwargs={"autoincrement": False})]
Words = Annotated[str, Field(sa_type=Text)]
MaybeWords = Annotated[str | None, Field(sa_type=Text)]
Number = Annotated[int, Field(sa_type=Whole)]
MaybeNumber = Annotated[int | None, Field(sa_type=Whole)]
YesNo = Annotated[bool, Field(sa_type=Flag)]
OnDay = Annotated[date, Field(sa_type=Day)]
MaybeOnDay = Annotated[date | None, Field(sa_type=Day)]
AtInstant = Annotated[datetime, Field(sa_type=Instant)]
MaybeAtInstant = Annotated[datetime | None, Field(sa_type=Instant)]

POSTGRES_TYPES: Final[dict[type[TypeEngine[Any]], str]] = {
    Text: "text", Whole: "bigint", Flag: "boolean", Day: "date", Instant: "timestamptz",
}  # fmt: skip
"""What the parameters of a set-based statement are cast to."""
