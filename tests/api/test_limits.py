"""Limits of requests and guesses; Redis that is there, is stopped, forgets, hangs or is slow while requests come."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from limits import parse
from pydantic import ValidationError

from api.app import create_app
from api.limiting import PATIENCE_SECONDS, PAUSE_SECONDS, Limiter
from points_engine.engine import PointsEngine
from points_engine.flow.counter.codes import check_character
from points_engine.keys import fresh_key
from points_engine.settings import Settings
from points_engine.store import open_store
from tests.api.slow_line import SlowLine
from tests.api.street import Clock, Street, earn, lay_out, voucher
from tests.servers import RedisServer, redis_server


@contextmanager
def served(folder: Path, *limiters: Limiter) -> Iterator[list[Street]]:
    """The small programme behind several processes' applications, each with a limiter of its own."""
    clock = Clock()
    store = open_store(f"sqlite:///{folder / 'points.db'}", create=True)
    engine = PointsEngine(store, secret=b"a secret for tests only", clock=clock)
    first = TestClient(create_app(engine, limiter=limiters[0]), raise_server_exceptions=False)
    others = [TestClient(create_app(engine, limiter=each), raise_server_exceptions=False) for each in limiters[1:]]
    streets: list[Street] = []
    try:
        for client in (first, *others):
            client.__enter__()
            streets.append(Street(client, engine, clock, streets[0].tokens if streets else {}))
        lay_out(streets[0])
        yield streets
    finally:
        for street in streets:
            street.client.__exit__(None, None, None)
        store.close()


def codes(street: Street, role: str, times: int, path: str = "/v1/packs") -> list[int]:
    """The statuses of so many requests."""
    return [street.get(role, path).status_code for _ in range(times)]


def test_a_key_that_asks_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    with served(tmp_path, Limiter(per_key="5/minute")) as (street,):
        assert codes(street, "steward", 5) == [200] * 5
        refused = street.get("steward", "/v1/packs", accept_language="en")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
        wait = int(refused.headers["retry-after"])
        assert 1 <= wait <= 61
        assert refused.json()["detail"] == f"Too many requests: come back in {wait} s."
        assert codes(street, "kiosk", 1) == [200], "other keys are not held up"


def test_a_window_ends(tmp_path: Path) -> None:
    with served(tmp_path, Limiter(per_key="2/second")) as (street,):
        assert codes(street, "steward", 3)[-1] == 429
        time.sleep(1.1)
        assert codes(street, "steward", 1) == [200]


def test_an_address_that_asks_too_often_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with served(tmp_path, Limiter(per_address="4/minute")) as (street,):
        assert codes(street, "steward", 2) == [200] * 2
        assert codes(street, "", 3) == [401, 401, 429]
        assert street.get("", "/v1/packs").json()["code"] == "too_many_requests"
        assert street.client.get("/healthz").status_code == 200, "a probe is never refused"


def test_guessing_keys_is_refused_and_a_key_that_holds_still_passes(tmp_path: Path) -> None:
    with served(tmp_path, Limiter()) as (street,):
        for _ in range(20):
            street.tokens["guess"] = fresh_key().token
            assert street.get("guess", "/v1/packs").status_code == 401
        refused = street.get("guess", "/v1/packs")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_guesses")
        assert "分钟后再试" in refused.json()["detail"]
        assert codes(street, "steward", 1) == [200]


def test_guessing_vouchers_is_refused_at_the_guessers_key_only(tmp_path: Path) -> None:
    with served(tmp_path, Limiter()) as (street,):
        earn(street)
        code = voucher(street)
        mistyped = code[:-1] + ("2" if code[-1] != "2" else "3")
        assert {street.get("merchant", f"/v1/redemptions/{mistyped}").status_code for _ in range(30)} == {422}
        for place in "23456789AB":
            drawn = f"{place}23456789"
            assert street.get("merchant", f"/v1/redemptions/{drawn}{check_character(drawn)}").status_code == 404
        refused = street.get("merchant", f"/v1/redemptions/{code}")
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_guesses"), "even the right one"
        assert 540 < int(refused.headers["retry-after"]) <= 601
        confirm = street.post("merchant", f"/v1/redemptions/{code}/confirm", {})
        assert confirm.status_code == 429
        assert street.get("administrator", f"/v1/redemptions/{code}").status_code == 200


def test_processes_share_their_counts_through_redis(tmp_path: Path, redis: RedisServer) -> None:
    redis.flush()
    limiters = [Limiter(redis.url, per_key="6/hour") for _ in range(2)]
    with served(tmp_path, *limiters) as (one, two):
        assert codes(one, "steward", 3) == codes(two, "steward", 3) == [200] * 3
        assert codes(one, "steward", 1) == codes(two, "steward", 1) == [429]
        assert all(limiter.is_shared for limiter in limiters)
        redis.flush()
        assert codes(two, "steward", 1) == [200], "what Redis forgets is allowed again, and nothing else happens"


