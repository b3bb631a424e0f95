"""What callers get of activities and of who is there."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from api.told.answers import Done, Told, Words


class RegisteredActivity(Done):
    activity: str
    created: bool


class SignedUp(Done):
    activity: str
    volunteer: str
    places_left: int | None


class CheckedIn(Done):
    check_in: str
    volunteer: str
    activity: str
    since: str = Field(examples=["2026-11-22T01:00:00.000000Z"])


class ActivityShown(Told):
    code: str
    name: str
    category: str
    host: str
    host_name: Words
    level: str | None
    place: str | None
    starts_on: date | None
    ends_on: date | None
    opens_minute: int | None = Field(description="minutes from midnight, where the programme is", examples=[540])
    closes_minute: int | None = Field(examples=[720])
    state: Literal["planned", "cancelled"]
    participants: int | None
    capacity: int | None
    taken: int
