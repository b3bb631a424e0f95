"""Submissions in, outcomes out: what a caller hands to the engine and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from points_engine.bilingual import Both
from points_engine.errors import EngineError, InvalidValue, KeyMissing
from points_engine.flow import shapes
from points_engine.flow.steps import BY_COMMAND, Command
from points_engine.flow.tags import Unchanged
from points_engine.frozen import quickly_made
from points_engine.limits import KEY_CHARACTERS


@quickly_made
@dataclass(frozen=True, slots=True)
class Submission:
    """A command with whoever asks for it and the key that makes asking again safe.

    `principal` is a person or a device, not a credential; `key` is unique per principal.  After `valid_until` the
    command is refused, so that a till's late retry cannot charge after the cashier said no.  `credential` is the id of
    the API key that was shown, if any; what is refused to staff (`is_staff`) is remembered as what is accepted.
    With `unchanged` the command is refused if what it is meant for is another by now.
    """

    command: Command
    principal: str
    key: str
    valid_until: datetime | None = None
    credential: str = ""
    is_staff: bool = False
    unchanged: Unchanged | None = None

    def __post_init__(self) -> None:
        if type(self.command) not in BY_COMMAND:
            raise InvalidValue(
                field="command",
                value=type(self.command).__name__,
                expected=Both("a command of the engine", "引擎的命令"),
            )
        if not self.key:
            raise KeyMissing()
        shapes.token("key", self.key, KEY_CHARACTERS)
        shapes.token("principal", self.principal, KEY_CHARACTERS)
        if self.credential:
            shapes.token("credential", self.credential, KEY_CHARACTERS)
        if self.valid_until is not None:
            shapes.moment("valid_until", self.valid_until)


@quickly_made
@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a submission, and its place in the journal.

    `accepted`: `result` says what was done.  `refused`: `error` is the Refusal.  `fault`: `error` is a StoreFault and
    the same key may be tried again.  `replayed` marks the first outcome of a key given again.
    """

    status: Literal["accepted", "refused", "fault"]
    result: Mapping[str, Any] = field(default_factory=dict)
    error: EngineError | None = None
    seq: int | None = None
    index: int | None = None
    replayed: bool = False
    command_id: str = ""

    @property
    def is_accepted(self) -> bool:
        return self.status == "accepted"

    def placed(self, seq: int) -> Outcome:
        """The same outcome in its place in the journal."""
        return Outcome(self.status, self.result, self.error, seq, self.index, self.replayed, self.command_id)

    def expect(self) -> Mapping[str, Any]:
        """The result of an accepted command.

        Raises: the error of one that was not.
        """
        if self.error is not None:
            raise self.error
        return self.result
