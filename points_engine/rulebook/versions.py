"""Versions: which pack is in force on a day."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date

from points_engine.rulebook.pack import Pack


@dataclass(frozen=True)
class RuleHistory:
    """The versions of one scheme's pack, each with the day from which it is in force, oldest first."""

    versions: tuple[tuple[date, Pack], ...]
    _from: tuple[date, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        days = tuple(day for day, _ in self.versions)
        if not days or list(days) != sorted(set(days)):
            raise ValueError("a rule history has one version or more, each from a later day than the one before")
        object.__setattr__(self, "_from", days)

    def on(self, day: date) -> Pack:
        """The version in force on `day`; before the first one took effect, the first."""
        return self.versions[max(0, bisect_right(self._from, day) - 1)][1]
