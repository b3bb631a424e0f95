"""A process of its own that takes part in a rush on one town: several threads, one engine, everything written down."""

from __future__ import annotations

import base64
import pickle
import random
import sys
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

from points_engine.engine import PointsEngine
from points_engine.errors import catalogue
from points_engine.flow.outcomes import Outcome
from points_engine.group_commit import GroupCommit
from points_engine.store.opening import open_store
from tests.engine.towns import SECRET, counting_ids
from tests.model.crowd import Heard, Line
from tests.model.mirror import START, submission
from tests.model.model import Message
from tests.model.voices import SENDERS, WORDS, Voices

THREADS = 8
ASKED = 25
SHARED_KEYS = 30
"""keys that the threads of every process use alike: what stands under one of them may run once only"""


def rush(url: str, process: int, seconds_ahead: int) -> list[Line]:
    """Ask at random from several threads at once; answers what was asked and told."""
    store = open_store(url)
    ids, lock = counting_ids(), threading.Lock()
    heard = Heard(store)
    now = START + timedelta(seconds=seconds_ahead)
    lines: list[Line] = []
    failures: list[BaseException] = []

    def make_id() -> str:
        with lock:
            return f"p{process}-{ids()}"

    def work(thread: int, group: GroupCommit) -> None:
        chance = random.Random(f"{process} {thread}")
        voices = Voices(chance.choice, lambda: now, heard.known)
        try:
            for number in range(ASKED):
                word = chance.choice(WORDS)
                key = f"p{process}-{thread}-{number}"
                message = Message(word, voices.fields(word), chance.choice(SENDERS), key)
                if chance.random() < 0.15:  # the same thing from everywhere
                    line = chance.randint(1, SHARED_KEYS)
                    said = {"volunteer": "bob", "scheme": "town", "points": 2, "line": 1_000 + line}
                    message = Message("open_balance", said, "import", f"shared-{line}")
                outcome = group.submit(submission(message)).result(120)
                with lock:
                    lines.append(Line(message, process, outcome))
        except BaseException as failure:
            failures.append(failure)
            raise

    engine = PointsEngine(store, secret=SECRET, clock=lambda: now, make_id=make_id)
    with GroupCommit(engine) as group:
        threads = [threading.Thread(target=work, args=(number, group)) for number in range(THREADS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    store.close()
    assert not failures, failures
    return lines


def packed(lines: list[Line]) -> str:
    """Lines as text: an error as its code and facts, for it cannot be made again from its sentence."""
    plain = [
        (replace(line, outcome=replace(line.outcome, error=None)), _error(line.outcome))
        for line in lines
    ]  # fmt: skip
    return base64.b64encode(pickle.dumps(plain)).decode()


def _error(outcome: Outcome) -> tuple[str, dict[str, Any]] | None:
    return None if outcome.error is None else (outcome.error.code, dict(outcome.error.facts))


def unpacked(text: str) -> list[Line]:
    """The lines that a process of ours has written."""
    kinds = {kind.code: kind for kind in catalogue()}
    return [
        line if error is None else replace(line, outcome=replace(line.outcome, error=kinds[error[0]](**error[1])))
        for line, error in pickle.loads(base64.b64decode(text))
    ]


if __name__ == "__main__":
    print(packed(rush(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
