"""The real service in a process of its own, started as its users start it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.server_process import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 60


@dataclass
class Served:
    """A running service, its address and where it logs."""

    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def logged(self) -> str:
        """Everything it has logged."""
        return self.log.read_text("utf-8")


@contextmanager
def served(url: str, folder: Path, **settings: str) -> Iterator[Served]:
    """`points serve` over a database that is there, until the block ends."""
    port = free_port()
    environment = {
        **os.environ,
        "POINTS_DATABASE_URL": url,
        "POINTS_SECRET": "a secret for tests only, long enough",
        **{f"POINTS_{name.upper()}": value for name, value in settings.items()},
    }
    log = folder / "served.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "points_engine.cli", "serve", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=stream,
            stderr=stream,
        )
    service = Served(process, f"http://127.0.0.1:{port}", log)
    try:
        _await(service)
        yield service
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def _await(service: Served) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert service.process.poll() is None, service.logged()
        try:
            if httpx.get(f"{service.address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(service.logged())
