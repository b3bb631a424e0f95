"""What the programme publishes about itself."""

from __future__ import annotations

from pydantic import Field

from api.told.answers import Told, Words


class SchemeNumbersShown(Told):
    scheme: str
    title: Words
    demonstration: bool
    issued: str
    redeemed: str
    expired: str
    in_hand: str


class FundPointsShown(Told):
    """A fund's points of one scheme: allotted + given = granted + left."""

    scheme: str = Field(examples=["nansha"])
    allotted: str = Field(description="by decision", examples=["1000"])
    given: str = Field(description="by volunteers", examples=["12"])
    granted: str = Field(description="to people, as the rules say", examples=["230"])
    left: str = Field(examples=["782"])


class FundShown(Told):
    """A fund's books in minor units: income = owed to partners + reserved + available."""

    fund: str
    name: Words
    currency: str
    income: int
    owed: dict[str, int]
    expenditure: int
    reserved: int
    available: int
    points: list[FundPointsShown]


class Allotted(Told):
    """Points that came into a fund, and what it holds of them now."""

    fund: str = Field(examples=["government"])
    scheme: str = Field(examples=["nansha"])
    entry: str
    note: str = Field(description="where the reason is kept")
    points: str = Field(description="that the fund holds now", examples=["1000"])


class NumbersShown(Told):
    """What the programme publishes about itself."""

    volunteers: int
    minutes: int
    redemptions: int
    schemes: list[SchemeNumbersShown]
    funds: list[FundShown]
    seq: int
