"""A machine that asks every command in any order, and holds the engine against the model after each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from points_engine.store.stores import SqlStore
from tests.model.mirror import Mirror
from tests.model.model import ACTS, Message
from tests.model.voices import SECONDS, SENDERS, WORDS, Known, Voices


class Machine(RuleBasedStateMachine):
    """Time, senders and keys; the commands are added below, one rule each."""

    seen: ClassVar[Counter[str]]
    """What was asked and what was told, over all runs of a class."""

    opened: Callable[[], SqlStore]
    closed: Callable[[SqlStore], None]

    def __init__(self) -> None:
        super().__init__()
        self.mirror = Mirror(self.opened())
        self.until: datetime | None = None
        self.by = SENDERS[0]

    def teardown(self) -> None:
        self.seen.update(self.mirror.seen)
        self.closed(self.mirror.store)

    def known(self) -> Known:
        """What has been heard of."""
        known = Known.of(self.mirror.model.books)
        known.records = [each.fields for each in self.mirror.asked if each.word == "record_service"]
        return known

    def voices(self, data: st.DataObject) -> Voices:
        """Somebody whose choices hypothesis draws."""
        return Voices(lambda found: data.draw(st.sampled_from(found)), lambda: self.mirror.now, self.known)

    def ask(self, word: str, data: st.DataObject) -> None:
        """Ask a command with drawn fields, and audit."""
        self.send(Message(word, self.voices(data).fields(word), self.by, f"key-{len(self.mirror.asked)}", self.until))

    def send(self, message: Message) -> None:
        """Send a message and audit the books."""
        self.until = None
        self.mirror.send(message)
        self.mirror.assert_sound()

    @rule(seconds=st.sampled_from(SECONDS))
    def time_passes(self, seconds: int) -> None:
        self.mirror.now += timedelta(seconds=seconds)

    @rule(by=st.sampled_from(SENDERS))
    def somebody_else_asks(self, by: str) -> None:
        self.by = by

    @rule(seconds=st.sampled_from((-1, 0, 60)))
    def the_next_is_valid_until(self, seconds: int) -> None:
        self.until = self.mirror.now + timedelta(seconds=seconds)

    @precondition(lambda self: self.mirror.asked)
    @rule(back=st.integers(1, 8))
    def ask_again(self, back: int) -> None:
        self.send(self.mirror.asked[-min(back, len(self.mirror.asked))])

    @precondition(lambda self: self.mirror.asked)
    @rule(back=st.integers(1, 8), data=st.data())
    def ask_something_else_under_a_known_key(self, back: int, data: st.DataObject) -> None:
        before = self.mirror.asked[-min(back, len(self.mirror.asked))]
        self.send(Message("expire_lots", self.voices(data).fields("expire_lots"), before.by, before.key))

    @rule(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), data=st.data())
    def ask_at_random(self, words: list[str], data: st.DataObject) -> None:
        """Several commands as they come in life: some often, some seldom."""
        for word in words:
            self.ask(word, data)


def _asking(word: str) -> Callable[[Any, st.DataObject], None]:
    def ask(self: Machine, data: st.DataObject) -> None:
        self.ask(word, data)

    ask.__name__ = ask.__qualname__ = word
    return ask


Everything = type("Everything", (Machine,), {word: rule(data=st.data())(_asking(word)) for word in ACTS})
"""The machine with one rule for every command that the model can predict."""
