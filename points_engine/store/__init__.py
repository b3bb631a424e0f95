"""Where the books are kept: the only SQL and the only commit."""

from __future__ import annotations

from points_engine.store.opening import open_store, upgrade
from points_engine.store.stores import SqlStore

__all__ = ["SqlStore", "open_store", "upgrade"]
