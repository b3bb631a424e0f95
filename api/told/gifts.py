"""What callers get of points that passed to somebody else."""

from __future__ import annotations

from pydantic import Field

from api.told.answers import Done, Told, Words


class Given(Done):
    """Points that passed, and the rule that let them."""

    entry: str
    points: str = Field(examples=["5"])
    to: str
    rule: str = Field(examples=["to_lineal_relatives"])


class GroupShown(Told):
    """A group, and the points that it can give on, by scheme."""

    group: str = Field(examples=["red-vests"])
    name: Words
    points: dict[str, str] = Field(examples=[{"nansha": "12"}])
