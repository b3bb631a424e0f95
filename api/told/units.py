"""What callers get of units."""

from __future__ import annotations

from api.told.answers import Told, Words


class UnitShown(Told):
    code: str
    kind: str
    name: Words
