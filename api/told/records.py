"""What callers get of service records, and of what waits for an approval."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.told.answers import Done, Told, Words
from api.told.decisions import StandingShown


class OtherAwarded(Told):
    """What changed for somebody else of the household, where it is counted together."""

    volunteer: str = Field(description="id of the volunteer")
    entry: str = Field(description="the entry of their own that it was posted with")
    awarded: dict[str, int] = Field(description="smallest units by scheme", examples=[{"huadu-residents": -1}])
    minutes: int


class Recorded(Done):
    """A record or deed, and what it counts for at once."""

    fact: str = Field(description="id of the record", examples=["01a2052b702e564f20e2d98226-1"])
    service_minutes: int = Field(examples=[130])
    entry: str | None = Field(description="the entry it was posted with, if anything counted yet")
    awarded: dict[str, int] = Field(description="smallest units by scheme", examples=[{"huadu-residents": 2}])
    minutes: int = Field(description="minutes credited now", examples=[130])
    awaiting: list[str] = Field(description="approval levels that are still missing", examples=[["steward"]])
    others: list[OtherAwarded] = Field(default_factory=list)
    conflict: str | None = Field(None, description="id of the conflict, where another record of the time stands")


class Decided(Done):
    """What an approval, rejection or correction changed."""

    fact: str
    entry: str | None
    awarded: dict[str, int] = Field(default_factory=dict)
    minutes: int = 0
    awaiting: list[str] = Field(default_factory=list)
    others: list[OtherAwarded] = Field(default_factory=list)


class LevelShown(Told):
    """A level of approval."""

    level: str = Field(examples=["community"])
    text: Words


class PointsOf(Told):
    """Points of one scheme."""

    scheme: str = Field(examples=["huadu-residents"])
    points: str = Field(examples=["2"])


class OutlookShown(Told):
    """What an approval would give now, and whose word would then still be missing."""

    points: list[PointsOf]
    minutes: int
    awaiting: list[LevelShown]


class RecordShown(Told):
    """A service record or deed, and what it counts for in every scheme."""

    record: str
    kind: str = Field(examples=["record"])
    volunteer: str = Field(examples=["HD-MEI-75"])
    name: str = Field(description="with its middle hidden", examples=["梅*姨"])
    activity: str | None
    activity_name: str | None
    deed: str | None
    start: datetime
    end: datetime
    minutes: int
    recorded_by: str
    state: str
    granted: list[str]
    counts: list[StandingShown]
    outlook: OutlookShown | None = Field(
        None, description="what an approval at the level asked for (`awaiting`) would give now"
    )


class PresentShown(Told):
    """Somebody who is checked in now."""

    check_in: str
    volunteer: str = Field(examples=["HD-MEI-75"])
    name: str = Field(description="with its middle hidden", examples=["梅*姨"])
    activity: str = Field(examples=["440114001-C1-greening"])
    activity_name: str | None = Field(examples=["社区绿化"])
    since: datetime
    kiosk: str | None


class WaitingShown(Told):
    """Records that wait for an approval of one level."""

    level: str = Field(examples=["steward"])
    text: Words = Field(description="what the level is called")
    records: int
    oldest: datetime = Field(description="when the oldest of them began")
