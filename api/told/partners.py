"""What callers get of partners and their outlets."""

from __future__ import annotations

from pydantic import Field

from api.told.answers import Told, Words


class PartnerShown(Told):
    """Somebody who honours rewards."""

    code: str = Field(examples=["wangs"])
    kind: str = Field(examples=["commerce"])
    name: Words
    outlets: list[str] = Field(description="codes of its outlets")


class OutletShown(Told):
    code: str
    partner: str
    name: Words
    unit: str | None
