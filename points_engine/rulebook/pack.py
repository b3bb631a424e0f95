"""A pack: the regulation as data, read once, immutable, with the hash of its canonical text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from points_engine.limits import DOUBLE_TAP_SECONDS
from points_engine.rulebook.kinds import Rule, Text

R = TypeVar("R", bound=Rule)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One version of one scheme's rules. `scale` is the number of decimals of a point (0 to 3)."""

    scheme: str
    title: Text
    points_name: Text
    scale: int
    issuer: Text
    document: str  # the document's number or name, as published
    demonstration: bool
    effective_on: date
    zone: ZoneInfo
    calendar: str  # "CN": which public holidays and make-up working days count; "" for none
    fiscal_year_starts: tuple[int, int]  # (month, day)
    midnight: Literal["split", "start", "end"]  # how a record across midnight belongs to days
    fold_scope: Literal["volunteer", "household"]
    keeps_time: bool  # whether this scheme's fold decides the statutory minutes (one scheme of a programme does)
    late_award: str  # "expire" | "grace N days"
    on_decrease: Literal["debt", "forgive", "block"]
    rules: Mapping[str, Rule]  # by id, in reading order
    canonical: str  # JSON text from which the pack can be loaded again (comments and places dropped)
    hash: str  # sha256 hex of `canonical`
    funds: Mapping[str, Text] = field(default_factory=dict)  # the funds that rules may draw on, by id
    partners: Mapping[str, Text] = field(default_factory=dict)  # who honours rewards, where the pack lists them
    forgotten: tuple[int, int] = (0, 24 * 60)  # nobody checked out: minutes credited, minutes after which it is so
    double_tap: int = DOUBLE_TAP_SECONDS  # seconds within which the same tap at the same activity is one tap
    currency: str = "CNY"  # ISO 4217: what `money` counts the minor units of
    _derived: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def of_kind(self, kind: type[R]) -> tuple[R, ...]:
        """The pack's rules of one kind, in reading order."""
        return self.once(kind, lambda: tuple(rule for rule in self.rules.values() if isinstance(rule, kind)))

    def once(self, name: object, derive: Callable[[], T]) -> T:
        """What follows from the rules alone, derived the first time it is asked for: a pack does not change."""
        try:
            known: T = self._derived[name]
        except KeyError:
            known = self._derived[name] = derive()
        return known

    def __reduce__(self) -> tuple[Callable[[str], Pack], tuple[str]]:
        """Compiled expressions cannot be pickled: another process loads the pack again from its canonical text."""
        from points_engine.rulebook.loading import pack_from_canonical

        return (pack_from_canonical, (self.canonical,))
