"""The rules in force: which schemes there are, and their pack versions as a history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from hashlib import sha256
from operator import attrgetter
from zoneinfo import ZoneInfo

from points_engine.errors import NoPackInForce, NotFound
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import PROGRAMME, PackText, PackVersion, Scheme
from points_engine.rulebook.fold import RuleHistory
from points_engine.rulebook.loading import pack_from_canonical
from points_engine.rulebook.pack import Pack


def rule_needs(desk: Desk) -> Iterator[Need]:
    """The rows that say which rules are in force: schemes, versions, and the texts that were not compiled yet."""
    if desk.rules_known == desk.rules_revision:
        return
    missing = 0
    for need in _rule_needs(desk):
        missing += not desk.has(need)
        yield need
    if not missing:
        desk.rules_known = desk.rules_revision


def _rule_needs(desk: Desk) -> Iterator[Need]:
    schemes_need = Children(Scheme, (PROGRAMME,))
    yield schemes_need
    if not desk.has(schemes_need):
        return
    for scheme in desk.children(Scheme, PROGRAMME):
        versions = Children(PackVersion, (scheme.code,))
        yield versions
        if desk.has(versions):
            for version in desk.children(PackVersion, scheme.code):
                if version.hash not in desk.packs:
                    yield OneRow(PackText, (version.hash,))


def schemes(desk: Desk) -> list[Scheme]:
    """Every scheme of the programme, by code."""
    place = ("schemes", desk.rules_revision)
    return desk.memo(place, lambda: sorted(desk.children(Scheme, PROGRAMME), key=attrgetter("code")))


def the_scheme(desk: Desk, code: str) -> Scheme:
    """The scheme under `code`.

    Raises: NotFound.
    """
    for scheme in schemes(desk):
        if scheme.code == code:
            return scheme
    raise NotFound(what="scheme", code=code)


def rule_history(desk: Desk, scheme: str) -> RuleHistory:
    """The compiled pack versions of a scheme by the day from which each is in force."""
    return desk.memo(("rules", scheme, desk.rules_revision), lambda: _history(desk, scheme))


def _history(desk: Desk, scheme: str) -> RuleHistory:
    versions = sorted(desk.children(PackVersion, scheme), key=lambda version: version.effective_on)
    return RuleHistory(tuple((version.effective_on, pack_of(desk, version.hash)) for version in versions))


def rules_digest(desk: Desk, scheme: str) -> str:
    """Which versions a scheme has, in one word: a fold made under others is folded again before it goes on."""

    def make() -> str:
        versions = sorted(desk.children(PackVersion, scheme), key=attrgetter("effective_on"))
        listed = ",".join(f"{version.effective_on}:{version.hash}" for version in versions)
        return sha256(listed.encode()).hexdigest()[:16]

    return desk.memo(("digest", scheme, desk.rules_revision), make)


def pack_of(desk: Desk, digest: str) -> Pack:
    """A published version by its hash."""
    pack = desk.packs.get(digest)
    if pack is None:
        text = desk.find(PackText, digest)
        assert text is not None, "a published version has its text"
        pack = desk.packs[digest] = pack_from_canonical(text.canonical)
    return pack


def pack_today(desk: Desk, scheme: str) -> Pack:
    """The pack in force now.

    Raises: NoPackInForce.
    """
    history = rule_history(desk, scheme)
    today = desk.now.astimezone(history.versions[-1][1].zone).date() if history.versions else desk.now.date()
    if not history.versions or history.versions[0][0] > today:
        raise NoPackInForce(scheme=scheme, day=today)
    return history.on(today)


def timekeeper(desk: Desk) -> Pack | None:
    """The newest rules of the scheme that keeps the time; None before it has any."""

    def find() -> Pack | None:
        for scheme in schemes(desk):
            versions = rule_history(desk, scheme.code).versions
            if scheme.keeps_time and versions:
                return versions[-1][1]
        return None

    return desk.memo(("timekeeper", desk.rules_revision), find)


def programme_zone(desk: Desk) -> ZoneInfo:
    """The time zone of the scheme that keeps the time; UTC before one is published."""
    pack = timekeeper(desk)
    return ZoneInfo("UTC") if pack is None else pack.zone


def day_begins(desk: Desk, day: date) -> datetime:
    """The instant at which `day` begins where the programme is."""
    return datetime.combine(day, time(), programme_zone(desk)).astimezone(UTC)


def today_of(desk: Desk, scheme: str) -> date:
    """The day it is now where a scheme's newest rules are."""

    def find() -> date:
        return desk.now.astimezone(rule_history(desk, scheme).versions[-1][1].zone).date()

    return desk.memo(("today of", scheme, desk.now, desk.rules_revision), find)


def today(desk: Desk) -> date:
    """The day it is now where the programme is."""
    return desk.memo(("today", desk.now, desk.rules_revision), lambda: desk.now.astimezone(programme_zone(desk)).date())
