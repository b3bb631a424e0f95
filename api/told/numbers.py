"""What the programme publishes about itself."""

from __future__ import annotations

from api.told.answers import Told, Words


class SchemeNumbersShown(Told):
    scheme: str
    title: Words
    demonstration: bool
    issued: str
    redeemed: str
    expired: str
    in_hand: str


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


class NumbersShown(Told):
    """What the programme publishes about itself."""

    volunteers: int
    minutes: int
    redemptions: int
    schemes: list[SchemeNumbersShown]
    funds: list[FundShown]
    seq: int
