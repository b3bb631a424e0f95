"""How far each webhook was told, and what was not taken: rows about the service, written beside the books."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from points_engine.flow.entities import StoredCommand, Webhook
from points_engine.store.stores import SqlStore
from points_engine.store.tables import METADATA, table_of

CURSORS: Final = METADATA.tables["webhook_cursor"]
RETRIES: Final = METADATA.tables["webhook_retry"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place in the journal up to which a webhook was told, and how it went; `last_status` 0 is no answer at all."""

    webhook: str
    seq: int
    index: int
    replays: int = 0
    sent: int = 0
    failures: int = 0  # one after the other
    failing_since: datetime | None = None
    resting_until: datetime | None = None
    last_at: datetime | None = None
    last_status: int = 0
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """A message that was not taken; without `next_at` it was given up."""

    webhook: str
    seq: int
    index: int
    attempts: int
    first_at: datetime
    next_at: datetime | None
    last_status: int
    last_error: str


def cursor_of(connection: Connection, webhook: Webhook, kept: Cursor | None) -> Cursor:
    """Where a webhook stands, if this is `kept` of it: just before its own registration, if it was never told anything.

    Asked to begin again, it stands where it was asked to begin.
    """
    cursor = Cursor(webhook.code, *_before(connection, webhook)) if kept is None else kept
    if cursor.replays == webhook.replays:
        return cursor
    return replace(
        cursor, seq=webhook.replay_seq, index=webhook.replay_index, replays=webhook.replays, failures=0,
        failing_since=None, resting_until=None,
    )  # fmt: skip


def _before(connection: Connection, webhook: Webhook) -> tuple[int, int]:
    commands = table_of(StoredCommand)
    place = select(commands.c.seq, commands.c["index"]).where(commands.c.id == webhook.command_id)
    seq, index = connection.execute(place).one()
    return seq, index - 1


def cursors(connection: Connection) -> dict[str, Cursor]:
    """Every webhook's cursor, as far as it was told anything."""
    return {row.webhook: Cursor(*tuple(row)) for row in connection.execute(select(CURSORS))}


def move(store: SqlStore, cursor: Cursor, *, begins_again: bool = False) -> None:
    """Remember where a webhook stands; one that begins again forgets what had to be told again after that place."""
    values = {name: getattr(cursor, name) for name in Cursor.__slots__}
    with store.operating() as connection:
        if begins_again:
            after = _behind(cursor.seq, cursor.index)
            connection.execute(delete(RETRIES).where(RETRIES.c.webhook == cursor.webhook, after))
        there = update(CURSORS).where(CURSORS.c.webhook == cursor.webhook).values(values)
        if not connection.execute(there).rowcount:
            connection.execute(insert(CURSORS).values(values))


def due(connection: Connection, webhook: str, now: datetime, most: int) -> list[Retry]:
    """What has to be told again by now, the longest waiting first."""
    query = select(RETRIES).where(RETRIES.c.webhook == webhook, RETRIES.c.next_at <= now)
    return [_retry(row) for row in connection.execute(query.order_by(RETRIES.c.next_at, RETRIES.c.seq).limit(most))]


def keep(store: SqlStore, retry: Retry) -> None:
    """Remember that a message was not taken, and when to try again."""
    values = {name: getattr(retry, name) for name in Retry.__slots__}
    with store.operating() as connection:
        if not connection.execute(update(RETRIES).where(_is(retry)).values(values)).rowcount:
            connection.execute(insert(RETRIES).values(values))


def forget(store: SqlStore, retry: Retry) -> None:
    """A message was taken, or means nothing any more."""
    with store.operating() as connection:
        connection.execute(delete(RETRIES).where(_is(retry)))


def missed(
    connection: Connection, webhook: str, most: int, after: tuple[int, int] | None = None
) -> tuple[list[Retry], bool]:
    """What was not taken yet, or given up, in the order of the journal after a place; and whether more remains."""
    query = select(RETRIES).where(RETRIES.c.webhook == webhook)
    if after is not None:
        query = query.where(_behind(*after))
    rows = connection.execute(query.order_by(RETRIES.c.seq, RETRIES.c["index"]).limit(most + 1)).all()
    return [_retry(row) for row in rows[:most]], len(rows) > most


def waiting(connection: Connection) -> dict[str, tuple[int, int]]:
    """By webhook: how many messages wait to be told again, and how many were given up."""
    counted = select(RETRIES.c.webhook, func.count(RETRIES.c.next_at), func.count()).group_by(RETRIES.c.webhook)
    return {webhook: (int(waits), int(all_) - int(waits)) for webhook, waits, all_ in connection.execute(counted)}


def _behind(seq: int, index: int) -> Any:
    return (RETRIES.c.seq > seq) | ((RETRIES.c.seq == seq) & (RETRIES.c["index"] > index))


def _is(retry: Retry) -> Any:
    place = (RETRIES.c.seq == retry.seq) & (RETRIES.c["index"] == retry.index)
    return (RETRIES.c.webhook == retry.webhook) & place


def _retry(row: Row[Any]) -> Retry:
    return Retry(*tuple(row))
