"""Jobs: bounded, idempotent sweeps, run by the scheduler or by `points jobs run`, as often as anybody likes.

Each run handles at most `SWEEP_ROWS` rows and says whether more remain.  What is due is read without locks; the command
that acts on it decides again, so that two sweeps at once, or one that is late, change nothing twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, select

from points_engine.engine import PointsEngine
from points_engine.errors import NotFound
from points_engine.flow.counter.holds import ExpireHold
from points_engine.flow.entities import Hold, PackText, PackVersion, Scheme, Volunteer
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.outcomes import Submission
from points_engine.ledger import amounts
from points_engine.limits import IMPORT_SLICE_COMMANDS, SWEEP_ROWS
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.store import SqlStore
from points_engine.store.audit import audit
from points_engine.store.tables import METADATA, table_of

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

PRINCIPAL: Final = "jobs"
"""Who asks for what a sweep does."""

log = logging.getLogger("points_engine.jobs")


@dataclass(frozen=True, slots=True)
class JobReport:
    """One run of one job: how many rows it handled, how many were refused or failed, and whether more remain."""

    job: str
    handled: int = 0
    refused: int = 0
    more: bool = False
    findings: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found that somebody has to look at."""
        return not self.findings


@dataclass(frozen=True, slots=True)
class Job:
    """A sweep: its name, what it is for, when the scheduler runs it, and the function that does."""

    name: str
    zh: str
    en: str
    run: Callable[[PointsEngine, SqlStore, datetime], JobReport]
    trigger: dict[str, Any] = field(default_factory=dict)


def expire_holds(engine: PointsEngine, store: SqlStore, now: datetime) -> JobReport:
    """Let go every open hold whose time is over: points, stock and budget return."""
    table = table_of(Hold)
    # Open holds past their time, oldest first.
    due = (
        select(table.c.code)
        .where(table.c.state == "open", table.c.expires_at < now)
        .order_by(table.c.expires_at, table.c.id)
        .limit(SWEEP_ROWS + 1)
    )
    with store.reading() as connection:
        codes = list(connection.execute(due).scalars())
    sweep = [Submission(ExpireHold(code), PRINCIPAL, f"expire-hold:{code}") for code in codes[:SWEEP_ROWS]]
    return _swept(engine, "expire_holds", sweep, more=len(codes) > SWEEP_ROWS)


def expire_lots(engine: PointsEngine, store: SqlStore, now: datetime) -> JobReport:
    """Take away the lots whose last usable day has passed, volunteer by volunteer."""
    sweep: list[Submission] = []
    with store.reading() as connection:
        for scheme, today in _days(connection, now):
            room = SWEEP_ROWS + 1 - len(sweep)
            sweep += [
                Submission(ExpireLots(number, scheme), PRINCIPAL, f"expire-lots:{scheme}:{number}:{now.isoformat()}")
                for number in _with_expired_lots(connection, scheme, today, room)
            ]
    return _swept(engine, "expire_lots", sweep[:SWEEP_ROWS], more=len(sweep) > SWEEP_ROWS)


def nightly_audit(engine: PointsEngine, store: SqlStore, now: datetime) -> JobReport:
    """Check every promise of the books."""
    began = time.monotonic()
    report = audit(store)
    findings = tuple(map(str, report.findings))
    for finding in findings:
        log.error("audit: %s", finding)
    return JobReport("audit", sum(report.counts.values()), findings=findings, seconds=time.monotonic() - began)


JOBS: Final[tuple[Job, ...]] = (
    Job("expire_holds", "释放过期预留", "let go of holds whose time is over", expire_holds, {"seconds": 30}),
    Job("expire_lots", "过期积分清零", "take away points that have expired", expire_lots, {"minutes": 10}),
    Job("audit", "全账稽核", "check every promise of the books", nightly_audit, {"hours": 24}),
)
BY_NAME: Final = {job.name: job for job in JOBS}


def run_due(
    engine: PointsEngine, store: SqlStore, now: datetime, names: Sequence[str] | None = None
) -> list[JobReport]:
    """Run the named jobs (all, if none is named) once each.

    Raises: NotFound, for a name that no job has.
    """
    for name in names or ():
        if name not in BY_NAME:
            raise NotFound(what="job", code=name)
    return [job.run(engine, store, now) for job in JOBS if not names or job.name in names]


def scheduler(engine: PointsEngine, store: SqlStore) -> BackgroundScheduler:
    """A scheduler with every job, not started: in memory, one run of a job at a time, missed runs made up once."""
    from apscheduler.schedulers.background import BackgroundScheduler

    made = BackgroundScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    for job in JOBS:
        made.add_job(_run_all, "interval", [job, engine, store], id=job.name, name=job.en, **job.trigger)
    return made


def _run_all(job: Job, engine: PointsEngine, store: SqlStore) -> None:
    """Run a job until nothing remains that it can do."""
    while True:
        report = job.run(engine, store, engine.clock())
        if report.handled or report.findings:
            log.info("job %s handled %d, refused %d", job.name, report.handled, report.refused)
        if not report.more or not report.handled:
            return


def _swept(engine: PointsEngine, job: str, submissions: Sequence[Submission], *, more: bool) -> JobReport:
    began = time.monotonic()
    handled = refused = 0
    for first in range(0, len(submissions), IMPORT_SLICE_COMMANDS):
        for outcome in engine.execute(submissions[first : first + IMPORT_SLICE_COMMANDS]):
            handled += outcome.is_accepted and not outcome.replayed
            refused += not outcome.is_accepted
    return JobReport(job, handled, refused, more, seconds=time.monotonic() - began)


def _days(connection: Connection, now: datetime) -> Iterable[tuple[str, date]]:
    """Each scheme with the day that it is there now."""
    schemes, versions, texts = table_of(Scheme), table_of(PackVersion), table_of(PackText)
    for scheme in connection.execute(select(schemes.c.code).order_by(schemes.c.code)).scalars().all():
        # The newest version of one scheme, by the primary key of pack_version: its zone says what day it is.
        newest = (
            select(texts.c.canonical)
            .join(versions, versions.c.hash == texts.c.hash)
            .where(versions.c.scheme == scheme)
            .order_by(versions.c.effective_on.desc())
            .limit(1)
        )
        text = connection.execute(newest).scalar()
        if text is not None:
            yield scheme, now.astimezone(pack_from_canonical(text).zone).date()


def _with_expired_lots(connection: Connection, scheme: str, today: date, most: int) -> list[str]:
    """Numbers of volunteers who hold lots that expired before `today`; lots in open holds wait for the hold's end."""
    lots, volunteers = METADATA.tables["lot"], table_of(Volunteer)
    # Expired lots of one asset, held and owed ones aside, one row per account.
    due = (
        select(lots.c.account)
        .where(
            lots.c.asset == amounts.points(scheme),
            lots.c.expires_on < today,
            lots.c.account.like("volunteer/%"),
            lots.c.account.not_like("%/held"),
            lots.c.account.not_like("%/debt"),
        )
        .distinct()
        .order_by(lots.c.account)
        .limit(most)
    )
    ids = list(dict.fromkeys(account.split("/")[1] for account in connection.execute(due).scalars()))
    numbers = select(volunteers.c.id, volunteers.c.number).where(volunteers.c.id.in_(ids))
    known = {row.id: row.number for row in connection.execute(numbers)}
    return [known[each] for each in ids]
