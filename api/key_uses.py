"""When keys were last used: gathered in memory, brought into the books every few minutes, for many keys at once.

A process that is killed forgets at most the last few minutes; one that stops in good order forgets nothing.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

from points_engine.errors import EngineError
from points_engine.flow.access.keys import NoteKeyUses
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.limits import KEY_USE_MINUTES, KEY_USES

log = logging.getLogger("points_engine.api")

PRINCIPAL: Final = "service"
"""Who says when keys were used: the service itself."""


class KeyUses:
    """The uses that this process has seen and not yet noted."""

    def __init__(self, submit: Callable[[Submission], Awaitable[Outcome]], now: Callable[[], datetime]) -> None:
        self._submit, self._now = submit, now
        self._seen: dict[str, datetime] = {}
        self._noted: dict[str, datetime] = {}

    def saw(self, key: str, at: datetime) -> None:
        """A key was shown and holds."""
        self._seen[key] = at

    def last(self, key: str, stored: datetime | None) -> datetime | None:
        """The latest use of a key that this process knows of, in the books or not yet."""
        seen = self._seen.get(key)
        return stored if seen is None or (stored is not None and stored > seen) else seen

    def due(self, *, all_of_them: bool = False) -> dict[str, datetime]:
        """The uses to note now: of keys not noted within the last few minutes."""
        since = self._now() - timedelta(minutes=KEY_USE_MINUTES)
        return {
            key: at
            for key, at in self._seen.items()
            if (all_of_them or self._noted.get(key, since) <= since) and self._noted.get(key) != at
        }

    async def note(self, *, all_of_them: bool = False) -> int:
        """Bring what is due into the books; answers for how many keys. What fails is tried again next time."""
        due = list(self.due(all_of_them=all_of_them).items())
        for first in range(0, len(due), KEY_USES):
            part = dict(due[first : first + KEY_USES])
            try:
                outcome = await self._submit(
                    Submission(NoteKeyUses(part), PRINCIPAL, f"key-uses-{secrets.token_hex(8)}")
                )
                outcome.expect()
            except EngineError as error:
                log.warning("the last use of %d keys was not noted: %s", len(part), error.code)
                continue
            self._noted.update(part)
        return len(due)

    async def keep_noting(self, pause: timedelta = timedelta(minutes=1)) -> None:
        """Note what is due, again and again, until cancelled."""
        while True:
            await asyncio.sleep(pause.total_seconds())
            await self.note()
