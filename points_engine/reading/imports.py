"""Imports: which there were, and how much of each is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from points_engine.flow.entities import Fact, Import, Volunteer
from points_engine.flow.service.folding import IN_FORCE
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import with what came with it: records and deeds in force and taken back, people, and minutes served."""

    run: Import
    in_force: int
    taken_back: int
    volunteers: int
    minutes: int


def an_import(view: View, code: str) -> ImportView:
    """An import.

    Raises: NotFound.
    """
    return _told(view, [view.the(Import, "import", code)])[0]


def imports(view: View, most: int, after: tuple[str, ...] | None = None, state: str = "") -> Page:
    """Imports, the newest first; those in one state where it is given."""
    table = table_of(Import)
    query = select(table)  # a few hundred rows in a programme's life: read as a whole, without an index
    if state:
        query = query.where(table.c.state == state)
    if after is not None:
        opened_at, code = datetime.fromisoformat(after[0]), after[1]
        query = query.where(
            (table.c.opened_at < opened_at) | ((table.c.opened_at == opened_at) & (table.c.code < code))
        )
    query = query.order_by(table.c.opened_at.desc(), table.c.code.desc())
    page = paged(view.connection, query, most, lambda row: Import(*row), ("opened_at", "code"))
    return Page(_told(view, page.items), page.next)


def people_of(view: View, code: str, most: int, after: str = "") -> list[tuple[str, str]]:
    """The next volunteers (id, number) who have records of an import in force, in the order of their ids."""
    facts, people = table_of(Fact), table_of(Volunteer)
    # The index on fact.source finds the import's records.
    query = (
        select(facts.c.volunteer_id, people.c.number)
        .join(people, people.c.id == facts.c.volunteer_id)
        .where(facts.c.source == code, facts.c.state.in_(IN_FORCE), facts.c.volunteer_id > after)
        .distinct()
        .order_by(facts.c.volunteer_id)
        .limit(most)
    )
    return [(row.volunteer_id, row.number) for row in view.connection.execute(query)]


def _told(view: View, runs: list[Import]) -> list[ImportView]:
    facts = table_of(Fact)
    in_force = facts.c.state.in_(IN_FORCE)
    # The index on fact.source finds the records of these imports.
    query = (
        select(
            facts.c.source,
            func.sum(case((in_force, 1), else_=0)).label("in_force"),
            func.sum(case((in_force, 0), else_=1)).label("taken_back"),
            func.count(facts.c.volunteer_id.distinct()).label("volunteers"),
            func.sum(case((in_force, facts.c.minutes), else_=0)).label("minutes"),
        )
        .where(facts.c.source.in_([run.code for run in runs]), facts.c.source != "")
        .group_by(facts.c.source)
    )
    found = {row.source: row for row in view.connection.execute(query)} if runs else {}
    answers = []
    for run in runs:
        row = found.get(run.code)
        counts = (0, 0, 0, 0) if row is None else (row.in_force, row.taken_back, row.volunteers, row.minutes)
        answers.append(ImportView(run, *map(int, counts)))
    return answers
