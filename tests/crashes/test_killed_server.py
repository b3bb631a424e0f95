"""PostgreSQL is killed under load and started again; clients try again with the same keys."""

from __future__ import annotations

import random
import threading
from queue import SimpleQueue

import pytest

from points_engine.engine import PointsEngine
from points_engine.flow.outcomes import Outcome
from points_engine.group_commit import GroupCommit
from points_engine.store.opening import open_store
from tests.crashes.errands import Told, assert_happened_once, errand, found_town, reopened
from tests.engine.towns import SECRET, START
from tests.servers import PostgresServer

SEED = 20260302
CLIENTS = 8
ERRANDS = 60
KILLS = 3

pytestmark = pytest.mark.crash


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
