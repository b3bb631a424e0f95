"""Undoing an import: every record that came with it is reversed, newest first, so that each re-fold is short."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, tuple_

from points_engine.engine import PointsEngine
from points_engine.errors import NotFound
from points_engine.flow.entities import Fact
from points_engine.flow.outcomes import Submission
from points_engine.flow.service.corrections import CloseImport, ReverseRecord
from points_engine.interchange.imports import Progress, no_progress, steadily
from points_engine.interchange.lookups import import_opened_at, import_state
from points_engine.interchange.problems import Problems, RowProblem
from points_engine.limits import IMPORT_SLICE_COMMANDS
from points_engine.store import SqlStore
from points_engine.store.tables import table_of

IN_FORCE = ("recorded", "approved")


@dataclass(slots=True)
class UndoReport:
    """What became of an import's records: reversed now, or kept because the rules do not let them go."""

    code: str
    problems: Problems
    reversed: int = 0
    minutes: int = 0
    seconds: float = 0.0


def undo_import(
    engine: PointsEngine,
    store: SqlStore,
    code: str,
    *,
    principal: str,
    reason: str,
    progress: Progress = no_progress,
) -> UndoReport:
    """Reverse every record of an import; undoing one that was broken off goes on where it stopped.

    Volunteers and activities stay registered.
    Raises: NotFound (the import), InvalidValue (the reason), StoreFault.
    """
    began = time.monotonic()
    with store.reading() as connection:
        opened_at, state = import_opened_at(connection, code), import_state(connection, code)
        total = connection.execute(_count(code)).scalar_one()
    if opened_at is None:
        raise NotFound(what="import", code=code)
    key = f"{code}:{opened_at:%Y%m%d%H%M%S%f}:undo"
    if state == "open":
        engine.submit(Submission(CloseImport(code), principal, key)).expect()
    report = UndoReport(code, Problems())
    done = 0
    for some in _pages(store, code):
        slice_ = [Submission(ReverseRecord(fact, reason), principal, f"{key}:{fact}") for fact in some]
        for outcome in steadily(engine, slice_):
            if outcome.error is not None:
                report.problems.add(RowProblem.of(0, outcome.error))
            elif not outcome.replayed:
                report.reversed += 1
                report.minutes += outcome.result["minutes"]
        done += len(some)
        progress("reverse", done, total)
    report.seconds = time.monotonic() - began
    return report


def _count(code: str) -> Select[Any]:
    table = table_of(Fact)
    return select(func.count()).select_from(table).where(table.c.source == code, table.c.state.in_(IN_FORCE))


def _pages(store: SqlStore, code: str) -> Iterator[list[str]]:
    """The ids of an import's records in force, volunteer by volunteer, newest first, a slice at a time."""
    table = table_of(Fact)
    place = tuple_(table.c.volunteer_id, table.c.start, table.c.id)
    types = [table.c.volunteer_id.type, table.c.start.type, table.c.id.type]
    last: tuple[Any, ...] | None = None
    while True:
        # Read backwards along the index (volunteer_id, start), from where the last page ended.
        page = (
            select(table.c.volunteer_id, table.c.start, table.c.id)
            .where(table.c.source == code, table.c.state.in_(IN_FORCE))
            .order_by(table.c.volunteer_id.desc(), table.c.start.desc(), table.c.id.desc())
            .limit(IMPORT_SLICE_COMMANDS)
        )
        if last is not None:
            page = page.where(place < tuple_(*last, types=types))
        with store.reading() as connection:
            rows = [tuple(row) for row in connection.execute(page)]
        if not rows:
            return
        last = rows[-1]
        yield [row[2] for row in rows]
