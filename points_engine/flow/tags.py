"""Tags of rows: the same row has the same tag, and a changed one another; who edits says which they have seen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from points_engine.errors import ChangedMeanwhile
from points_engine.flow.desk import Desk
from points_engine.flow.entities import Row
from points_engine.flow.wire import canonical


def tag_of(row: Row) -> str:
    """What stands for everything that a row holds."""
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    return sha256(f"{row.TABLE}\n{canonical(fields)}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A command is meant for a row as it was when it had one of these tags."""

    kind: type[Row]
    key: tuple[Any, ...]
    tags: tuple[str, ...]

    def check(self, desk: Desk) -> None:
        """Refuse a row that is another by now; what is not there at all is the command's own matter.

        Raises: ChangedMeanwhile.
        """
        row = desk.find(self.kind, *self.key)
        if row is not None and tag_of(row) not in self.tags:
            raise ChangedMeanwhile()
