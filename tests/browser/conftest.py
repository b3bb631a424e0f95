"""The machine's Chromium, and the real service on a port of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.api.live import Served, serve

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
    with serve(sqlite_url) as made:
        yield made


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
