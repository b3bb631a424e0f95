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
    available: int | None = Field(
        description="how many there are: at the outlet, or in total where none is named; none: not counted"
    )
    outlets: dict[str, int] = Field(
        description="where each outlet has its own stock and none is named: which have it, and how many",
        examples=[{"wangs-1": 12}],
    )


class StockMoved(Done):
    """A move in the book of a reward's stock."""

    move: str
    reward: str = Field(examples=["soap"])
    change: int = Field(description="items that came, or are gone where it is negative")
    available: int = Field(description="items that can be promised now")
    on_shelf: int = Field(description="with those that are set aside")


class ShelfLeft(Told):
    """A shelf after something was carried."""

    outlet: str = Field(description="empty: the common one", examples=["wangs-1"])
    available: int = Field(description="items that can be promised now")
    on_shelf: int = Field(description="with those that are set aside")


class StockCarried(Done):
    """Items that went from one shelf to another: two moves, of which `move` is the first."""

    move: str
    reward: str = Field(examples=["soap"])
    carried: int = Field(description="items", examples=[5])
    left: ShelfLeft
    arrived: ShelfLeft


class ShelfShown(Told):
    """The book of one shelf: the moves less what was redeemed is what is available and set aside, to the item."""

    outlet: str = Field(description="empty: the common one", examples=["wangs-1"])
    available: int
    set_aside: int
    moves: dict[str, int] = Field(description="as of the reward, and carried: negative where items went elsewhere")
    redeemed: int
    explained: int = Field(description="what has to lie on the shelf: moves less redeemed")


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
    explained: int = Field(description="what has to lie there: moves less redeemed")
    shelves: list[ShelfShown] = Field(description="shelf by shelf: of each outlet that has its own, and the common one")
