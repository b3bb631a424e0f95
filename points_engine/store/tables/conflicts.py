"""The tables of what waits for a person: conflicts of presence, appeals and objections."""

from __future__ import annotations

from sqlalchemy import Index

from points_engine.store.columns import AtInstant, MaybeAtInstant, TextKey, Words
from points_engine.store.tables.strict import STRICT, Books


class ConflictTable(Books, table=True):
    """Keeps `Conflict`."""

    __tablename__ = "conflict"
    __table_args__ = (
        Index("conflict_by_volunteer_id", "volunteer_id"),
        Index("conflict_by_state", "state", "raised_at", "id"),
        STRICT,
    )

    id: TextKey
    code: Words
    action: Words
    volunteer_id: Words
    number: Words
    activity: Words
    unit: Words
    kiosk: Words
    at: AtInstant
    facts_json: Words
    recorded_by: Words
    fact_id: Words
    state: Words
    resolution: Words
    raised_at: AtInstant
    raised_by: Words
    solved_at: MaybeAtInstant
    solved_by: Words
    note_id: Words


class ChallengeTable(Books, table=True):
    """Keeps `Challenge`."""

    __tablename__ = "challenge"
    __table_args__ = (
        Index("challenge_by_volunteer_id", "volunteer_id"),
        Index("challenge_by_state", "state", "filed_at", "id"),
        STRICT,
    )

    id: TextKey
    kind: Words
    about: Words
    about_id: Words
    volunteer_id: Words
    unit: Words
    state: Words
    note_id: Words
    filed_at: AtInstant
    filed_by: Words
    answered_at: MaybeAtInstant
    answered_by: Words
    answer_id: Words
