"""The tables of the committee: samples, the entries that were drawn, what members said, sign-offs."""

from __future__ import annotations

from sqlalchemy import Index

from points_engine.store.columns import AtInstant, MaybeAtInstant, MaybeNumber, Number, TextKey, Words
from points_engine.store.tables.strict import STRICT, Books


class SampleTable(Books, table=True):
    """Keeps `Sample`."""

    __tablename__ = "sample"
    __table_args__ = (Index("sample_by_drawn_at", "drawn_at", "id"), STRICT)

    id: TextKey
    scheme: Words
    size: Number
    word: Words
    since: MaybeAtInstant
    until: MaybeAtInstant
    first_seq: MaybeNumber
    last_seq: MaybeNumber
    command_id: Words
    drawn_at: AtInstant
    drawn_by: Words
    state: Words
    population: Number
    drawn: Number


class SampleItemTable(Books, table=True):
    """Keeps `SampleItem`."""

    __tablename__ = "sample_item"

    sample_id: TextKey
    entry_id: TextKey
    place: Number
    lot: Words
    volunteer_id: Words
    unit: Words
    hands_json: Words


class SampleMarkTable(Books, table=True):
    """Keeps `SampleMark`."""

    __tablename__ = "sample_mark"

    sample_id: TextKey
    entry_id: TextKey
    principal: TextKey
    verdict: Words
    note_id: Words
    challenge_id: Words
    marked_at: AtInstant


class SampleSignOffTable(Books, table=True):
    """Keeps `SampleSignOff`."""

    __tablename__ = "sample_sign_off"

    sample_id: TextKey
    principal: TextKey
    signed_at: AtInstant
    agreed: Number
    objections: Number
    note_id: Words
    digest: Words
