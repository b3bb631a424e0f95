"""The machine's Chromium, and the real service on a port of its own."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page, sync_playwright

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.api.street import Clock, Street, lay_out

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Served:
    """The small programme behind a real port."""

    address: str
    street: Street


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the machine's Chromium; a machine without one fails, loudly."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("there is no chromium: apt-get install -y chromium fonts-wqy-microhei", pytrace=False)
    return found


@pytest.fixture
def served(sqlite_url: str) -> Iterator[Served]:
    """Serve the small programme over HTTP."""
    clock = Clock()
    engine = PointsEngine(open_store(sqlite_url, create=True), secret=b"a secret for tests only", clock=clock)
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
    with httpx.Client(base_url=address, trust_env=False) as client:
        street = Street(client, engine, clock)
        lay_out(street)
        yield Served(address, street)
    server.should_exit = True
    thread.join(timeout=20)
    assert not thread.is_alive(), "the service did not stop"


@pytest.fixture
def context(chromium: str, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser with an empty profile."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch_persistent_context(
            str(tmp_path / "profile"),
            executable_path=chromium,
            headless=True,
            args=FLAGS,
            viewport={"width": 1000, "height": 900},
        )
        yield opened
        opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which any script error or refused resource fails the test."""
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda message: wrong.append(message.text) if "Content Security" in message.text else None)
    yield opened
    assert wrong == []
