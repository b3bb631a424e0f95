"""A process of its own that takes part in a rush on one town: several threads, one engine."""

from __future__ import annotations

import json
import sys
from collections import Counter
from threading import Thread

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Submission
from points_engine.flow.steps import Command
from points_engine.store.opening import open_store
from tests.engine.towns import SECRET, START

THREADS = 4
TRIES = 12
PEOPLE = ("ann", "bob", "cat")


def rush(url: str, process: str) -> dict[str, int]:
    """Take cups and confirm them, until every thread has asked `TRIES` times; answers what became of the asking.

    `shared` keys are used by every thread of every process alike: what stands under them may run once only.
    """
    store = open_store(url)
    engine = PointsEngine(store, secret=SECRET, clock=lambda: START)
    counted: Counter[str] = Counter()
    failures: list[BaseException] = []

    def ask(command: Command, by: str, key: str) -> str:
        outcome = engine.submit(Submission(command, by, key))
        kind = "replayed" if outcome.replayed else outcome.status if outcome.error is None else outcome.error.code
        counted[f"{type(command).__name__}:{kind}"] += 1
        return str(outcome.result.get("code", ""))

    def work(thread: int) -> None:
        try:
            for number in range(TRIES):
                who = PEOPLE[(thread + number) % len(PEOPLE)]
                code = ask(PlaceHold(who, "town", "cup"), "till", f"{process}-{thread}-{number}")
                if code:
                    ask(ConfirmHold(code, "till"), "till", f"{process}-{thread}-{number}-confirm")
                ask(OpenBalance(who, "town", 2, number), "import", f"shared-{who}-{number}")
        except BaseException as failure:
            failures.append(failure)
            raise

    threads = [Thread(target=work, args=(number,)) for number in range(THREADS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    store.close()
    counted["failures"] = len(failures)
    return dict(counted)


if __name__ == "__main__":
    print(json.dumps(rush(*sys.argv[1:])))
