"""To whose credit: what awards gave, by the home or work unit that their rules name, adding up to all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from sqlalchemy import select

from points_engine.flow.entities import Award, Scheme, Trace, Volunteer, VolunteerFact
from points_engine.flow.people.lookup import UNITS
from points_engine.flow.rules import day_begins, programme_zone, schemes
from points_engine.reading.service import units_under
from points_engine.reading.view import View
from points_engine.rulebook.attribution import credited_to
from points_engine.store.tables import table_of

Role = Literal["home", "work"]

PLACES: Final = {"home": 0, "work": 1}
"""Where a unit stands in a dated statement of somebody's units."""


@dataclass(slots=True)
class Attributed:
    """What stands to the credit of one unit in one scheme; `unit` is empty for what is to nobody's credit.

    `awards` are records and deeds that counted, `minutes` what they count for, `points` in smallest units.
    """

    scheme: Scheme
    unit: str
    awards: int = 0
    minutes: int = 0
    points: int = 0


def attributed(
    view: View, since: date, until: date, role: Role, *, scheme: str = "", under: str = ""
) -> list[Attributed]:
    """What awards of service from one day to another, both included, gave, by scheme and unit.

    A decision is to the credit of the unit to which its volunteer was linked in that role on the day of service, where
    its rules name the role; else of nobody.  An award that names both roles stands in full under either: the rows of
    one role add up to all that was awarded.  `under` shows the rows of a unit and those below it only.
    """
    known = {each.code: each for each in view.ask(schemes) if scheme in ("", each.code)}
    linked = _Linked(view)
    zone = view.ask(programme_zone)
    shown = units_under(view, under) if under else None
    found: dict[tuple[str, str], Attributed] = {}
    for award, trace in _awards(view, since, until):
        if award.scheme not in known or not (award.minutes or award.points):
            continue
        roles = credited_to(view.pack(json.loads(trace)["pack"]), trace) if award.points else ()
        day = award.start.astimezone(zone).date()
        unit = linked.unit_on(award.volunteer_id, role, day) if role in roles else ""
        if shown is not None and unit not in shown:
            continue
        row = found.setdefault((award.scheme, unit), Attributed(known[award.scheme], unit))
        row.awards += 1
        row.minutes += award.minutes
        row.points += award.points
    return [found[place] for place in sorted(found)]


def _awards(view: View, since: date, until: date) -> Iterator[tuple[Award, str]]:
    awards, traces = table_of(Award), table_of(Trace)
    first = view.ask(lambda desk: day_begins(desk, since))
    last = view.ask(lambda desk: day_begins(desk, until + timedelta(days=1)))
    # Every award of the period with the trace that stands: a report, read once through.
    query = (
        select(*awards.c, traces.c.content)
        .join(traces, traces.c.id == awards.c.trace_id)
        .where(awards.c.start >= first, awards.c.start < last)
        .execution_options(yield_per=1_000)
    )
    for row in view.connection.execute(query):
        yield Award(*row[:-1]), row[-1]


class _Linked:
    """Which units volunteers were linked to on which day."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._stated: dict[str, list[tuple[date, list[str]]]] = {}
        for row in view.where(VolunteerFact, name=UNITS):
            self._stated.setdefault(row.volunteer_id, []).append((row.from_day, json.loads(row.value_json)))
        for stated in self._stated.values():
            stated.sort()

    def unit_on(self, volunteer_id: str, role: Role, day: date) -> str:
        """The unit of a volunteer in a role on a day; empty where there was none."""
        stated = self._stated.get(volunteer_id)
        if stated is None:
            volunteer = self._view.the(Volunteer, "volunteer", volunteer_id)
            return (volunteer.home_unit if role == "home" else volunteer.work_unit) or ""
        units = [units for since, units in stated if since <= day]
        at = PLACES[role]
        return units[-1][at] if units and len(units[-1]) > at else ""
