"""The server: on SIGTERM it refuses what is new, answers what it has taken, and ends."""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from api.watch import Watch

GRACE_SECONDS: Final = 30
"""seconds that requests which were taken may take to be answered."""


class Server(uvicorn.Server):
    """uvicorn with a way out: after SIGTERM it answers 503 for `drain_seconds`, so that balancers notice."""

    def __init__(self, config: uvicorn.Config, watch: Watch, drain_seconds: float) -> None:
        super().__init__(config)
        self._watch = watch
        self._drain_seconds = drain_seconds
        self._drained_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first SIGTERM begins the way out; a second one, or Ctrl-C, does not wait for the balancers."""
        if sig == signal.SIGTERM and self._drained_at is None:
            self._watch.stop_taking()
            self._drained_at = time.monotonic() + self._drain_seconds
        else:
            self._watch.stop_taking()  # streams end by themselves, and are not waited for
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """End when the time is over; uvicorn waits for what is still being answered."""
        if self._drained_at is not None and time.monotonic() >= self._drained_at:
            self.should_exit = True
        return await super().on_tick(counter)


def serve(app: FastAPI, *, host: str, port: int, drain_seconds: float) -> None:
    """Serve until told to stop. Logging is set up by the caller."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
    Server(config, app.state.watch, drain_seconds).run()
