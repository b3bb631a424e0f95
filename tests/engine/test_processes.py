"""Two processes on one set of books: few accounts, limited stock, the same keys from everywhere, clocks that differ."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from tests.engine.rush import ASKED, SHARED_KEYS, THREADS, unpacked
from tests.model.crowd import Crowd

ROOT = Path(__file__).parents[2]
PROCESSES = 2
SECONDS_AHEAD = 90 * 60
"""how far the second process's clock is ahead: to it every hold that the first has just placed is over"""

pytestmark = pytest.mark.concurrency


def test_two_processes_are_told_what_they_would_be_told_one_after_another(database_url: str) -> None:
    crowd = Crowd(database_url)
    aheads = [SECONDS_AHEAD * number for number in range(PROCESSES)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.engine.rush", database_url, str(number), str(ahead)],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for number, ahead in enumerate(aheads)
    ]  # fmt: skip
    for process in running:
        out, _ = process.communicate(timeout=240)
        assert process.returncode == 0
        crowd.lines += unpacked(out)
    assert len(crowd.lines) == PROCESSES * THREADS * ASKED
    assert not any(line.outcome.status == "fault" for line in crowd.lines)

    told = crowd.settled([crowd.mirror.now + timedelta(seconds=ahead) for ahead in aheads])
    assert 0 < told["open_balance again"] <= PROCESSES * THREADS * ASKED
    with crowd.mirror.store.reading() as connection:
        shared = connection.exec_driver_sql("SELECT count(*) FROM command WHERE principal = 'import'").scalar_one()
        seqs = [row[0] for row in connection.exec_driver_sql("SELECT seq FROM journal ORDER BY seq")]
    assert 0 < shared <= SHARED_KEYS, "a key that every thread of every process has used ran once"
    assert seqs == list(range(1, len(seqs) + 1)), "the journal has no gap"
    crowd.close()