def test_redis_dies_and_comes_back_while_requests_come(tmp_path: Path) -> None:
    with redis_server(own=True) as server:
        limiter = Limiter(server.url, per_key="1000000/hour")
        with served(tmp_path, limiter) as (street,):
            street.read("steward", "/v1/packs")
            assert limiter.is_shared
            answered: list[int] = []
            slowest = 0.0
            stop = threading.Event()

            def ask() -> None:
                nonlocal slowest
                while not stop.is_set():
                    began = time.monotonic()
                    answered.extend(codes(street, "steward", 1))
                    slowest = max(slowest, time.monotonic() - began)

            asking = [threading.Thread(target=ask) for _ in range(4)]
            for thread in asking:
                thread.start()
            try:
                time.sleep(0.3)
                server.kill()
                time.sleep(0.7)
                assert not limiter.is_shared
                server.restart()
                deadline = time.monotonic() + 15
                while not limiter.is_shared and time.monotonic() < deadline:
                    time.sleep(0.1)
                assert limiter.is_shared, "it is found again by itself"
            finally:
                stop.set()
                for thread in asking:
                    thread.join()
            assert set(answered) == {200}
            assert len(answered) > 50


def test_a_hung_redis_holds_up_one_request_in_many(tmp_path: Path) -> None:
    with redis_server(own=True) as server:
        limiter = Limiter(server.url, per_key="1000000/hour", per_address="1000000/hour")
        with served(tmp_path, limiter) as (street,):
            assert server.pid is not None
            codes(street, "steward", 5)
            began = time.monotonic()
            usual = codes(street, "steward", 40)
            unhung_seconds = time.monotonic() - began
            os.kill(server.pid, signal.SIGSTOP)
            try:
                began = time.monotonic()
                hung = codes(street, "steward", 40)
                hung_seconds = time.monotonic() - began
            finally:
                os.kill(server.pid, signal.SIGCONT)
            assert set(usual + hung) == {200}
            tries = 1 + int(hung_seconds / PAUSE_SECONDS)
            assert hung_seconds < 3 * unhung_seconds + tries * 3 * PATIENCE_SECONDS + 0.5
            assert not limiter.is_shared


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait, fifteen seconds at most."""
    deadline = time.monotonic() + 15
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@contextmanager
def under_load(streets: list[Street]) -> Iterator[list[float]]:
    """Three clients at every process ask as fast as they can; gives the seconds that each request took."""
    took: list[float] = []
    stop = threading.Event()

    def ask(street: Street) -> None:
        while not stop.is_set():
            began = time.monotonic()
            assert street.get("administrator", "/v1/packs").status_code in (200, 429)
            took.append(time.monotonic() - began)

    with ThreadPoolExecutor(3 * len(streets)) as pool:
        asking = [pool.submit(ask, street) for street in streets for _ in range(3)]
        try:
            yield took
        finally:
            stop.set()
        for each in asking:
            each.result()


def test_a_redis_that_turns_slow_under_load_is_left_alone_until_it_is_quick_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pause_seconds = 0.5  # the test has no two seconds for each trial
    monkeypatch.setattr("api.limiting.PAUSE_SECONDS", pause_seconds)
    caplog.set_level("INFO", "points_engine.api")
    with redis_server(own=True, tcp=True) as server, SlowLine(server.url) as line:
        limiters = [Limiter(line.url, per_key="6/hour") for _ in range(2)]
        with served(tmp_path, *limiters) as (one, two):
            with under_load([one, two]) as took:
                wait_until(lambda: len(took) > 50, "requests are answered")
                wait_until(lambda: all(limiter.is_shared for limiter in limiters), "Redis is quick")
                caplog.clear()
                line.delay_seconds = 0.04  # far below what a request waits for at most, far above what is usual
                wait_until(lambda: not any(limiter.is_shared for limiter in limiters), "a slow Redis is left alone")
                time.sleep(0.2)  # those under way come home

                waited, asked, began = line.delayed, len(took), time.monotonic()
                for street in (one, two):  # each counts for itself: what a trial asks Redis for comes on top
                    alone = codes(street, "steward", 12)
                    assert (alone.count(200) >= 6, alone.count(429) > 0) == (True, True)
                wait_until(lambda: time.monotonic() > began + 1.2, "time passes")
                waited, asked = line.delayed - waited, len(took) - asked
                trials = 2 * (1 + int((time.monotonic() - began) / pause_seconds))
                assert waited <= 5 * trials, "only a trial waits: to be connected again and for an answer"
                assert asked > 2 * waited
                assert not any("again" in record.message for record in caplog.records), "it is not called back"

            line.delay_seconds = 0.0

            def is_found() -> bool:
                codes(one, "kiosk", 1)
                codes(two, "kiosk", 1)
                return all(limiter.is_shared for limiter in limiters)

            wait_until(is_found, "it is found again by itself")
            assert codes(one, "merchant", 4) + codes(two, "merchant", 4) == [200] * 6 + [429] * 2


def test_a_redis_that_was_never_there_changes_nothing_but_the_sharing(tmp_path: Path) -> None:
    limiter = Limiter("redis://127.0.0.1:1/0", per_key="3/hour")
    with served(tmp_path, limiter) as (street,):
        assert codes(street, "steward", 4) == [200, 200, 200, 429]


def test_a_limit_that_cannot_be_read_stops_the_start() -> None:
    for limit in ("many", "5/fortnight"):
        with pytest.raises(ValidationError, match="600/minute"):
            Settings(key_limit=limit)
    assert Settings(key_limit="", address_limit="10/second").address_limit == "10/second"
    assert parse(Settings().key_limit).amount == 1200
