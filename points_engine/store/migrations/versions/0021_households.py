"""Households: whose service may be counted together, and folds that are a household's."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Day, Flag, Instant

revision = "0021_households"
down_revision = "0020_groups"
branch_labels = None
depends_on = None

TIER_KEY = ("scheme", "volunteer_id", "subject", "tier", "level")


def upgrade() -> None:
    """Who was stated to live where is written down by household; every fold so far is a volunteer's."""
    op.create_table(
        "household",
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="household_pkey"),
        sqlite_strict=True,
    )
    op.create_table(
        "household_member",
        sa.Column("household", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("household", "member", name="household_member_pkey"),
        sqlite_strict=True,
    )
    _write_down_who_lives_where()
    for table in ("fold", "fold_checkpoint"):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN volunteer_id TO subject")
    op.rename_table("tier_held", "tier_held_before")
    op.drop_index("tier_held_by_volunteer_id", "tier_held_before")
    op.create_table(
        "tier_held",
        *(sa.Column(name, sa.Text(), nullable=False) for name in TIER_KEY),
        sa.Column("from_day", Day(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("is_void", Flag(), nullable=False),
        sa.PrimaryKeyConstraint(*TIER_KEY, name="tier_held_by_subject_pkey"),
        sqlite_strict=True,
    )
    op.execute(
        "INSERT INTO tier_held (scheme, volunteer_id, subject, tier, level, from_day, recorded_at, is_void) "
        "SELECT scheme, volunteer_id, volunteer_id, tier, level, from_day, recorded_at, is_void FROM tier_held_before"
    )
    op.drop_table("tier_held_before")
    op.create_index("tier_held_by_volunteer_id", "tier_held", ["volunteer_id"])


def _write_down_who_lives_where() -> None:
    books = op.get_bind()
    stated = books.execute(
        sa.text("SELECT volunteer_id, value_json FROM volunteer_fact WHERE name = 'volunteer.household'")
    ).all()
    found = sorted({(json.loads(value), member) for member, value in stated if json.loads(value)})
    for household in sorted({household for household, _ in found}):
        books.execute(sa.text("INSERT INTO household (code) VALUES (:code)"), {"code": household})
    for household, member in found:
        books.execute(
            sa.text("INSERT INTO household_member (household, member) VALUES (:household, :member)"),
            {"household": household, "member": member},
        )
