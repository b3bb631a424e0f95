"""The shape of every answer: a thing, a page of a list, what a command did."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from points_engine.rulebook.kinds import Text

T = TypeVar("T")


class Told(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


class Words(Told):
    """A text in both languages."""

    zh: str = Field(examples=["服务 2 小时 10 分，得 2 积分，余 10 分钟转入下次"])
    en: str = Field(examples=["2 h 10 min of service: 2 points, 10 minutes carry over"])


def words(text: Text) -> Words:
    """A text of the rules."""
    return Words(zh=text.zh, en=text.en)


class Listed(Told, Generic[T]):
    """A page of a list. `next` is the cursor of the following page, absent at the end."""

    items: list[T]
    next: str | None = Field(None, description="pass it as `cursor` to get the next page")


class Done(Told):
    """What a command did."""

    model_config = ConfigDict(extra="allow")
