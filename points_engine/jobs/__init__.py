"""Jobs: bounded, idempotent sweeps, run by the scheduler of every process or by `points jobs run`.

`running` lets one process run a job for each slot of its schedule and records what it did; `sweeps` are the jobs that
send commands; `table` lists them all.
"""

from __future__ import annotations

from points_engine.jobs.jobs import Job, JobReport
from points_engine.jobs.running import JobRunner
from points_engine.jobs.scheduling import scheduler
from points_engine.jobs.table import BY_NAME, JOBS

__all__ = ["BY_NAME", "JOBS", "Job", "JobReport", "JobRunner", "scheduler"]
