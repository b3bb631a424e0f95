"""The simulated town: actors send messages, the network mixes them up, the process crashes, and a model watches."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import text

from points_engine.engine import PointsEngine
from points_engine.flow.outcomes import Outcome
from points_engine.store.stores import SqlStore
from tests.engine.towns import SECRET
from tests.model.mirror import Mirror, compare, learn, submission
from tests.model.model import Message
from tests.model.voices import FOLLOWS, WORDS, Known, Voices
from tests.simulation.faults import Crash, Crashing, Plan

AUDITED_EVERY: Final = 40

PATIENCE: Final = (0, 0, 0, 0, 1, 2, 8, 30)
"""Steps that a message is on its way."""

SECONDS: Final = (0, 0, 1, 5, 20, 20, 60, 300, 900, 2_400)
LEAPS: Final = (20_000, 86_400, 6 * 86_400, 15 * 86_400)
"""How far time goes from one step to the next: mostly a little, now and then a night, a week, a month."""


@dataclass(frozen=True)
class Actor:
    """Somebody with a device: what they ask for, as whom, and how far their clock is ahead of the town's."""

    name: str
    by: str
    words: tuple[str, ...]
    ahead: timedelta
    hurries: bool = False  # what they ask is only good for some minutes, by their own clock


def _only(*words: str) -> tuple[str, ...]:
    return tuple(word for word in WORDS if word in words)


_SERVICE: Final = _only("check_in", "check_out", "sign_up", "withdraw_sign_up")
_COUNTER: Final = (
    _only("place_hold", "confirm_hold", "refund", "cancel_hold", "open_visit", "redeem")
    + ("open_visit",) * 12
    + ("redeem",) * 10
)
ACTORS: Final = (
    Actor("kiosk", "kiosk-1", _SERVICE, timedelta()),
    Actor("kiosk 2", "kiosk-2", _SERVICE, timedelta(minutes=-3)),
    Actor("till", "till", _COUNTER, timedelta(seconds=40), hurries=True),
    Actor("gate", "gate", _COUNTER, timedelta(seconds=-70), hurries=True),
    Actor("phone", "volunteer:ann", _only("place_hold", "cancel_hold"), timedelta(minutes=2)),
    Actor("lea", "lea", WORDS, timedelta()),
    Actor("max", "max", WORDS, timedelta(minutes=5)),
    Actor("sweeper", "jobs", _only("expire_hold", "expire_lots"), timedelta()),
    Actor("office", "import", _only("record_service", "record_deed", "open_balance", "open_import", "close_import",
                                    "reverse_imported"), timedelta()),
)  # fmt: skip


