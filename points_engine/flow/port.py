"""The store as the engine sees it: claim keys, load rows, write a batch, all inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from points_engine.flow.desk import Desk, Need
from points_engine.flow.entities import StoredCommand
from points_engine.frozen import quickly_made


class Conflict(Exception):
    """Another process changed the same rows (serialisation, deadlock, unique key): the batch may be tried again."""


class UnknownCommit(Exception):
    """The connection broke after COMMIT was sent: the batch may be there or not. Its keys tell."""


@quickly_made
@dataclass(frozen=True, slots=True)
class Refused:
    """A lawful no to be remembered: its place in the batch, the command's kind and content, and the code of the no."""

    index: int
    kind: str
    content_json: str
    code: str


@dataclass(frozen=True, slots=True)
class Claim:
    """An idempotency key, unique per principal, with the fingerprint and the id of the command that it is for.

    `credential` is the API key that was shown, if any; `refusal` is what a member of staff was told, to be remembered.
    """

    principal: str
    key: str
    fingerprint: str
    command_id: str
    credential: str = ""
    refusal: Refused | None = None


@quickly_made
@dataclass(frozen=True, slots=True)
class Journalled:
    """One command's place and outcome in the batch, to be written: `id` to `outcome_json` as in StoredCommand."""

    id: str
    index: int
    claim: Claim
    kind: str
    content_json: str
    outcome_json: str


class Transaction(Protocol):
    """One database transaction. Leaving the context without `commit` rolls everything back."""

    def claim(self, claims: Sequence[Claim]) -> Mapping[tuple[str, str], StoredCommand]:
        """Claim keys in sorted order; answers the stored commands of those that were claimed before, by
        (principal, key). Waits for another session that is claiming the same key."""
        ...

    def load(self, needs: Iterable[Need], desk: Desk) -> None:
        """Read the rows of `needs` and lay them on the desk. Parent kinds (LOCK_ORDER > 0) are locked first, in
        ascending (LOCK_ORDER, key) order, before anything that hangs on them is read; rows read before a lock was
        held are read again if anybody has committed since.

        Raises: Conflict, when such a row has moved."""
        ...

    def write(
        self, desk: Desk, accepted: Sequence[Journalled], refused: Sequence[Claim], size: int
    ) -> tuple[int, datetime]:
        """Lock the journal head, take the next `seq` and a non-decreasing `recorded_at` (>= desk.now), write rows,
        accounts, entries, postings and commands in set-based statements, release the keys of `refused`, and answer
        (seq, recorded_at). `size` is the number of commands in the batch, refusals included."""
        ...

    def commit(self) -> None: ...


class Store(Protocol):
    """Where the books are kept."""

    url: str

    def transaction(self) -> AbstractContextManager[Transaction]: ...

    def close(self) -> None: ...
