"""Several processes on one PostgreSQL: limited stock, few accounts, the same keys from everywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.rush import PEOPLE, THREADS, TRIES
from tests.engine.towns import Town, closing

ROOT = Path(__file__).parents[2]
PROCESSES = 2
STOCK = 7
OWNED = 40

pytestmark = pytest.mark.concurrency


@pytest.fixture
def busy_town(postgresql_url: str) -> Iterator[Town]:
    """Give a town with 7 cups, no limit per month, and three volunteers who can pay for all of them."""
    rules = packs.TOWN.replace("stock: 5", f"stock: {STOCK}")
    rules = rules.replace("values: {{2024-01-01: 3}}", "values: {{2024-01-01: 99}}")
    for town in closing(Town(open_store(postgresql_url, create=True), town=packs.town(rules=rules))):
        town.all_accepted([RegisterVolunteer(who, who.title(), date(2026, 1, 1)) for who in PEOPLE])
        town.all_accepted([OpenBalance(who, "town", OWNED, 1_000) for who in PEOPLE])
        yield town


def rushed(url: str) -> Counter[str]:
    """What became of everything that the processes asked."""
    command = [sys.executable, "-m", "tests.engine.rush", url]
    running = [
        subprocess.Popen([*command, f"p{number}"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]
    counted: Counter[str] = Counter()
    for process in running:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        counted.update(json.loads(out))
    return counted


def test_a_rush_from_two_processes_loses_nothing_and_gives_nothing_twice(busy_town: Town) -> None:
    counted = rushed(busy_town.store.url)
    asked = PROCESSES * THREADS * TRIES
    assert counted["failures"] == 0
    assert counted["PlaceHold:accepted"] == STOCK, "exactly as many as were on the shelf"
    assert counted["PlaceHold:sold_out"] == asked - STOCK
    assert counted["ConfirmHold:accepted"] == STOCK
    assert busy_town.query("SELECT available FROM shelf WHERE reward = 'cup'")[0][0] == 0
    assert busy_town.query("SELECT count(*) FROM hold WHERE state = 'confirmed'")[0][0] == STOCK

    # A key that every thread of every process has used ran once; the others were told the first outcome.
    lines = len({(PEOPLE[(thread + n) % len(PEOPLE)], n) for thread in range(THREADS) for n in range(TRIES)})
    assert counted["OpenBalance:accepted"] == lines
    assert counted["OpenBalance:replayed"] == asked - lines

    welcome = len(PEOPLE)
    have = sum(busy_town.balance(number=who) for who in PEOPLE)
    assert have == welcome + OWNED * len(PEOPLE) + 2 * lines - 3 * STOCK, "no point is lost and none is made up"
    assert busy_town.total("partner/shop/redeemed") == 3 * STOCK
    assert busy_town.total("partner/shop/payable", "CNY") == 200 * STOCK
    seqs = [row[0] for row in busy_town.query("SELECT seq FROM journal ORDER BY 1")]
    assert seqs == list(range(1, len(seqs) + 1)), "the journal has no gap"
    busy_town.assert_sound()
