"""What is known of each request: its id, its line in the log, its place in the numbers; and the way out of service.

A request is told by its route's template, never by its path: a path may hold a number or a voucher's code.
"""

from __future__ import annotations

import re
import secrets
import time
from typing import Any, Final

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import answer
from points_engine.errors import Overloaded
from points_engine.limits import OPEN_REQUESTS

REQUEST_ID: Final = "x-request-id"
_GIVEN: Final = re.compile(rb"[A-Za-z0-9._-]{8,64}")

RETRY_AFTER_SECONDS: Final = 2
"""seconds after which a request that came while the process stops is worth trying again: at the next process."""

BUSY_SECONDS: Final = 1
"""seconds after which a request that came while too many waited is worth trying again."""

_ALWAYS: Final = ("/healthz", "/readyz", "/metrics")
"""Paths that answer however busy the process is, and while it is on its way out."""


class Watch:
    """Counts and logs every request; refuses new ones while too many wait, and once the process is on its way out.

    Refused at once, a till tries again or elsewhere; queued, everybody would wait longer and longer.
    """

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics
        self.is_stopping = False
        self.open_requests = 0
        self._log = structlog.get_logger("requests")

    def stop_taking(self) -> None:
        """Refuse what comes from now on with 503 and Retry-After; what was taken is answered."""
        self.is_stopping = True

    def over(self, app: ASGIApp) -> ASGIApp:
        """An application whose requests are watched."""

        async def watched(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            await self._watched(app, scope, receive, send)

        return watched

    async def _watched(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        began, status, is_begun = time.perf_counter(), 500, False
        identity = _identity(scope)
        scope.setdefault("state", {})["request_id"] = identity

        async def sent(message: Message) -> None:
            nonlocal status, is_begun
            if message["type"] == "http.response.start":
                status, is_begun = message["status"], True
                self.open_requests -= 1  # a stream of events is answered once it has begun
                message["headers"] = [*message["headers"], (REQUEST_ID.encode(), identity.encode())]
            await send(message)

        self.open_requests += 1
        try:
            if scope["path"] in _ALWAYS:
                await app(scope, receive, sent)
            elif self.is_stopping:
                refused = answer(Request(scope), Overloaded(retry_after_seconds=RETRY_AFTER_SECONDS))
                refused.headers["Connection"] = "close"
                await refused(scope, receive, sent)
            elif self.open_requests > OPEN_REQUESTS:
                await answer(Request(scope), Overloaded(retry_after_seconds=BUSY_SECONDS))(scope, receive, sent)
            else:
                await app(scope, receive, sent)
        finally:
            if not is_begun:
                self.open_requests -= 1
            self._told(scope, identity, status, time.perf_counter() - began)

    def _told(self, scope: Scope, identity: str, status: int, seconds: float) -> None:
        route: str = getattr(scope.get("route"), "path", "") or "none"
        state: dict[str, Any] = scope["state"]
        code: str | None = state.get("code")
        self.metrics.request(scope["method"], route, status, seconds, code)
        if structlog.is_configured():
            self._log.info(
                "request",
                request=identity,
                principal=state.get("principal"),
                method=scope["method"],
                route=route,
                status=status,
                code=code,
                ms=round(seconds * 1000, 2),
            )


def _identity(scope: Scope) -> str:
    """The id that a proxy or caller gave the request, if it is one, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN.fullmatch(value):
            given: str = value.decode()
            return given
    return secrets.token_hex(8)
