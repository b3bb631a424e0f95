"""The audit log: who asked for what, with which key, when, and what became of it; personal texts stay out of it.

It is the journal of accepted commands, and what was refused to staff in between.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Select, Table, select

from points_engine.flow.entities import ApiKey, RefusedAction, Row, StoredCommand
from points_engine.flow.wire import impersonal
from points_engine.reading.view import Page, View
from points_engine.store.tables import table_of

DEVICES: Final = ("kiosk", "merchant")

Result = Literal["accepted", "refused"]


@dataclass(frozen=True, slots=True)
class Action:
    """One line of the log. `code` is that of a refusal, empty for what was accepted."""

    seq: int
    index: int
    recorded_at: datetime
    principal: str
    credential: str
    kind: str
    content: Mapping[str, Any]
    id: str
    code: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: empty fields mean any. `staff` leaves out devices and the service itself."""

    principal: str = ""
    credential: str = ""
    kind: str = ""
    result: Result | None = None
    staff: bool = False
    since: datetime | None = None
    until: datetime | None = None


def actions(view: View, most: int, after: tuple[str, ...] | None = None, wanted: Wanted | None = None) -> Page:
    """Lines of the log, newest first."""
    asked = wanted if wanted is not None else Wanted()
    found: list[Action] = []
    if asked.result != "refused":
        for row in _rows(view, StoredCommand, most, after, asked):
            command = StoredCommand(*row)
            content = impersonal(json.loads(command.content_json))
            place = (command.seq, command.index, command.recorded_at, command.principal, command.credential)
            found.append(Action(*place, command.kind, content, command.id, ""))
    if asked.result != "accepted":
        for row in _rows(view, RefusedAction, most, after, asked):
            no = RefusedAction(*row)
            place = (no.seq, no.index, no.recorded_at, no.principal, no.credential)
            found.append(Action(*place, no.kind, json.loads(no.content_json), "", no.code))
    found.sort(key=lambda each: (each.seq, each.index), reverse=True)
    there = found[:most]
    return Page(there, (str(there[-1].seq), str(there[-1].index)) if len(found) > most else None)


def _rows(view: View, kind: type[Row], most: int, after: tuple[str, ...] | None, wanted: Wanted) -> list[Any]:
    table = table_of(kind)
    # By the unique index over (seq, index) of either table.
    query = _narrowed(select(table), table, wanted)
    if after is not None:
        seq, index = int(after[0]), int(after[1])
        query = query.where((table.c.seq < seq) | ((table.c.seq == seq) & (table.c["index"] < index)))
    ordered = query.order_by(table.c.seq.desc(), table.c["index"].desc())
    return list(view.connection.execute(ordered.limit(most + 1)))


def _narrowed(query: Select[Any], table: Table, wanted: Wanted) -> Select[Any]:
    for column in ("principal", "credential", "kind"):
        value = getattr(wanted, column)
        if value:
            query = query.where(table.c[column] == value)
    if wanted.since is not None:
        query = query.where(table.c.recorded_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(table.c.recorded_at < wanted.until)
    if wanted.staff:
        keys = table_of(ApiKey)
        query = query.where(table.c.credential.in_(select(keys.c.id).where(keys.c.role.not_in(DEVICES))))
    return query
