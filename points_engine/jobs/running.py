"""Running jobs: one process at a time has a job's lock, each slot of its schedule is run once, every run is recorded.

Two things keep a job from running twice: the lock, and the unique index over (job, slot) of what was begun. The second
holds even where the first was lost.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from points_engine.engine import PointsEngine, fresh_id
from points_engine.errors import EngineError, JobRunning
from points_engine.flow.entities import PackText, PackVersion, Scheme
from points_engine.jobs.jobs import Execute, Job, JobInterrupted, JobReport, Shift
from points_engine.jobs.table import JOBS, the_job
from points_engine.limits import JOB_FINDINGS_KEPT
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.store import SqlStore, job_runs
from points_engine.store.job_locks import JobLock, lock_job
from points_engine.store.job_runs import INTERRUPTED, JobRun
from points_engine.store.tables import table_of
from points_engine.webhooks import Courier
from points_engine.webhooks.courier import SECRETS
from points_engine.webhooks.targets import Network

SCHEDULE: Final = "schedule"
"""Who asked for a run that was due by its schedule."""

log = logging.getLogger("points_engine.jobs")


@dataclass(frozen=True, slots=True)
class JobState:
    """A job as an operator sees it: its newest run, the newest one that came to an end, and when the next is due."""

    job: Job
    last: JobRun | None
    ended: JobRun | None
    next_at: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """A run that was begun and recorded; its lock is held until `JobRunner.finish`."""

    run: JobRun
    job: Job
    lock: JobLock


class JobRunner:
    """Runs jobs for one process.

    `execute` brings a slice of commands into the books; by default the engine itself does.  `networks` are those that
    webhooks may be in besides public addresses.
    """

    def __init__(
        self,
        engine: PointsEngine,
        store: SqlStore,
        execute: Execute | None = None,
        *,
        process: str = "",
        networks: Sequence[Network] = (),
    ) -> None:
        self.store = store
        self.clock: Callable[[], datetime] = engine.clock
        self.process = process or f"{socket.gethostname()}:{os.getpid()}"
        self._execute: Execute = execute or engine.execute
        self.courier = Courier(engine.derived_secret(SECRETS), engine.clock, networks)
        self._stopping = threading.Event()
        self._zone: ZoneInfo | None = None

    def stop(self) -> None:
        """Let runs of this process end at the next slice of their work; no new one begins."""
        self._stopping.set()

    # ---- what is due -------------------------------------------------------------------------------------------

    def run_due(self, now: datetime | None = None, jobs: Sequence[Job] = JOBS) -> list[JobRun]:
        """Run every job whose present slot has not had its run and which nobody runs; answers what was run."""
        runs = (self.run_if_due(job, now) for job in jobs)
        return [run for run in runs if run is not None]

    def run_if_due(self, job: Job, now: datetime | None = None) -> JobRun | None:
        """Run a job for the slot that `now` is in, unless the slot has had its run or the job runs elsewhere."""
        at = self.clock() if now is None else now
        slot = job.schedule.begun(at, self.zone()).isoformat()
        with self.store.reading() as connection:
            run = job_runs.of_slot(connection, job.name, slot)
        if run is not None and run.ended_at is not None:
            return None
        begun = self._begin(job, slot, SCHEDULE, at)
        return None if begun is None else self.finish(begun)

    # ---- by hand -----------------------------------------------------------------------------------------------

    def run(self, name: str, asked_by: str, occasion: str = "") -> JobRun:
        """Run a job now, whatever its schedule says.

        Raises: NotFound, JobRunning.
        """
        there = self.begin(name, asked_by, occasion or fresh_id())
        return there if isinstance(there, JobRun) else self.finish(there)

    def begin(self, name: str, asked_by: str, occasion: str) -> Begun | JobRun:
        """Begin a run by hand; the run that was begun for the same occasion by the same person before, if there is one.

        Raises: NotFound, JobRunning.
        """
        job, slot = the_job(name), f"{asked_by}|{occasion}"
        with self.store.reading() as connection:
            before = job_runs.of_slot(connection, name, slot)
        if before is not None:
            return before
        begun = self._begin(job, slot, asked_by, self.clock())
        if begun is not None:
            return begun
        with self.store.reading() as connection:
            before, last = job_runs.of_slot(connection, name, slot), job_runs.last(connection, name)
        if before is not None:
            return before
        raise JobRunning(job=name, process=last.process if last is not None else "—")

    # ---- one run -----------------------------------------------------------------------------------------------

    def _begin(self, job: Job, slot: str, asked_by: str, now: datetime) -> Begun | None:
        """Take the lock and the slot; None where another has the one or has had the other."""
        if self._stopping.is_set():
            return None
        identity = fresh_id()
        lock = lock_job(self.store, job.name, identity)
        if lock is None:
            return None
        run = JobRun(identity, job.name, slot, self.process, asked_by, now)
        try:
            is_begun = job_runs.begin(self.store, run)
        except BaseException:
            lock.release()
            raise
        if not is_begun:
            lock.release()
            return None
        return Begun(run, job, lock)

    def finish(self, begun: Begun) -> JobRun:
        """Do the work of a run that was begun, until nothing remains, and record it; lets the lock go."""
        try:
            ended = replace(self._worked(begun), ended_at=self.clock())
            if not job_runs.end(self.store, ended):
                log.warning("job %s: the run %s was given up for interrupted while it ran", ended.job, ended.id)
        finally:
            begun.lock.release()
        if ended.handled or ended.findings or ended.error:
            log.info("job %s handled %d, refused %d %s", ended.job, ended.handled, ended.refused, ended.error)
        return ended

    def _worked(self, begun: Begun) -> JobRun:
        run = begun.run
        try:
            while True:
                report = begun.job.sweep(self._shift(begun))
                run = _added(run, report)
                if not report.more or not report.handled:
                    return run
        except JobInterrupted:
            return replace(run, error=INTERRUPTED)
        except EngineError as fault:
            log.exception("job %s failed", run.job)
            return replace(run, error=fault.code)
        except Exception as defect:  # whatever it was is told in the record of the run; the next slot tries again
            log.exception("job %s failed", run.job)
            return replace(run, error=type(defect).__name__)

    def _shift(self, begun: Begun) -> Shift:
        return Shift(self.store, self._execute, self.clock(), lambda: self._go_on(begun), self.courier)

    def _go_on(self, begun: Begun) -> None:
        if self._stopping.is_set() or not begun.lock.is_held():
            raise JobInterrupted

    # ---- looking -----------------------------------------------------------------------------------------------

    def states(self) -> list[JobState]:
        """Every job with its last runs and its next one."""
        now, zone = self.clock(), self.zone()
        with self.store.reading() as connection:
            return [
                JobState(
                    job,
                    job_runs.last(connection, job.name),
                    job_runs.last_ended(connection, job.name),
                    _next(job, now, zone, job_runs.of_slot(connection, job.name, _slot(job, now, zone))),
                )
                for job in JOBS
            ]

    def zone(self) -> ZoneInfo:
        """The time zone of the scheme that keeps the time; UTC before one is published."""
        if self._zone is None:
            self._zone = programme_zone(self.store)
        return self._zone or ZoneInfo("UTC")


def programme_zone(store: SqlStore) -> ZoneInfo | None:
    """The time zone of the scheme that keeps the time, by its newest version; None before one is published."""
    schemes, versions, texts = table_of(Scheme), table_of(PackVersion), table_of(PackText)
    newest = (
        select(texts.c.canonical)
        .join(versions, versions.c.hash == texts.c.hash)
        .join(schemes, schemes.c.code == versions.c.scheme)
        .where(schemes.c.keeps_time)
        .order_by(versions.c.effective_on.desc())
        .limit(1)
    )
    with store.reading() as connection:
        text = connection.execute(newest).scalar()
    return None if text is None else pack_from_canonical(text).zone


def _slot(job: Job, now: datetime, zone: ZoneInfo) -> str:
    return job.schedule.begun(now, zone).isoformat()


def _next(job: Job, now: datetime, zone: ZoneInfo, run: JobRun | None) -> datetime:
    """When the job is due: now, as long as the present slot has had no run."""
    return job.schedule.begun(now, zone) if run is None else job.schedule.next(now, zone).astimezone(UTC)


def _added(run: JobRun, report: JobReport) -> JobRun:
    return replace(
        run,
        handled=run.handled + report.handled,
        refused=run.refused + report.refused,
        findings=(*run.findings, *report.findings)[:JOB_FINDINGS_KEPT],
    )
