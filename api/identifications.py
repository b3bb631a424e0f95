"""Identifications: a volunteer who said their PIN stays identified at one device for some minutes.

An identification is a signed statement, kept nowhere: whom it is for, at which key, until when.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from points_engine.limits import IDENTIFIED_MINUTES


@dataclass(frozen=True, slots=True)
class Identifications:
    """Signs identifications and reads them; `secret` is the deployment's, for this purpose only."""

    secret: bytes

    def begin(self, volunteer_id: str, key: str, now: datetime) -> tuple[str, datetime]:
        """A new identification of a volunteer at a key, and its end."""
        until = (now + timedelta(minutes=IDENTIFIED_MINUTES)).replace(microsecond=0)
        return f"{int(until.timestamp())}.{self._mark(volunteer_id, key, int(until.timestamp()))}", until

    def is_of(self, identification: str, volunteer_id: str, key: str, now: datetime) -> bool:
        """Whether an identification is this volunteer's, at this key, and not over."""
        end, _, mark = identification.partition(".")
        if not (end.isascii() and end.isdigit() and len(end) <= 12 and mark.isascii()):
            return False
        return hmac.compare_digest(mark, self._mark(volunteer_id, key, int(end))) and now.timestamp() < int(end)

    def _mark(self, volunteer_id: str, key: str, end: int) -> str:
        return hmac.digest(self.secret, f"{volunteer_id}\n{key}\n{end}".encode(), "sha256").hex()[:40]
