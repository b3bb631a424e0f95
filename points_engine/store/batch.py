"""One transaction as the engine sees it: what is the same on every database.

The order is always: keys, parents (locked), rows that hang on them, changes, the journal head, the immutable rows, and
last the journal's own row, which completes the batch.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar

from points_engine.flow.desk import RULE_ROWS, Desk, Key, key_of
from points_engine.flow.entities import Household, Row, StoredCommand, Volunteer
from points_engine.flow.people.households import code_of, is_household
from points_engine.flow.port import Claim, Conflict, Journalled
from points_engine.store.lookup import Lookup, Parents, Place, Remembered
from points_engine.store.shapes import BOOKS, Shape, Values
from points_engine.store.unguarded import Read, changed_unguarded, is_stale, without_guard


class Batch(Lookup):
    """Implements the port's `Transaction` over a few set-based primitives of one database."""

    locks = True
    is_alone: ClassVar[bool] = False  # nobody can commit beside it: nothing that it has read becomes stale

    def __init__(self, remembered: Remembered) -> None:
        super().__init__(remembered)
        self._there: dict[type[Row], set[Key]] = {}
        self._accounts_there: set[Place] = set()
        self._unlocked: list[Read] = []
        self._written_seq: int | None = None
        self._wrote_rules = False

    # ---- claim -----------------------------------------------------------------------------------------------

    def claim(self, claims: Sequence[Claim]) -> Mapping[Place, StoredCommand]:
        """Claim keys in sorted order; answers what stands under those that were claimed before."""
        wanted = {(claim.principal, claim.key): claim for claim in claims}
        if not wanted:
            return {}
        keys: list[Values] = [
            (*place, claim.fingerprint, claim.command_id) for place, claim in sorted(wanted.items(), key=_by_place)
        ]
        with self._together():
            head = self._head()
            taken = self._take_keys(keys)
            self._await()
            self._seen_seq = head()[0][0]
            found = taken()
        if not found:
            return {}
        entity = self.shapes[StoredCommand].entity
        stored: list[StoredCommand] = [entity(row) for row in self._commands(found)]  # type: ignore[misc]
        return {(command.principal, command.key): command for command in stored}

    # ---- what was read -----------------------------------------------------------------------------------------

    def _noted_rows(self, kind: type[Row], keys: list[Key], found: dict[Key, Row]) -> None:
        self._there.setdefault(kind, set()).update(found)
        if kind.LOCK_ORDER:  # what is not there cannot be locked
            absent = [key for key in keys if key not in found]
            if absent:
                self._unlocked.append(Read(kind, absent, {}))
        else:
            self._unlocked.append(Read(kind, keys, found))

    def _noted_children(self, kind: type[Row], parents: Parents, found: dict[Key, Row]) -> None:
        self._there.setdefault(kind, set()).update(found)
        self._unlocked.append(Read(kind, parents, found))

    def _noted_accounts(self, heads: Mapping[Place, tuple[int, int]]) -> None:
        self._accounts_there.update(heads)

    def _recheck(self, seq: int) -> None:
        """Read again what was read before the locks were held, if anybody has committed since.

        Every commit moves the journal head, so an unmoved head proves that nothing is stale.
        """
        if seq != self._seen_seq:
            for read in self._unlocked:
                if is_stale(read, self._again(read), ()):
                    raise Conflict(f"{read.kind.TABLE} rows changed before their parents were locked")
            self._seen_seq = seq

    def _again(self, read: Read, *, lock: bool = False) -> list[Row]:
        known = self.shapes[read.kind]
        if isinstance(read.wanted, Mapping):
            answers = self._ask_children(known, dict(read.wanted))
        else:
            answers = [self._rows(known.shape, list(read.wanted), lock)]
        return [known.entity(row) for answer in answers for row in answer()]

    def _is_locked(self, owner: str) -> bool:
        if is_household(owner):
            return (code_of(owner),) in self._there.get(Household, ())
        return (owner,) in self._there.get(Volunteer, ())

    def _lock_changed(self, desk: Desk) -> None:
        """Lock what the batch changes and no parent has guarded, such as an import that is being undone."""
        if self.is_alone or self._seen_seq is None:
            return
        for read in changed_unguarded(self._unlocked, self._is_locked, desk.dirty):
            if is_stale(read, self._again(read, lock=True), ()):
                raise Conflict(f"{read.kind.TABLE} rows changed before they were written")

    def _recheck_unguarded(self, desk: Desk, seq: int) -> None:
        """With the journal's head locked nobody else can commit: what was decided must hold at this very place."""
        if self.is_alone or self._seen_seq in (None, seq - 1):
            return
        for read in self._unlocked:
            mine = desk.dirty.get(read.kind, {})
            left = without_guard(read, self._is_locked, mine)
            if left is not None and is_stale(left, self._again(left), mine):
                raise Conflict(f"{read.kind.TABLE} rows changed before the batch had its place")

    # ---- write -----------------------------------------------------------------------------------------------

    def write(
        self, desk: Desk, accepted: Sequence[Journalled], refused: Sequence[Claim], size: int
    ) -> tuple[int, datetime]:
        """Write the changes, take the next seq, write the immutable rows, and complete the batch."""
        self._lock_changed(desk)
        for kind, rows in desk.changed().items():
            self._write_rows(kind, rows)
        self._write_accounts(desk)
        self._release_keys([(claim.principal, claim.key) for claim in refused])
        self._move_head(desk.now)
        self._append(
            BOOKS["entry"],
            [
                (entry.id, idx, entry.kind, entry.cause, entry.occurred_at, entry.reverses)
                for idx, entry in enumerate(desk.entries)
            ],
        )
        self._append(BOOKS["posting"], [_posting(line) for line in desk.postings])
        self._append(
            BOOKS["command"],
            [
                (
                    done.id, done.index, done.claim.principal, done.claim.key, done.claim.fingerprint, done.kind,
                    done.content_json, done.outcome_json, done.claim.credential,
                )
                for done in accepted
            ],
        )  # fmt: skip
        self._append(
            BOOKS["refused_action"],
            [
                (no.index, claim.principal, claim.credential, no.kind, no.content_json, no.code)
                for claim in refused
                if (no := claim.refusal) is not None
            ],
        )
        self._append(BOOKS["journal"], [(size,)])
        self._await()
        self._written_seq, recorded_at = self._head_moved()
        self._recheck_unguarded(desk, self._written_seq)
        return self._written_seq, recorded_at

    def _write_rows(self, kind: type[Row], rows: list[Row]) -> None:
        known, there = self.shapes[kind], self._there.get(kind, set())
        self._wrote_rules = self._wrote_rules or kind in RULE_ROWS
        new: list[Values] = []
        changed: list[Values] = []
        for row in rows:
            (changed if key_of(row) in there else new).append(known.values(row))
        self._insert(known.shape, new)
        if known.shape.rest:  # a row that is nothing but its key has nothing to change
            self._update(known.shape, changed)

    def _write_accounts(self, desk: Desk) -> None:
        new: list[Values] = []
        changed: list[Values] = []
        for account in desk.changed_accounts():
            values = (account.account, account.asset, account.version, account.balance)
            (changed if values[:2] in self._accounts_there else new).append(values)
        self._insert(BOOKS["account"], new)
        self._update(BOOKS["account"], changed)
        lots = {
            (line.account, line.asset, line.expires_on): line.lot_after
            for line in desk.postings
            if line.version is not None
        }
        self._delete(BOOKS["lot"], [lot for lot, amount in lots.items() if not amount])
        self._upsert(BOOKS["lot"], [(*lot, amount) for lot, amount in lots.items() if amount])

    def commit(self) -> None:
        """Make it durable."""
        self._commit()
        self._remember()

    def _remember(self) -> None:
        """Keep the rules for the next batch, if nobody else has committed since they were read."""
        seq = self._written_seq
        if self._wrote_rules or seq is None or self._seen_seq is None or seq != self._seen_seq + 1:
            self._remembered.known = (-1, {})
        else:
            self.keep_rules(seq)

    # ---- primitives of one database --------------------------------------------------------------------------

    @abstractmethod
    def _take_keys(self, keys: list[Values]) -> Callable[[], list[Place]]:
        """Insert (principal, key, fingerprint, id) rows in order; answers the places that were taken already."""

    @abstractmethod
    def _release_keys(self, places: list[Place]) -> None:
        """Give keys back."""

    @abstractmethod
    def _commands(self, places: list[Place]) -> Iterable[Sequence[Any]]:
        """The stored commands under (principal, key)."""

    @abstractmethod
    def _insert(self, shape: Shape, rows: list[Values]) -> None:
        """Insert rows in one go; one that is there already is a Conflict."""

    @abstractmethod
    def _append(self, shape: Shape, rows: list[Values]) -> None:
        """Insert rows without their `seq` and `recorded_at`: these are where the journal stands now."""

    @abstractmethod
    def _update(self, shape: Shape, rows: list[Values]) -> None:
        """Replace rows by key; one that is gone is a Conflict."""

    @abstractmethod
    def _upsert(self, shape: Shape, rows: list[Values]) -> None:
        """Insert or replace rows by key."""

    @abstractmethod
    def _delete(self, shape: Shape, keys: list[Values]) -> None:
        """Delete rows by key."""

    @abstractmethod
    def _move_head(self, now: datetime) -> None:
        """Lock the journal head and move it on."""

    @abstractmethod
    def _head_moved(self) -> tuple[int, datetime]:
        """Where the head was moved to: the batch's seq and when it is recorded."""

    @abstractmethod
    def _commit(self) -> None:
        """Commit the database transaction."""


_posting = attrgetter(
    "entry_id", "line", "account", "asset", "expires_on", "amount", "version", "lot_after", "balance_after"
)


def _by_place(claimed: tuple[Place, Claim]) -> Place:
    return claimed[0]
