"""Cursors: where a list goes on, opaque to callers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Annotated

from fastapi import Query

from api.refusals import BadCursor

Limit = Annotated[int, Query(ge=1, le=200, description="items of a page")]
Cursor = Annotated[
    str | None,
    Query(max_length=600, json_schema_extra={"pattern": "^[A-Za-z0-9_-]*$"}, description="`next` of the page before"),
]


def cursor_of(key: tuple[str, ...] | None) -> str | None:
    """The cursor after a key; None at the end of a list.

    >>> key_of(cursor_of(("45", "minutes")), int, str)
    ('45', 'minutes')
    """
    if key is None:
        return None
    return base64.urlsafe_b64encode(json.dumps(key, ensure_ascii=False).encode()).decode().rstrip("=")


def key_of(cursor: str | None, *readers: Callable[[str], object]) -> tuple[str, ...] | None:
    """The key behind a cursor; each of its parts must be something that its reader can read.

    Raises: BadCursor.
    """
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        parts = tuple(part for part in key if isinstance(part, str)) if isinstance(key, list) else ()
        for part, reader in zip(parts, readers, strict=True):
            reader(part)
    except ValueError:
        raise BadCursor() from None
    return parts
