"""Conflicts: what was set aside, in the words of those who have to solve it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from points_engine.errors import catalogue
from points_engine.flow.entities import Activity, Conflict, Volunteer
from points_engine.flow.service.conflicts import FORGOTTEN, OVERLAPPING
from points_engine.reading.service import units_under
from points_engine.reading.view import Page, View, paged
from points_engine.rulebook.kinds import Text
from points_engine.store.tables import table_of

WHY: Final[dict[str, Text]] = {
    "already_checked_in": Text("签到时仍有未签退的签到", "somebody who had not checked out elsewhere checked in"),
    "not_checked_in": Text("签退时没有对应的签到", "somebody checked out who had not checked in"),
    "not_found": Text("编号或活动不存在", "nobody has this number, or there is no such activity"),
    "standing_blocks": Text("志愿者当前状态不能签到", "the volunteer's standing does not allow it"),
    "time_out_of_range": Text("设备时间不合理", "the device's time cannot be right"),
    "not_admitted": Text("规则不允许此时签到", "the rules do not admit it"),
    "wrong_state": Text("活动已取消", "the activity is cancelled"),
    "conflicting_record": Text("同一签到已有另一来源的记录", "a record of the same beginning came in by another way"),
    "decrease_blocked": Text("会收回已用的积分", "it would take back points that were spent"),
    FORGOTTEN: Text("忘记签退，已按规则处理", "nobody checked out; it was closed as the rules say"),
    OVERLAPPING: Text("同一时间在两处签到，重叠时间只计一次", "at two places at once; the time counts once"),
}
"""What each kind of conflict is about."""


@dataclass(frozen=True, slots=True)
class ConflictView:
    """A conflict, with the number and the activity as people know them."""

    conflict: Conflict
    number: str  # the volunteer's own, where somebody has the number that came
    activity: Activity | None
    why: Text


def a_conflict(view: View, identity: str) -> ConflictView:
    """A conflict.

    Raises: NotFound.
    """
    return _told(view, [view.the(Conflict, "conflict", identity)])[0]


def conflicts(
    view: View, most: int, after: tuple[str, ...] | None = None, *, state: str = "open", code: str = "",
    volunteer_id: str = "", unit: str = "",
) -> Page:  # fmt: skip
    """Conflicts, oldest first: of one state, kind or volunteer, and of what stands under a unit, where given."""
    table = table_of(Conflict)
    query = select(table)  # by the index conflict_by_state, or conflict_by_volunteer_id
    if state:
        query = query.where(table.c.state == state)
    if code:
        query = query.where(table.c.code == code)
    if volunteer_id:
        query = query.where(table.c.volunteer_id == volunteer_id)
    if unit:
        query = query.where(table.c.unit.in_(units_under(view, unit)))
    if after is not None:
        raised_at, last = datetime.fromisoformat(after[0]), after[1]
        query = query.where((table.c.raised_at > raised_at) | ((table.c.raised_at == raised_at) & (table.c.id > last)))
    query = query.order_by(table.c.raised_at, table.c.id)
    page = paged(view.connection, query, most, lambda row: Conflict(*row), ("raised_at", "id"))
    return Page(_told(view, page.items), page.next)


def why(code: str) -> Text:
    """What a kind of conflict is about; the sentence of its refusal where it is a rare one."""
    if code in WHY:
        return WHY[code]
    kind = next((each for each in catalogue() if each.code == code), None)
    return Text(code, code) if kind is None else Text(kind.zh, kind.en)


def _told(view: View, rows: list[Conflict]) -> list[ConflictView]:
    people = view.among(Volunteer, "id", sorted({row.volunteer_id for row in rows} - {""}))
    numbers = {each.id: each.number for each in people}
    activities = {each.code: each for each in view.among(Activity, "code", sorted({row.activity for row in rows}))}
    return [
        ConflictView(row, numbers.get(row.volunteer_id, ""), activities.get(row.activity), why(row.code))
        for row in rows
    ]
