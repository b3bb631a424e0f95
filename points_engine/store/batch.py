"""One transaction as the engine sees it: what is the same on every database.

The order is always: keys, parents (locked), rows that hang on them, changes, the journal head, the immutable rows, and
last the journal's own row, which completes the batch.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from points_engine.flow.desk import Children, Desk, Key, Need, OneRow, key_of, parent_of
from points_engine.flow.entities import Row, StoredCommand, Volunteer
from points_engine.flow.port import Claim, Conflict, Journalled
from points_engine.ledger.accounts import Account
from points_engine.store.shapes import BOOKS, EntityShape, Shape, Values
from points_engine.store.unguarded import Read, changed_unguarded, is_stale, without_guard

Place = tuple[str, str]
Parents = dict[Key, Any]

ALONE: Final = -1
"""The head's seq as a batch sees it that nobody can commit beside: nothing that it has read becomes stale."""


class Batch(ABC):
    """Implements the port's `Transaction` over a few set-based primitives of one database."""

    shapes: Mapping[type[Row], EntityShape]

    def __init__(self) -> None:
        self._there: dict[type[Row], set[Key]] = {}
        self._accounts_there: set[Place] = set()
        self._unlocked: list[Read] = []
        self._seen_seq: int | None = None

    # ---- claim -----------------------------------------------------------------------------------------------

    def claim(self, claims: Sequence[Claim]) -> Mapping[Place, StoredCommand]:
        """Claim keys in sorted order; answers what stands under those that were claimed before."""
        wanted = {(claim.principal, claim.key): claim for claim in claims}
        if not wanted:
            return {}
        taken = self._take_keys(
            [(*place, wanted[place].fingerprint, wanted[place].command_id) for place in sorted(wanted)]
        )
        if not taken:
            return {}
        entity = self.shapes[StoredCommand].entity
        stored: list[StoredCommand] = [entity(row) for row in self._commands(taken)]  # type: ignore[misc]
        return {(command.principal, command.key): command for command in stored}

    # ---- load ------------------------------------------------------------------------------------------------

    def load(self, needs: Iterable[Need], desk: Desk) -> None:
        """Read the rows of `needs`; parents are locked first, in (LOCK_ORDER, key) order."""
        rows: dict[type[Row], dict[Key, None]] = {}
        children: dict[type[Row], Parents] = {}
        places: dict[Place, None] = {}
        for need in needs:
            if isinstance(need, OneRow):
                rows.setdefault(need.kind, {})[need.key] = None
            elif isinstance(need, Children):
                _widen(children.setdefault(need.kind, {}), need)
            else:
                places[need.account, need.asset] = None
        if self._seen_seq is None:
            self._seen_seq = self._head_seq()
        parents = sorted((kind for kind in rows if kind.LOCK_ORDER), key=lambda kind: kind.LOCK_ORDER)
        for kind in parents:
            self._lay_rows(kind, list(rows[kind]), desk, lock=True)
        if parents:
            self._recheck()
        for kind, keys in rows.items():
            if not kind.LOCK_ORDER:
                self._lay_rows(kind, list(keys), desk, lock=False)
        for kind, of in children.items():
            self._lay_children(kind, of, desk)
        if places:
            self._lay_accounts(list(places), desk)

    def _lay_rows(self, kind: type[Row], keys: list[Key], desk: Desk, *, lock: bool) -> None:
        known = self.shapes[kind]
        found = {key_of(row): row for row in self._read_rows(known, keys, lock)}
        self._there.setdefault(kind, set()).update(found)
        if lock:  # what is not there cannot be locked
            absent = [key for key in keys if key not in found]
            if absent:
                self._unlocked.append(Read(kind, absent, {}))
        else:
            self._unlocked.append(Read(kind, keys, found))
        for key in keys:
            desk.accept(OneRow(kind, key), [found[key]] if key in found else [])

    def _read_rows(self, known: EntityShape, keys: list[Key], lock: bool) -> list[Row]:
        return [known.entity(values) for values in self._rows(known.shape, keys, lock)]

    def _lay_children(self, kind: type[Row], parents: Parents, desk: Desk) -> None:
        known = self.shapes[kind]
        found = self._read_children(known, parents)
        self._there.setdefault(kind, set()).update(map(key_of, found))
        self._unlocked.append(Read(kind, parents, {key_of(row): row for row in found}))
        hanging: dict[Key, list[Row]] = {}
        for row in found:
            hanging.setdefault(parent_of(row), []).append(row)
        for parent, since in parents.items():
            desk.accept(Children(kind, parent, since), hanging.get(parent, ()))

    def _read_children(self, known: EntityShape, parents: Parents) -> list[Row]:
        kind = known.kind
        whole = [parent for parent, since in parents.items() if since is None]
        late = [(*parent, since) for parent, since in parents.items() if since is not None]
        found = [known.entity(row) for row in self._children(known.shape, kind.PARENT, "", whole)] if whole else []
        if late:
            found += [known.entity(row) for row in self._children(known.shape, kind.PARENT, kind.SINCE, late)]
        return found

    def _lay_accounts(self, places: list[Place], desk: Desk) -> None:
        heads: dict[Place, tuple[int, int]] = {}
        lots: dict[Place, dict[date, int]] = {}
        for account, asset, version, balance, expires_on, amount in self._accounts(places):
            place = (account, asset)
            heads[place] = (version, balance)
            held = lots.setdefault(place, {})
            if expires_on is not None:
                held[expires_on] = amount
        self._accounts_there.update(heads)
        for place in places:
            if place in heads:
                desk.accept_account(Account(*place, *heads[place], lots[place]))
            else:
                desk.accept_account(Account(*place))

    def _recheck(self) -> None:
        """Read again what was read before the locks were held, if anybody has committed since.

        Every commit moves the journal head, so an unmoved head proves that nothing is stale.
        """
        seq = self._head_seq()
        if seq != self._seen_seq:
            for read in self._unlocked:
                if is_stale(read, self._again(read), ()):
                    raise Conflict(f"{read.kind.TABLE} rows changed before their parents were locked")
            self._seen_seq = seq

    def _again(self, read: Read, *, lock: bool = False) -> list[Row]:
        known = self.shapes[read.kind]
        if isinstance(read.wanted, Mapping):
            return self._read_children(known, dict(read.wanted))
        return self._read_rows(known, list(read.wanted), lock)

    def _is_locked(self, volunteer_id: str) -> bool:
        return (volunteer_id,) in self._there.get(Volunteer, ())

    def _lock_changed(self, desk: Desk) -> None:
        """Lock what the batch changes and no parent has guarded, such as an import that is being undone."""
        if self._seen_seq in (None, ALONE):
            return
        for read in changed_unguarded(self._unlocked, self._is_locked, desk.dirty):
            if is_stale(read, self._again(read, lock=True), ()):
                raise Conflict(f"{read.kind.TABLE} rows changed before they were written")

    def _recheck_unguarded(self, desk: Desk, seq: int) -> None:
        """With the journal's head locked nobody else can commit: what was decided must hold at this very place."""
        if self._seen_seq in (None, ALONE, seq - 1):
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
        seq, recorded_at = self._next_seq(desk.now)
        self._recheck_unguarded(desk, seq)
        self._insert(
            BOOKS["entry"],
            [
                (entry.id, seq, idx, entry.kind, entry.cause, entry.occurred_at, recorded_at, entry.reverses)
                for idx, entry in enumerate(desk.entries)
            ],
        )
        self._insert(
            BOOKS["posting"],
            [
                (
                    line.entry_id, line.line, seq, line.account, line.asset, line.expires_on, line.amount,
                    line.version, line.lot_after, line.balance_after,
                )
                for line in desk.postings
            ],
        )  # fmt: skip
        self._insert(
            BOOKS["command"],
            [
                (
                    done.id, seq, done.index, recorded_at, done.claim.principal, done.claim.key,
                    done.claim.fingerprint, done.kind, done.content_json, done.outcome_json, done.claim.credential,
                )
                for done in accepted
            ],
        )  # fmt: skip
        self._insert(
            BOOKS["refused_action"],
            [
                (
                    seq, no.index, recorded_at, claim.principal, claim.credential, no.kind, no.content_json, no.code,
                )
                for claim in refused
                if (no := claim.refusal) is not None
            ],
        )  # fmt: skip
        self._insert(BOOKS["journal"], [(seq, recorded_at, size)])
        return seq, recorded_at

    def _write_rows(self, kind: type[Row], rows: list[Row]) -> None:
        known, there = self.shapes[kind], self._there.get(kind, set())
        new: list[Values] = []
        changed: list[Values] = []
        for row in rows:
            (changed if key_of(row) in there else new).append(known.values(row))
        self._insert(known.shape, new)
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

    # ---- primitives of one database --------------------------------------------------------------------------

    @abstractmethod
    def _take_keys(self, keys: list[Values]) -> list[Place]:
        """Insert (principal, key, fingerprint) rows in order; answers the places that were taken already."""

    @abstractmethod
    def _release_keys(self, places: list[Place]) -> None:
        """Give keys back."""

    @abstractmethod
    def _commands(self, places: list[Place]) -> Iterable[Sequence[Any]]:
        """The stored commands under (principal, key)."""

    @abstractmethod
    def _rows(self, shape: Shape, keys: list[Key], lock: bool) -> Iterable[Sequence[Any]]:
        """Rows by key; locked in key order if asked."""

    @abstractmethod
    def _children(
        self, shape: Shape, parent: tuple[str, ...], since: str, wanted: list[Values]
    ) -> Iterable[Sequence[Any]]:
        """Rows by parent columns, and from a value of the `since` column on where one is named."""

    @abstractmethod
    def _accounts(self, places: list[Place]) -> Iterable[tuple[str, str, int, int, date | None, int]]:
        """Accounts with their lots, read in one statement; an account without lots has one row without a day."""

    @abstractmethod
    def _insert(self, shape: Shape, rows: list[Values]) -> None:
        """Insert rows in one go; one that is there already is a Conflict."""

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
    def _head_seq(self) -> int:
        """The newest seq that is committed, without a lock."""

    @abstractmethod
    def _next_seq(self, now: datetime) -> tuple[int, datetime]:
        """Lock the journal head and move it on."""

    @abstractmethod
    def _commit(self) -> None:
        """Commit the database transaction."""


def _widen(parents: Parents, need: Children) -> None:
    """Keep the widest range that is asked for of one parent."""
    if need.parent not in parents:
        parents[need.parent] = need.since
    elif need.since is None or parents[need.parent] is None:
        parents[need.parent] = None
    else:
        parents[need.parent] = min(parents[need.parent], need.since)