@dataclass
class World:
    """One run of the simulation: the same seed gives the same run."""

    seed: int
    store: SqlStore
    network: list[tuple[int, Message]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.mirror = Mirror(self.store)
        self.crashing = Crashing(self.store)
        self.engine = self._started()
        self._sent = 0
        self._last: dict[str, str] = {}  # what each actor asked before

    def _started(self) -> PointsEngine:
        """A process that knows nothing but what is in the books."""
        mirror = self.mirror
        return PointsEngine(self.crashing, secret=SECRET, clock=lambda: mirror.now, make_id=mirror.make_id)

    def run(self, steps: int) -> None:
        """Take so many steps; the books are audited now and then, and at the end."""
        step = 0
        try:
            for step in range(steps):
                self._step(step)
                if step % AUDITED_EVERY == 0:
                    self.mirror.assert_sound()
            self.mirror.assert_sound()
        except BaseException as failure:
            failure.add_note(f"simulation: seed {self.seed}, step {step}")
            raise

    def _step(self, step: int) -> None:
        chance = self.chance
        self.mirror.now += timedelta(seconds=chance.choice(LEAPS if chance.random() < 0.04 else SECONDS))
        for _ in range(chance.randint(1, 3)):
            message = self._message()
            for _ in range(chance.choice((1, 1, 1, 2, 3))):
                self._post(step, message)
        due = [message for when, message in self.network if when <= step]
        self.network = [each for each in self.network if each[0] > step]
        chance.shuffle(due)
        while due:
            size = chance.randint(1, 5)
            self._deliver(step, due[:size])
            due = due[size:]

    def _post(self, step: int, message: Message) -> None:
        self.network.append((step + self.chance.choice(PATIENCE), message))

    def _message(self) -> Message:
        """What an actor sends next, by their own clock."""
        chance = self.chance
        actor = chance.choice(ACTORS)
        now = self.mirror.now + actor.ahead
        voices = Voices(chance.choice, lambda: now, lambda: Known.of(self.mirror.model.books))
        follows = FOLLOWS.get(self._last.get(actor.name, ""), ())
        usual = [word for word in follows if word in actor.words]
        word = chance.choice(usual if usual and chance.random() < 0.6 else actor.words)
        self._sent += 1
        key = f"m{self._sent}" if chance.random() < 0.98 else f"m{chance.randint(1, self._sent)}"
        until = now + timedelta(minutes=chance.choice((4, 15))) if actor.hurries else None
        self._last[actor.name] = word
        return Message(word, voices.fields(word), actor.by, key, until)

    def _deliver(self, step: int, messages: Sequence[Message]) -> None:
        """Hand a batch to the engine; after a crash it starts anew, and the clients try again with the same keys."""
        self.crashing.arm(self._trouble())
        before = self._head()
        try:
            outcomes = self.engine.execute([submission(each) for each in messages])
        except Crash:
            self.engine = self._started()
            is_kept = self._recover(messages, before)
            self.seen["crash after commit" if is_kept else "crash before commit"] += 1
            for each in messages:
                self._post(step + 1, each)
        else:
            self.seen.update(self.crashing.done)
            self._heard(messages, outcomes)
        compare(self.store, self.mirror.model.books)

    def _trouble(self) -> Plan:
        chance = self.chance
        kind = chance.random()
        if kind < 0.25:
            return Plan(crash_at=chance.randint(0, 20))
        if kind < 0.35:
            return Plan(conflicts=chance.randint(1, 3))
        if kind < 0.45:
            return Plan(answer=chance.choice(("lost after", "lost before")))
        return Plan()

    def _heard(self, messages: Sequence[Message], outcomes: Sequence[Outcome]) -> None:
        """Hold what was told against the model: in the journal's order, and last what a known key has answered."""
        told = list(zip(messages, outcomes, strict=True))
        assert not any(outcome.status == "fault" for outcome in outcomes), outcomes
        placed = [pair for pair in told if pair[1].seq is not None and pair[1].index is not None]
        first = [pair for pair in placed if not pair[1].replayed]
        for message, outcome in sorted(first, key=lambda pair: (pair[1].seq, pair[1].index)):
            self.mirror.heard(message, outcome)
        for message, outcome in told:
            if (message, outcome) not in first:
                self.mirror.heard(message, outcome)

    def _recover(self, messages: Sequence[Message], before: int) -> bool:
        """What was committed before the crash was told to nobody: the model must accept it too, in the same order."""
        statement = text('SELECT principal, key, id FROM command WHERE seq > :s ORDER BY seq, "index"')
        with self.store.reading() as connection:
            kept = [tuple(row) for row in connection.execute(statement, {"s": before})]
        by_key = {(each.by, each.key): each for each in reversed(messages)}
        for principal, key, identity in kept:
            message = by_key[principal, key]
            answer = self.mirror.model.answer(message, identity, self.mirror.now)
            assert not answer.code, f"{message} was committed, and must be {answer.code}"
        self._learn_codes()
        return self._head() > before

    def _learn_codes(self) -> None:
        with self.store.reading() as connection:
            rows = connection.execute(text("SELECT code, id FROM hold")).all()
        for code, hold in rows:
            if hold not in self.mirror.model.books.codes.values():
                learn(self.mirror.model, Outcome("accepted", {"code": code, "hold": hold}))

    def _head(self) -> int:
        with self.store.reading() as connection:
            return int(connection.execute(text("SELECT seq FROM journal_head")).scalar_one())
