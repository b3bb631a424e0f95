"""The tables of service: activities, sign-ups, presence and the facts that are folded."""

from __future__ import annotations

from sqlalchemy import Index, text

from points_engine.store.columns import (
    AtInstant,
    MaybeAtInstant,
    MaybeNumber,
    MaybeOnDay,
    Number,
    OnDay,
    TextKey,
    Words,
    YesNo,
)
from points_engine.store.tables.strict import STRICT, Books


class ActivityTable(Books, table=True):
    """Keeps `Activity`."""

    __tablename__ = "activity"

    code: TextKey
    name: Words
    category: Words
    host: Words
    level: Words
    starts_on: MaybeOnDay
    ends_on: MaybeOnDay
    participants: MaybeNumber
    place: Words
    opens_minute: MaybeNumber
    closes_minute: MaybeNumber
    state: Words


class SeatsTable(Books, table=True):
    """Keeps `Seats`."""

    __tablename__ = "seats"

    activity: TextKey
    capacity: MaybeNumber
    taken: Number


class SignUpTable(Books, table=True):
    """Keeps `SignUp`."""

    __tablename__ = "sign_up"
    __table_args__ = (Index("sign_up_by_volunteer_id", "volunteer_id"), STRICT)

    activity: TextKey
    volunteer_id: TextKey
    state: Words
    signed_up_at: AtInstant


class CheckInTable(Books, table=True):
    """Keeps `CheckIn`."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index("check_in_by_volunteer_id", "volunteer_id", "checked_in_at"),
        Index(
            "check_in_open", "checked_in_at", postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
        STRICT,
    )  # fmt: skip

    id: TextKey
    volunteer_id: Words
    activity: Words
    kiosk: Words
    checked_in_at: AtInstant
    checked_out_at: MaybeAtInstant
    state: Words
    offline: YesNo
    facts_json: Words
    stated_in_at: MaybeAtInstant
    stated_out_at: MaybeAtInstant


class FactTable(Books, table=True):
    """Keeps `Fact`."""

    __tablename__ = "fact"
    __table_args__ = (
        Index("fact_by_volunteer_id", "volunteer_id", "start"),
        Index("fact_by_source", "source", postgresql_where=text("source <> ''"), sqlite_where=text("source <> ''")),
        STRICT,
    )

    id: TextKey
    natural: Words
    volunteer_id: Words
    kind: Words
    activity: Words
    start: AtInstant
    end: AtInstant
    minutes: Number
    facts_json: Words
    granted: Words
    state: Words
    effective_on: OnDay
    source: Words
    recorded_by: Words
    recorded_principal: Words
    totals_json: Words


class ImportTable(Books, table=True):
    """Keeps `Import`."""

    __tablename__ = "import_run"

    code: TextKey
    state: Words
    title: Words
    opened_by: Words
    opened_at: AtInstant
