"""Live events over real connections: within reach, in order, without gaps, without Redis, with it, and when it dies."""

from __future__ import annotations

import contextlib
import json
import queue
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.flow.access.keys import RevokeKey
from points_engine.store import open_store
from tests.api.street import Clock, Street, earn, lay_out, serve_two_hours, voucher
from tests.servers import redis_server

Told = tuple[str, str, dict[str, Any]]
"""(id, event, data)"""


@contextlib.contextmanager
def served(url: str, redis_url: str | None = None, street: Street | None = None) -> Iterator[Street]:
    """One process's application behind a real port, with a store of its own over the same books."""
    clock = Clock() if street is None else street.clock
    engine = PointsEngine(open_store(url, create=True), secret=b"a secret for tests only", clock=clock)
    app = create_app(engine, close=True, redis_url=redis_url)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
        made = Street(client, engine, clock, {} if street is None else street.tokens)
        if street is None:
            lay_out(made)
        yield made
    app.state.watch.stop_taking()
    server.should_exit = True
    began = time.monotonic()
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert time.monotonic() - began < 5, "open streams do not hold up the end"


class Screen:
    """A screen that watches."""

    def __init__(self, street: Street, role: str, after: str = "") -> None:
        self._told: queue.Queue[Told | None] = queue.Queue()
        self.is_open = threading.Event()
        headers = street.headers(role) | ({"Last-Event-ID": after} if after else {})
        arguments = (str(street.client.base_url), headers)
        threading.Thread(target=self._watch, args=arguments, daemon=True).start()
        assert self.is_open.wait(10)

    def _watch(self, address: str, headers: dict[str, str]) -> None:
        stream = httpx.Client(trust_env=False, timeout=30).stream("GET", f"{address}/v1/events", headers=headers)
        with contextlib.suppress(httpx.HTTPError), stream as response:
            assert response.status_code == 200, response.read()
            assert response.headers["content-type"].startswith("text/event-stream")
            fields: dict[str, str] = {}
            for line in response.iter_lines():
                self.is_open.set()
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = value
                elif "data" in fields:
                    self._told.put((fields["id"], fields["event"], json.loads(fields["data"])))
                    fields = {}
        self._told.put(None)

    def next(self, within: float = 5) -> Told | None:
        """The next event, or None where the stream ended."""
        return self._told.get(timeout=within)

    def kinds(self, count: int) -> list[str]:
        """The kinds of the next events."""
        found = [self.next() for _ in range(count)]
        return [each[2]["kind"] for each in found if each is not None]

    def is_quiet(self, seconds: float = 0.5) -> bool:
        """Whether nothing comes."""
        try:
            self._told.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


def test_screens_are_told_within_their_reach(sqlite_url: str) -> None:
    with served(sqlite_url) as street:
        roles = ("kiosk", "merchant", "other merchant", "foreign steward", "committee")
        screens = {role: Screen(street, role) for role in roles}
        earn(street)
        code = voucher(street)
        street.done("merchant", f"/v1/redemptions/{code}/confirm", {})
        service, counter = ["check_in", "check_out", "approve"], ["place_hold", "confirm_hold"]
        assert screens["kiosk"].kinds(3) == service
        assert screens["committee"].kinds(5) == service + counter
        assert screens["merchant"].kinds(2) == counter
        assert all(screens[role].is_quiet() for role in ("other merchant", "foreign steward", "kiosk"))


def test_an_event_names_nobody_and_a_screen_goes_on_where_it_was(sqlite_url: str) -> None:
    with served(sqlite_url) as street:
        first = Screen(street, "committee")
        earn(street)
        told = [first.next() for _ in range(3)]
        assert "MEI" not in json.dumps(told)
        assert told[0] is not None
        assert told[0][1:] == ("service", {"kind": "check_in", "activity": "XH-garden", "unit": "XH-C1"})
        again = Screen(street, "committee", after=told[0][0])
        assert [again.next(), again.next()] == told[1:]
        serve_two_hours(street)
        assert again.kinds(2) == ["check_in", "check_out"]
        assert street.get("committee", "/v1/events?seconds=0", last_event_id="yesterday").status_code == 422


def test_a_screen_that_missed_too_much_is_told_to_begin_anew(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("points_engine.reading.events.since.__defaults__", (-1, 5))
    with served(sqlite_url) as street:
        screen = Screen(street, "committee", after="1-0")
        told = screen.next()
        assert told is not None
        assert told[1:] == ("reset", {})
        serve_two_hours(street)
        assert screen.kinds(2) == ["check_in", "check_out"]
        assert Screen(street, "committee", after=told[0]).kinds(2) == ["check_in", "check_out"]


def test_the_stream_of_a_revoked_key_ends(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.live.HEARTBEAT_SECONDS", 0.2)
    with served(sqlite_url) as street:
        key = street.issue("visitor", "committee")
        screen = Screen(street, "visitor")
        street.execute(RevokeKey(key))
        assert screen.next() is None


def test_processes_wake_each_other_through_redis_and_poll_without_it(postgresql_url: str) -> None:
    with (
        redis_server(own=True) as redis,
        served(postgresql_url, redis.url) as one,
        served(postgresql_url, redis.url, one) as two,
    ):
        screen = Screen(two, "committee")
        time.sleep(0.3)
        began = time.monotonic()
        serve_two_hours(one)
        assert screen.kinds(2) == ["check_in", "check_out"]
        assert time.monotonic() - began < 0.9, "sooner than the next look"
        redis.kill()
        serve_two_hours(one)
        assert screen.kinds(2) == ["check_in", "check_out"]
        redis.restart()
        serve_two_hours(one)
        assert screen.kinds(2) == ["check_in", "check_out"]
