"""What callers get of volunteers: their middle names hidden."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from api.told.answers import Done, Told
from api.told.units import UnitShown


class RegisteredVolunteer(Done):
    volunteer: str = Field(description="id", examples=["01a2052b559362fa526e3c449f-1"])
    number: str = Field(examples=["HD-MEI-75"])
    created: bool


class VolunteerShown(Told):
    number: str
    name: str = Field(description="with its middle hidden", examples=["梅*姨"])
    standing: str = Field(examples=["good"])
    joined_on: date
    home_unit: UnitShown | None
    work_unit: str | None
    has_pin: bool = Field(description="a kiosk or counter has to ask for it")
    present_at: str | None = Field(description="activity of an open check-in")
    present_since: datetime | None


class Identified(Told):
    """A volunteer who said their PIN."""

    identification: str = Field(description="to be shown in the header `Identification`", examples=["1772413200.9c56…"])
    until: datetime
    volunteer: VolunteerShown


class LinkedPhone(Done):
    """A phone may show this volunteer's codes: `link` opens the page that does, and goes into a QR code."""

    generation: int = Field(description="how many phones were linked; those before no longer work")
    link: str = Field(examples=["https://points.example/phone#HD-MEI-75.GEZDGNBVGY3TQOJQ"])
    qr_svg: str = Field(description="the link as a QR code: an SVG document")
