"""Books filled with as many postings as asked for, written in bulk as the engine would have left them.

The rows of one volunteer with a history are taken from the engine itself, and laid again with other numbers.  Every
volunteer has the same history, so that only the size of the books differs.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final

from benchmarks.baselines.bare import Filler
from benchmarks.town import SCHEME, SECRET, founded
from benchmarks.watching import Phases, WatchedStore, Written
from points_engine.engine import PointsEngine
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.store.opening import open_store
from points_engine.store.shapes import BOOKS, Shape, Values
from points_engine.store.stores import SqlStore

ENTRIES_PER_VOLUNTEER: Final = 25
POSTINGS_PER_ENTRY: Final = 2
VOLUNTEERS_PER_COMMIT: Final = 200
POINTS: Final = 40

NUMBER_MARK: Final = "@" * 7
"""Stands for the digits of a volunteer's number, in every text and id that is made from it."""

HASH_MARK: Final = "#" * 20
"""Stands for what is hashed from a volunteer's id, so that hashed ids differ as well."""


def volunteers_for(postings: int) -> int:
    """How many volunteers have so many postings."""
    return max(1, postings // (ENTRIES_PER_VOLUNTEER * POSTINGS_PER_ENTRY))


def fill(store: SqlStore, volunteers: int) -> None:
    """Register volunteers `v0000000`, … with their history, in books where the town is set up already."""
    template = _template()
    with Filler(store) as filler:
        commit = _Commit(filler.seq, datetime.now(UTC))
        for first in range(0, volunteers, VOLUNTEERS_PER_COMMIT):
            commit = _Commit(commit.seq + 1, datetime.now(UTC))
            filler.write(template.laid(range(first, min(volunteers, first + VOLUNTEERS_PER_COMMIT)), commit))
        filler.finish(commit.seq, commit.recorded_at)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row with marks in it: which texts have to be filled in, and which columns say where and when it stands."""

    shape: Shape
    values: Values
    texts: tuple[int, ...]
    seqs: tuple[int, ...]
    places: tuple[int, ...]
    times: tuple[int, ...]

    @classmethod
    def of(cls, shape: Shape, values: Values) -> _Row:
        def at(*names: str) -> tuple[int, ...]:
            return tuple(place for place, name in enumerate(shape.columns) if name in names)

        marked = tuple(place for place, value in enumerate(values) if isinstance(value, str) and _is_marked(value))
        return cls(shape, values, marked, at("seq"), at("idx", "index"), at("recorded_at"))

    def filled(self, number: str, hashed: str, commit: _Commit, first: int) -> Values:
        row = list(self.values)
        for at in self.texts:
            row[at] = row[at].replace(NUMBER_MARK, number).replace(HASH_MARK, hashed)
        for at in self.seqs:
            row[at] = commit.seq
        for at in self.places:
            row[at] += first
        for at in self.times:
            row[at] = commit.recorded_at
        return tuple(row)


@dataclass(frozen=True, slots=True)
class _Commit:
    seq: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class _Template:
    """All rows of one volunteer."""

    rows: tuple[_Row, ...]

    def laid(self, numbers: range, commit: _Commit) -> Written:
        """The rows of so many volunteers in one commit; entries and commands are numbered within it."""
        size = Counter(row.shape.table for row in self.rows)
        tables: dict[str, tuple[Shape, list[Values]]] = {}
        for place, number in enumerate(numbers):
            digits, hashed = f"{number:07}", sha256(str(number).encode()).hexdigest()[: len(HASH_MARK)]
            for row in self.rows:
                table = row.shape.table
                _, laid = tables.setdefault(table, (row.shape, []))
                laid.append(row.filled(digits, hashed, commit, place * size[table]))
        journal: list[Values] = [(commit.seq, commit.recorded_at, len(numbers) * size["command"])]
        return [*tables.values(), (BOOKS["journal"], journal)]


@cache
def _template() -> _Template:
    """The rows that the engine writes when it registers somebody and books opening balances."""
    turns = itertools.count()
    with closing(open_store("sqlite://", create=True)) as store:
        watched = WatchedStore(store, Phases("filling"), records=True)
        engine = PointsEngine(watched, secret=SECRET, make_id=lambda: f"000000{NUMBER_MARK}{next(turns):013x}")
        founded(watched, 0, engine=engine)
        watched.batches.clear()
        for outcome in engine.execute(list(_history())):
            outcome.expect()
        (written,) = watched.batches
    rows = [(shape, row) for shape, some in written for row in some if shape.table != "journal"]
    hashes = {row[0].rpartition("-")[2] for shape, row in rows if shape.table == "fact"}
    return _Template(tuple(_Row.of(shape, _with_hash_marks(row, hashes)) for shape, row in rows))


def _history() -> Iterator[Submission]:
    number = f"v{NUMBER_MARK}"
    commands = [
        RegisterVolunteer(number, f"V {NUMBER_MARK}", date(2023, 1, 1), home_unit="riverside"),
        *(OpenBalance(number, SCHEME, POINTS, line, date(2099, 12, 31)) for line in range(ENTRIES_PER_VOLUNTEER)),
    ]
    return (Submission(each, "filling", f"filling-{NUMBER_MARK}-{turn}") for turn, each in enumerate(commands))


def _with_hash_marks(row: Values, hashes: set[str]) -> Values:
    values: list[Any] = list(row)
    for at, value in enumerate(values):
        if isinstance(value, str):
            for hashed in hashes:
                values[at] = values[at].replace(hashed, HASH_MARK)
    return tuple(values)


def _is_marked(text: str) -> bool:
    return NUMBER_MARK in text or HASH_MARK in text
