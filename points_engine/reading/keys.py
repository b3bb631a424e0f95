"""API keys as those who answer for them see them: whose, how far, until when, last used. Never their secrets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from points_engine.flow.entities import ApiKey, KeyUse
from points_engine.reading.queries import behind
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key, whether it holds now, and when it was last used as far as the books know."""

    key: ApiKey
    state: str  # active | expired | revoked
    last_used_at: datetime | None


def key(view: View, identity: str) -> KeyView:
    """One key.

    Raises: NotFound.
    """
    use = view.one(KeyUse, identity)
    return _told(view, view.the(ApiKey, "key", identity), None if use is None else use.last_used_at)


def keys(view: View, most: int, after: tuple[str, ...] | None = None, role: str = "", principal: str = "") -> Page:
    """Keys in the order they were issued."""
    table, uses = table_of(ApiKey), table_of(KeyUse)
    # A district has hundreds of keys: read whole, sorted by the database.
    query = select(*table.c, uses.c.last_used_at).outerjoin(uses, uses.c.key_id == table.c.id)
    if role:
        query = query.where(table.c.role == role)
    if principal:
        query = query.where(table.c.principal == principal)
    if after is not None:
        query = query.where(behind(table.c.issued_at, table.c.id, (datetime.fromisoformat(after[0]), after[1])))
    ordered = query.order_by(table.c.issued_at, table.c.id)
    return paged(
        view.connection, ordered, most, lambda row: _told(view, ApiKey(*row[:-1]), row[-1]), ("issued_at", "id")
    )


def _told(view: View, found: ApiKey, used: datetime | None) -> KeyView:
    return KeyView(found, state_of(found, view.now), used)


def state_of(found: ApiKey, now: datetime) -> str:
    """`active`, `expired` or `revoked`, at an instant."""
    if found.revoked_at is not None:
        return "revoked"
    return "expired" if found.expires_at is not None and found.expires_at <= now else "active"
