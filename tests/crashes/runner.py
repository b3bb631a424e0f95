"""A process that runs errands through a group commit and prints each outcome that it was told, until it is killed."""

from __future__ import annotations

import json
import sys
import time

from points_engine.engine import PointsEngine
from points_engine.errors import StoreFault
from points_engine.group_commit import GroupCommit
from points_engine.store import SqlStore
from points_engine.store.opening import open_store
from tests.crashes.errands import Told, errand
from tests.engine.towns import SECRET, START

AT_ONCE = 24
"""errands that may be unanswered at any time"""

MOST = 5_000
"""errands one process asks for if nobody kills it"""

OPEN_SECONDS = 60.0
"""until a server that does not come back is a failure"""

PAUSE_SECONDS = 0.05
"""between a fault and the next try with the same key"""


def run(url: str, seed: int, caller: str, most: int = MOST, *, tries_again: bool = False) -> None:
    """Ask for errands one after another, `AT_ONCE` ahead of the answers; a fault is told, and may be tried again."""
    engine = PointsEngine(_opened(url), secret=SECRET, clock=lambda: START)
    with GroupCommit(engine) as group:
        waiting = []
        for number in range(most + AT_ONCE - 1):
            if number < most:
                asked = errand(seed, caller, number)
                waiting.append((asked, group.submit(asked)))
            if number >= AT_ONCE - 1:
                asked, future = waiting.pop(0)
                outcome = future.result()
                while tries_again and outcome.status == "fault":
                    _tell(asked.key, Told.of(outcome))
                    time.sleep(PAUSE_SECONDS)
                    outcome = group.submit(asked).result()
                _tell(asked.key, Told.of(outcome))


def _opened(url: str) -> SqlStore:
    """The books; a server that is killed while this process starts is asked again."""
    end = time.monotonic() + OPEN_SECONDS
    while True:
        try:
            return open_store(url)
        except StoreFault:
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE_SECONDS)


def _tell(key: str, told: Told) -> None:
    print(json.dumps([key, told.code, dict(told.result)]), flush=True)


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), sys.argv[3], *map(int, sys.argv[4:5]), tries_again=len(sys.argv) > 4)
