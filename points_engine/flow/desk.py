"""The desk: the working set of one batch. Commands read rows from it, and put rows and entries on it.

A row that was not loaded is not "absent": asking for it raises `NotLoaded`, the engine loads it and decides the command
again.  Everything a command changed can be taken back (`undo`) as long as the next one has not begun.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeVar

from points_engine.flow.entities import PackVersion, Row, Scheme
from points_engine.ledger.accounts import Account, Posting, posted
from points_engine.ledger.amounts import is_guarded
from points_engine.ledger.entries import Entry
from points_engine.rulebook.occasions import Slots
from points_engine.rulebook.pack import Pack

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Key = tuple[Any, ...]

_ABSENT: Final = object()
"""What stood under a key before, where nothing did."""

RULE_ROWS: Final = frozenset({Scheme, PackVersion})
"""Rows that change which rules are in force: what was derived from them is derived anew."""


class OneRow(NamedTuple):
    """The row of `kind` under `key`; locked if the kind is a parent."""

    kind: type[Row]
    key: Key


class Children(NamedTuple):
    """The rows of `kind` that hang on `parent`, from `since` on (by the kind's SINCE field) where given."""

    kind: type[Row]
    parent: Key
    since: Any = None


class OneAccount(NamedTuple):
    """A guarded account with its lots."""

    account: str
    asset: str


Need = OneRow | Children | OneAccount


class NotLoaded(Exception):
    """A command asked for rows that were not read."""

    def __init__(self, *needs: Need) -> None:
        self.needs = needs
        super().__init__(", ".join(map(repr, needs)))


def _getter(fields: tuple[str, ...]) -> Callable[[Any], Key]:
    if len(fields) == 1:
        one = attrgetter(fields[0])
        return lambda row: (one(row),)
    return attrgetter(*fields)


_KEYS: dict[type[Row], Callable[[Any], Key]] = {}
_PARENTS: dict[type[Row], Callable[[Any], Key]] = {}


def key_of(row: Row) -> Key:
    """The key of a row, as a tuple in the order of its class's KEY."""
    kind = type(row)
    getter = _KEYS.get(kind)
    if getter is None:
        getter = _KEYS[kind] = _getter(kind.KEY)
    return getter(row)


def parent_of(row: Row) -> Key:
    """The values by which a row hangs on its parent."""
    kind = type(row)
    getter = _PARENTS.get(kind)
    if getter is None:
        getter = _PARENTS[kind] = _getter(kind.PARENT)
    return getter(row)


class Desk:
    """Rows by kind and key, children by parent, accounts, and what has to be written."""

    def __init__(
        self,
        now: datetime,
        packs: MutableMapping[str, Pack],
        secret: bytes,
        states: MutableMapping[str, Slots] | None = None,
    ) -> None:
        """`secret` makes voucher codes unguessable.

        Shared between batches: `packs` are the compiled packs by hash, `states` the states of folds by their texts.
        """
        self.now = now
        self.packs = packs
        self.states: MutableMapping[str, Slots] = {} if states is None else states
        self.secret = secret
        self.command_id = ""
        self.principal = ""
        self._rows: dict[type[Row], dict[Key, Row | None]] = {}
        self._children: dict[type[Row], dict[Key, dict[Key, None]]] = {}
        self._loaded: dict[tuple[type[Row], Key], Any] = {}
        self._accounts: dict[tuple[str, str], Account] = {}
        self._memos: dict[Any, Any] = {}
        self._undo: list[tuple[dict[Any, Any], Any, Any]] = []  # what stood where before the command in hand
        self._posted = (0, 0)
        self._made = 0
        self.rules_revision = 0
        self.rules_known = -1  # the revision of which every row is on the desk
        self.dirty: dict[type[Row], dict[Key, None]] = {}
        self.dirty_accounts: dict[tuple[str, str], None] = {}
        self.entries: list[Entry] = []
        self.postings: list[Posting] = []
        self.entry_commands: list[int] = []
        self.index = 0

    # ---- filled by the store ---------------------------------------------------------------------------------

    def has(self, need: Need) -> bool:
        """Whether the rows of `need` are on the desk (or known to be absent)."""
        if isinstance(need, OneRow):
            rows = self._rows.get(need.kind)
            return rows is not None and need.key in rows
        if isinstance(need, OneAccount):
            return need in self._accounts  # as a tuple, it is the place
        since = self._loaded.get((need.kind, need.parent), _ABSENT)
        if since is _ABSENT:
            return False
        return since is None or (need.since is not None and since <= need.since)

    def missing(self, needs: Iterable[Need]) -> list[Need]:
        """Those of `needs` that are not on the desk."""
        rows, accounts = self._rows, self._accounts
        found: list[Need] = []
        for need in needs:
            if type(need) is OneRow:
                there = rows.get(need.kind)
                if there is not None and need.key in there:
                    continue
            elif type(need) is OneAccount:
                if need in accounts:
                    continue
            elif self.has(need):
                continue
            found.append(need)
        return found

    def accept(self, need: OneRow | Children, rows: Iterable[Row]) -> None:
        """Lay rows that were read on the desk; rows already there (perhaps changed) stay as they are."""
        found = {key_of(row): row for row in rows}
        if isinstance(need, OneRow):
            self.accept_rows(need.kind, [need.key], found)
        else:
            self.accept_rows(need.kind, found, found)
            self._loaded[need.kind, need.parent] = need.since

    def accept_rows(self, kind: type[Row], keys: Iterable[Key], found: Mapping[Key, Row]) -> None:
        """Lay many rows that were read by key; a key that was not found is known to be absent."""
        rows = self._rows.setdefault(kind, {})
        for key in keys:
            if rows.get(key) is None:
                row = rows[key] = found.get(key)
                if row is not None and kind.PARENT:
                    self._children.setdefault(kind, {}).setdefault(parent_of(row), {})[key] = None

    def accept_account(self, account: Account) -> None:
        """Lay an account with its lots on the desk; one never posted to has version 0."""
        self._accounts.setdefault((account.account, account.asset), account)

    def known_absent(self, needs: Iterable[Need]) -> None:
        """Lay on the desk that the store has nothing of these: they go by an id that was made in this batch."""
        for need in self.missing(needs):
            if isinstance(need, OneAccount):
                self.accept_account(Account(*need))
            else:
                self.accept(need, ())

    # ---- read by commands ------------------------------------------------------------------------------------

    def find(self, kind: type[R], *key: Any) -> R | None:
        """The row under `key`, or None where there is none."""
        try:
            return self._rows[kind][key]  # type: ignore[return-value]
        except KeyError:
            raise NotLoaded(OneRow(kind, key)) from None

    def peek(self, kind: type[R], *key: Any) -> R | None:
        """The row under `key` if it is on the desk; None where it is absent or was not read yet."""
        return self._rows.get(kind, {}).get(key)  # type: ignore[return-value]

    def children(self, kind: type[R], *parent: Any, since: Any = None) -> list[R]:
        """The rows that hang on `parent`, from `since` on, in the order of their keys' arrival."""
        need = Children(kind, parent, since)
        if not self.has(need):
            raise NotLoaded(need)
        hanging = self._children.get(kind, {}).get(parent)
        if not hanging:
            return []
        rows = self._rows[kind]
        found = [rows[key] for key in hanging]
        if since is not None:
            found = [row for row in found if getattr(row, kind.SINCE) >= since]
        return [row for row in found if row is not None]  # type: ignore[misc]

    def account(self, account: str, asset: str) -> Account:
        """A guarded account as it stands now."""
        try:
            return self._accounts[account, asset]
        except KeyError:
            raise NotLoaded(OneAccount(account, asset)) from None

    def require(self, needs: Iterable[Need]) -> None:
        """Ask for several rows at once, so that they are read in one go."""
        if missing := self.missing(needs):
            raise NotLoaded(*missing)

    # ---- written by commands ---------------------------------------------------------------------------------

    def begin(self, command_id: str, principal: str, index: int) -> None:
        """Start a command: what the one before it did can no longer be taken back."""
        self.command_id, self.principal, self.index, self._made = command_id, principal, index, 0
        self._undo.clear()
        self._posted = (len(self.entries), len(self.postings))

    def rest(self) -> None:
        """The batch is done: let go of what could be taken back, so that the desk is freed without being searched."""
        self._undo.clear()

    def undo(self) -> None:
        """Take back everything the command in hand has put on the desk."""
        if any(values is rows for rows in map(self._rows.get, RULE_ROWS) for values, _, _ in self._undo):
            self.rules_revision += 1
        while self._undo:
            values, key, before = self._undo.pop()
            if before is _ABSENT:
                values.pop(key, None)
            else:
                values[key] = before
        entries, postings = self._posted
        del self.entries[entries:], self.entry_commands[entries:], self.postings[postings:]
        self._made = 0

    def make_id(self) -> str:
        """The next id of the command in hand: its own id and a running number."""
        self._made += 1
        return f"{self.command_id}-{self._made}"

    def put(self, row: Row) -> None:
        """Write a row: insert it, or replace the one under the same key."""
        kind, key = type(row), key_of(row)
        rows = self._rows.get(kind)
        if rows is None:
            rows = self._rows[kind] = {}
        before: Any = rows.get(key, _ABSENT)
        rows[key] = row
        self._undo.append((rows, key, before))
        if kind in RULE_ROWS:
            self.rules_revision += 1
        if kind.PARENT:
            self._hang(kind, key, None if before is None or before is _ABSENT else parent_of(before), parent_of(row))
        dirty = self.dirty.get(kind)
        if dirty is None:
            dirty = self.dirty[kind] = {}
        if key not in dirty:
            dirty[key] = None
            self._undo.append((dirty, key, _ABSENT))

    def _hang(self, kind: type[Row], key: Key, before: Key | None, parent: Key) -> None:
        if before == parent:
            return
        hanging = self._children.setdefault(kind, {})
        if before is not None:
            left = hanging[before]
            left.pop(key, None)
            self._undo.append((left, key, None))
        here = hanging.setdefault(parent, {})
        here[key] = None
        self._undo.append((here, key, _ABSENT))

    def post(self, entry: Entry) -> None:
        """Post an entry: its lines are numbered against the guarded accounts, which move on."""
        try:
            postings, accounts = posted(entry, self._accounts)
        except KeyError:
            places = dict.fromkeys((line.account, line.asset) for line in entry.lines if is_guarded(line.account))
            raise NotLoaded(*(OneAccount(*place) for place in places if place not in self._accounts)) from None
        for account in accounts:
            place = (account.account, account.asset)
            self._undo.append((self._accounts, place, self._accounts[place]))
            self._accounts[place] = account
            if place not in self.dirty_accounts:
                self.dirty_accounts[place] = None
                self._undo.append((self.dirty_accounts, place, _ABSENT))
        self.entries.append(entry)
        self.entry_commands.append(self.index)
        self.postings.extend(postings)

    # ---- read by the store -----------------------------------------------------------------------------------

    def changed(self) -> dict[type[Row], list[Row]]:
        """The rows to write, by kind, in their last state."""
        return {kind: [self._rows[kind][key] for key in keys] for kind, keys in self.dirty.items() if keys}  # type: ignore[misc]

    def changed_accounts(self) -> list[Account]:
        """The guarded accounts to write, in their last state."""
        return [self._accounts[place] for place in self.dirty_accounts]

    def knows(self, place: Any) -> bool:
        """Whether a value was remembered under `place`."""
        return place in self._memos

    def memo(self, place: Any, make: Callable[[], T]) -> T:
        """A value derived from rows that do not change within the batch (compiled packs, parsed states)."""
        try:
            made: T = self._memos[place]
        except KeyError:
            made = self._memos[place] = make()
        return made
