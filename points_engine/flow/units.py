"""The organisation tree over time: a unit moves under another one from a day on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Unit, UnitMove
from points_engine.flow.rules import rule_needs, today


@dataclass(frozen=True, slots=True)
class MoveUnit:
    """From a day on, today or before, a unit stands under another one; None for the top."""

    code: str
    parent: str | None
    from_day: date

    def __post_init__(self) -> None:
        shapes.code("code", self.code)
        shapes.optional_code("parent", self.parent)
        shapes.day("from_day", self.from_day)


def move_needs(command: MoveUnit, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Unit, (command.code,))
    yield Children(UnitMove, (command.code,))
    above, seen = command.parent, set[str]()
    while above and above not in seen:  # the way up, one unit a round
        seen.add(above)
        yield OneRow(Unit, (above,))
        found = desk.peek(Unit, above)
        above = None if found is None else found.parent


def move_unit(command: MoveUnit, desk: Desk) -> dict[str, Any]:
    """Move a unit, with everything below it.

    Raises, first that applies: NotFound (the unit, the parent), InvalidValue (the parent stands below it; the day is to
    come; the unit has moved since).
    """
    unit = desk.find(Unit, command.code)
    if unit is None:
        raise NotFound(what="unit", code=command.code)
    above = command.parent or None
    while above is not None:
        found = desk.find(Unit, above)
        if found is None:
            raise NotFound(what="unit", code=above)
        if found.code == unit.code:
            expected = Both("a unit that does not stand below it", "不在其下级的组织")
            raise InvalidValue(field="parent", value=command.parent, expected=expected)
        above = found.parent
    first = max((row.from_day for row in desk.children(UnitMove, unit.code)), default=date(1900, 1, 1))
    if not first <= command.from_day <= today(desk):
        expected = Both(f"a day from {first} to {today(desk)}", f"{first} 至 {today(desk)} 之间的日期")
        raise InvalidValue(field="from_day", value=command.from_day, expected=expected)

    # Nothing below this line may refuse.
    parent = command.parent or None
    moved = UnitMove(unit.code, command.from_day, parent, unit.parent, desk.principal, desk.now)
    desk.put(moved)
    desk.put(replace(unit, parent=parent))
    return {"unit": unit.code, "parent": parent, "before": unit.parent, "from_day": command.from_day.isoformat()}
