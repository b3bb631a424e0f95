"""The tables of operation: which jobs ran, and who runs one now. They are about the service, not part of the books."""

from __future__ import annotations

from sqlalchemy import Index

from points_engine.store.columns import AtInstant, MaybeAtInstant, Number, TextKey, Words
from points_engine.store.tables.strict import STRICT, Books


class JobRunTable(Books, table=True):
    """One run of a job. `slot` is the occasion it ran for; the unique index lets one process claim each."""

    __tablename__ = "job_run"
    __table_args__ = (
        Index("job_run_by_slot", "job", "slot", unique=True),
        Index("job_run_by_start", "job", "started_at"),
        STRICT,
    )

    id: TextKey
    job: Words
    slot: Words
    process: Words
    asked_by: Words
    started_at: AtInstant
    ended_at: MaybeAtInstant
    handled: Number
    refused: Number
    findings_json: Words
    error: Words


class JobLeaseTable(Books, table=True):
    """Who runs a job now, where the database has no advisory locks: the lease is renewed while the job runs."""

    __tablename__ = "job_lease"

    job: TextKey
    holder: Words
    until: AtInstant
