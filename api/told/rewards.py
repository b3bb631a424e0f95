"""What callers get of rewards: quotes and the stock."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.told.answers import Done, Told, Words


class QuoteShown(Told):
    """One reward for one volunteer now: its price, or what is missing."""

    scheme: str
    reward: str
    title: Words
    category: str
    partner: str
    partner_name: Words | None
    possible: bool
    points: str | None
    money: int | None
    code: str | None = Field(description="why not", examples=["insufficient_points"])
    detail: str | None
    reasons: list[dict[str, Any]]
    asks: list[str] = Field(
        description="what the rule still wants to know: `choice`, `asked_minor`, `offered`", examples=[["choice"]]
    )
    choices: dict[str, Words] = Field(description="of a bundle: one of these is taken")


class StockMoved(Done):
    """A move in the book of a reward's stock."""

    move: str
    reward: str = Field(examples=["soap"])
    change: int = Field(description="items that came, or are gone where it is negative")
    available: int = Field(description="items that can be promised now")
    on_shelf: int = Field(description="with those that are set aside")


class StockShown(Told):
    """The book of one reward: the moves less what was redeemed is what is available and set aside, to the item."""

    scheme: str
    reward: str
    title: Words
    available: int
    set_aside: int
    moves: dict[str, int] = Field(description="opening, donated, bought, counted (what counting changed), lost")
    redeemed: int
    redeemed_at: dict[str, int] = Field(description="by outlet")
    explained: int = Field(description="what has to lie on the shelf: moves less redeemed")
