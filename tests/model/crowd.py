"""A crowd: many callers at once through several engines over the same books, replayed one by one in the model."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import text

from points_engine.engine import PointsEngine
from points_engine.flow.outcomes import Outcome
from points_engine.group_commit import GroupCommit
from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore
from tests.engine.towns import SECRET
from tests.model.mirror import Mirror, check, code_of, compare, learn, submission
from tests.model.model import Message, Model
from tests.model.voices import COUNTERS, Known

PATIENCE_SECONDS = 120
FRESH_FOR = 12
"""asks after which what is known is read again"""


@dataclass(frozen=True)
class Line:
    """What one caller asked, through which engine, and what it was told."""

    message: Message
    engine: int
    outcome: Outcome


def replayed(model: Model, lines: Iterable[Line], clocks: Sequence[datetime]) -> Counter[str]:
    """Hold every reply against the model, in the order of the journal; answers what was told how often.

    An answer to a known key has no place of its own: it is held against the model when everything else has happened.
    """
    placed: list[Line] = []
    again: list[Line] = []
    for line in lines:
        is_answered_by_key = line.outcome.replayed or code_of(line.outcome) == "key_reused"
        (again if is_answered_by_key else placed).append(line)
    places = [(line.outcome.seq, line.outcome.index) for line in placed]
    assert len(set(places)) == len(places), "every reply has a place of its own"
    assert all(seq is not None and index is not None for seq, index in places), "and there is one for every reply"
    told: Counter[str] = Counter()
    for line in (*sorted(placed, key=lambda line: (line.outcome.seq, line.outcome.index)), *again):
        answer = model.answer(line.message, line.outcome.command_id, clocks[line.engine])
        check(line.message, answer, line.outcome)
        learn(model, line.outcome)
        told[f"{line.message.word} {'again' if answer.replayed else answer.code or 'yes'}"] += 1
    return told


@dataclass
class Crowd:
    """Two engines over a founded town, each with a writer thread and a clock; the second one's is `ahead`."""

    url: str
    ahead: timedelta = timedelta()
    lines: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mirror = Mirror(open_store(self.url, create=True))
        self._ids, self._lock = self.mirror.make_id, threading.Lock()

    def prepare(self, word: str, **fields: object) -> Outcome:
        """Ask something beforehand, alone; it must be accepted."""
        number = len(self.mirror.asked)
        self.mirror.send(Message(word, fields, "founder", f"before-{number}"))
        outcome = self.mirror.last
        assert outcome.is_accepted, outcome
        return outcome

    def rush(self, callers: int, asked: Callable[[int, int], Message | None]) -> Counter[str]:
        """Let callers ask at once until they have nothing to ask; answers what they were told, replayed in the model.

        `asked` is given the caller's number and the ask's.
        """
        stores = [open_store(self.url) for _ in range(2)]
        clocks = [self.mirror.now, self.mirror.now + self.ahead]
        groups = [
            GroupCommit(PointsEngine(store, secret=SECRET, clock=partial(_same, clock), make_id=self._make_id))
            for store, clock in zip(stores, clocks, strict=True)
        ]
        gate = threading.Barrier(callers)
        failures: list[BaseException] = []

        def call(caller: int) -> None:
            try:
                gate.wait(PATIENCE_SECONDS)
                number = 0
                while (message := asked(caller, number)) is not None:
                    engine = caller % len(groups)
                    outcome = groups[engine].submit(submission(message)).result(PATIENCE_SECONDS)
                    with self._lock:
                        self.lines.append(Line(message, engine, outcome))
                    number += 1
            except BaseException as failure:
                failures.append(failure)
                raise

        threads = [threading.Thread(target=call, args=(caller,)) for caller in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
            assert not thread.is_alive(), "a caller still waits"
        for group in groups:
            group.close()
        for store in stores:
            store.close()
        assert not failures, failures
        return self.settled(clocks)

    def settled(self, clocks: Sequence[datetime]) -> Counter[str]:
        """Replay everything in the model, and hold the books against it."""
        told = replayed(self.mirror.model, self.lines, clocks)
        self.lines.clear()
        compare(self.mirror.store, self.mirror.model.books)
        self.mirror.assert_sound()
        return told

    def close(self) -> None:
        """Let the store go."""
        self.mirror.store.close()

    def _make_id(self) -> str:
        with self._lock:
            return self._ids()


def _same(now: datetime) -> datetime:
    return now


class Heard:
    """What has been heard of, read from the books by whoever asks, every now and then."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._asks = 0
        self._known = Known()

    def known(self) -> Known:
        """The newest codes, records and so on."""
        with self._lock:
            if self._asks % FRESH_FOR == 0:
                self._known = _read(self._store)
            self._asks += 1
            return self._known


def _read(store: SqlStore) -> Known:
    with store.reading() as connection:

        def rows(statement: str) -> list[tuple[str, ...]]:
            return [tuple(row) for row in connection.execute(text(statement))][::-1]

        holds = rows("SELECT code, outlet, partner, state, confirmed_outlet FROM hold ORDER BY id DESC LIMIT 8")
        facts = rows("SELECT id, state FROM fact ORDER BY id DESC LIMIT 16")
        present = rows(
            "SELECT v.number, c.activity FROM check_in AS c JOIN volunteer AS v ON v.id = c.volunteer_id "
            "WHERE c.state = 'open' ORDER BY c.id DESC LIMIT 6"
        )
        proposals = rows("SELECT id FROM adjustment WHERE state = 'proposed' ORDER BY id DESC LIMIT 6")
        visits = rows("SELECT id, outlet FROM visit ORDER BY id DESC LIMIT 6")
        draws = rows("SELECT code FROM draw ORDER BY closes_at DESC LIMIT 4")
        tickets = rows(
            "SELECT t.draw, v.number, t.ticket, t.state FROM ticket AS t JOIN volunteer AS v ON v.id = t.volunteer_id "
            "ORDER BY t.entered_at DESC LIMIT 12"
        )
    return Known(
        draws=[code for (code,) in draws],
        tickets=[(draw, number, int(ticket), state) for draw, number, ticket, state in tickets],
        codes=[(code, outlet or COUNTERS[partner]) for code, outlet, partner, _, _ in holds],
        used=[(code, used_at) for code, _, _, state, used_at in holds if state == "confirmed"],
        facts=[identity for identity, _ in facts],
        waiting=[identity for identity, state in facts if state == "recorded"],
        present=[(number, activity) for number, activity in present],
        proposals=[identity for (identity,) in proposals],
        visits=[(identity, outlet) for identity, outlet in visits],
    )
