"""Why: an entry or a record told in words, from the decisions that are stored with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from points_engine.errors import NotFound
from points_engine.flow.entities import Award, Fact, PackText, Trace, Volunteer
from points_engine.ledger.amounts import MINUTES
from points_engine.rulebook.answering import answer
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.sentences import explanation
from points_engine.store import statements
from points_engine.store.statements import PostedEntry
from points_engine.store.tables import table_of

TAKEN_BACK = {
    "reversed": ("该记录已冲正，不再计分", "the record was reversed and counts for nothing"),
    "rejected": ("该记录未获认定，不再计分", "the record was rejected and counts for nothing"),
}


SPENT: Mapping[str, tuple[str, str]] = {
    "debt": (
        "其中 {points} 分已经用掉，记为欠分，今后所得先抵（on_decrease: debt）",
        "{points} of them were spent: they are owed, and what is earned next pays them back (on_decrease: debt)",
    ),
    "forgiven": (
        "其中 {points} 分已经用掉，按规则不再追回（on_decrease: forgive）",
        "{points} of them were spent already and are not asked for again (on_decrease: forgive)",
    ),
    "expired": (
        "其中 {points} 分已经过期，从过期积分中扣除",
        "{points} of them had expired and are taken from there",
    ),
}
"""What becomes of points that are taken back and are no longer there, by the account that shows it."""

TAKING_BACK = frozenset({"correction", "reversal"})
"""Kinds of entries that take points back."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one record counts for in one scheme, in words: the sentence and the steps; `holds` unless overtaken."""

    record: str
    scheme: str
    trace: str
    sentence: str
    steps: tuple[str, ...]
    holds: bool
    content: Mapping[str, Any]  # the trace itself


@dataclass(frozen=True, slots=True)
class RecordTold:
    """A record or deed: who, what and when."""

    record: str
    volunteer: str
    kind: str
    activity: str
    start: datetime
    end: datetime
    minutes: int
    state: str
    recorded_by: str
    source: str


@dataclass(frozen=True, slots=True)
class EntryTold:
    """An entry with its lines (account, asset, amount in smallest units) and who asked for it."""

    entry: str
    seq: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    asked_by: str
    command: str
    lines: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one entry or one record."""

    entry: EntryTold | None
    record: RecordTold | None
    decisions: tuple[Decision, ...]


class Packs:
    """Published packs by hash, each read once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, Pack] = {}

    def __call__(self, digest: str) -> Pack:
        if digest not in self._known:
            table = table_of(PackText)
            text = self._connection.execute(select(table.c.canonical).where(table.c.hash == digest)).scalar_one()
            self._known[digest] = pack_from_canonical(text)
        return self._known[digest]


def told(content: str, packs: Callable[[str], Pack], language: str) -> tuple[str, tuple[str, ...]]:
    """A stored decision as one sentence and its steps."""
    trace: dict[str, Any] = json.loads(content)
    if "pack" in trace:
        pack = packs(trace["pack"])
        return answer(pack, content, language), tuple(explanation(pack, content, language))
    reasons = [reason.get("code", "") for reason in trace.get("reasons", ()) if isinstance(reason, dict)]
    column = 0 if language.startswith("zh") else 1
    words = [TAKEN_BACK[reason][column] for reason in reasons if reason in TAKEN_BACK]
    return (words[0] if words else ("不再计分", "counts for nothing any more")[column]), ()


def spent_points(entry: EntryTold, exact: Callable[[int, str], str], language: str) -> list[str]:
    """What became of points of a correction that were spent or over: the pack's policy, with the numbers."""
    if entry.kind not in TAKING_BACK:
        return []
    sums: dict[tuple[str, str], int] = {}
    for account, asset, amount in entry.lines:
        part = account.rpartition("/")[2]
        if asset != MINUTES and part in SPENT and amount < 0:
            sums[part, asset] = sums.get((part, asset), 0) - amount
    column = 0 if language.startswith("zh") else 1
    return [SPENT[part][column].format(points=exact(amount, asset)) for (part, asset), amount in sums.items()]


def explain(connection: Connection, code: str, language: str) -> Explanation:
    """Explain an entry or a record by its id.

    Raises: NotFound.
    """
    entry = statements.entry(connection, code)
    if entry is not None:
        traces = entry.traces
        records = {trace.fact_id for trace in traces}
        record = _record(connection, records.pop()) if len(records) == 1 else None
    else:
        record = _record(connection, code)
        if record is None:
            raise NotFound(what="entry or record", code=code)
        traces = _held(connection, code)
    packs = Packs(connection)
    in_force = _in_force(connection, {trace.fact_id for trace in traces})
    decisions = [
        Decision(
            trace.fact_id,
            trace.scheme,
            trace.id,
            *told(trace.content, packs, language),
            holds=trace.id in in_force,
            content=json.loads(trace.content),
        )
        for trace in traces
    ]
    return Explanation(None if entry is None else _told(connection, entry), record, tuple(decisions))


def _held(connection: Connection, record: str) -> tuple[Trace, ...]:
    """The decisions in force about a record, by scheme."""
    traces, awards = table_of(Trace), table_of(Award)
    held = select(awards.c.trace_id).where(awards.c.fact_id == record)
    rows = connection.execute(select(traces).where(traces.c.id.in_(held)).order_by(traces.c.scheme)).mappings()
    return tuple(Trace(**row) for row in rows)


def _in_force(connection: Connection, records: set[str]) -> set[str]:
    awards = table_of(Award)
    return set(connection.execute(select(awards.c.trace_id).where(awards.c.fact_id.in_(records))).scalars())


def _told(connection: Connection, entry: PostedEntry) -> EntryTold:
    assert entry.command is not None, "an entry has the command that caused it"
    ids = {line.account.split("/")[1] for line in entry.lines if line.account.startswith("volunteer/")}
    volunteers = table_of(Volunteer)
    query = select(volunteers.c.id, volunteers.c.number).where(volunteers.c.id.in_(ids))
    numbers = {row.id: row.number for row in connection.execute(query)}
    lines = tuple((_readable(line.account, numbers), line.asset, line.amount) for line in entry.lines)
    return EntryTold(
        entry.id, entry.seq, entry.kind, entry.occurred_at, entry.recorded_at, entry.command.principal,
        entry.command.kind, lines,
    )  # fmt: skip


def _readable(account: str, numbers: Mapping[str, str]) -> str:
    """An account's name with the volunteer's number instead of the id."""
    whose, code, *rest = account.split("/")
    return "/".join([whose, numbers.get(code, code), *rest])


def _record(connection: Connection, code: str) -> RecordTold | None:
    facts, volunteers = table_of(Fact), table_of(Volunteer)
    query = (
        select(facts, volunteers.c.number)
        .join(volunteers, volunteers.c.id == facts.c.volunteer_id)
        .where(facts.c.id == code)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return RecordTold(
        row.id, row.number, row.kind, row.activity, row.start, row.end, row.minutes, row.state, row.recorded_by,
        row.source,
    )  # fmt: skip
