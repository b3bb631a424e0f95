"""The scheduler of one process: it looks again and again whether a job is due; the runner decides who runs it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from points_engine.jobs.jobs import Every, Job
from points_engine.jobs.running import JobRunner
from points_engine.jobs.table import JOBS

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

LOOK_SECONDS: Final = 60
"""seconds between looks at a job that is due more seldom: so late it runs at most if the process before died."""

SPREAD_SECONDS: Final = 2
"""seconds over which processes spread their looks."""

log = logging.getLogger("points_engine.jobs")


def scheduler(runner: JobRunner) -> BackgroundScheduler:
    """A scheduler with every job, not started: in memory, one look at a job at a time, missed looks made up once."""
    from apscheduler.schedulers.background import BackgroundScheduler

    made = BackgroundScheduler(
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}, timezone="UTC"
    )
    for job in JOBS:
        made.add_job(
            _look, "interval", [runner, job], id=job.name, name=job.en, seconds=_seconds(job), jitter=SPREAD_SECONDS
        )
    return made


def _seconds(job: Job) -> float:
    length = job.schedule.length.total_seconds() if isinstance(job.schedule, Every) else LOOK_SECONDS
    return min(length, LOOK_SECONDS)


def _look(runner: JobRunner, job: Job) -> None:
    """Run a job if it is due; a store that cannot be reached is told, and the next look tries again."""
    try:
        runner.run_if_due(job)
    except Exception:
        log.exception("the scheduler could not look whether %s is due", job.name)
