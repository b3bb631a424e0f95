"""Whether the service lives, whether it can do its work, and its numbers. No key is needed; no person is in it."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool

from api.gateway import Books
from api.jobs import TheJobs
from api.problems import PROBLEM_JSON
from api.refusals import NotReady
from api.watch import Watch
from points_engine.bilingual import Both
from points_engine.errors import StoreFault
from points_engine.jobs.running import JobState
from points_engine.jobs.table import AUDIT
from points_engine.reading import public, webhooks
from points_engine.store import condition

router = APIRouter(tags=["health"])
log = logging.getLogger("points_engine.health")

WEBHOOKS: Final = 200
"""so many addresses have numbers, by their codes."""

NOT_READY: dict[int | str, dict[str, Any]] = {
    503: {
        "description": "The process cannot do its work, or is on its way out: send nobody here",
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
}


class Health(BaseModel):
    """`status` is `ok` or the answer is a problem."""

    status: str = "ok"


class Readiness(Health):
    """`seq` is the newest place in the journal; `audit` is what the last nightly audit came to."""

    seq: int
    waiting: int = Field(description="commands that wait for a commit")
    audit: Literal["sound", "findings", "failed", "never"] = Field(
        description="`findings`: the books are broken somewhere; the service goes on, and somebody has to look"
    )


@router.get("/healthz", summary="The process lives")
async def healthz() -> Health:
    """Answers as long as the process does."""
    return Health()


@router.get("/readyz", summary="The process can do its work", responses=NOT_READY)
async def readyz(request: Request, books: Books, jobs: TheJobs) -> Readiness:
    """The database answers, has this version's schema and takes writes; the queue has room; we are not stopping."""
    watch: Watch = request.app.state.watch
    if watch.is_stopping:
        raise NotReady(why=Both("it is stopping", "正在停止"))
    if not books.takes_commands():
        raise NotReady(why=Both("its queue is full, or its writer has ended", "队列已满或写入线程已结束"))
    try:
        seq = await run_in_threadpool(condition.readable, books.store)
        await run_in_threadpool(condition.writable, books.store)
        states = await jobs.states()
    except StoreFault as fault:
        raise NotReady(why=str(fault.facts["what"])) from fault
    except SQLAlchemyError as fault:
        log.warning("the database does not answer", exc_info=fault)
        raise NotReady(why=Both("the database does not answer", "数据库没有响应")) from fault
    return Readiness(seq=seq, waiting=books.waiting(), audit=_audit(states))


def _audit(states: list[JobState]) -> Literal["sound", "findings", "failed", "never"]:
    (ended,) = [state.ended for state in states if state.job.name == AUDIT]
    if ended is None:
        return "never"
    if ended.error:
        return "failed"
    return "findings" if ended.findings else "sound"


@router.get(
    "/metrics",
    summary="Numbers for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus' format"}},
)
async def metrics(request: Request, books: Books, jobs: TheJobs) -> Response:
    """Requests, refusals by code, commits, the queue, the jobs' last runs, and how far webhooks were told."""
    watch: Watch = request.app.state.watch
    seq, told = await books.read(lambda view: (public.head(view), webhooks.webhooks(view, WEBHOOKS, None).items))
    text = watch.metrics.text(await jobs.states(), told, seq)
    return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")
