"""What callers get of the rules in force."""

from __future__ import annotations

from datetime import date

from api.told.answers import Told, Words


class PackShown(Told):
    scheme: str
    title: Words
    effective_on: date
    hash: str
    document: str
    issuer: Words
    demonstration: bool
    rules: int
