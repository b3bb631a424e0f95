"""What is known of the runs of jobs: which were begun and for which slot, what became of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from points_engine.limits import JOB_RUNS_KEPT
from points_engine.store.stores import SqlStore
from points_engine.store.tables import METADATA

INTERRUPTED: Final = "interrupted"
"""The error of a run whose process stopped, or lost the job's lock, before the end."""

RUNS: Final = METADATA.tables["job_run"]
_NEWEST: Final = (RUNS.c.started_at.desc(), RUNS.c.id.desc())


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run: the slot it was for, by which process, asked by whom, and what it did. `error` is empty where none was.

    `ended_at` is None while it runs.
    """

    id: str
    job: str
    slot: str
    process: str
    asked_by: str
    started_at: datetime
    ended_at: datetime | None = None
    handled: int = 0
    refused: int = 0
    findings: tuple[str, ...] = ()
    error: str = ""

    @property
    def state(self) -> Literal["running", "done", "findings", "failed"]:
        """What became of it; `findings`: it found something that somebody has to look at."""
        if self.ended_at is None:
            return "running"
        if self.error:
            return "failed"
        return "findings" if self.findings else "done"


def begin(store: SqlStore, run: JobRun) -> bool:
    """Record that a run begins, under the job's lock; False where its slot has had its run.

    What an earlier process left without an end was interrupted: nobody else can be running it. Its slot is free again.
    """
    left = (RUNS.c.job == run.job) & RUNS.c.ended_at.is_(None)
    interrupted = {"ended_at": run.started_at, "error": INTERRUPTED, "slot": RUNS.c.slot + "#" + RUNS.c.id}
    try:
        with store.operating() as connection:
            connection.execute(update(RUNS).where(left).values(interrupted))
            connection.execute(insert(RUNS).values(_values(run)))
    except IntegrityError:
        return False
    return True


def end(store: SqlStore, run: JobRun) -> bool:
    """Record how a run ended, and forget the oldest; False where it was given up for interrupted meanwhile."""
    values = _values(run)
    if run.error == INTERRUPTED:
        values["slot"] = f"{run.slot}#{run.id}"
    kept = select(RUNS.c.started_at).where(RUNS.c.job == run.job).order_by(RUNS.c.started_at.desc())
    oldest = kept.offset(JOB_RUNS_KEPT).limit(1).scalar_subquery()
    with store.operating() as connection:
        ended = connection.execute(update(RUNS).where(RUNS.c.id == run.id, RUNS.c.ended_at.is_(None)).values(values))
        connection.execute(delete(RUNS).where(RUNS.c.job == run.job, RUNS.c.started_at <= oldest))
    return bool(ended.rowcount)


def of_slot(connection: Connection, job: str, slot: str) -> JobRun | None:
    """The run for a slot."""
    return _first(connection, select(RUNS).where(RUNS.c.job == job, RUNS.c.slot == slot))


def last(connection: Connection, job: str) -> JobRun | None:
    """The newest run of a job, by the index job_run_by_start."""
    return _first(
        connection, select(RUNS).where(RUNS.c.job == job).order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc())
    )


def last_ended(connection: Connection, job: str) -> JobRun | None:
    """The newest run of a job that came to its end, interrupted ones aside."""
    whole = RUNS.c.ended_at.is_not(None) & (RUNS.c.error != INTERRUPTED)
    return _first(connection, select(RUNS).where(RUNS.c.job == job, whole).order_by(*_NEWEST))


def newest(
    connection: Connection, most: int, job: str | None = None, after: tuple[datetime, str] | None = None
) -> list[JobRun]:
    """The newest runs of a job, or of all, that began before `after` (start and id)."""
    query = select(RUNS)
    if job is not None:
        query = query.where(RUNS.c.job == job)
    if after is not None:
        at, identity = after
        query = query.where((RUNS.c.started_at < at) | ((RUNS.c.started_at == at) & (RUNS.c.id < identity)))
    return [
        _run(row) for row in connection.execute(query.order_by(RUNS.c.started_at.desc(), RUNS.c.id.desc()).limit(most))
    ]


def moment(text: str) -> datetime:
    """An instant from its text.

    Raises: ValueError.
    """
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant has its offset from UTC")
    return found


def _first(connection: Connection, query: Select[Any]) -> JobRun | None:
    row = connection.execute(query.limit(1)).first()
    return None if row is None else _run(row)


def _values(run: JobRun) -> dict[str, Any]:
    findings = json.dumps(run.findings, ensure_ascii=False)
    names = ("id", "job", "slot", "process", "asked_by", "started_at", "ended_at", "handled", "refused", "error")
    return {name: getattr(run, name) for name in names} | {"findings_json": findings}


def _run(row: Any) -> JobRun:
    return JobRun(
        row.id, row.job, row.slot, row.process, row.asked_by, row.started_at, row.ended_at, row.handled, row.refused,
        tuple(json.loads(row.findings_json)), row.error,
    )  # fmt: skip
