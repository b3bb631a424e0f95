"""Books filled with as many postings as asked for, written in bulk as the engine would have left them.

Every volunteer has the same number of opening balances, so that only the size of the books differs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from benchmarks.baselines.bare import Filler
from benchmarks.town import SCHEME, number_of
from benchmarks.watching import Written
from points_engine.flow.entities import FactNatural, Person, Volunteer, VolunteerNumber
from points_engine.ledger import amounts
from points_engine.store.shapes import BOOKS, Shape, Values, entity_shapes
from points_engine.store.stores import SqlStore

ENTRIES_PER_VOLUNTEER: Final = 25
POSTINGS_PER_ENTRY: Final = 2
VOLUNTEERS_PER_COMMIT: Final = 200
POINTS: Final = 40

_START: Final = datetime(2025, 1, 1, tzinfo=UTC)
_ASSET: Final = amounts.points(SCHEME)
_SOURCE: Final = amounts.scheme(SCHEME, "opening")
_SHAPES: Final = entity_shapes({})
"""Rows are only written from here, never read: no decoders."""


def volunteers_for(postings: int) -> int:
    """How many volunteers have so many postings."""
    return max(1, postings // (ENTRIES_PER_VOLUNTEER * POSTINGS_PER_ENTRY))


def fill(store: SqlStore, volunteers: int) -> None:
    """Register volunteers `v0000000`, … with their history, in books where the town is set up already."""
    with Filler(store) as filler:
        seq = filler.seq
        for first in range(0, volunteers, VOLUNTEERS_PER_COMMIT):
            seq += 1
            filler.write(_commit(range(first, min(volunteers, first + VOLUNTEERS_PER_COMMIT)), seq))
        filler.finish(seq, _recorded_at(seq))


def _recorded_at(seq: int) -> datetime:
    return _START + timedelta(seconds=seq)


def _commit(numbers: Sequence[int], seq: int) -> Written:
    """The rows of one commit: the volunteers and all their entries."""
    rows: dict[str, list[Values]] = {}
    for place, number in enumerate(numbers):
        for table, row in _volunteer_rows(number, seq, place):
            rows.setdefault(table, []).append(row)
    commands = len(rows["command"])
    rows["journal"] = [(seq, _recorded_at(seq), commands)]
    return [(_shape(table), some) for table, some in rows.items()]


def _shape(table: str) -> Shape:
    for known in _SHAPES.values():
        if known.shape.table == table:
            return known.shape
    return BOOKS[table]


def _volunteer_rows(number: int, seq: int, place: int) -> Iterator[tuple[str, Values]]:
    identity, card = f"{seq:012x}{number:014x}-1", number_of(number)
    for row in (
        Volunteer(identity, card, "riverside", None, date(2023, 1, 1), "good", None),
        VolunteerNumber(card, identity),
        Person(identity, f"V {number}", None, "", ""),
    ):
        known = _SHAPES[type(row)]
        yield known.shape.table, known.values(row)
    wallet, ends, recorded_at = amounts.volunteer(identity), date(2099, 12, 31), _recorded_at(seq)
    for turn in range(ENTRIES_PER_VOLUNTEER):
        index = place * ENTRIES_PER_VOLUNTEER + turn
        command = f"{seq:012x}{index:06x}{number:08x}"
        entry, natural = f"{command}-1", f"opening|{SCHEME}|{card}|{turn}"
        yield "entry", (entry, seq, index, "opening", command, recorded_at, recorded_at, None)
        yield "posting", (entry, 0, seq, _SOURCE, _ASSET, amounts.NEVER, -POINTS, None, None, None)
        balance = POINTS * (turn + 1)
        yield "posting", (entry, 1, seq, wallet, _ASSET, ends, POINTS, turn + 1, balance, balance)
        yield from _command_rows(command, seq, index, recorded_at, card, turn, identity, entry)
        natural_shape = _SHAPES[FactNatural]
        yield natural_shape.shape.table, natural_shape.values(FactNatural(natural, entry))
    balance = POINTS * ENTRIES_PER_VOLUNTEER
    yield "account", (wallet, _ASSET, ENTRIES_PER_VOLUNTEER, balance)
    yield "lot", (wallet, _ASSET, ends, balance)


def _command_rows(
    command: str, seq: int, index: int, recorded_at: datetime, card: str, turn: int, identity: str, entry: str
) -> Iterator[tuple[str, Values]]:
    key = f"filling-{command}"
    content: dict[str, Any] = {
        "expires_on": "2099-12-31", "line": turn, "points": POINTS, "scheme": SCHEME, "volunteer": card,
    }  # fmt: skip
    text = json.dumps(content, separators=(",", ":"))
    outcome = json.dumps({"entry": entry, "points": POINTS, "volunteer": identity}, separators=(",", ":"))
    fingerprint = sha256(text.encode()).hexdigest()
    yield "command_key", ("filling", key, fingerprint)
    yield "command", (
        command, seq, index, recorded_at, "filling", key, fingerprint, "open_balance", text, outcome,
    )  # fmt: skip
