"""The tables of what service counts for: awards, their traces, the folds and what follows from them."""

from __future__ import annotations

from sqlalchemy import Index

from points_engine.store.columns import (
    AtInstant,
    DayKey,
    MaybeAtInstant,
    Number,
    OnDay,
    TextKey,
    WholeKey,
    Words,
    YesNo,
)
from points_engine.store.tables.strict import STRICT, Books


class AwardTable(Books, table=True):
    """Keeps `Award`."""

    __tablename__ = "award"
    __table_args__ = (Index("award_by_volunteer_id", "volunteer_id", "start"), STRICT)

    fact_id: TextKey
    scheme: TextKey
    volunteer_id: Words
    start: AtInstant
    minutes: Number
    points: Number
    lots_json: Words
    awaiting: Words
    trace_id: Words
    entry_id: Words
    funds_json: Words
    beyond_json: Words
    received: Number
    payer: Words


class TraceTable(Books, table=True):
    """Keeps `Trace`."""

    __tablename__ = "trace"
    __table_args__ = (Index("trace_by_entry_id", "entry_id"), STRICT)

    id: TextKey
    entry_id: Words
    fact_id: Words
    scheme: Words
    content: Words


class FoldTable(Books, table=True):
    """Keeps `Fold`."""

    __tablename__ = "fold"

    scheme: TextKey
    subject: TextKey
    last_start: AtInstant
    last_end: AtInstant
    last_id: Words
    state_json: Words
    rules: Words


class FoldCheckpointTable(Books, table=True):
    """Keeps `FoldCheckpoint`."""

    __tablename__ = "fold_checkpoint"

    scheme: TextKey
    subject: TextKey
    day: DayKey
    last_start: MaybeAtInstant
    last_end: MaybeAtInstant
    last_id: Words
    state_json: Words
    rules: Words
    is_void: YesNo


class TierHeldTable(Books, table=True):
    """Keeps `TierHeld`."""

    __tablename__ = "tier_held"
    __table_args__ = (Index("tier_held_by_volunteer_id", "volunteer_id"), STRICT)

    scheme: TextKey
    volunteer_id: TextKey
    subject: TextKey
    tier: TextKey
    level: TextKey
    from_day: OnDay
    recorded_at: AtInstant
    is_void: YesNo


class TotalTable(Books, table=True):
    """Keeps `Total`."""

    __tablename__ = "total"

    scheme: TextKey
    slot: TextKey
    window: WholeKey
    part_json: Words


class LapseTable(Books, table=True):
    """Keeps `Lapse`."""

    __tablename__ = "lapse"

    scheme: TextKey
    volunteer_id: TextKey
    expires_on: DayKey
    amount: Number
