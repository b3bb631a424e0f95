"""The process that writes is killed with SIGKILL, again and again, while it works."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crashes.errands import Told, assert_happened_once, errand, found_town, reopened
from tests.crashes.runner import AT_ONCE

ROOT = Path(__file__).parents[2]
SEED = 20260301
KILLS = 3

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def told_until_killed(url: str, caller: str, patience: int) -> dict[str, Told]:
    """What a process was told before it was killed, right after its `patience`-th answer."""
    command = [sys.executable, "-m", "tests.crashes.runner", url, str(SEED), caller]
    told: dict[str, Told] = {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("\n"):
                key, code, result = json.loads(line)
                told[key] = Told(code, result)
            if len(told) == patience:
                process.kill()
    assert process.returncode == -9, "the process was killed, and did not end by itself"
    return told


def test_what_a_killed_process_acknowledged_is_there_and_the_rest_happens_once(database_url: str) -> None:
    found_town(database_url)
    chance = random.Random(SEED)
    told: dict[str, Told] = {}
    asked = []
    for kill in range(KILLS):
        caller = f"run{kill}"
        heard = told_until_killed(database_url, caller, chance.randint(1, 120))
        assert all(each.code != "store_fault" for each in heard.values())
        told |= heard
        asked += [errand(SEED, caller, number) for number in range(len(heard) + AT_ONCE)]
    town = reopened(database_url)
    assert_happened_once(town, asked, told)
    town.store.close()
