"""The small programme behind a real port of this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import uvicorn

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.api.street import Clock, Street, lay_out


@dataclass(frozen=True)
class Served:
    """The small programme and where it answers."""

    address: str
    street: Street


@contextmanager
def serve(database_url: str) -> Iterator[Served]:
    """Serve the small programme over HTTP until the block ends."""
    clock = Clock()
    engine = PointsEngine(open_store(database_url, create=True), secret=b"a secret for tests only", clock=clock)
    app = create_app(engine, close=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        assert time.monotonic() < deadline, "the service did not start in time"
        time.sleep(0.02)
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=address, trust_env=False) as client:
            street = Street(client, engine, clock)
            lay_out(street)
            yield Served(address, street)
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        assert not thread.is_alive(), "the service did not stop"
