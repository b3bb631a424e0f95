"""What every table of the books has in common: STRICT on SQLite, and one metadata."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from sqlalchemy import MetaData
from sqlmodel import SQLModel

STRICT: Final[dict[str, Any]] = {"sqlite_strict": True}
"""The table options: SQLite refuses values of another type than the column's."""


class Books(SQLModel):
    """The base of every table; its metadata holds them all and nothing else."""

    metadata: ClassVar[MetaData] = MetaData()
    __table_args__: ClassVar[Any] = STRICT
