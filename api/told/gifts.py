"""What callers get of points that passed to somebody else."""

from __future__ import annotations

from pydantic import Field

from api.told.answers import Done


class Given(Done):
    """Points that passed, and the rule that let them."""

    entry: str
    points: str = Field(examples=["5"])
    to: str
    rule: str = Field(examples=["to_lineal_relatives"])
