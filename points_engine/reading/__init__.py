"""What people read of the books: balances, statements, entries and why, quotes, lists. One snapshot per answer.

Nothing here locks or writes; the same functions that decide a command decide what a quote says.
"""

from __future__ import annotations

from points_engine.reading.view import Page, Reader, View

__all__ = ["Page", "Reader", "View"]
