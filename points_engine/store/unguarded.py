"""What a batch has read without a lock that keeps it as it is: looked at again when the batch has its place.

A volunteer's rows stay as they are while the volunteer is locked.  What belongs to nobody (a partner, an import, the
rules), and what was not there, may change until the journal's head is locked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from points_engine.flow.desk import Key, key_of
from points_engine.flow.entities import Row

OWNERS: Final = ("volunteer_id", "subject")
"""The columns that name whose a row is: it stays as it is while its owner is locked."""

Dirty = Mapping[type[Row], Mapping[Key, None]]


@dataclass(frozen=True, slots=True)
class Read:
    """One read: `wanted` are keys, or parents with the value since when their children were read; `found` by key."""

    kind: type[Row]
    wanted: Sequence[Key] | Mapping[Key, Any]
    found: Mapping[Key, Row]


def without_guard(read: Read, locked: Callable[[str], bool], but: Iterable[Key]) -> Read | None:
    """The part of a read that no lock has kept, without the keys of `but`; None where there is none.

    `locked` says whether a volunteer, or the household that is the subject of a fold, is locked.
    """
    skipped = set(but)
    kept = {key: row for key, row in read.found.items() if key not in skipped and not _is_guarded(row, locked)}
    wanted: Sequence[Key] | Mapping[Key, Any]
    if isinstance(read.wanted, Mapping):
        wanted = {
            parent: since for parent, since in read.wanted.items() if not _names(read.kind.PARENT, parent, locked)
        }
    else:
        wanted = [
            key
            for key in read.wanted
            if key not in skipped
            and (key in kept or (key not in read.found and not _names(read.kind.KEY, key, locked)))
        ]
    return Read(read.kind, wanted, kept) if wanted else None


def changed_unguarded(reads: Iterable[Read], locked: Callable[[str], bool], dirty: Dirty) -> Iterator[Read]:
    """The rows without a guard that the batch itself changes: to be locked before they are written."""
    for read in reads:
        mine = dirty.get(read.kind, {})
        found = {key: row for key, row in read.found.items() if key in mine and not _is_guarded(row, locked)}
        if found and not read.kind.LOCK_ORDER:
            yield Read(read.kind, sorted(found), found)


def is_stale(read: Read, now: Iterable[Row], but: Iterable[Key]) -> bool:
    """Whether a read would answer something else by now, the keys of `but` aside."""
    skipped = set(but)
    return {key: row for row in now if (key := key_of(row)) not in skipped} != dict(read.found)


def _is_guarded(row: Row, locked: Callable[[str], bool]) -> bool:
    owner = next((getattr(row, name) for name in OWNERS if hasattr(row, name)), None)
    return owner is not None and locked(owner)


def _names(columns: Sequence[str], values: Key, locked: Callable[[str], bool]) -> bool:
    """Whether the values of these columns name a volunteer or a household that is locked."""
    return any(name in OWNERS and locked(value) for name, value in zip(columns, values, strict=True))
