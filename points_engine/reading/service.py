"""Service records and deeds as they stand: what each counts for in every scheme, what it waits for, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from points_engine.errors import NotFound
from points_engine.flow.entities import Activity, Award, Fact, Person, Scheme, Unit, Volunteer
from points_engine.flow.rules import schemes
from points_engine.ledger.amounts import shown
from points_engine.reading.entries import Decision, decision_of
from points_engine.reading.people import masked
from points_engine.reading.view import Page, View, paged
from points_engine.rulebook.kinds import Text
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What a record counts for in one scheme."""

    scheme: str
    minutes: int
    points: str
    awaiting: str
    entry: str
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an approval would give now: points by scheme, minutes, and the levels that would then still be missing."""

    points: dict[str, str]
    minutes: int
    awaiting: list[tuple[str, Text]]


@dataclass(frozen=True, slots=True)
class RecordView:
    """A service record or a deed, whose it is, and what it counts for."""

    fact: Fact
    number: str
    name: str  # with its middle hidden
    activity: Activity | None
    standings: list[Standing]
    outlook: Outlook | None = None  # only where somebody looks at what waits for them


def record(view: View, fact_id: str) -> RecordView:
    """A service record or deed.

    Raises: NotFound.
    """
    fact = view.one(Fact, fact_id)
    if fact is None:
        raise NotFound(what="record", code=fact_id)
    return told(view, [fact])[0]


def records_of(view: View, volunteer_id: str, most: int, after: tuple[str, ...] | None = None) -> Page:
    """The records and deeds of one volunteer, newest first."""
    table = table_of(Fact)
    # By the index fact_by_volunteer_id.
    query = select(table).where(table.c.volunteer_id == volunteer_id, table.c.kind.in_(("record", "deed")))
    if after is not None:
        start, last = datetime.fromisoformat(after[0]), after[1]
        query = query.where((table.c.start < start) | ((table.c.start == start) & (table.c.id < last)))
    page = paged(
        view.connection, query.order_by(table.c.start.desc(), table.c.id.desc()), most, lambda row: Fact(*row),
        ("start", "id"),
    )  # fmt: skip
    return Page(told(view, page.items), page.next)


def host_of(view: View, fact_id: str) -> str:
    """The unit that answers for a record: its activity's host, or the volunteer's home for a deed without one.

    Raises: NotFound.
    """
    fact = view.the(Fact, "record", fact_id)
    if fact.activity:
        return view.the(Activity, "activity", fact.activity).host
    return view.the(Volunteer, "volunteer", fact.volunteer_id).home_unit or ""


def units_under(view: View, top: str) -> list[str]:
    """A unit and everything below it."""
    found, level = [top], [top]
    table = table_of(Unit)
    while level:
        # By the index unit_by_parent, one level of the tree at a time.
        level = list(view.connection.execute(select(table.c.code).where(table.c.parent.in_(level))).scalars())
        found += level
    return found


def is_under(view: View, unit: str, top: str) -> bool:
    """Whether a unit is `top` or stands below it."""
    seen: set[str] = set()
    while unit and unit != top and unit not in seen:
        seen.add(unit)
        found = view.one(Unit, unit)
        unit = (found.parent or "") if found is not None else ""
    return unit == top


def told(view: View, facts: list[Fact]) -> list[RecordView]:
    """Records with whose they are, and what each counts for in every scheme."""
    scale = {scheme.code: scheme.scale for scheme in _schemes(view)}
    standing: dict[str, list[Award]] = {}
    for award in view.among(Award, "fact_id", [fact.id for fact in facts]):
        standing.setdefault(award.fact_id, []).append(award)
    whose = sorted({fact.volunteer_id for fact in facts})
    numbers = {each.id: each.number for each in view.among(Volunteer, "id", whose)}
    names = {each.volunteer_id: masked(each.name) for each in view.among(Person, "volunteer_id", whose)}
    activities = {each.code: each for each in view.among(Activity, "code", sorted({f.activity for f in facts} - {""}))}
    return [
        RecordView(
            fact,
            numbers.get(fact.volunteer_id, ""),
            names.get(fact.volunteer_id, ""),
            activities.get(fact.activity),
            [
                Standing(
                    award.scheme, award.minutes, shown(award.points, scale.get(award.scheme, 0)), award.awaiting,
                    award.entry_id, decision_of(view, award.trace_id),
                )
                for award in sorted(standing.get(fact.id, []), key=lambda award: award.scheme)
            ],
        )
        for fact in facts
    ]  # fmt: skip


def _schemes(view: View) -> list[Scheme]:
    return view.ask(schemes)
