"""ETag, If-None-Match and If-Match: an answer that is known already is not sent again, an edit names what it edits."""

from __future__ import annotations

from collections.abc import MutableMapping
from hashlib import sha256
from typing import Annotated, Final

from fastapi import Header, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from points_engine.flow.entities import Row
from points_engine.flow.tags import tag_of

TAGGED_BYTES: Final = 1 << 20
"""bytes of an answer that is held back to be tagged; a longer one is sent as it comes."""

IfMatch = Annotated[
    str | None,
    Header(
        max_length=400,
        description="the ETag of what is changed, as it was read: refused with 412 if it is another by now",
        examples=['"0b6ff0d33f2b4d388f5c1a3a1b1f9b51"'],
    ),
]


def tagged(response: Response, row: Row) -> None:
    """Give an answer about one row the tag that an edit of it may name; what else it tells is tagged behind it."""
    response.headers["ETag"] = f'"{tag_of(row)}"'


def listed(header: str) -> tuple[str, ...]:
    """The tags that an If-Match or If-None-Match names.

    >>> listed('"a", W/"b"'), listed("*")
    (('a', 'b'), ('*',))
    """
    return tuple(each.strip().removeprefix("W/").strip('"') for each in header.split(",") if each.strip())


def rows_of(header: str) -> tuple[str, ...]:
    """The tags of rows that an If-Match names.

    >>> rows_of('"row.rest", "row"')
    ('row', 'row')
    """
    return tuple(each.partition(".")[0] for each in listed(header))


class NotModified:
    """Tags every JSON answer to a GET under /v1, and answers 304 to a caller who has it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold the answer back until it is whole."""
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith("/v1/"):
            await self.app(scope, receive, send)
            return
        known = listed(Headers(scope=scope).get("if-none-match", ""))
        start: Message | None = None
        body = bytearray()

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_tagged(message):
                start = message
            elif start is None:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if message.get("more_body", False) and len(body) <= TAGGED_BYTES:
                    return
                if not message.get("more_body", False):
                    _answer(start, body, known)
                await send(start)
                start = None
                await send({**message, "body": bytes(body)})

        await self.app(scope, receive, held)


def _is_tagged(start: MutableMapping[str, object]) -> bool:
    kind = MutableHeaders(scope=start).get("content-type", "")
    return start["status"] == 200 and kind.startswith("application/json")


def _answer(start: Message, body: bytearray, known: tuple[str, ...]) -> None:
    """Tag a whole answer; empty it for a caller who has it."""
    headers = MutableHeaders(scope=start)
    digest, row = sha256(body).hexdigest()[:32], headers.get("etag", "").strip('"')
    # What an edit may name does not move with everything else that the answer tells; what is sent again does.
    tag = f'"{row}.{digest[:16]}"' if row else f'"{digest}"'
    headers["etag"] = tag
    headers.setdefault("vary", "Accept-Language, Authorization, Identification")
    if tag.strip('"') in known or "*" in known:
        start["status"] = 304
        body.clear()
        del headers["content-length"]
        del headers["content-type"]
