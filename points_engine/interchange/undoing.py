"""Undoing an import: every record that came with it is reversed, volunteer by volunteer, each in one re-fold."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from points_engine.engine import PointsEngine
from points_engine.errors import NotFound
from points_engine.flow.entities import Fact, Volunteer
from points_engine.flow.outcomes import Submission
from points_engine.flow.service.corrections import CloseImport, ReverseImported
from points_engine.flow.service.folding import IN_FORCE
from points_engine.interchange.imports import Progress, no_progress, steadily
from points_engine.interchange.lookups import import_opened_at, import_state
from points_engine.interchange.problems import Problems, RowProblem
from points_engine.limits import IMPORT_SLICE_COMMANDS
from points_engine.store import SqlStore
from points_engine.store.tables import table_of


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
    for some in _slices(store, code):
        slice_ = [Submission(ReverseImported(number, code, reason), principal, f"{key}:{number}") for number, _ in some]
        for (_, records), outcome in zip(some, steadily(engine, slice_), strict=True):
            done += records
            if outcome.error is not None:
                report.problems.add(RowProblem.of(0, outcome.error))
            elif not outcome.replayed:
                report.reversed += outcome.result["reversed"]
                report.minutes += outcome.result["minutes"]
        progress("reverse", done, total)
    report.seconds = time.monotonic() - began
    return report


def _count(code: str) -> Select[Any]:
    table = table_of(Fact)
    return select(func.count()).select_from(table).where(table.c.source == code, table.c.state.in_(IN_FORCE))


def _slices(store: SqlStore, code: str) -> Iterator[list[tuple[str, int]]]:
    """The numbers of the volunteers who have records of an import in force, and how many, a slice at a time."""
    facts, people = table_of(Fact), table_of(Volunteer)
    last = ""
    while True:
        # The index on fact.source finds the import's records; they are counted per volunteer.
        page = (
            select(facts.c.volunteer_id, people.c.number, func.count())
            .join(people, people.c.id == facts.c.volunteer_id)
            .where(facts.c.source == code, facts.c.state.in_(IN_FORCE), facts.c.volunteer_id > last)
            .group_by(facts.c.volunteer_id, people.c.number)
            .order_by(facts.c.volunteer_id)
            .limit(IMPORT_SLICE_COMMANDS)
        )
        with store.reading() as connection:
            rows = [tuple(row) for row in connection.execute(page)]
        if not rows:
            return
        last = rows[-1][0]
        slice_: list[tuple[str, int]] = []
        for _, number, records in rows:
            slice_.append((number, records))
            if sum(count for _, count in slice_) >= IMPORT_SLICE_COMMANDS:
                yield slice_
                slice_ = []
        if slice_:
            yield slice_
