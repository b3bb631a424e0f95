"""Traces: why a record counts for what it counts for, as data, as steps and as a sentence; and the list of entries."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from points_engine.errors import NotFound
from points_engine.flow.entities import Award, Fact, Scheme, Trace
from points_engine.flow.rules import schemes
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.reading.entries import Decision, decision_of, kind_text
from points_engine.reading.view import Page, View, paged
from points_engine.rulebook.kinds import Text
from points_engine.store.tables import METADATA


@dataclass(frozen=True, slots=True)
class AwardView:
    """What one record counts for in one scheme at present, and why."""

    award: Award
    points: str
    decision: Decision | None
    trace: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EntryHead:
    """An entry in a list."""

    id: str
    seq: int
    kind: str
    kind_text: Text
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None


def awards_of(view: View, fact_id: str) -> list[AwardView]:
    """What a record or deed counts for, scheme by scheme.

    Raises: NotFound.
    """
    if view.one(Fact, fact_id) is None:
        raise NotFound(what="record", code=fact_id)
    known: list[Scheme] = view.ask(schemes)
    scales = {scheme.code: scheme.scale for scheme in known}
    answers = []
    for award in view.where(Award, fact_id=fact_id):
        trace = view.the(Trace, "trace", award.trace_id)
        answers.append(
            AwardView(
                award, shown(award.points, scales.get(award.scheme, 0)), decision_of(view, trace.id),
                json.loads(trace.content),
            )
        )  # fmt: skip
    return answers


def entries(
    view: View, most: int, after: tuple[str, ...] | None = None, *, kind: str = "", volunteer_id: str = ""
) -> Page:
    """Entries, newest first: of one kind, or that touch what one volunteer can spend or served, where given."""
    table, postings = METADATA.tables["entry"], METADATA.tables["posting"]
    query = select(table)
    if kind:
        query = query.where(table.c.kind == kind)
    if volunteer_id:
        # One account's postings by the index posting_by_version.
        mine = select(postings.c.entry_id).where(
            postings.c.account == amounts.volunteer(volunteer_id), postings.c.version.is_not(None)
        )
        query = query.where(table.c.id.in_(mine))
    if after is not None:
        seq, last = int(after[0]), after[1]
        query = query.where((table.c.seq < seq) | ((table.c.seq == seq) & (table.c.id < last)))
    query = query.order_by(table.c.seq.desc(), table.c.id.desc())
    return paged(
        view.connection, query, most,
        lambda row: EntryHead(
            row.id, row.seq, row.kind, kind_text(row.kind), row.occurred_at, row.recorded_at, row.reverses
        ),
        ("seq", "id"),
    )  # fmt: skip
