"""Activities: lists, promises to come, and how much took place, by unit and period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import String, and_, cast, func, literal_column, select, tuple_

from points_engine.flow.entities import Activity, Fact, Seats, SignUp, Unit, Volunteer
from points_engine.flow.rules import programme_zone
from points_engine.flow.service.folding import IN_FORCE
from points_engine.reading.service import units_under
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of

Period = Literal["day", "month", "year", "all"]
By = Literal["unit", "activity", "category"]

PERIODS: Final[Mapping[str, int]] = {"day": 10, "month": 7, "year": 4, "all": 0}
"""How many characters of an ISO day tell the period."""


@dataclass(slots=True)
class Count:
    """How much took place: a session is one activity on one day, an attendance one record."""

    name: str
    period: str
    sessions: set[tuple[str, date]] = field(default_factory=set)
    attendances: int = 0
    minutes: int = 0
    deeds: int = 0


@dataclass(frozen=True, slots=True)
class ActivityView:
    """An activity, the unit that answers for it, and its places where they are bounded."""

    activity: Activity
    host: Unit
    seats: Seats | None


def activities(
    view: View, most: int, after: tuple[str, ...] | None = None, *, unit: str = "", category: str = "", state: str = "",
    on: date | None = None,
) -> Page:  # fmt: skip
    """Activities by code (`ActivityView`): under a unit, of a category or state, on a day, where given."""
    table = table_of(Activity)
    query = select(table)  # in the order of the primary key
    if unit:
        query = query.where(table.c.host.in_(units_under(view, unit)))
    if category:
        query = query.where(table.c.category == category)
    if state:
        query = query.where(table.c.state == state)
    if on is not None:
        query = query.where(table.c.starts_on.is_(None) | (table.c.starts_on <= on))
        query = query.where(table.c.ends_on.is_(None) | (table.c.ends_on >= on))
    if after is not None:
        query = query.where(table.c.code > after[0])
    page = paged(view.connection, query.order_by(table.c.code), most, lambda row: Activity(*row), ("code",))
    return Page(_told(view, page.items), page.next)


def activity(view: View, code: str) -> ActivityView:
    """One activity.

    Raises: NotFound.
    """
    return _told(view, [view.the(Activity, "activity", code)])[0]


def _told(view: View, found: list[Activity]) -> list[ActivityView]:
    seats = {each.activity: each for each in view.among(Seats, "activity", [each.code for each in found])}
    hosts = {each.code: each for each in view.among(Unit, "code", sorted({each.host for each in found}))}
    return [ActivityView(each, hosts[each.host], seats.get(each.code)) for each in found]


def sign_ups(
    view: View, most: int, after: tuple[str, ...] | None = None, *, activity: str = "", volunteer_id: str = "",
    state: str = "", unit: str = "",
) -> Page:  # fmt: skip
    """Promises to come as (sign-up, volunteer's number), by activity and volunteer."""
    table, people, plans = table_of(SignUp), table_of(Volunteer), table_of(Activity)
    # By the primary key of sign_up, or sign_up_by_volunteer_id.
    query = select(table, people.c.number).join(people, people.c.id == table.c.volunteer_id)
    for name, value in (("activity", activity), ("volunteer_id", volunteer_id), ("state", state)):
        if value:
            query = query.where(table.c[name] == value)
    if unit:
        query = query.where(table.c.activity.in_(select(plans.c.code).where(plans.c.host.in_(units_under(view, unit)))))
    keys = [table.c.activity, table.c.volunteer_id]
    if after is not None:
        query = query.where(tuple_(*keys) > tuple_(after[0], after[1]))
    return paged(
        view.connection, query.order_by(*keys), most, lambda row: (SignUp(*row[:-1]), row.number),
        ("activity", "volunteer_id"),
    )  # fmt: skip


def counts(view: View, since: date, until: date, by: By, period: Period, unit: str = "") -> list[Count]:
    """How much took place from one day to another, both included, by unit, activity or category, and by period.

    Records and deeds in force count, on the day on which they began where the programme is.
    """
    zone = view.ask(programme_zone)
    plans = {each.code: each for each in view.where(Activity)}
    names = {code: {"unit": plan.host, "activity": code, "category": plan.category}[by] for code, plan in plans.items()}
    found: dict[tuple[str, str], Count] = {}
    for activity, kind, moment, number, minutes in _sums(view, since, until, zone, unit):
        day = moment.astimezone(zone).date()
        name, when = names.get(activity, ""), day.isoformat()[: PERIODS[period]]
        count = found.setdefault((name, when), Count(name, when))
        if kind == "deed":
            count.deeds += number
            continue
        count.sessions.add((activity, day))
        count.attendances += number
        count.minutes += minutes
    return [found[key] for key in sorted(found)]


def _sums(
    view: View, since: date, until: date, zone: ZoneInfo, unit: str
) -> Iterator[tuple[str, str, datetime, int, int]]:
    """Numbers and minutes of facts by activity, kind and beginning, cut to the hour where days begin on one."""
    table, plans = table_of(Fact), table_of(Activity)
    first = datetime.combine(since, time(), zone).astimezone(UTC)
    last = datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)
    moment = table.c.start
    bucket = (
        func.to_char(moment.op("AT TIME ZONE")(literal_column("'UTC'")), literal_column("'YYYY-MM-DD\"T\"HH24:MI'"))
        if view.connection.dialect.name == "postgresql"
        else func.substr(cast(moment, String), literal_column("1"), literal_column("16"))
    )
    length = 13 if first.minute == last.minute == 0 else 16
    # Written out: an expression with parameters would not be the same one where it is grouped by.
    cut = func.substr(bucket, literal_column("1"), literal_column(str(length)))
    query = (
        select(table.c.activity, table.c.kind, cut.label("moment"), func.count(), func.sum(table.c.minutes))
        .where(and_(moment >= first, moment < last), table.c.state.in_(IN_FORCE), table.c.kind.in_(("record", "deed")))
        .group_by(table.c.activity, table.c.kind, cut)
    )
    if unit:
        query = query.where(table.c.activity.in_(select(plans.c.code).where(plans.c.host.in_(units_under(view, unit)))))
    for activity, kind, text, number, minutes in view.connection.execute(query):
        whole = text if length == 16 else f"{text}:00"
        yield activity, kind, datetime.fromisoformat(whole).replace(tzinfo=UTC), int(number), int(minutes)
