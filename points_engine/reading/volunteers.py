"""Lists of volunteers, names with the middle hidden."""

from __future__ import annotations

from sqlalchemy import select

from points_engine.flow.entities import Person, Volunteer
from points_engine.reading.people import masked
from points_engine.reading.service import units_under
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of


def volunteers(
    view: View, most: int, after: tuple[str, ...] | None = None, *, unit: str = "", standing: str = ""
) -> Page:
    """Volunteers with their shown names, by number: of a unit or below it, of a standing, where given."""
    table, people = table_of(Volunteer), table_of(Person)
    query = select(table, people.c.name).join(people, people.c.volunteer_id == table.c.id, isouter=True)
    if unit:
        units = units_under(view, unit)
        query = query.where(table.c.home_unit.in_(units) | table.c.work_unit.in_(units))
    if standing:
        query = query.where(table.c.standing == standing)
    if after is not None:
        query = query.where(table.c.number > after[0])
    query = query.order_by(table.c.number)
    return paged(view.connection, query, most, lambda row: (Volunteer(*row[:-1]), masked(row.name or "")), ("number",))
