"""The API over HTTP, beside plain FastAPI and SQLModel served the same way on the same server: one process each."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.request import urlopen

from benchmarks.baselines import http_app
from benchmarks.http_client import Answers, Connection, Errand, closed_loop, open_loop
from benchmarks.places import NAMES
from benchmarks.run import Run
from benchmarks.table import Report, Target
from benchmarks.town import REWARDS, SCHEME, accepted, founded, number_of
from points_engine.engine import PointsEngine
from points_engine.flow.access.keys import IssueKey
from points_engine.flow.outcomes import Submission
from points_engine.flow.service.presence import CheckInAt
from points_engine.keys import fresh_key
from points_engine.store import open_store

ROOT: Final = Path(__file__).resolve().parent.parent
CLIENTS: Final = 32
SECRET: Final = "a secret of the benchmarks over HTTP"
START_SECONDS: Final = 60
SERVED: Final = timedelta(minutes=130)
BULK: Final = 500


def measure(run: Run) -> Report:
    """Hold and confirm, check-out, quote and balance by 32 clients; a bulk sync; twice the load that can be carried."""
    report = Report("http", "The API over HTTP")
    turns = max(CLIENTS, run.effort.calls // 4)
    people = [number_of(each) for each in range(turns * run.effort.rounds)]
    syncs = min(5, run.effort.rounds + 1)
    away = [number_of(len(people) + each) for each in range(BULK * syncs)]
    with run.places.database("postgresql") as url, run.places.database("postgresql") as plain_url:
        token, since = _found(url, len(people) + len(away)), datetime.now(UTC) - SERVED
        http_app.prepare(plain_url, token, people, REWARDS, since)
        with _ours(url) as port, _plain(plain_url) as plain_port:
            both = (port, plain_port, token)
            _compare(run, report, both, people, turns)
            _bulk(report, port, token, away, syncs)
            _overload(run, report, port, token, people)
    return report


# ---- what clients do -------------------------------------------------------------------------------------------


def redeem(people: list[str]) -> Errand:
    """Reserve, and confirm what was reserved."""

    async def errand(line: Connection, turn: int) -> int:
        body = {"volunteer": people[turn % len(people)], "scheme": SCHEME, "reward": f"r{turn % REWARDS:02}"}
        status, told = await line.ask("POST", "/v1/redemptions", body, uuid.uuid4().hex)
        if status != 201:
            return status
        code = json.loads(told)["code"]
        status, _ = await line.ask("POST", f"/v1/redemptions/{code}/confirm", {"outlet": "till"}, uuid.uuid4().hex)
        return status

    return errand


def hold(people: list[str]) -> Errand:
    """Reserve."""

    async def errand(line: Connection, turn: int) -> int:
        body = {"volunteer": people[turn % len(people)], "scheme": SCHEME, "reward": f"r{turn % REWARDS:02}"}
        status, _ = await line.ask("POST", "/v1/redemptions", body, uuid.uuid4().hex)
        return status

    return errand


def check_out(people: list[str]) -> Errand:
    """Leave, and be awarded; everybody leaves once."""

    async def errand(line: Connection, turn: int) -> int:
        body = {"volunteer": people[turn], "activity": "garden"}
        status, _ = await line.ask("POST", "/v1/check-outs", body, uuid.uuid4().hex)
        return status

    return errand


def reading(people: list[str], what: str) -> Errand:
    """Look."""

    async def errand(line: Connection, turn: int) -> int:
        status, _ = await line.ask("GET", f"/v1/volunteers/{people[turn % len(people)]}/{what}")
        return status

    return errand


# ---- what is measured ------------------------------------------------------------------------------------------


def _compare(run: Run, report: Report, both: tuple[int, int, str], people: list[str], turns: int) -> None:
    port, plain_port, token = both
    where = f"{CLIENTS} clients, {NAMES['postgresql']}"
    for what, make, bound in (
        ("hold + confirm", redeem, 5),
        ("check-out with award", check_out, 5),
        (f"quotes of {REWARDS} rewards", lambda them: reading(them, f"quotes?scheme={SCHEME}"), 3),
        ("balance", lambda them: reading(them, "balance"), 3),
    ):
        ours, plain = [], []
        for number in range(run.effort.rounds):
            errand = make(people)
            taken = range(number * turns, (number + 1) * turns)
            plain.append(_sound(closed_loop(plain_port, token, errand, CLIENTS, taken)))
            ours.append(_sound(closed_loop(port, token, errand, CLIENTS, taken)))
        middle, beside = _median(ours), _median(plain)
        report.add(
            f"{what}, {where}", middle.rate, "/s", baseline="plain FastAPI + SQLModel", beside=beside.rate,
            target=Target(">=", bound), note=f"{middle.note_of_times}; plain: {beside.note_of_times}",
        )  # fmt: skip


def _sound(answers: Answers) -> Answers:
    assert set(answers.statuses) <= {200, 201}, answers.statuses
    return answers


def _median(rounds: list[Answers]) -> Answers:
    return sorted(rounds, key=lambda each: each.rate)[len(rounds) // 2]


def _bulk(report: Report, port: int, token: str, people: list[str], syncs: int) -> None:
    """500 records of a kiosk that was offline, in one request: each of another volunteer, none late."""
    began = datetime.now(UTC) - timedelta(days=3)

    def records(turn: int) -> list[dict[str, Any]]:
        moments = [began + timedelta(seconds=each) for each in range(BULK)]
        return [
            {
                "volunteer": people[turn * BULK + each], "activity": "garden", "recorded_by": "kiosk",
                "start": start.isoformat(), "end": (start + timedelta(minutes=75)).isoformat(),
            }
            for each, start in enumerate(moments)
        ]  # fmt: skip

    async def errand(line: Connection, turn: int) -> int:
        code = f"sync-{uuid.uuid4().hex[:12]}"
        status, told = await line.ask("POST", "/v1/imports", {"code": code, "title": code}, uuid.uuid4().hex)
        assert status == 201, told
        sent = time.perf_counter()
        status, told = await line.ask("POST", f"/v1/imports/{code}/records", {"items": records(turn)}, uuid.uuid4().hex)
        times.append((time.perf_counter() - sent) * 1000)
        assert status < 300, told
        return status

    times: list[float] = []
    closed_loop(port, token, errand, 1, range(syncs))
    report.add(
        f"a sync of {BULK} records, {NAMES['postgresql']}", median(times), "ms", target=Target("<=", 250, "value"),
        note=f"worst of {len(times)}: {max(times):.0f} ms",
    )  # fmt: skip


def _overload(run: Run, report: Report, port: int, token: str, people: list[str]) -> None:
    """Holds at twice the rate that can be carried, whether answered or not."""
    turns = max(CLIENTS, run.effort.calls // 4)
    capacity = _sound(closed_loop(port, token, hold(people), CLIENTS, range(turns))).rate
    seconds = min(run.effort.counter_seconds, 10)
    calm = open_loop(port, token, hold(people), max(20.0, capacity * 0.3), seconds, 0)
    storm = open_loop(port, token, hold(people), capacity * 2, seconds, 0)
    shed = sum(count for status, count in storm.statuses.items() if status in (429, 503))
    asked = sum(storm.statuses.values())
    report.add(
        "p99 of what is accepted at twice the capacity", storm.p99, "ms", baseline="p99 at a third of it",
        beside=calm.p99, target=Target("<=", 5),
        note=f"capacity {capacity:,.0f}/s; of {asked:,} asked {shed:,} were shed; accepted {storm.rate:,.0f}/s",
    )  # fmt: skip


# ---- the two servers -------------------------------------------------------------------------------------------


def _found(url: str, people: int) -> str:
    """The town with everybody in it, present at the garden; answers the token of a key."""
    store = open_store(url, create=True)
    engine = founded(store, people, engine=PointsEngine(store, secret=SECRET.encode()))
    key = fresh_key()
    since = datetime.now(UTC) - SERVED
    commands = [IssueKey(key.id, key.digest, "administrator", "bench", "bench")]
    accepted(engine, [Submission(command, "founder", f"key-{command.id}") for command in commands])
    arrivals = [CheckInAt(number_of(each), "garden", at=since) for each in range(people)]
    accepted(engine, [Submission(each, "founder", f"in-{each.volunteer}") for each in arrivals])
    store.close()
    return key.token


@contextmanager
def _ours(url: str) -> Iterator[int]:
    """`points serve`, without limits per key and address: all requests come from one."""
    settings = {"DATABASE_URL": url, "SECRET": SECRET, "KEY_LIMIT": "", "ADDRESS_LIMIT": "", "JOBS": "false"}
    environment = {f"POINTS_{name}": value for name, value in settings.items()}
    with _served(["-m", "points_engine.cli", "serve"], environment, "/healthz") as port:
        yield port


@contextmanager
def _plain(url: str) -> Iterator[int]:
    words = ["-m", "uvicorn", "benchmarks.baselines.http_app:application", "--factory", "--no-access-log"]
    with _served([*words, "--log-level", "warning"], {"PLAIN_DATABASE_URL": url}, "/openapi.json") as port:
        yield port


@contextmanager
def _served(words: list[str], environment: dict[str, str], ready: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen(
        [sys.executable, *words, "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _await(process, lambda: urlopen(f"http://127.0.0.1:{port}{ready}", timeout=5).close())
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _await(process: subprocess.Popen[bytes], ask: Callable[[], None]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            ask()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
