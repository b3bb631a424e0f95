"""The tables of a programme: schemes, packs, units, partners, funds and kiosks."""

from __future__ import annotations

from sqlalchemy import Index

from points_engine.store.columns import AtInstant, DayKey, MaybeWords, Number, TextKey, Words, YesNo
from points_engine.store.tables.strict import STRICT, Books


class SchemeTable(Books, table=True):
    """Keeps `Scheme`."""

    __tablename__ = "scheme"
    __table_args__ = (Index("scheme_by_programme", "programme"), STRICT)

    code: TextKey
    programme: Words
    title_zh: Words
    title_en: Words
    scale: Number
    keeps_time: YesNo


class PackVersionTable(Books, table=True):
    """Keeps `PackVersion`."""

    __tablename__ = "pack_version"

    scheme: TextKey
    effective_on: DayKey
    hash: Words
    published_by: Words
    published_at: AtInstant


class PackTextTable(Books, table=True):
    """Keeps `PackText`."""

    __tablename__ = "pack_text"

    hash: TextKey
    canonical: Words


class UnitTable(Books, table=True):
    """Keeps `Unit`."""

    __tablename__ = "unit"
    __table_args__ = (Index("unit_by_parent", "parent"), STRICT)

    code: TextKey
    kind: Words
    parent: MaybeWords
    name_zh: Words
    name_en: Words


class UnitMoveTable(Books, table=True):
    """Keeps `UnitMove`."""

    __tablename__ = "unit_move"

    unit: TextKey
    from_day: DayKey
    parent: MaybeWords
    before: MaybeWords
    moved_by: Words
    moved_at: AtInstant


class PartnerTable(Books, table=True):
    """Keeps `Partner`."""

    __tablename__ = "partner"

    code: TextKey
    kind: Words
    name_zh: Words
    name_en: Words


class OutletTable(Books, table=True):
    """Keeps `Outlet`."""

    __tablename__ = "outlet"
    __table_args__ = (Index("outlet_by_partner", "partner"), STRICT)

    code: TextKey
    partner: Words
    unit: MaybeWords
    name_zh: Words
    name_en: Words


class FundTable(Books, table=True):
    """Keeps `Fund`."""

    __tablename__ = "fund"

    code: TextKey
    currency: Words
    name_zh: Words
    name_en: Words


class GroupTable(Books, table=True):
    """Keeps `Group`."""

    __tablename__ = "team"

    code: TextKey
    name_zh: Words
    name_en: Words


class KioskTable(Books, table=True):
    """Keeps `Kiosk`."""

    __tablename__ = "kiosk"
    __table_args__ = (Index("kiosk_by_unit", "unit"), STRICT)

    code: TextKey
    unit: Words
    name_zh: Words
    name_en: Words
