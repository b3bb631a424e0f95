"""Measures: how a fold of service history is kept in tallies and read from them.

A tally holds one value per window (day buckets for windows whose edge moves), so a measure is never recounted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from points_engine.rulebook.kinds import UNKNOWN, Expression, Measure, Number, Unknown, Window
from points_engine.rulebook.occasions import Cell, Slots
from points_engine.rulebook.windows import KEPT, ROLLING, index_of, rolling_days

Cells = dict[int | str, Cell]


@dataclass(frozen=True, slots=True)
class Reading:
    """An expression and the measures that have to be worked out before it is called."""

    expression: Expression
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """A measure as it is kept: the slot of a state in which it stands, and how it is fed."""

    measure: Measure
    slot: str
    same: tuple[tuple[str, ...], ...]  # for each of the measure's `same`, the facts that may state it
    of: Reading | None
    where: tuple[Reading, ...]
    fiscal: tuple[int, int]
    reads: frozenset[str]  # every name that feeding it needs
    served: bool = False  # whether occasions that still await an approval count: what approvals are read by

    @property
    def is_derived(self) -> bool:
        """Whether it is fed from other measures, when these count the occasion already: streaks and shares."""
        return self.measure.fold in ("streak", "share")


class Tallies:
    """The working copy of a state's slots: a slot is copied when it is first written, all others stay shared."""

    __slots__ = ("_owned", "slots")

    def __init__(self, slots: Slots) -> None:
        self.slots: Slots = dict(slots)
        self._owned: set[str] = set()

    def cells(self, slot: str) -> Mapping[int | str, Cell]:
        """The cells of a slot, to be read."""
        return self.slots.get(slot, _NONE)

    def writable(self, slot: str) -> Cells:
        """The cells of a slot, to be written."""
        if slot in self._owned:
            return self.slots[slot]
        self._owned.add(slot)
        cells = self.slots[slot] = dict(self.slots.get(slot, _NONE))
        return cells

    def number(self, slot: str, index: int) -> Number:
        """A sum or a count; 0 where nothing was added."""
        cell = self.cells(slot).get(index, 0)
        assert not isinstance(cell, tuple), f"{slot} holds no numbers"
        return cell

    def put_back(self, kept: Mapping[str, Cells | None]) -> None:
        """Some slots as they stood before; their cells must have been replaced as a whole since, not written to."""
        for slot, cells in kept.items():
            if cells is not None:
                self.slots[slot] = cells
            else:
                self.slots.pop(slot, None)

    def snapshot(self) -> Slots:
        """The slots as they stand; what is written later goes into copies."""
        self._owned.clear()
        return dict(self.slots)


_NONE: Mapping[int | str, Cell] = {}


def whole(value: Number) -> Number:
    """The same number, as an int where it is one, so that equal values have equal texts."""
    if type(value) is int:
        return value
    return value.numerator if value.denominator == 1 else value


def slot_for(slot: str, same: Iterable[tuple[str, ...]], facts: Mapping[str, object], whose: str) -> str | None:
    """The slot of one value of the `same` keys; None when a key is unknown."""
    name = f"{slot}@{_quoted(whose)}" if whose else slot
    for candidates in same:
        for candidate in candidates:
            if candidate in facts:
                name = f"{name}|{_quoted(facts[candidate])}"
                break
        else:
            return None
    return name


def _quoted(value: object) -> str:
    return str(value).replace("%", "%25").replace("|", "%7C").replace("@", "%40")


def facts_named(key: str) -> tuple[str, ...]:
    """The facts that may state a `same` key: itself when dotted, else the id or name of what it says."""
    if "." in key:
        return (key,)
    if key == "activity":
        return ("activity.id", "activity.name")
    return (key, f"activity.{key}", f"record.{key}", f"deed.{key}", f"act.{key}", f"volunteer.{key}")


def value_on(tally: Tally, cells: Mapping[int | str, Cell], day: date, since: int | None) -> Number | Unknown:
    """What a tally says on `day`.

    `since` is the first day number of a `since` window, None when its event is unknown.  Unknown: outside a season,
    before the event, a share or a maximum of nothing.
    """
    window = tally.measure.over
    fold = tally.measure.fold
    if window.kind in ROLLING:
        if window.kind == "since":
            if since is None:
                return UNKNOWN
            first, last = since, day.toordinal()
        else:
            first, last = rolling_days(window, day)
        picked = [cell for index, cell in cells.items() if isinstance(index, int) and first <= index <= last]
        return combined(fold, picked)
    if window.kind == "record":
        return combined(fold, [])
    index = index_of(window, day, tally.fiscal)
    if index is None:
        return UNKNOWN
    if fold == "streak":
        return _run(cells, index - window.offset)
    cell = cells.get(index - window.offset)
    return combined(fold, [] if cell is None else [cell])


def combined(fold: str, cells: list[Cell]) -> Number | Unknown:
    """The cells of a window's buckets as one value."""
    if fold in ("sum", "count"):
        return whole(sum((cell for cell in cells if not isinstance(cell, tuple)), start=0))
    if fold == "max":
        numbers = [cell for cell in cells if not isinstance(cell, tuple)]
        return max(numbers) if numbers else UNKNOWN
    pairs = [cell for cell in cells if isinstance(cell, tuple)]
    if fold == "distinct":
        return len({text for cell in pairs for text in cell})
    good, total = sum(int(cell[0]) for cell in pairs), sum(int(cell[1]) for cell in pairs)
    return whole(Fraction(good, total)) if total else UNKNOWN


def _run(cells: Mapping[int | str, Cell], index: int) -> int:
    """How many windows in a row, up to this one or, while it may still be reached, the one before it."""
    length = 0
    at = index if index in cells else index - 1
    while at in cells:
        length += 1
        at -= 1
    return length


def added(fold: str, cell: Cell | None, value: object) -> Cell:
    """A tally's cell after one more occasion of `value`."""
    if fold == "distinct":
        known = cell if isinstance(cell, tuple) else ()
        text = str(value)
        return known if text in known else tuple(sorted((*(str(item) for item in known), text)))
    if fold == "streak":
        return 1
    if fold == "share":
        good, total = cell if isinstance(cell, tuple) else (0, 0)
        return (int(good) + (value is True), int(total) + 1)
    assert isinstance(value, (int, Fraction)), f"{fold} of {value!r}"
    if cell is None:
        return whole(value)
    assert not isinstance(cell, tuple), f"{fold} holds numbers"
    return max(cell, whole(value)) if fold == "max" else whole(cell + value)


def prune(cells: Cells, window: Window, day: date, fiscal: tuple[int, int], since: int | None) -> None:
    """Drop the windows that no occasion or act from `day` on can need."""
    if window.kind in KEPT or not cells:
        return
    if window.kind == "since":
        first = since
    elif window.kind == "last":
        first = rolling_days(window, day)[0]
    else:
        index = index_of(window, day, fiscal)
        first = None if index is None else index - window.offset
    if first is None:
        return
    for index in [index for index in cells if isinstance(index, int) and index < first]:
        del cells[index]
