"""Watching: which values the conditions of rules were asked with, for those who want to know what examples show.

Nothing decides by it: a decision is the same whether somebody watches or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

Watcher: TypeAlias = Callable[[str, Mapping[str, object]], None]
"""Told the id of a rule that was asked, and every value that it could read."""

_WATCHER: ContextVar[Watcher | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tell `watcher` of every rule that is asked meanwhile."""
    before = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(before)


def is_watched() -> bool:
    """Whether somebody watches."""
    return _WATCHER.get() is not None


def was_asked(rule_id: str, values: Mapping[str, object]) -> None:
    """A rule was asked with these values, whatever it answered."""
    watcher = _WATCHER.get()
    if watcher is not None:
        watcher(rule_id, values)
