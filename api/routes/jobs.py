"""Jobs: what runs by schedule, what it did, and running it now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import Field

from api.access import Administrator, SeesAll
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.jobs import TheJobs
from api.problems import responses
from api.told import Listed, Told, Words
from points_engine.errors import KeyMissing
from points_engine.jobs.running import JobState
from points_engine.jobs.table import the_job
from points_engine.limits import KEY_CHARACTERS
from points_engine.store.job_runs import JobRun, moment

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


class RunShown(Told):
    """One run of a job. `findings` are what somebody has to look at; they name rows by their ids."""

    run: str = Field(examples=["01a2052b702e564f20e2d98226"])
    job: str = Field(examples=["expire_holds"])
    state: str = Field(description="running, done, findings or failed", examples=["done"])
    process: str = Field(examples=["counter-1:4711"])
    asked_by: str = Field(description="`schedule`, or who asked for it", examples=["schedule"])
    started_at: datetime
    ended_at: datetime | None
    handled: int = Field(description="rows", examples=[12])
    refused: int = Field(description="rows", examples=[0])
    findings: list[str]
    error: str | None = Field(description="why it failed", examples=["interrupted"])


class JobShown(Told):
    """A job, its newest run, and when it is due."""

    job: str = Field(examples=["expire_holds"])
    title: Words
    schedule: Words
    last: RunShown | None
    next_at: datetime


def _run(run: JobRun) -> RunShown:
    return RunShown(
        run=run.id, job=run.job, state=run.state, process=run.process, asked_by=run.asked_by,
        started_at=run.started_at, ended_at=run.ended_at, handled=run.handled, refused=run.refused,
        findings=list(run.findings), error=run.error or None,
    )  # fmt: skip


def _job(state: JobState) -> JobShown:
    zh, en = state.job.schedule.in_words()
    return JobShown(
        job=state.job.name,
        title=Words(zh=state.job.zh, en=state.job.en),
        schedule=Words(zh=zh, en=en),
        last=None if state.last is None else _run(state.last),
        next_at=state.next_at,
    )


@router.get("", summary="Every job, its last and its next run", responses=responses())
async def listed(caller: SeesAll, jobs: TheJobs) -> list[JobShown]:
    """What runs by schedule. One process at a time runs a job; `next_at` in the past means that it is due now."""
    caller.over_all()
    return [_job(state) for state in await jobs.states()]


@router.get("/runs", summary="What jobs did, newest first", responses=responses(400, 404))
async def runs(
    caller: SeesAll,
    jobs: TheJobs,
    limit: Limit = 50,
    cursor: Cursor = None,
    job: Annotated[str | None, Query(max_length=64, examples=["audit"])] = None,
) -> Listed[RunShown]:
    """Every run that is kept: who ran it, when, and what it handled, refused and found."""
    caller.over_all()
    if job is not None:
        the_job(job)
    after = key_of(cursor, moment, str)
    found = await jobs.runs(limit + 1, job, after)
    last = found[limit - 1] if len(found) > limit else None
    key = None if last is None else (last.started_at.isoformat(), last.id)
    return Listed(items=[_run(run) for run in found[:limit]], next=cursor_of(key))


@router.post("/{job}/runs", status_code=202, summary="Run a job now", responses=responses(400, 404, 409))
async def run(
    job: str,
    caller: Administrator,
    jobs: TheJobs,
    response: Response,
    idempotency_key: Annotated[
        str | None,
        Header(description="The same key answers the same run again. Required.", max_length=KEY_CHARACTERS),
    ] = None,
) -> RunShown:
    """Begins a run whatever the schedule says and answers at once; look it up to see what became of it."""
    caller.over_all()
    if not idempotency_key:
        raise KeyMissing()
    begun, was_there = await jobs.run(job, caller.principal, idempotency_key)
    if was_there:
        response.headers["Idempotent-Replayed"] = "true"
    return _run(begun)
