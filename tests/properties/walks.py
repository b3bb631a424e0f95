"""A seeded walk: thousands of commands as they come in life, each held against the model."""

from __future__ import annotations

import random
from datetime import timedelta

from points_engine.store.stores import SqlStore
from tests.model.mirror import Mirror
from tests.model.model import Message
from tests.model.voices import FOLLOWS, SECONDS, SENDERS, WORDS, Known, Voices

AUDITED_EVERY = 25


class Walk:
    """One walk: the same seed asks the same things."""

    def __init__(self, store: SqlStore, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.mirror = Mirror(store)
        self.voices = Voices(self.chance.choice, lambda: self.mirror.now, self._known)

    def _known(self) -> Known:
        known = Known.of(self.mirror.model.books)
        known.records = [each.fields for each in self.mirror.asked[-60:] if each.word == "record_service"]
        return known

    def go(self, steps: int) -> None:
        """Take so many steps."""
        step = 0
        try:
            for step in range(steps):
                self.mirror.send(self._message(step))
                if step % AUDITED_EVERY == 0:
                    self.mirror.assert_sound()
            self.mirror.assert_sound()
        except BaseException as failure:
            failure.add_note(f"walk: seed {self.seed}, step {step}")
            raise

    def _message(self, step: int) -> Message:
        chance, mirror = self.chance, self.mirror
        follows = FOLLOWS.get(mirror.asked[-1].word) if mirror.asked and chance.random() < 0.5 else None
        if follows is not None:
            word = chance.choice(follows)
            return Message(word, self.voices.fields(word), chance.choice(SENDERS), f"walk-{step}")
        if chance.random() < 0.3:
            mirror.now += timedelta(seconds=chance.choice(SECONDS[: chance.choice((3, 3, 4, 5, 7, 10))]))
        if mirror.asked and chance.random() < 0.06:
            return chance.choice(mirror.asked[-30:])
        word = chance.choice(WORDS)
        if mirror.asked and chance.random() < 0.02:
            before = chance.choice(mirror.asked[-30:])
            return Message(word, self.voices.fields(word), before.by, before.key)
        until = mirror.now + timedelta(seconds=chance.choice((-1, 0, 60))) if chance.random() < 0.05 else None
        return Message(word, self.voices.fields(word), chance.choice(SENDERS), f"walk-{step}", until)
