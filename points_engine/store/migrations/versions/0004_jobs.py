"""Jobs: every run with what it did, and the lease of a job that runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from points_engine.store.columns import Instant, Whole

revision = "0004_jobs"
down_revision = "0003_conflicts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "job_run",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("handled", Whole(), nullable=False),
        sa.Column("refused", Whole(), nullable=False),
        sa.Column("findings_json", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="job_run_pkey"),
        sqlite_strict=True,
    )
    op.create_index("job_run_by_slot", "job_run", ["job", "slot"], unique=True)
    op.create_index("job_run_by_start", "job_run", ["job", "started_at"])
    op.create_table(
        "job_lease",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("job", name="job_lease_pkey"),
        sqlite_strict=True,
    )
