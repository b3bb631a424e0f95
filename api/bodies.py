"""A bound on request bodies, kept while they arrive: a header that lies does not help."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import answer
from api.refusals import BodyTooLarge

BODY_BYTES: Final = 64 * 1024
"""bytes: the largest command is a page of text."""

BULK_BODY_BYTES: Final = 2 * 1024 * 1024
"""bytes of a request that carries many items: 500 records with all the facts that people state."""

BULK_PATHS: Final = ("/v1/imports/", "/v1/opening-balances", "/v1/kiosk-batches")
"""Where such requests go."""


class BodyLimit:
    """Refuses bodies above `most` bytes (`most_in_bulk` where many items are taken) with 413."""

    def __init__(self, app: ASGIApp, most: int = BODY_BYTES, most_in_bulk: int = BULK_BODY_BYTES) -> None:
        self.app, self.most, self.most_in_bulk = app, most, most_in_bulk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the whole body, which is small, before anything is done with it."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        most = self.most_in_bulk if scope["path"].startswith(BULK_PATHS) else self.most
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = bool(message.get("more_body", False))
            if len(body) > most:
                await answer(Request(scope), BodyTooLarge(most=most))(scope, receive, send)
                return
        whole: Message | None = {"type": "http.request", "body": bytes(body), "more_body": False}

        async def once() -> Message:
            nonlocal whole
            if whole is not None:
                message, whole = whole, None
                return message
            return await receive()

        await self.app(scope, once, send)
