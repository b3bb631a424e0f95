"""What a volunteer has, and how it came about: balances by lot at any two times, and the decisions behind entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from points_engine.errors import NotFound
from points_engine.flow.entities import Award, Scheme, Trace, Volunteer
from points_engine.interchange.lookups import latest_pack
from points_engine.store import reads
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class SchemeBalance:
    """A volunteer's points of one scheme, in smallest units, as they can be used on `day`."""

    scheme: str
    title_zh: str
    title_en: str
    scale: int
    day: date
    points: reads.Balance

    @property
    def usable(self) -> int:
        """What can be spent: lots whose last usable day has not passed."""
        return self.points.usable(self.day)


@dataclass(frozen=True, slots=True)
class Balance:
    """A volunteer's service time and points, as of a moment and as known at another (None: now)."""

    number: str
    standing: str
    minutes: int
    schemes: tuple[SchemeBalance, ...]
    as_of: datetime | None = None
    recorded_until: datetime | None = None


def the_volunteer(connection: Connection, number: str) -> Volunteer:
    """The volunteer whom a number means, whatever number they have now.

    Raises: NotFound.
    """
    found = reads.volunteer_by_number(connection, number)
    if found is None:
        raise NotFound(what="volunteer", code=number)
    return found


def zones(connection: Connection) -> dict[str, ZoneInfo]:
    """The time zone of each scheme that has rules."""
    schemes = table_of(Scheme)
    codes = connection.execute(select(schemes.c.code).order_by(schemes.c.code)).scalars().all()
    packs = {code: latest_pack(connection, code) for code in codes}
    return {code: pack.zone for code, pack in packs.items() if pack is not None}


def programme_zone(connection: Connection) -> ZoneInfo:
    """The zone of the scheme that keeps the time; UTC before one is published."""
    schemes = table_of(Scheme)
    known = zones(connection)
    for code in connection.execute(select(schemes.c.code).where(schemes.c.keeps_time)).scalars():
        if code in known:
            return known[code]
    return ZoneInfo("UTC")


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last instant of a day."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - timedelta(microseconds=1)


def balance(
    connection: Connection,
    number: str,
    now: datetime,
    *,
    as_of: datetime | None = None,
    recorded_until: datetime | None = None,
) -> Balance:
    """What a volunteer has; with `as_of`, what had happened by then; with `recorded_until`, as far as then known.

    Raises: NotFound (the volunteer).
    """
    volunteer = the_volunteer(connection, number)
    schemes = table_of(Scheme)
    known = zones(connection)
    found: list[SchemeBalance] = []
    for scheme in connection.execute(select(schemes).order_by(schemes.c.code)):
        of = reads.balance(connection, volunteer.id, scheme.code, occurred_until=as_of, recorded_until=recorded_until)
        day = (as_of or now).astimezone(known.get(scheme.code, ZoneInfo("UTC"))).date()
        found.append(SchemeBalance(scheme.code, scheme.title_zh, scheme.title_en, scheme.scale, day, of))
    minutes = reads.minutes(connection, volunteer.id, occurred_until=as_of, recorded_until=recorded_until)
    return Balance(volunteer.number, volunteer.standing, minutes, tuple(found), as_of, recorded_until)


def traces_of(connection: Connection, entries: Sequence[str]) -> dict[str, list[Trace]]:
    """The decisions that entries were posted for, by entry."""
    table = table_of(Trace)
    found: dict[str, list[Trace]] = {}
    query = select(table).where(table.c.entry_id.in_(entries)).order_by(table.c.id)  # by trace_by_entry_id
    for row in connection.execute(query).mappings():
        found.setdefault(row["entry_id"], []).append(Trace(**row))
    return found


def awaiting(connection: Connection, number: str, *, most: int) -> list[tuple[str, str, str]]:
    """Records of a volunteer that wait for an approval: (record, scheme, level), newest first."""
    volunteer = the_volunteer(connection, number)
    table = table_of(Award)
    query = (
        select(table.c.fact_id, table.c.scheme, table.c.awaiting)
        .where(table.c.volunteer_id == volunteer.id, table.c.awaiting != "")  # by award_by_volunteer_id
        .order_by(table.c.start.desc())
        .limit(most)
    )
    return [(row.fact_id, row.scheme, row.awaiting) for row in connection.execute(query)]
