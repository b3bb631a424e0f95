"""What callers get of the rewards that a version of the rules offers."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from api.told.answers import Told, Words


class OfferedReward(Told):
    """A reward, and its terms as the version writes them."""

    reward: str = Field(examples=["soap"])
    title: Words
    category: str = Field(examples=["commerce"])
    partner: str = Field(examples=["wangs"])
    outlets: list[str] = Field(description="none: every outlet of the partner")
    fund: str | None = Field(examples=["community"])
    stock: int | None = Field(description="to begin with; none: not counted", examples=[2000])
    stock_each_outlet: bool = Field(description="whether every outlet has a stock of its own")
    available: int | None = Field(description="now, in total", examples=[1988])
    at_outlets: dict[str, int] = Field(description="now, by outlet that has a stock of its own")
    cite: str
    until: date | None = Field(description="the last day")
    terms: dict[str, Any] = Field(description="the rule", examples=[{"reward": "soap", "price": "soap_price"}])


class RewardsShown(Told):
    """The rewards of the newest version of a scheme's rules."""

    scheme: str = Field(examples=["huadu-residents"])
    base: str = Field(description="the version; a change names it", examples=["0" * 64])
    effective_on: date
    items: list[OfferedReward]


class Offered(Told):
    """A new version of the rules, with the reward in it."""

    scheme: str = Field(examples=["huadu-residents"])
    reward: str = Field(examples=["rice"])
    hash: str = Field(description="of the new version: the `base` of the next change", examples=["0" * 64])
    effective_on: date
    created: bool
