"""Appeals and objections, with what was said and answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from points_engine.flow.entities import Challenge, Note, Volunteer
from points_engine.reading.service import units_under
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """An appeal or an objection; texts are empty where they were erased."""

    challenge: Challenge
    number: str
    text: str
    answer: str


def a_challenge(view: View, identity: str) -> ChallengeView:
    """One of them.

    Raises: NotFound.
    """
    return _told(view, [view.the(Challenge, "appeal", identity)])[0]


def challenges(
    view: View, most: int, after: tuple[str, ...] | None = None, *, state: str = "", kind: str = "",
    volunteer_id: str = "", unit: str = "",
) -> Page:  # fmt: skip
    """Appeals and objections, oldest first: of one state, kind or volunteer, and under a unit, where given."""
    table = table_of(Challenge)
    query = select(table)  # by the index challenge_by_state, or challenge_by_volunteer_id
    for name, value in (("state", state), ("kind", kind), ("volunteer_id", volunteer_id)):
        if value:
            query = query.where(table.c[name] == value)
    if unit:
        query = query.where(table.c.unit.in_(units_under(view, unit)))
    if after is not None:
        filed_at, last = datetime.fromisoformat(after[0]), after[1]
        query = query.where((table.c.filed_at > filed_at) | ((table.c.filed_at == filed_at) & (table.c.id > last)))
    query = query.order_by(table.c.filed_at, table.c.id)
    page = paged(view.connection, query, most, lambda row: Challenge(*row), ("filed_at", "id"))
    return Page(_told(view, page.items), page.next)


def _told(view: View, rows: list[Challenge]) -> list[ChallengeView]:
    people = view.among(Volunteer, "id", sorted({row.volunteer_id for row in rows}))
    numbers = {each.id: each.number for each in people}
    wanted = {row.note_id for row in rows} | {row.answer_id for row in rows if row.answer_id}
    texts = {note.id: note.text for note in view.among(Note, "id", sorted(wanted))}
    return [
        ChallengeView(row, numbers.get(row.volunteer_id, ""), texts.get(row.note_id, ""), texts.get(row.answer_id, ""))
        for row in rows
    ]
