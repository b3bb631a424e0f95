"""What an examination finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from points_engine.settings import Settings
from points_engine.store import SqlStore

Weight = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be: what, where, and what would be right, in both languages.

    An `error` breaks a promise or will soon; a `warning` wants a decision; a `note` is good to know.
    """

    weight: Weight
    where: str
    zh: str
    en: str
    right_zh: str
    right_en: str


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined. `store` is None where the books cannot be opened."""

    settings: Settings
    environment: dict[str, str]
    now: datetime
    store: SqlStore | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One check by name; `needs_books` is left out where the books cannot be opened."""

    name: str
    zh: str
    en: str
    look: Callable[[Patient], Iterable[Finding]]
    needs_books: bool = True


@dataclass(frozen=True, slots=True)
class Examined:
    """The outcome of one check; `skipped` says that it could not be made."""

    check: Check
    findings: tuple[Finding, ...] = field(default=())
    skipped: bool = False
