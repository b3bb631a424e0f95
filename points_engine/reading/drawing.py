"""Drawing a sample: which entries a seed draws, so that anybody finds the same ones from the books.

The algorithm, `points-sample-1`:

1. The population: every entry with a posting in the scheme's points (for the scheme that keeps the time, in minutes
   too) that stood in the journal before the command that asked for the sample, within the period it names.
2. The seed: the SHA-256, in hexadecimal, of five lines parted by line feeds: `points-sample-1`, the command's content
   as it is stored (canonical JSON), its id, its `seq`, and when it was recorded (UTC, six decimals, `Z`).
3. The lot of an entry: the SHA-256, in hexadecimal, of the seed, a colon and the entry's id.
4. Drawn are the entries with the lowest lots, as many as were asked for, the lowest first.

Whoever asks fixes period, size and word before the command's place is known; whoever keeps the books cannot choose
entries afterwards, for every line is in tables that refuse changes.  What this cannot exclude is a changed program that
makes command ids until the seed suits; a `word` that was published elsewhere only after the period ended does.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, exists, select

from points_engine.flow.committee.samples import Drawn
from points_engine.flow.entities import (
    Adjustment,
    BookEntry,
    Fact,
    Sample,
    Scheme,
    StoredCommand,
    Trace,
    Volunteer,
    VolunteerNumber,
)
from points_engine.flow.wire import instant
from points_engine.ledger import amounts
from points_engine.limits import SAMPLE_HANDS
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Text
from points_engine.store.tables import METADATA, table_of

ALGORITHM: Final = "points-sample-1"

HOW: Final = Text(
    "抽样办法 points-sample-1：总体是本账套在所定范围内、抽样命令之前入账的全部凭证；种子是五行文字（points-sample-1、"
    "命令内容、命令编号、日志序号、记录时间，以换行相连）的 SHA-256；每笔凭证的签号是“种子:凭证编号”的 SHA-256；"
    "签号最小的若干笔抽中。",
    "points-sample-1: the population is every entry of the scheme within the period that was recorded before the "
    "command which asked; the seed is the SHA-256 of five lines (points-sample-1, the command's content, its id, its "
    "place in the journal, when it was recorded) parted by line feeds; the lot of an entry is the SHA-256 of the seed, "
    "a colon and the entry's id; the lowest lots are drawn.",
)
"""The algorithm in words, as it is told with every draw."""

ROWS_AT_ONCE: Final = 5_000
"""rows read at once: keeps memory flat while a whole period is gone through."""

DECIDES: Final = ("approve", "reject", "correct", "reverse")
"""Commands about a record whose principals took part in what it counts for."""


@dataclass(frozen=True, slots=True)
class Draw:
    """What a sample's seed draws: how many entries there were to draw from, and the lots with their entries."""

    seed: str
    population: int
    drawn: list[tuple[str, str]]


def seed_of(asked: StoredCommand) -> str:
    """The seed that the command which asked for a sample makes, in its place."""
    lines = (ALGORITHM, asked.content_json, asked.id, str(asked.seq), instant(asked.recorded_at))
    return sha256("\n".join(lines).encode()).hexdigest()


def asked_by(view: View, sample: Sample) -> StoredCommand:
    """The command that asked for a sample.

    Raises: NotFound.
    """
    return view.the(StoredCommand, "command", sample.command_id)


def lot_of(seed: str, entry: str) -> str:
    """The lot of an entry under a seed."""
    return sha256(f"{seed}:{entry}".encode()).hexdigest()


def draw(view: View, sample: Sample) -> Draw:
    """Draw a sample from the books, as often as one likes: always the same entries.

    Raises: NotFound (the command that asked for it).
    """
    asked = asked_by(view, sample)
    seed = seed_of(asked)
    counted = 0

    def lots() -> Iterator[tuple[str, str]]:
        nonlocal counted
        for entry in _population(view, sample, asked.seq):
            counted += 1
            yield lot_of(seed, entry), entry

    drawn = heapq.nsmallest(sample.size, lots())
    return Draw(seed, counted, drawn)


def _population(view: View, sample: Sample, before: int) -> Iterator[str]:
    """The ids of the entries to draw from."""
    entries, postings = METADATA.tables["entry"], METADATA.tables["posting"]
    assets = [amounts.points(sample.scheme)]
    scheme = view.the(Scheme, "scheme", sample.scheme)
    if scheme.keeps_time:
        assets.append(amounts.MINUTES)
    within: list[ColumnElement[bool]] = [entries.c.seq < before]
    if sample.first_seq is not None:
        within.append(entries.c.seq >= sample.first_seq)
    if sample.last_seq is not None:
        within.append(entries.c.seq <= sample.last_seq)
    if sample.since is not None:
        within.append(entries.c.recorded_at >= sample.since)
    if sample.until is not None:
        within.append(entries.c.recorded_at < sample.until)
    # A range of entry_seq_idx_key; the postings of each by their primary key.
    touched = exists().where(postings.c.entry_id == entries.c.id, postings.c.asset.in_(assets))
    query = select(entries.c.id).where(*within, touched)
    yield from view.connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)).scalars()


def drawn_entries(view: View, found: Draw) -> tuple[Drawn, ...]:
    """The drawn entries with whom they concern and who took part in them."""
    facts = {entry: _facts(view, entry) for _, entry in found.drawn}
    deciders = _deciders(view, {fact.id for each in facts.values() for fact in each})
    return tuple(_drawn(view, lot, entry, facts[entry], deciders) for lot, entry in found.drawn)


def _facts(view: View, entry: str) -> list[Fact]:
    return view.among(Fact, "id", sorted({trace.fact_id for trace in view.where(Trace, entry_id=entry)}))


def _drawn(view: View, lot: str, entry: str, facts: list[Fact], deciders: dict[str, set[str]]) -> Drawn:
    head = view.the(BookEntry, "entry", entry)
    hands: set[str] = set()
    cause = view.one(StoredCommand, head.cause)
    if cause is not None:
        hands.add(cause.principal)
        about = str(json.loads(cause.content_json).get("adjustment", ""))
        proposed = view.one(Adjustment, about) if about else None
        hands |= {proposed.proposed_by} if proposed is not None else set()
    for fact in facts:
        hands |= {fact.recorded_principal, *deciders.get(fact.id, ())}
    postings = METADATA.tables["posting"]
    accounts = view.connection.execute(select(postings.c.account).where(postings.c.entry_id == entry)).scalars()
    owners = sorted({account.split("/")[1] for account in accounts if account.startswith("volunteer/")})
    for number in view.among(VolunteerNumber, "volunteer_id", owners):
        hands |= {number.number, f"volunteer:{number.number}"}
    people = view.among(Volunteer, "id", owners)
    unit = next((each.home_unit for each in people if each.home_unit), "") or ""
    return Drawn(entry, lot, owners[0] if owners else "", unit, tuple(sorted(hands))[:SAMPLE_HANDS])


def _deciders(view: View, facts: set[str]) -> dict[str, set[str]]:
    """Who decided about these records, ever: gone through once for a whole sample."""
    found: dict[str, set[str]] = {}
    if not facts:
        return found
    commands = table_of(StoredCommand)
    query = select(commands.c.principal, commands.c.content_json).where(commands.c.kind.in_(DECIDES))
    for principal, content in view.connection.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        about = json.loads(content).get("fact")
        if about in facts:
            found.setdefault(about, set()).add(principal)
    return found
