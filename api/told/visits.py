"""What callers get of a visit to an outlet."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.told.answers import Done, Told
from api.told.rewards import QuoteShown


class VisitOpened(Done):
    """A visit: until `expires_at` rewards can be taken at this outlet."""

    visit: str
    volunteer: str = Field(examples=["HD-MEI-75"])
    outlet: str = Field(examples=["wangs-1"])
    expires_at: str


class VisitShown(Told):
    """A visit with what can be taken in it, here, and what not, and why."""

    visit: str
    volunteer: str
    volunteer_name: str
    outlet: str
    expires_at: datetime
    is_over: bool
    quotes: list[QuoteShown]
