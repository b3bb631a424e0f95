"""A process that runs errands through a group commit and prints each outcome that it was told, until it is killed."""

from __future__ import annotations

import json
import sys

from points_engine.engine import PointsEngine
from points_engine.group_commit import GroupCommit
from points_engine.store.opening import open_store
from tests.crashes.errands import Told, errand
from tests.engine.towns import SECRET, START

AT_ONCE = 24
"""errands that may be unanswered at any time"""

MOST = 5_000
"""errands one process asks for if nobody kills it"""


def run(url: str, seed: int, caller: str) -> None:
    """Ask for errands one after another, `AT_ONCE` ahead of the answers."""
    engine = PointsEngine(open_store(url), secret=SECRET, clock=lambda: START)
    with GroupCommit(engine) as group:
        waiting = []
        for number in range(MOST):
            asked = errand(seed, caller, number)
            waiting.append((asked.key, group.submit(asked)))
            if len(waiting) == AT_ONCE:
                key, future = waiting.pop(0)
                told = Told.of(future.result())
                print(json.dumps([key, told.code, dict(told.result)]), flush=True)


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]), sys.argv[3])
