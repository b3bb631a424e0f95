"""Setting a programme up: schemes and their packs, units, kiosks, partners, outlets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import AlreadyExists, InvalidValue, NotFound, PackConflict
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import (
    PROGRAMME,
    Fund,
    Group,
    Kiosk,
    Outlet,
    PackText,
    PackVersion,
    Partner,
    Row,
    Scheme,
    Unit,
)
from points_engine.flow.rules import pack_of, rule_needs
from points_engine.flow.wire import LATER
from points_engine.rulebook.beyond import unkept as unkept_in
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.rulebook.problems import PackProblems

UNIT_KINDS = ("district", "street", "town", "community", "village", "grid", "building", "joint", "community_online")
PARTNER_KINDS = ("culture_tourism", "commerce", "public_service")


@dataclass(frozen=True, slots=True)
class PublishPack:
    """Put a version of a scheme's rules in force from a day on; the scheme is opened by its first version.

    `base` is the hash of the version that it was made of: it must be the scheme's last one, so that nobody's change is
    lost.
    """

    canonical: str
    effective_on: date
    base: str = field(default="", metadata=LATER)

    def __post_init__(self) -> None:
        shapes.document("canonical", self.canonical)
        shapes.day("effective_on", self.effective_on)
        shapes.optional_code("base", self.base)


def publish_needs(command: PublishPack, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)


def publish_pack(command: PublishPack, desk: Desk) -> dict[str, Any]:
    """Publish a pack version. The same text for the same day again changes nothing.

    Raises, first that applies: InvalidValue (the text is not a sound pack), PackConflict (it counts by group or unit
    what the books do not add up; another version has that day; the points' scale, the keeping of time or whose service
    is counted together would change; a second scheme would keep the time; a past day for a scheme that has been used
    under another version; it was made of a version that is not the last one, or would come before it).
    """
    try:
        pack = pack_from_canonical(command.canonical)
    except PackProblems as problems:
        raise InvalidValue(
            field="canonical", value=str(problems)[:400], expected=Both("a pack without problems", "没有问题的规则包")
        ) from problems
    if unkept := unkept_in(pack):
        named = ", ".join(unkept)
        raise PackConflict(
            why=Both(
                f"{pack.scheme}: {named}: by group or unit the books add up sums, counts and shares in windows of the "
                "calendar, and limit what is redeemed",
                f"{pack.scheme}：{named}：按队伍或组织合计，账上只支持日历窗口内的总和、次数与比例，以及兑换限额",
            )
        )
    known = {scheme.code: scheme for scheme in desk.children(Scheme, PROGRAMME)}
    desk.require([OneRow(PackText, (pack.hash,)), Children(PackVersion, (pack.scheme,))])
    versions = desk.children(PackVersion, pack.scheme)
    for version in versions:
        if version.effective_on == command.effective_on:
            if version.hash == pack.hash:
                return {"scheme": pack.scheme, "hash": pack.hash, "created": False}
            raise PackConflict(
                why=Both(
                    f"{pack.scheme}: another version is in force from {command.effective_on}",
                    f"{pack.scheme} 已有另一版本自 {command.effective_on} 起生效",
                )
            )
    _check_base(command, versions)
    there = known.get(pack.scheme)
    if there is not None and (there.scale, there.keeps_time) != (pack.scale, pack.keeps_time):
        raise PackConflict(
            why=Both(
                f"{pack.scheme}: scale and keeps_time stay as they were opened",
                f"{pack.scheme} 的积分精度与是否记录时长开账后不得更改",
            )
        )
    if versions and pack_of(desk, versions[0].hash).fold_scope != pack.fold_scope:
        raise PackConflict(
            why=Both(
                f"{pack.scheme}: whose service is counted together (fold) stays as it was opened",
                f"{pack.scheme} 按个人还是按家庭合并计分（fold），开账后不得更改",
            )
        )
    if pack.keeps_time and any(other.keeps_time and code != pack.scheme for code, other in known.items()):
        raise PackConflict(
            why=Both(
                "one scheme of a programme keeps the time; another one does already",
                "一个计划只能有一个账套记录时长，已有其他账套承担",
            )
        )
    if versions and command.effective_on <= desk.now.astimezone(pack.zone).date():
        raise PackConflict(
            why=Both(
                "a new version takes effect tomorrow or later; nothing changes retroactively",
                "新版本最早自明日起生效，不得溯及既往",
            )
        )

    # Nothing below this line may refuse.
    if there is None:
        desk.put(Scheme(pack.scheme, PROGRAMME, pack.title.zh, pack.title.en, pack.scale, pack.keeps_time))
    if desk.find(PackText, pack.hash) is None:
        desk.put(PackText(pack.hash, command.canonical))
    desk.put(PackVersion(pack.scheme, command.effective_on, pack.hash, desk.principal, desk.now))
    return {"scheme": pack.scheme, "hash": pack.hash, "created": True}


def _check_base(command: PublishPack, versions: Sequence[PackVersion]) -> None:
    """Refuse a version that was made of another one than the scheme's last.

    Raises: PackConflict.
    """
    if not command.base:
        return
    last = max(versions, key=lambda version: version.effective_on, default=None)
    if last is None or last.hash != command.base or last.effective_on >= command.effective_on:
        since = "—" if last is None else last.effective_on
        raise PackConflict(
            why=Both(
                f"it was made of a version that is not the last one (which is in force from {since})",
                f"所依据的不是最新版本（最新版本自 {since} 起生效），请重新读取后再改",
            )
        )


@dataclass(frozen=True, slots=True)
class RegisterUnit:
    """A node of the organisation tree; `parent` None for the top."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    parent: str | None = None

    def __post_init__(self) -> None:
        _named(self)
        shapes.one_of("kind", self.kind, UNIT_KINDS)
        shapes.optional_code("parent", self.parent)


