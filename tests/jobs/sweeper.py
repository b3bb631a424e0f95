"""A process that looks for due jobs at one instant after another and prints every run of its own."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from points_engine.engine import PointsEngine
from points_engine.jobs import BY_NAME, JobReport, JobRunner
from points_engine.jobs.jobs import Shift
from points_engine.store import SqlStore, job_runs, open_store

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SLOTS = 8


def look(url: str, process: str, hang: bool) -> None:
    """Look at every slot; with `hang` the first run says so and never ends."""
    now = START
    engine = PointsEngine(open_store(url), secret=b"a secret of the tests" * 2, clock=lambda: now)
    runner = JobRunner(engine, engine.store, process=process)  # type: ignore[arg-type]

    def sweep(shift: Shift) -> JobReport:
        if hang:
            print("hanging", flush=True)
            time.sleep(600)
        return BY_NAME["expire_holds"].sweep(shift)

    job = replace(BY_NAME["expire_holds"], sweep=sweep)
    for number in range(SLOTS):
        now = START + timedelta(seconds=30 * number)
        while not _has_run(engine.store, job.schedule.begun(now, UTC).isoformat()):  # type: ignore[arg-type]
            run = runner.run_if_due(job)
            if run is not None:
                print(json.dumps([run.slot, run.process, run.state, run.handled]), flush=True)


def _has_run(store: SqlStore, slot: str) -> bool:
    with store.reading() as connection:
        run = job_runs.of_slot(connection, "expire_holds", slot)
    return run is not None and run.process != "" and run.ended_at is not None


if __name__ == "__main__":
    look(sys.argv[1], sys.argv[2], sys.argv[3:] == ["hang"])
