"""Two real processes on one database never run a slot twice, and one that was killed is followed by another."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from points_engine.store import job_runs, open_store
from tests.jobs.sweeper import SLOTS

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.jobs.sweeper"]

pytestmark = pytest.mark.concurrency


def test_two_processes_run_every_slot_once(database_url: str) -> None:
    store = open_store(database_url, create=True)
    both = [
        subprocess.Popen([*COMMAND, database_url, name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for name in ("one", "two")
    ]
    told = []
    for process in both:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        told += [json.loads(line) for line in out.splitlines()]
    with store.reading() as connection:
        kept = [run.slot for run in job_runs.newest(connection, 1_000)]
    store.close()
    twice = [slot for slot, times in Counter(slot for slot, *_ in told).items() if times > 1]
    assert twice == [], "no slot was run by both"
    assert sorted(kept) == sorted(slot for slot, *_ in told)
    assert {state for _, _, state, _ in told} == {"done"}
    assert len(kept) == SLOTS


def test_a_killed_process_leaves_its_slot_to_another(database_url: str) -> None:
    store = open_store(database_url, create=True)
    with subprocess.Popen([*COMMAND, database_url, "one", "hang"], cwd=ROOT, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        assert one.stdout.readline() == "hanging\n"
        one.kill()
    if store.dialect == "sqlite":  # its lease runs out after half a minute; the test does not wait for that
        with store.operating() as connection:
            connection.execute(text("UPDATE job_lease SET until = '2000-01-01 00:00:00.000000'"))
    done = subprocess.run(
        [*COMMAND, database_url, "two"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    with store.reading() as connection:
        runs = job_runs.newest(connection, 1_000)
    store.close()
    assert len(done.stdout.splitlines()) == SLOTS, "the slot of the killed one too"
    (left,) = [run for run in runs if run.error]
    assert (left.process, left.error) == ("one", "interrupted")
