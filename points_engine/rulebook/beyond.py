"""Measures that reach beyond the subject of a fold: what a group or a unit has done together.

A decided occasion says what it adds to them; whoever keeps the books adds it up.  What they say is an input of the
occasions that read it, as it was when these were accepted, and is not folded again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from points_engine.rulebook.kinds import Cap, Measure, Number, Unknown, Value
from points_engine.rulebook.measures import Tallies, Tally, slot_for, whole
from points_engine.rulebook.occasions import Cell, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.plans import plan_of
from points_engine.rulebook.standpoints import Standpoint
from points_engine.rulebook.subjects import fact_on
from points_engine.rulebook.windows import ROLLING, index_of

if TYPE_CHECKING:
    from points_engine.rulebook.cases import Case

WHOSE: Final = {"group": "volunteer.teams", "unit": "volunteer.units"}
"""The fact that says to whose totals a volunteer's service counts."""

ADDED_UP: Final = ("sum", "count", "share")
"""Folds whose parts can be taken off again: what is corrected leaves nothing behind."""

Place: TypeAlias = tuple[str, int]
"""Where a total stands: a slot that names whose it is, and the number of the window."""


def unkept(pack: Pack) -> tuple[str, ...]:
    """The rules of a pack that count by group or unit in a way that the books do not add up: maxima, distinct values,
    streaks, windows whose edge moves, and caps on what is earned."""
    measures = [
        rule.id
        for rule in pack.of_kind(Measure)
        if rule.each in WHOSE and (rule.fold not in ADDED_UP or rule.over.kind in (*ROLLING, "record"))
    ]
    caps = [rule.id for rule in pack.of_kind(Cap) if rule.each in WHOSE and rule.at != "redeem"]
    return (*measures, *caps)


def add_beyond(case: Case, tally: Tally, parts: Sequence[tuple[date, object]]) -> None:
    """Note what an occasion adds, by day, to the totals of the groups or units of whose it is."""
    for whose in _whose(case.subject, tally, case.day):
        slot = slot_for(tally.slot, tally.same, case.values, whose)
        for day, value in parts:
            index = index_of(tally.measure.over, day, tally.fiscal)
            if slot is not None and index is not None:
                cell = (int(value is True), 1) if tally.measure.fold == "share" else value
                case.beyond[slot, index] = plus(case.beyond.get((slot, index)), cell)  # type: ignore[arg-type]


def plus(cell: Cell | None, other: Cell) -> Cell:
    """Two parts of a total together."""
    if isinstance(other, tuple):
        good, total = cell if isinstance(cell, tuple) else (0, 0)
        return (int(good) + int(other[0]), int(total) + int(other[1]))
    return whole(other if cell is None or isinstance(cell, tuple) else cell + other)


def minus(cell: Cell) -> Cell:
    """What takes a part off a total again."""
    return (-int(cell[0]), -int(cell[1])) if isinstance(cell, tuple) else -cell


def places(pack: Pack, subject: Subject, day: date, facts: dict[str, Value], *, of_fold: bool) -> list[Place]:
    """Where the totals stand that rules may read on a day: those of the fold, or of any rule."""
    return [place for _, found in _asked(pack, subject, day, facts, of_fold=of_fold) for place in found]


def totals(
    pack: Pack,
    subject: Subject,
    day: date,
    facts: dict[str, Value],
    read: Callable[[Place], Cell | None],
    *,
    of_fold: bool,
) -> dict[str, Number]:
    """What the totals say, by measure; who belongs to several groups or units is told the highest.

    A total that nobody has added to is 0; the share of nothing, and the total of no group, is unknown and left out.
    """  # fmt: skip
    known: dict[str, Number] = {}
    for tally, found in _asked(pack, subject, day, facts, of_fold=of_fold):
        values = [value for place in found if (value := _said(tally, read(place))) is not None]
        if values:
            known[tally.measure.id] = max(values)
    return known


def _said(tally: Tally, cell: Cell | None) -> Number | None:
    if tally.measure.fold != "share":
        return 0 if cell is None or isinstance(cell, tuple) else cell
    if not isinstance(cell, tuple) or not cell[1]:
        return None
    return whole(Fraction(int(cell[0]), int(cell[1])))


def _asked(
    pack: Pack, subject: Subject, day: date, facts: dict[str, Value], *, of_fold: bool
) -> Iterator[tuple[Tally, list[Place]]]:
    plan = plan_of(pack)
    here: Standpoint | None = None
    for tally in plan.beyond:
        if of_fold and tally.measure.id not in plan.names:
            continue
        index = index_of(tally.measure.over, day, tally.fiscal)
        if index is None:
            continue
        if here is None:
            here = Standpoint(plan, subject, Tallies({}), day, facts)
        slots = [slot_for(tally.slot, tally.same, here.values, whose) for whose in _whose(subject, tally, day)]
        yield tally, [(slot, index - tally.measure.over.offset) for slot in slots if slot is not None]


def _whose(subject: Subject, tally: Tally, day: date) -> tuple[str, ...]:
    known = fact_on(subject, WHOSE[tally.measure.each], day)
    return () if isinstance(known, Unknown) or not isinstance(known, tuple) else tuple(map(str, known))
