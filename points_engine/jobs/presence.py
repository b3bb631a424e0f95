"""The sweep that closes check-ins which nobody ended: the command decides again, and lists each for review."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from points_engine.flow.entities import CheckIn
from points_engine.flow.outcomes import Submission
from points_engine.flow.service.syncing import CloseForgotten, forgotten_policy
from points_engine.jobs.jobs import PRINCIPAL, JobReport, Shift
from points_engine.jobs.sweeps import swept
from points_engine.limits import SWEEP_ROWS
from points_engine.reading import Reader, View
from points_engine.store.tables import table_of


def close_forgotten(shift: Shift) -> JobReport:
    """Close every stretch of presence that is open for longer than the rules allow."""
    with Reader(shift.store, lambda: shift.now).open() as view:
        _, after = _policy(view)
        table = table_of(CheckIn)
        # By the index check_in_open, the longest first.
        due = (
            select(table.c.id)
            .where(table.c.state == "open", table.c.checked_in_at <= shift.now - timedelta(minutes=after))
            .order_by(table.c.checked_in_at, table.c.id)
            .limit(SWEEP_ROWS + 1)
        )
        found = list(view.connection.execute(due).scalars())
    sweep = [Submission(CloseForgotten(each), PRINCIPAL, f"close-forgotten:{each}") for each in found[:SWEEP_ROWS]]
    return swept(shift, sweep, more=len(found) > SWEEP_ROWS)


def _policy(view: View) -> tuple[int, int]:
    return view.ask(forgotten_policy)
