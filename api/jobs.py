"""The jobs of a serving process: the scheduler, and the thread for runs that somebody asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from points_engine.jobs.running import Begun, JobRunner, JobState
from points_engine.jobs.scheduling import scheduler
from points_engine.store import job_runs
from points_engine.store.job_runs import JobRun
from points_engine.webhooks import Courier

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler


class Jobs:
    """Runs jobs beside the requests; their commands go into the bulk lane."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._scheduler: BackgroundScheduler | None = None
        self._asked: ThreadPoolExecutor | None = None

    @property
    def courier(self) -> Courier:
        """Who posts to webhooks."""
        return self._runner.courier

    def start(self, *, by_schedule: bool) -> None:
        """Be ready for runs that are asked for and, where wanted, look for those that are due."""
        self._asked = ThreadPoolExecutor(2, thread_name_prefix="job")
        if by_schedule:
            self._scheduler = scheduler(self._runner)
            self._scheduler.start()

    async def stop(self) -> None:
        """Let the runs of this process end at the next slice of their work."""
        self._runner.stop()
        await run_in_threadpool(self._ended)

    def _ended(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown()
        if self._asked is not None:
            self._asked.shutdown()
        self._runner.courier.close()

    async def run(self, job: str, asked_by: str, occasion: str) -> tuple[JobRun, bool]:
        """Begin a run, which goes on after this answers; with whether this very run had been asked for before.

        Raises: NotFound, JobRunning.
        """
        assert self._asked is not None, "jobs run after start"
        begun = await run_in_threadpool(self._runner.begin, job, asked_by, occasion)
        if isinstance(begun, Begun):
            self._asked.submit(self._runner.finish, begun)
            return begun.run, False
        return begun, True

    async def states(self) -> list[JobState]:
        """Every job with its last runs and its next one."""
        return await run_in_threadpool(self._runner.states)

    async def runs(self, most: int, job: str | None, after: tuple[str, ...] | None) -> list[JobRun]:
        """The newest runs that began before `after`: a start and an id."""
        place = None if after is None else (job_runs.moment(after[0]), after[1])

        def ask() -> list[JobRun]:
            with self._runner.store.reading() as connection:
                return job_runs.newest(connection, most, job, place)

        return await run_in_threadpool(ask)


async def jobs(request: Request) -> Jobs:
    """The jobs of this process."""
    found: Jobs = request.app.state.jobs
    return found


TheJobs = Annotated[Jobs, Depends(jobs)]
