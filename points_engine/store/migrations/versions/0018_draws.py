"""Draws of scarce things, their tickets, who holds them, and who has won before."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Flag, Instant, Whole

revision = "0018_draws"
down_revision = "0017_grants"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Places that are set aside stand on the shelves and with the seats that are there already."""
    op.create_table(
        "draw",
        *_texts("code", "id", "scheme", "rule", "purpose", "about", "order"),
        *_whole("places", "kept", "free"),
        _flag("stocked"),
        *_whole("tickets", "offer_hours"),
        *_texts("pack"),
        _instant("opened_at"),
        _instant("closes_at"),
        _instant("drawn_at", nullable=True),
        *_texts("commitment", "seed", "state"),
        sa.PrimaryKeyConstraint("code", name="draw_pkey"),
        sqlite_strict=True,
    )
    op.create_index("draw_by_opened_at", "draw", ["opened_at", "code"])
    op.create_table(
        "ticket",
        *_texts("draw"),
        *_whole("ticket"),
        *_texts("volunteer_id", "state", "worth"),
        _flag("is_spared"),
        _instant("entered_at"),
        *_whole("place"),
        _instant("lapses_at", nullable=True),
        *_texts("hold_id"),
        sa.PrimaryKeyConstraint("draw", "ticket", name="ticket_pkey"),
        sqlite_strict=True,
    )
    offered = sa.text("state = 'offered'")
    op.create_index("ticket_offered", "ticket", ["lapses_at"], postgresql_where=offered, sqlite_where=offered)
    op.create_table(
        "entrant",
        *_texts("draw", "volunteer_id"),
        *_whole("ticket"),
        sa.PrimaryKeyConstraint("draw", "volunteer_id", name="entrant_pkey"),
        sqlite_strict=True,
    )
    op.create_index("entrant_by_volunteer_id", "entrant", ["volunteer_id"])
    op.create_table(
        "wins",
        *_texts("winner_id", "scheme", "rule", "won_json"),
        sa.PrimaryKeyConstraint("winner_id", "scheme", "rule", name="wins_pkey"),
        sqlite_strict=True,
    )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, Whole(), nullable=False, autoincrement=False) for name in names]


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, Flag(), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Instant(), nullable=nullable)
