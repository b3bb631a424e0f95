"""The organisation tree, now and as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from points_engine.flow.entities import Unit, UnitMove
from points_engine.reading.view import Page, View


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its place in the tree: the way up to the top, and what stands right below it."""

    unit: Unit
    above: list[Unit]
    below: list[Unit]
    moves: list[UnitMove]


def a_unit(view: View, code: str, on: date | None = None) -> UnitView:
    """A unit; `on` a day, with the way up as it was then.

    Raises: NotFound.
    """
    unit = view.the(Unit, "unit", code)
    above: list[Unit] = []
    parent = parent_on(view, unit, on)
    while parent is not None and all(parent != each.code for each in above):
        found = view.the(Unit, "unit", parent)
        above.append(found)
        parent = parent_on(view, found, on)
    return UnitView(unit, above, view.where(Unit, parent=code), view.where(UnitMove, unit=code))


def parent_on(view: View, unit: Unit, on: date | None) -> str | None:
    """Under which unit one stood on a day; where it stands now, without one."""
    if on is None:
        return unit.parent
    moves = view.where(UnitMove, unit=unit.code)
    past = [move for move in moves if move.from_day <= on]
    if past:
        return past[-1].parent
    return moves[0].before if moves else unit.parent


def units(view: View, most: int, after: tuple[str, ...] | None = None, **filters: object) -> Page:
    """Units by code, with these values in their fields."""
    return view.page(Unit, most, after, **filters)
