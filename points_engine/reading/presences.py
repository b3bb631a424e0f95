"""Presence: who is checked in now, at the activities of a unit, the longest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from points_engine.flow.entities import Activity, CheckIn, Person, Volunteer
from points_engine.reading.people import masked
from points_engine.reading.service import units_under
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class PresenceView:
    """Somebody who is there: their number, their name with its middle hidden, and what they came for."""

    check_in: CheckIn
    number: str
    name: str
    activity: Activity | None


def present(view: View, most: int, after: tuple[str, ...] | None = None, unit: str = "") -> Page:
    """Stretches of presence that nobody ended yet, at the activities that a unit and those below it host."""
    table, plans = table_of(CheckIn), table_of(Activity)
    query = select(table).where(table.c.state == "open")  # by the index check_in_open
    if unit:
        query = query.where(table.c.activity.in_(select(plans.c.code).where(plans.c.host.in_(units_under(view, unit)))))
    if after is not None:
        since, last = datetime.fromisoformat(after[0]), after[1]
        query = query.where((table.c.checked_in_at > since) | ((table.c.checked_in_at == since) & (table.c.id > last)))
    query = query.order_by(table.c.checked_in_at, table.c.id)
    page = paged(view.connection, query, most, lambda row: CheckIn(*row), ("checked_in_at", "id"))
    return Page(_told(view, page.items), page.next)


def _told(view: View, rows: list[CheckIn]) -> list[PresenceView]:
    whose = sorted({row.volunteer_id for row in rows})
    numbers = {each.id: each.number for each in view.among(Volunteer, "id", whose)}
    names = {each.volunteer_id: masked(each.name) for each in view.among(Person, "volunteer_id", whose)}
    plans = {each.code: each for each in view.among(Activity, "code", sorted({row.activity for row in rows}))}
    return [
        PresenceView(row, numbers[row.volunteer_id], names.get(row.volunteer_id, ""), plans.get(row.activity))
        for row in rows
    ]
