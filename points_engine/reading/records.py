"""Lists over all service records and deeds: with filters, and what waits for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Select, func, select

from points_engine.errors import Refusal
from points_engine.flow.desk import Desk
from points_engine.flow.entities import Activity, Award, Fact, Volunteer
from points_engine.flow.rules import programme_zone, schemes
from points_engine.flow.service.approvals import ApproveFact, approve_fact, approve_needs
from points_engine.ledger.amounts import shown
from points_engine.reading.queries import behind
from points_engine.reading.service import Outlook, told, units_under
from points_engine.reading.view import Page, View, paged
from points_engine.rulebook.glossary import word_name
from points_engine.rulebook.kinds import Text
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of records is narrowed to; an empty text or None narrows nothing. Days are the programme's."""

    kind: str = ""  # record | deed
    state: str = ""
    awaiting: str = ""  # an approval level
    activity: str = ""
    volunteer_id: str = ""
    source: str = ""
    since: date | None = None
    until: date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many records wait for an approval of one level, and since when the oldest was served."""

    level: str
    text: Text
    records: int
    oldest: datetime


def records(view: View, most: int, after: tuple[str, ...] | None, filters: Filters) -> Page:
    """Records and deeds, oldest first."""
    facts = table_of(Fact)
    query = _narrowed(view, select(facts), filters)
    if after is not None:
        query = query.where(behind(facts.c.start, facts.c.id, (datetime.fromisoformat(after[0]), after[1])))
    # Ids begin with the start: the order of the primary key serves the order asked for.
    page = paged(
        view.connection, query.order_by(facts.c.start, facts.c.id), most, lambda row: Fact(*row), ("start", "id")
    )
    told_now = told(view, page.items)
    if filters.awaiting:
        found = outlooks(view, page.items, filters.awaiting)
        told_now = [replace(each, outlook=found[each.fact.id]) for each in told_now]
    return Page(told_now, page.next)


def outlooks(view: View, facts: Sequence[Fact], level: str) -> dict[str, Outlook | None]:
    """What each record would give if it alone were approved at a level now, by id; None where that is refused."""
    commands = [ApproveFact(fact.id, level) for fact in facts]
    view.require(lambda desk: chain.from_iterable(approve_needs(command, desk) for command in commands))
    scale = {scheme.code: scheme.scale for scheme in view.ask(schemes)}
    return {command.fact: _outlook(view, command, scale) for command in commands}


def _outlook(view: View, command: ApproveFact, scale: Mapping[str, int]) -> Outlook | None:
    def tried(desk: Desk) -> dict[str, Any] | None:
        desk.begin(command.fact, "", 0)
        try:
            return approve_fact(command, desk)
        except Refusal:
            return None
        finally:
            desk.undo()

    found = view.ask(tried)
    if found is None:
        return None
    points = {scheme: shown(amount, scale[scheme]) for scheme, amount in found["awarded"].items()}
    return Outlook(points, found["minutes"], [(each, word_name(each, "by")) for each in found["awaiting"]])


def deciding_levels(view: View, fact_id: str) -> set[str]:
    """The levels of approval that a record waits for; those it was granted, where it waits for none.

    Raises: NotFound.
    """
    fact = view.the(Fact, "record", fact_id)
    waits = {award.awaiting for award in view.among(Award, "fact_id", [fact.id])} - {""}
    return waits or set(fact.granted.split(",")) - {""}


def waiting(view: View, unit: str = "") -> list[Waiting]:
    """What waits for whom: every level that some record waits for."""
    facts, awards = table_of(Fact), table_of(Award)
    query = (
        select(awards.c.awaiting, func.count(facts.c.id.distinct()), func.min(facts.c.start))
        .join(facts, facts.c.id == awards.c.fact_id)
        .where(awards.c.awaiting != "", facts.c.state == "recorded")
        .group_by(awards.c.awaiting)
        .order_by(awards.c.awaiting)
    )
    if unit:
        query = query.where(_under(view, unit))
    return [
        Waiting(level, word_name(level, "by"), int(number), oldest)
        for level, number, oldest in view.connection.execute(query)
    ]


def _narrowed(view: View, query: Select[Any], filters: Filters) -> Select[Any]:
    facts, awards = table_of(Fact), table_of(Award)
    query = query.where(facts.c.kind.in_((filters.kind,) if filters.kind else ("record", "deed")))
    for name in ("state", "activity", "volunteer_id", "source"):
        value = getattr(filters, name)
        if value:
            query = query.where(facts.c[name] == value)
    if filters.awaiting:
        query = query.where(
            facts.c.id.in_(select(awards.c.fact_id).where(awards.c.awaiting == filters.awaiting)),
            facts.c.state == "recorded",
        )
    zone = view.ask(programme_zone)
    if filters.since is not None:
        query = query.where(facts.c.start >= datetime.combine(filters.since, time(), zone))
    if filters.until is not None:
        query = query.where(facts.c.start < datetime.combine(filters.until + timedelta(days=1), time(), zone))
    return query.where(_under(view, filters.unit)) if filters.unit else query


def _under(view: View, unit: str) -> Any:
    """Records of activities that units under this one host, and deeds without one of people who live there."""
    facts, people, plans = table_of(Fact), table_of(Volunteer), table_of(Activity)
    units = units_under(view, unit)
    return facts.c.activity.in_(select(plans.c.code).where(plans.c.host.in_(units))) | (
        (facts.c.activity == "") & facts.c.volunteer_id.in_(select(people.c.id).where(people.c.home_unit.in_(units)))
    )
