"""The programme: schemes, packs, units, partners, funds, kiosks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class Scheme(Row):
    """One set of books and rules. `programme` is always PROGRAMME: one schema keeps one programme's books."""

    TABLE = "scheme"
    KEY = ("code",)
    PARENT = ("programme",)
    code: str
    programme: str
    title_zh: str
    title_en: str
    scale: int
    keeps_time: bool


@dataclass(frozen=True, slots=True)
class PackVersion(Row):
    """A published pack: in force from `effective_on` until the next one's day."""

    TABLE = "pack_version"
    KEY = ("scheme", "effective_on")
    PARENT = ("scheme",)
    scheme: str
    effective_on: date
    hash: str
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class PackText(Row):
    """The canonical text of a pack, kept for ever under its hash."""

    TABLE = "pack_text"
    KEY = ("hash",)
    hash: str
    canonical: str


@dataclass(frozen=True, slots=True)
class Unit(Row):
    TABLE = "unit"
    KEY = ("code",)
    PARENT = ("parent",)
    code: str
    kind: str  # district | street | community | grid | building | town | village | joint
    parent: str | None
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class UnitMove(Row):
    """Where a unit stands in the tree from a day on; before its first move it stands where it was registered."""

    TABLE = "unit_move"
    KEY = ("unit", "from_day")
    PARENT = ("unit",)
    unit: str
    from_day: date
    parent: str | None
    before: str | None  # its parent until then
    moved_by: str
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Partner(Row):
    TABLE = "partner"
    KEY = ("code",)
    code: str
    kind: str  # culture_tourism | commerce | public_service
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Outlet(Row):
    TABLE = "outlet"
    KEY = ("code",)
    PARENT = ("partner",)
    code: str
    partner: str
    unit: str | None
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Fund(Row):
    TABLE = "fund"
    KEY = ("code",)
    LOCK_ORDER = 30
    code: str
    currency: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Group(Row):
    """A team or organisation that can be given points, and may only give them on."""

    TABLE = "team"
    KEY = ("code",)
    code: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Kiosk(Row):
    TABLE = "kiosk"
    KEY = ("code",)
    PARENT = ("unit",)
    code: str
    unit: str
    name_zh: str
    name_en: str