@dataclass(frozen=True, slots=True)
class RegisterKiosk:
    """A check-in kiosk that belongs to a unit."""

    code: str
    unit: str
    name_zh: str
    name_en: str

    def __post_init__(self) -> None:
        _named(self)
        shapes.code("unit", self.unit)


@dataclass(frozen=True, slots=True)
class RegisterPartner:
    """Somebody who honours rewards."""

    code: str
    kind: str
    name_zh: str
    name_en: str

    def __post_init__(self) -> None:
        _named(self)
        shapes.address("code", self.code)
        shapes.one_of("kind", self.kind, PARTNER_KINDS)


@dataclass(frozen=True, slots=True)
class RegisterOutlet:
    """One of a partner's counters; `unit` says where it stands, if that is known."""

    code: str
    partner: str
    name_zh: str
    name_en: str
    unit: str | None = None

    def __post_init__(self) -> None:
        _named(self)
        shapes.code("partner", self.partner)
        shapes.optional_code("unit", self.unit)


@dataclass(frozen=True, slots=True)
class RegisterGroup:
    """A team or organisation that can be given points."""

    code: str
    name_zh: str
    name_en: str

    def __post_init__(self) -> None:
        shapes.address("code", self.code)
        _named(self)


def _named(command: RegisterUnit | RegisterKiosk | RegisterPartner | RegisterOutlet | RegisterGroup) -> None:
    shapes.code("code", command.code)
    shapes.text("name_zh", command.name_zh, least=1)
    shapes.text("name_en", command.name_en, least=1)


def unit_needs(command: RegisterUnit, desk: Desk) -> Iterator[Need]:
    yield OneRow(Unit, (command.code,))
    if command.parent:
        yield OneRow(Unit, (command.parent,))


def register_unit(command: RegisterUnit, desk: Desk) -> dict[str, Any]:
    """Raises, first that applies: NotFound (the parent), AlreadyExists (the code means another unit)."""
    if command.parent and desk.find(Unit, command.parent) is None:
        raise NotFound(what="unit", code=command.parent)
    return lay(desk, "unit", Unit(command.code, command.kind, command.parent, command.name_zh, command.name_en))


def kiosk_needs(command: RegisterKiosk, desk: Desk) -> Iterator[Need]:
    yield OneRow(Kiosk, (command.code,))
    yield OneRow(Unit, (command.unit,))


def register_kiosk(command: RegisterKiosk, desk: Desk) -> dict[str, Any]:
    """Raises, first that applies: NotFound (the unit), AlreadyExists."""
    if desk.find(Unit, command.unit) is None:
        raise NotFound(what="unit", code=command.unit)
    return lay(desk, "kiosk", Kiosk(command.code, command.unit, command.name_zh, command.name_en))


def partner_needs(command: RegisterPartner, desk: Desk) -> Iterator[Need]:
    yield OneRow(Partner, (command.code,))


def register_partner(command: RegisterPartner, desk: Desk) -> dict[str, Any]:
    """Raises: AlreadyExists."""
    return lay(desk, "partner", Partner(command.code, command.kind, command.name_zh, command.name_en))


def outlet_needs(command: RegisterOutlet, desk: Desk) -> Iterator[Need]:
    yield OneRow(Outlet, (command.code,))
    yield OneRow(Partner, (command.partner,))
    if command.unit:
        yield OneRow(Unit, (command.unit,))


def register_outlet(command: RegisterOutlet, desk: Desk) -> dict[str, Any]:
    """Raises, first that applies: NotFound (the partner, the unit), AlreadyExists."""
    if desk.find(Partner, command.partner) is None:
        raise NotFound(what="partner", code=command.partner)
    if command.unit and desk.find(Unit, command.unit) is None:
        raise NotFound(what="unit", code=command.unit)
    outlet = Outlet(command.code, command.partner, command.unit, command.name_zh, command.name_en)
    return lay(desk, "outlet", outlet)


def group_needs(command: RegisterGroup, desk: Desk) -> Iterator[Need]:
    yield OneRow(Group, (command.code,))


def register_group(command: RegisterGroup, desk: Desk) -> dict[str, Any]:
    """Raises: AlreadyExists."""
    return lay(desk, "group", Group(command.code, command.name_zh, command.name_en))


def lay(desk: Desk, what: str, row: Unit | Kiosk | Partner | Outlet | Group | Fund) -> dict[str, Any]:
    """Register a thing under its code; the same again changes nothing.

    Raises: AlreadyExists, where the code means another one.
    """
    kind: type[Row] = type(row)
    there = desk.find(kind, row.code)
    if there is not None and there != row:
        raise AlreadyExists(what=what, code=row.code)
    if there is None:
        desk.put(row)
    return {what: row.code, "created": there is None}
