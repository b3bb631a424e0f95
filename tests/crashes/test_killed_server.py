"""PostgreSQL is killed under load and started again; clients try again with the same keys."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
from pathlib import Path
from queue import SimpleQueue

import pytest

from points_engine.engine import PointsEngine
from points_engine.flow.outcomes import Outcome
from points_engine.group_commit import GroupCommit
from points_engine.store.opening import open_store
from tests.crashes.errands import Told, assert_happened_once, errand, found_town, reopened
from tests.engine.towns import SECRET, START
from tests.servers import PostgresServer

ROOT = Path(__file__).parents[2]
SEED = 20260302
CLIENTS = 8
ERRANDS = 60
KILLS = 3
OF_A_PROCESS = 400
"""errands of each of two processes"""

pytestmark = [pytest.mark.crash, pytest.mark.slow]


class Load:
    """Clients that ask until every errand has an answer that is not a fault."""

    def __init__(self, group: GroupCommit) -> None:
        self.group = group
        self.told: dict[str, Told] = {}
        self.faults = 0
        self.answers: SimpleQueue[str] = SimpleQueue()
        self.is_up = threading.Event()
        self.is_up.set()
        self._lock = threading.Lock()
        self.threads = [threading.Thread(target=self._client, args=(number,)) for number in range(CLIENTS)]

    def _client(self, caller: int) -> None:
        for number in range(ERRANDS):
            asked = errand(SEED, f"client{caller}", number)
            while (outcome := self.group.submit(asked).result(120)).status == "fault":
                with self._lock:
                    self.faults += 1
                self.is_up.wait(120)
            self._heard(asked.key, outcome)

    def _heard(self, key: str, outcome: Outcome) -> None:
        with self._lock:
            self.told[key] = Told.of(outcome)
        self.answers.put(key)


def test_nothing_is_lost_and_nothing_happens_twice_when_the_server_dies_under_load(
    mortal_server: PostgresServer, mortal_url: str
) -> None:
    found_town(mortal_url)
    chance = random.Random(SEED)
    store = open_store(mortal_url)
    engine = PointsEngine(store, secret=SECRET, clock=lambda: START)
    with GroupCommit(engine) as group:
        load = Load(group)
        for thread in load.threads:
            thread.start()
        for _ in range(KILLS):
            for _ in range(chance.randint(10, CLIENTS * ERRANDS // (KILLS + 1))):
                load.answers.get(timeout=120)
            load.is_up.clear()
            mortal_server.kill()
            mortal_server.restart()
            load.is_up.set()
        for thread in load.threads:
            thread.join(120)
            assert not thread.is_alive(), "a client still waits"
    store.close()
    assert load.faults, "the server was killed while somebody was waiting"
    asked = [errand(SEED, f"client{caller}", number) for caller in range(CLIENTS) for number in range(ERRANDS)]
    assert load.told.keys() == {each.key for each in asked}
    town = reopened(mortal_url)
    assert_happened_once(town, asked, load.told)
    town.store.close()


class Process:
    """An engine process of its own that runs errands, and what it was told so far."""

    def __init__(self, url: str, caller: str, answers: SimpleQueue[str]) -> None:
        self.told: dict[str, Told] = {}
        self.faults = 0
        self._answers = answers
        command = [sys.executable, "-m", "tests.crashes.runner", url, str(SEED), caller, str(OF_A_PROCESS)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            key, code, result = json.loads(line)
            if code == "store_fault":
                self.faults += 1
                continue
            assert key not in self.told, f"{key} was answered twice"
            self.told[key] = Told(code, result)
            self._answers.put(key)

    def end(self) -> None:
        """Wait until it has done all its errands."""
        self.reader.join(120)
        assert self.process.wait(10) == 0


def test_two_processes_whose_server_is_killed_lose_nothing_and_do_nothing_twice(
    mortal_server: PostgresServer, mortal_url: str
) -> None:
    found_town(mortal_url)
    chance = random.Random(SEED)
    answers: SimpleQueue[str] = SimpleQueue()
    processes = [Process(mortal_url, f"process{number}", answers) for number in range(2)]
    try:
        for _ in range(KILLS):
            for _ in range(chance.randint(10, 2 * OF_A_PROCESS // (KILLS + 1))):
                answers.get(timeout=120)
            mortal_server.kill()
            mortal_server.restart()
        for each in processes:
            each.end()
    finally:
        for each in processes:
            each.process.kill()
    assert sum(each.faults for each in processes), "the server was killed while somebody was waiting"
    asked = [errand(SEED, f"process{each}", number) for each in range(2) for number in range(OF_A_PROCESS)]
    told = processes[0].told | processes[1].told
    assert told.keys() == {each.key for each in asked}
    town = reopened(mortal_url)
    assert_happened_once(town, asked, told)
    town.store.close()
