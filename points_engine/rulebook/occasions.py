"""What the fold reads and what it answers: occasions in, credited minutes, points, traces and a state out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import TypeAlias

from points_engine import canonical
from points_engine.frozen import quickly_made
from points_engine.rulebook.kinds import Value

Order: TypeAlias = tuple[datetime, datetime, str]
"""Where an occasion stands in the fold: (start, end, natural id)."""

Cell: TypeAlias = int | Fraction | tuple[int | str, ...]
"""One value of a tally: a sum, a count, a maximum, the texts seen, or the two numbers of a streak or a share."""

Slots: TypeAlias = dict[str, dict[int | str, Cell]]
"""A state's tallies by slot name; inside a slot by window index, or by name in `NAMED_SLOTS`."""

HORIZON = "horizon"
"""The slot of the latest end, in microseconds since 1970, of the records of each volunteer in the fold."""

TIERS = "tiers"
"""The slot of the step (counted from 1) that stands in each tier rule."""

TIER_DAYS = "tier_days"
"""The slot of the day number on which each tier came to its step, or was last looked at."""

ENTERED = "standings"
"""The slot of the day number on which each standing was last entered with an occasion."""

PAID = "reached"
"""The slot of the window, by its number, in which each award for having reached something was last paid."""

NAMED_SLOTS = frozenset({HORIZON, TIERS, TIER_DAYS, ENTERED, PAID})


def named(rule: str, volunteer: str) -> str:
    """The key of a rule inside a named slot: in a household's fold every member has one.

    >>> named("stars", ""), named("stars", "mei")
    ('stars', 'stars@mei')
    """
    return f"{rule}@{volunteer}" if volunteer else rule


NEVER = date(9999, 12, 31)
"""The expiry day of a lot that does not expire."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Occasion:
    """A service record, a deed or an event of one volunteer, as the rules see it.

    `minutes` are whole minutes between `start` and `end` (0 for deeds).  `facts` are the other declared facts by
    dotted name: `activity.category`, `activity.host`, `activity.name`, `activity.level`, `activity.participants`,
    `activity.days`, `record.recorded_by`, `record.evaluation`, `record.paid`, `record.relation`, `record.referrer`,
    `deed.kind`, `deed.quantity` (int or Fraction), `record.item`, `record.role`… A fact that nobody stated is absent.
    `granted` are the approval levels that people have granted for this occasion.  `effective_on` is the day on which
    the occasion took effect (was accepted): the pack version in force on that day decides it; inside the version,
    dated values select by the service day.  A bare name in `facts` states a measure that reaches beyond the subject
    (a team's or a unit's total).
    """

    id: str
    kind: str  # record | deed | joined | referral | month_end; the fold itself adds reached | tier
    start: datetime  # aware, UTC
    end: datetime
    minutes: int
    facts: Mapping[str, Value]
    effective_on: date
    granted: frozenset[str] = frozenset()
    volunteer: str = ""  # in a household's fold: whose occasion it is; empty when the subject is the volunteer

    @property
    def order(self) -> Order:
        """The fold's order: (start, end, natural id), never arrival."""
        return (self.start, self.end, self.id)


@quickly_made
@dataclass(frozen=True, slots=True)
class Subject:
    """Whose history is folded: dated facts by dotted name, each with the day from which it holds, oldest first."""

    id: str
    dated: Mapping[str, Sequence[tuple[date, Value]]] = field(default_factory=dict)
    born_on: date | None = None  # feeds volunteer.age on the day
    members: Mapping[str, Subject] = field(default_factory=dict)  # of a household: what is known of each, by id

    def whose(self, volunteer: str) -> Subject:
        """What is known of the one whose occasion it is: the member where one is named and known."""
        return self.members.get(volunteer, self)


@quickly_made
@dataclass(frozen=True, slots=True)
class Credit:
    """What one occasion counts for in one scheme: the outcome of its fold step.

    `minutes` credited now; `points` in the smallest unit of the scheme (10**scale per point); `lots` sum to `points`;
    `awaiting` is the approval level still missing (empty when none); `trace` is the canonical JSON text of the
    decision, from which minutes and points are read, so that they cannot disagree.
    """

    occasion: str
    day: date
    minutes: int
    points: int
    lots: tuple[tuple[date, int], ...]  # (expires_on, amount), soonest first, zero amounts left out
    awaiting: str
    trace: str
    funds: tuple[tuple[str, int], ...] = ()  # (fund, points) that are not issued, but paid by a fund
    received: int = 0  # points that are not issued, but paid by whom the service was for
    beyond: tuple[tuple[str, int, Cell], ...] = ()  # (slot, window, part) that it adds to totals of groups and units


class FoldState:
    """Everything the next fold step needs of the past: tallies, carried remainders, the horizon of overlaps.

    Immutable to everybody but the fold, which shares unchanged slots between states.  `text` is canonical JSON (sorted
    keys, exact numbers as integers or "n/d" strings), made when it is first asked for; `last` is the order of the last
    occasion folded in.  `parse(state.text, state.last) == state`.
    """

    __slots__ = ("_text", "last", "slots")

    def __init__(self, slots: Slots | None = None, last: Order | None = None) -> None:
        self.slots: Slots = {} if slots is None else slots
        self.last = last
        self._text = ""

    @property
    def text(self) -> str:
        """The canonical JSON text of the state, without `last`."""
        if not self._text:
            self._text = canonical.text(self.slots, _exact)
        return self._text

    @classmethod
    def parse(cls, text: str, last: Order | None) -> FoldState:
        """The state that has this text.  Raises ValueError when the text is not a state's."""
        slots: Slots = {
            name: {_key(name, key): _cell(cell) for key, cell in cells.items()}
            for name, cells in canonical.parsed(text).items()
        }
        return cls(slots, last)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FoldState) and self.last == other.last and self.text == other.text

    def __hash__(self) -> int:
        return hash((self.text, self.last))

    def __repr__(self) -> str:
        return f"FoldState({self.text!r}, {self.last!r})"


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{value!r} has no place in a state")


def _key(slot: str, key: str) -> int | str:
    return key if slot in NAMED_SLOTS else int(key)


def _cell(cell: object) -> Cell:
    if isinstance(cell, list):
        return tuple(cell)
    if isinstance(cell, str):
        numerator, _, denominator = cell.partition("/")
        return Fraction(int(numerator), int(denominator))
    if isinstance(cell, int):
        return cell
    raise ValueError(f"{cell!r} is not a cell of a state")


EMPTY = FoldState()
"""The state before the first occasion."""


@dataclass(frozen=True, slots=True)
class TierReached:
    tier: str  # rule id
    level: str
    on: date
    volunteer: str = ""  # in a household's fold: the member who reached it


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state before the first occasion of `day`'s calendar year: where a later re-fold may start."""

    day: date  # 1 January, in the scheme's days
    state: FoldState


@quickly_made
@dataclass(frozen=True, slots=True)
class FoldResult:
    credits: tuple[Credit, ...]  # one per occasion, in the fold's order
    state: FoldState
    checkpoints: tuple[Checkpoint, ...]  # made while folding, oldest first
    tiers: tuple[TierReached, ...]  # tier levels newly reached, oldest first
