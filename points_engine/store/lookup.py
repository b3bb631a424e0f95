"""Rows for a desk, in a few set-based questions: how a batch reads before it decides, and how a view of the books does.

The order is always: parents (locked, where a batch asks), then rows that hang on them, then accounts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final

from points_engine.flow.desk import RULE_ROWS, Children, Desk, Key, Need, OneRow, key_of, parent_of
from points_engine.flow.entities import Row
from points_engine.ledger.accounts import Account
from points_engine.store.shapes import EntityShape, Shape, Values

Place = tuple[str, str]
Parents = dict[Key, Any]
Answer = Callable[[], Sequence[Sequence[Any]]]
"""The rows of a question that was asked: they are fetched when this is called."""

RuleRows = Mapping[tuple[type[Row], Key], list[Row]]
"""Rows of rules by kind and parent."""

LAST: Final = 1_000
"""Rows without a LOCK_ORDER are read after all that have one."""


@dataclass(slots=True)
class Remembered:
    """Which rules are in force, kept in memory: rows that hardly ever change.

    `known` are they, and the place of the journal at which they hold: whoever commits moves it.  Both are one value,
    because readers and the writer look at it at the same time.
    """

    known: tuple[int, RuleRows] = field(default=(-1, {}))


class Lookup(ABC):
    """Reads what is needed over a few set-based primitives of one database."""

    shapes: Mapping[type[Row], EntityShape]
    locks: ClassVar[bool] = False  # parents are locked when they are read

    def __init__(self, remembered: Remembered) -> None:
        self._seen_seq: int | None = None
        self._remembered = remembered
        self._rules: dict[tuple[type[Row], Key], list[Row]] = {}

    def load(self, needs: Iterable[Need], desk: Desk) -> None:
        """Read the rows of `needs`; a batch locks parents first, in (LOCK_ORDER, key) order.

        Everything is asked before the first answer is fetched, so that a database elsewhere is waited for once.
        """
        rows: dict[type[Row], dict[Key, None]] = {}
        children: dict[type[Row], Parents] = {}
        places: dict[Place, None] = {}
        for need in needs:
            if isinstance(need, OneRow):
                rows.setdefault(need.kind, {})[need.key] = None
            elif isinstance(need, Children):
                if need.kind not in RULE_ROWS or not self._recall(need, desk):
                    _widen(children.setdefault(need.kind, {}), need)
            else:
                places[need.account, need.asset] = None
        if not (rows or children or places):
            return
        kinds = sorted(rows, key=lambda kind: kind.LOCK_ORDER or LAST)
        with self._together():
            before = self._head() if self._seen_seq is None else None
            asked = [(kind, list(rows[kind]), self._ask_rows(kind, list(rows[kind]))) for kind in kinds]
            after = self._head() if self.locks and any(kind.LOCK_ORDER for kind in rows) else None
            hanging = [(kind, of, self._ask_children(self.shapes[kind], of)) for kind, of in children.items()]
            accounts = self._accounts(list(places)) if places else None
            self._await()
            if before is not None:
                self._seen_seq = before()[0][0]
            if after is not None:
                self._recheck(after()[0][0])
            for kind, keys, answer in asked:
                self._lay_rows(kind, keys, answer, desk)
            for kind, of, answers in hanging:
                self._lay_children(kind, of, answers, desk)
            if accounts is not None:
                self._lay_accounts(list(places), accounts, desk)

    def _recall(self, need: Children, desk: Desk) -> bool:
        """Lay the rows of `need` on the desk without reading them, if they are remembered as they stand now."""
        seq, known = self._remembered.known
        place = (need.kind, need.parent)
        if self._seen_seq is None or seq != self._seen_seq or place not in known:
            return False
        self._lay_hanging(need.kind, {need.parent: need.since}, known[place], desk)
        return True

    def _ask_rows(self, kind: type[Row], keys: list[Key]) -> Answer:
        return self._rows(self.shapes[kind].shape, keys, self.locks and bool(kind.LOCK_ORDER))

    def _lay_rows(self, kind: type[Row], keys: list[Key], answer: Answer, desk: Desk) -> None:
        found = {key_of(row): row for row in map(self.shapes[kind].entity, answer())}
        self._noted_rows(kind, keys, found)
        desk.accept_rows(kind, keys, found)

    def _ask_children(self, known: EntityShape, parents: Parents) -> list[Answer]:
        kind = known.kind
        whole = [parent for parent, since in parents.items() if since is None]
        late = [(*parent, since) for parent, since in parents.items() if since is not None]
        asked = [self._children(known.shape, kind.PARENT, "", whole)] if whole else []
        return [*asked, self._children(known.shape, kind.PARENT, kind.SINCE, late)] if late else asked

    def _lay_children(self, kind: type[Row], parents: Parents, answers: list[Answer], desk: Desk) -> None:
        known = self.shapes[kind]
        self._lay_hanging(kind, parents, [known.entity(row) for answer in answers for row in answer()], desk)

    def _lay_hanging(self, kind: type[Row], parents: Parents, found: list[Row], desk: Desk) -> None:
        self._noted_children(kind, parents, {key_of(row): row for row in found})
        hanging: dict[Key, list[Row]] = {}
        for row in found:
            hanging.setdefault(parent_of(row), []).append(row)
        for parent, since in parents.items():
            desk.accept(Children(kind, parent, since), hanging.get(parent, ()))
            if kind in RULE_ROWS:
                self._rules[kind, parent] = hanging.get(parent, [])

    def _lay_accounts(self, places: list[Place], answer: Answer, desk: Desk) -> None:
        heads: dict[Place, tuple[int, int]] = {}
        lots: dict[Place, dict[date, int]] = {}
        for account, asset, version, balance, expires_on, amount in answer():
            place = (account, asset)
            heads[place] = (version, balance)
            held = lots.setdefault(place, {})
            if expires_on is not None:
                held[expires_on] = amount
        self._noted_accounts(heads)
        for place in places:
            if place in heads:
                desk.accept_account(Account(*place, *heads[place], lots[place]))
            else:
                desk.accept_account(Account(*place))

    def keep_rules(self, seq: int | None) -> None:
        """Remember the rules that were read for whoever finds the journal at `seq`."""
        known_seq, known = self._remembered.known
        if seq is None or not self._rules or seq < known_seq:
            return
        self._remembered.known = (seq, {**(known if known_seq == self._seen_seq else {}), **self._rules})

    # ---- what a batch makes of what was read -------------------------------------------------------------------

    @abstractmethod
    def _noted_rows(self, kind: type[Row], keys: list[Key], found: dict[Key, Row]) -> None:
        """Rows were read by key."""

    @abstractmethod
    def _noted_children(self, kind: type[Row], parents: Parents, found: dict[Key, Row]) -> None:
        """Rows were read by parent."""

    @abstractmethod
    def _noted_accounts(self, heads: Mapping[Place, tuple[int, int]]) -> None:
        """Accounts were read."""

    @abstractmethod
    def _recheck(self, seq: int) -> None:
        """Parents are locked, and the journal stands at `seq`."""

    # ---- primitives of one database --------------------------------------------------------------------------

    @abstractmethod
    def _together(self) -> AbstractContextManager[object]:
        """Inside, several questions may be asked before the first answer is fetched; all are answered at its end."""

    @abstractmethod
    def _await(self) -> None:
        """Wait until everything that was asked is answered: once, however much it is."""

    @abstractmethod
    def _rows(self, shape: Shape, keys: list[Key], lock: bool) -> Answer:
        """Rows by key; locked in key order if asked."""

    @abstractmethod
    def _children(self, shape: Shape, parent: tuple[str, ...], since: str, wanted: list[Values]) -> Answer:
        """Rows by parent columns, and from a value of the `since` column on where one is named."""

    @abstractmethod
    def _accounts(self, places: list[Place]) -> Answer:
        """Accounts with their lots (account, asset, version, balance, day, amount); one without lots has one row
        without a day."""

    @abstractmethod
    def _head(self) -> Answer:
        """The newest seq that is committed, without a lock."""


class Snapshot(Lookup):
    """Reads one snapshot of the books for as long as its connection holds it: nothing is locked, nothing noted."""

    def load(self, needs: Iterable[Need], desk: Desk) -> None:
        """Read the rows of `needs` and lay them on the desk; where the journal stands is asked first only for rules."""
        wanted = list(needs)
        if self._seen_seq is None and any(need.kind in RULE_ROWS for need in wanted if isinstance(need, Children)):
            with self._together():
                head = self._head()
                self._await()
                self._seen_seq = head()[0][0]
        super().load(wanted, desk)
        if self._rules:
            self.keep_rules(self._seen_seq)
            self._rules.clear()

    def _noted_rows(self, kind: type[Row], keys: list[Key], found: dict[Key, Row]) -> None: ...

    def _noted_children(self, kind: type[Row], parents: Parents, found: dict[Key, Row]) -> None: ...

    def _noted_accounts(self, heads: Mapping[Place, tuple[int, int]]) -> None: ...

    def _recheck(self, seq: int) -> None: ...


def _widen(parents: Parents, need: Children) -> None:
    """Keep the widest range that is asked for of one parent."""
    if need.parent not in parents:
        parents[need.parent] = need.since
    elif need.since is None or parents[need.parent] is None:
        parents[need.parent] = None
    else:
        parents[need.parent] = min(parents[need.parent], need.since)
