"""Keys that were looked up a moment ago: a till that asks ten times a second is not looked up ten times a second.

A key that is revoked through this process stops working at once. Revoked through another one, it changes nothing any
more from that moment (the engine looks itself), and reads nothing any more after `KEPT_SECONDS`.
"""

from __future__ import annotations

import time
from typing import Final

from points_engine.flow.access.keys import AmendKey, IssueKey, RevokeKey
from points_engine.flow.entities import ApiKey
from points_engine.flow.programme import RegisterOutlet
from points_engine.flow.steps import Command

KEPT_SECONDS: Final = 1.0
"""seconds for which a key that was found is not looked up again."""

KEPT_KEYS: Final = 10_000
"""keys kept at once: more than a district has; beyond, all are looked up anew."""

Found = tuple[ApiKey, frozenset[str]]
"""A key, and the outlets of the partner that it belongs to."""

_CHANGING: Final = (AmendKey, IssueKey, RevokeKey, RegisterOutlet)
"""Commands after which a key may mean something else."""


class KnownKeys:
    """What was found under the ids of keys, for a moment. Keys that were not found are never kept."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[float, Found]] = {}
        self._changes = 0

    @property
    def changes(self) -> int:
        """How often something was forgotten: what was read before that must not be kept."""
        return self._changes

    def get(self, identity: str) -> Found | None:
        """What was found a moment ago."""
        kept = self._found.get(identity)
        return kept[1] if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS else None

    def keep(self, identity: str, found: Found, changes: int) -> None:
        """Keep what was read when there had been so many changes."""
        if changes != self._changes:
            return
        if len(self._found) >= KEPT_KEYS:
            self._found.clear()
        self._found[identity] = time.monotonic(), found

    def after(self, command: Command) -> None:
        """Forget everything once a command has run that may change what keys mean."""
        if isinstance(command, _CHANGING):
            self._changes += 1
            self._found.clear()
