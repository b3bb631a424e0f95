"""Telling one address: it goes on where it stopped, and what it did not take is told again later.

An address is told one thing at a time, in the order of the journal; what it refuses does not hold up what follows.
After a crash the last few are told again, under the same ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from points_engine.flow.entities import Webhook
from points_engine.reading import Reader
from points_engine.store import SqlStore, webhook_cursors
from points_engine.store.webhook_cursors import Retry
from points_engine.webhooks import messages
from points_engine.webhooks.courier import Answer, Courier
from points_engine.webhooks.messages import Message

AGAIN_AFTER: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 5 * 60, 10 * 60, 14 * 60, 20 * 60, 24 * 60)
)
"""How long after each attempt a message is told again; after the last of them it is given up, three days on."""

RESTS: Final = tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 600, 1800))
"""How long an address is left alone that does not answer, the first time and every time after that in a row."""

PATIENCE: Final = 5
"""answers other than yes, one after the other, after which an address is left alone for a while, too."""

SUSPENDED_AFTER: Final = timedelta(days=5)
"""for which an address takes nothing until nobody goes there any more, as Standard Webhooks advises."""

COMMANDS_AT_ONCE: Final = 200
"""commands looked at, and messages told again, in one go."""

KEPT_EVERY: Final = 20
"""messages after which the place is written down: so many are told twice after a crash, at most."""

GONE: Final = 410
"""The status by which an address says that it wants no more."""

BUSY: Final = (429, 503)
"""Statuses that ask for patience."""


@dataclass(slots=True)
class Told:
    """How one go went: messages taken and not taken, whether more waits now, and whether the address is to be left."""

    taken: int = 0
    missed: int = 0
    more: bool = False
    is_given_up: bool = False


class Teller:
    """Tells one address in one go; `goes_on` is asked before every message."""

    def __init__(
        self, store: SqlStore, courier: Courier, webhook: Webhook, goes_on: Callable[[], bool]
    ) -> None:  # fmt: skip
        self._store, self._courier, self._webhook = store, courier, webhook
        self._clock, self._goes_on = courier.clock, goes_on
        self._reader = Reader(store, courier.clock)
        self._told = Told()
        with store.reading() as connection:
            kept = webhook_cursors.cursors(connection).get(webhook.code)
            self._cursor = webhook_cursors.cursor_of(connection, webhook, kept)
        if kept is not None and kept.replays != webhook.replays:
            webhook_cursors.move(store, self._cursor, begins_again=True)

    def tell(self) -> Told:
        """Tell what is due again, then what is new."""
        resting = self._cursor.resting_until
        stood = self._cursor
        if resting is None or resting <= self._clock():
            if self._again():
                self._on()
            if self._cursor != stood:
                webhook_cursors.move(self._store, self._cursor)
        return self._told

    def _again(self) -> bool:
        """Tell again what is due; False where the address is to be left alone now."""
        with self._store.reading() as connection:
            due = webhook_cursors.due(connection, self._webhook.code, self._clock(), COMMANDS_AT_ONCE)
        self._told.more |= len(due) == COMMANDS_AT_ONCE
        for retry in due:
            if not self._goes_on():
                return False
            with self._reader.open() as view:
                message = messages.at(view, self._webhook, retry.seq, retry.index)
            if message is None:
                webhook_cursors.forget(self._store, retry)
                continue
            if not self._post(message, retry):
                return False
        return True

    def _on(self) -> None:
        """Tell what is new, and move on with each."""
        with self._reader.open() as view:
            place = (self._cursor.seq, self._cursor.index)
            stretch = messages.after(view, self._webhook, place, COMMANDS_AT_ONCE)
        for number, message in enumerate(stretch.messages, start=1):
            if not self._goes_on():
                return
            is_well = self._post(message, None)
            self._cursor = replace(self._cursor, seq=message.seq, index=message.index)
            if not is_well:
                return
            if number % KEPT_EVERY == 0:
                webhook_cursors.move(self._store, self._cursor)
        seq, index = stretch.reached
        self._cursor = replace(self._cursor, seq=seq, index=index)
        self._told.more |= stretch.more

    def _post(self, message: Message, before: Retry | None) -> bool:
        """Post a message, and remember it where it was not taken; False where the address is to be left alone now."""
        now = self._clock()
        answer = self._courier.post(self._webhook, message, now)
        self._cursor = replace(self._cursor, last_at=now, last_status=answer.status, last_error=answer.error)
        if answer.is_taken:
            self._told.taken += 1
            self._cursor = replace(
                self._cursor, sent=self._cursor.sent + 1, failures=0, failing_since=None, resting_until=None
            )
            if before is not None:
                webhook_cursors.forget(self._store, before)
            return True
        self._told.missed += 1
        webhook_cursors.keep(self._store, _missed(self._webhook, message, before, answer, now))
        failures = self._cursor.failures + 1
        since = self._cursor.failing_since or now
        is_left_alone = not answer.status or answer.status in BUSY or failures >= PATIENCE
        rest = max(RESTS[min(failures, len(RESTS)) - 1], timedelta(seconds=answer.retry_after))
        self._told.is_given_up = answer.status == GONE or now - since >= SUSPENDED_AFTER
        self._cursor = replace(
            self._cursor, failures=failures, failing_since=since,
            resting_until=now + rest if is_left_alone else self._cursor.resting_until,
        )  # fmt: skip
        if self._told.is_given_up:  # whoever lets it go on begins with a clean slate
            self._cursor = replace(self._cursor, failures=0, failing_since=None, resting_until=None)
        return not is_left_alone and not self._told.is_given_up


def _missed(webhook: Webhook, message: Message, before: Retry | None, answer: Answer, now: datetime) -> Retry:
    attempts = 1 if before is None else before.attempts + 1
    first_at = now if before is None else before.first_at
    next_at = None
    if attempts <= len(AGAIN_AFTER):
        next_at = now + max(AGAIN_AFTER[attempts - 1], timedelta(seconds=answer.retry_after))
    return Retry(
        webhook.code, message.seq, message.index, attempts, first_at, next_at, answer.status, answer.error
    )  # fmt: skip
