"""The journal as an audit log: who asked for what, when; personal texts stay out of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from points_engine.flow.entities import StoredCommand
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of

PERSONAL: Final = frozenset({"name", "born_on", "phone", "pin_hash", "digest", "donor", "reason", "canonical", "facts"})
"""Fields of commands that the log does not show."""


def commands(view: View, most: int, after: tuple[str, ...] | None = None, principal: str = "", kind: str = "") -> Page:
    """Accepted commands, newest first."""
    table = table_of(StoredCommand)
    # By the unique index over (seq, index).
    query = select(table)
    if principal:
        query = query.where(table.c.principal == principal)
    if kind:
        query = query.where(table.c.kind == kind)
    if after is not None:
        seq, index = int(after[0]), int(after[1])
        query = query.where((table.c.seq < seq) | ((table.c.seq == seq) & (table.c["index"] < index)))
    query = query.order_by(table.c.seq.desc(), table.c["index"].desc())
    return paged(view.connection, query, most, lambda row: StoredCommand(*row), ("seq", "index"))


def without_personal_data(command: StoredCommand) -> Mapping[str, Any]:
    """The fields of a command that may stand in a log."""
    return {name: value for name, value in json.loads(command.content_json).items() if name not in PERSONAL}
