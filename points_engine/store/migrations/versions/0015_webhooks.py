"""Webhooks: addresses that are told what happens, how far each was told, and what has to be told again."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Flag, Instant, Whole

revision = "0015_webhooks"
down_revision = "0014_revoked_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is told anything until an address is registered."""
    op.create_table(
        "webhook",
        *_texts("code", "url", "label", "topics", "scheme", "partner"),
        sa.Column("names_volunteers", Flag(), nullable=False),
        *_texts("state"),
        _whole("generation"),
        _instant("rotated_at", nullable=True),
        *_texts("registered_by"),
        _instant("registered_at"),
        *_texts("command_id"),
        *(_whole(name) for name in ("replays", "replay_seq", "replay_index")),
        sa.PrimaryKeyConstraint("code", name="webhook_pkey"),
        sqlite_strict=True,
    )
    op.create_table(
        "webhook_cursor",
        *_texts("webhook"),
        *(_whole(name) for name in ("seq", "index", "replays", "sent", "failures")),
        *(_instant(name, nullable=True) for name in ("failing_since", "resting_until", "last_at")),
        _whole("last_status"),
        *_texts("last_error"),
        sa.PrimaryKeyConstraint("webhook", name="webhook_cursor_pkey"),
        sqlite_strict=True,
    )
    op.create_table(
        "webhook_retry",
        *_texts("webhook"),
        *(_whole(name) for name in ("seq", "index", "attempts")),
        _instant("first_at"),
        _instant("next_at", nullable=True),
        _whole("last_status"),
        *_texts("last_error"),
        sa.PrimaryKeyConstraint("webhook", "seq", "index", name="webhook_retry_pkey"),
        sqlite_strict=True,
    )
    op.create_index("webhook_retry_by_time", "webhook_retry", ["webhook", "next_at"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, Whole(), nullable=False, autoincrement=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Instant(), nullable=nullable)
