"""API keys: who may speak to the engine over HTTP, as whom, and how far. Only hashes of secrets are seen here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import AlreadyExists, InvalidValue, NotFound, Unauthorized, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import (
    Actor,
    ApiKey,
    KeyUse,
    Kiosk,
    Outlet,
    Partner,
    RevokedKey,
    Row,
    Unit,
    VolunteerNumber,
)
from points_engine.flow.rules import rule_needs, the_scheme
from points_engine.flow.wire import LATER
from points_engine.limits import APPROVAL_LEVELS, KEY_USES

ROLES: Final = ("kiosk", "merchant", "steward", "administrator", "committee")
GRANTING: Final = ("steward", "administrator")
"""Roles that approve at all."""
REVOKED: Final = Both("the key was revoked", "密钥已撤销")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class IssueKey:
    """Let whoever shows the secret behind `digest` (SHA-256, hex) act as `principal` in a role.

    `outlet`, `partner`, `kiosk`, `unit` and `scheme` narrow what the key reaches; a merchant's key always names its
    outlet or its partner, and a kiosk's key its kiosk.  `approves` names the levels of approval that it may grant; none
    named means every level, as befits whoever answers for all.  `volunteer` is the number of the person who acts, where
    that is a volunteer: with it, and with every other key of the principal, they decide nothing about themselves or
    their household.  The secret is high-entropy, made by the caller, and shown once.
    """

    id: str
    digest: str
    role: str
    principal: str
    label: str
    outlet: str = ""
    kiosk: str = ""
    unit: str = ""
    scheme: str = ""
    expires_at: datetime | None = None
    partner: str = ""
    approves: tuple[str, ...] = field(default=(), metadata=LATER)
    volunteer: str = field(default="", metadata=LATER)

    def __post_init__(self) -> None:
        shapes.code("id", self.id)
        if not isinstance(self.digest, str) or not _DIGEST.fullmatch(self.digest):
            raise InvalidValue(
                field="digest",
                value="—",
                expected=Both("a SHA-256 in 64 lower-case hexadecimal digits", "64 位小写十六进制 SHA-256"),
            )
        shapes.one_of("role", self.role, ROLES)
        shapes.code("principal", self.principal)
        shapes.text("label", self.label, least=1)
        for place in ("outlet", "partner", "kiosk", "unit", "scheme", "volunteer"):
            shapes.optional_code(place, getattr(self, place))
        if self.role == "merchant" and bool(self.outlet) == bool(self.partner):
            raise InvalidValue(
                field="outlet",
                value=self.outlet or "—",
                expected=Both(
                    "the outlet, or else the partner, that the key belongs to", "密钥所属的兑换点或合伙人（二选一）"
                ),
            )
        if self.role == "kiosk" and not self.kiosk:
            raise InvalidValue(
                field="kiosk", value="—", expected=Both("the kiosk that the key belongs to", "密钥所属的签到机")
            )
        self._check_levels()
        if self.expires_at is not None:
            shapes.moment("expires_at", self.expires_at)

    def _check_levels(self) -> None:
        for level in self.approves:
            shapes.code("approves", level)
        if self.approves and self.role not in GRANTING:
            expected = Both("none: only stewards and administrators approve", "不填：只有现场负责人和管理员可以认定")
            raise InvalidValue(field="approves", value=", ".join(self.approves), expected=expected)
        if len(self.approves) > APPROVAL_LEVELS:
            expected = Both(f"at most {APPROVAL_LEVELS} levels", f"最多 {APPROVAL_LEVELS} 个认定级别")
            raise InvalidValue(field="approves", value=str(len(self.approves)), expected=expected)


def granted_by(key: ApiKey) -> tuple[str, ...] | None:
    """The levels of approval that a key may grant; None for every one."""
    if key.role not in GRANTING:
        return ()
    return tuple(key.approves.split()) or None


def issue_needs(command: IssueKey, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(ApiKey, (command.id,))
    for kind, _, code in _places(command):
        if code:
            yield OneRow(kind, (code,))
    if command.volunteer:
        yield OneRow(Actor, (command.principal,))
        before = desk.peek(Actor, command.principal)
        for number in (command.volunteer, before.number if before is not None else ""):
            if number:
                yield OneRow(VolunteerNumber, (number,))


def _places(command: IssueKey) -> tuple[tuple[type[Row], str, str], ...]:
    return (
        (Outlet, "outlet", command.outlet), (Partner, "partner", command.partner), (Kiosk, "kiosk", command.kiosk),
        (Unit, "unit", command.unit),
    )  # fmt: skip


def issue_key(command: IssueKey, desk: Desk) -> dict[str, Any]:
    """Issue a key.

    Raises, first that applies: NotFound (outlet, partner, kiosk, unit, scheme, volunteer), AlreadyExists (the id; the
    principal, where another person acts as it).
    """
    for kind, what, code in _places(command):
        if code and desk.find(kind, code) is None:
            raise NotFound(what=what, code=code)
    if command.scheme:
        the_scheme(desk, command.scheme)
    if desk.find(ApiKey, command.id) is not None:
        raise AlreadyExists(what="key", code=command.id)
    if command.volunteer:
        _one_person(desk, command)

    # Nothing below this line may refuse.
    desk.put(
        ApiKey(
            command.id, command.digest, command.role, command.principal, command.label, command.outlet, command.kiosk,
            command.unit, command.scheme, desk.principal, desk.now, command.expires_at, None,
            command.partner, " ".join(sorted(set(command.approves))), command.volunteer,
        )
    )  # fmt: skip
    if command.volunteer:
        desk.put(Actor(command.principal, command.volunteer))
    return {"key": command.id, "role": command.role, "principal": command.principal}


def _one_person(desk: Desk, command: IssueKey) -> None:
    person = desk.find(VolunteerNumber, command.volunteer)
    if person is None:
        raise NotFound(what="volunteer", code=command.volunteer)
    known = desk.find(Actor, command.principal)
    if known is not None:
        before = desk.find(VolunteerNumber, known.number)
        if before is None or before.volunteer_id != person.volunteer_id:
            raise AlreadyExists(what="principal", code=command.principal)


@dataclass(frozen=True, slots=True)
class AmendKey:
    """Change what a key is called, or until when it holds; who acts with it and how far it reaches never changes."""

    id: str
    label: str
    expires_at: datetime | None = None

    def __post_init__(self) -> None:
        shapes.code("id", self.id)
        shapes.text("label", self.label, least=1)
        if self.expires_at is not None:
            shapes.moment("expires_at", self.expires_at)


def amend_needs(command: AmendKey, desk: Desk) -> Iterator[Need]:
    yield OneRow(ApiKey, (command.id,))


def amend_key(command: AmendKey, desk: Desk) -> dict[str, Any]:
    """Change a key's label and expiry.

    Raises, first that applies: NotFound, WrongState (it was revoked).
    """
    found = desk.find(ApiKey, command.id)
    if found is None:
        raise NotFound(what="key", code=command.id)
    if found.revoked_at is not None:
        raise WrongState(state="revoked", action="amend")

    # Nothing below this line may refuse.
    desk.put(replace(found, label=command.label, expires_at=command.expires_at))
    return {"key": command.id, "label": command.label}


@dataclass(frozen=True, slots=True)
class RevokeKey:
    """Withdraw a key at once."""

    id: str

    def __post_init__(self) -> None:
        shapes.code("id", self.id)


def revoke_needs(command: RevokeKey, desk: Desk) -> Iterator[Need]:
    yield OneRow(ApiKey, (command.id,))
    yield from credential_needs(command.id)


def revoke_key(command: RevokeKey, desk: Desk) -> dict[str, Any]:
    """Withdraw a key; one that is withdrawn already stays so.

    Raises: NotFound.
    """
    found = desk.find(ApiKey, command.id)
    if found is None:
        raise NotFound(what="key", code=command.id)
    if found.revoked_at is None:
        desk.put(replace(found, revoked_at=desk.now))
        desk.put(RevokedKey(command.id, desk.now))
    return {"key": command.id, "revoked": True}


def credential_needs(credential: str) -> Iterator[Need]:
    """The row that says whether a key was withdrawn."""
    yield OneRow(RevokedKey, (credential,))


def not_revoked(desk: Desk, credential: str) -> None:
    """Refuse what is asked with a key that was withdrawn, in whichever process that was done.

    Raises: Unauthorized.
    """
    if desk.find(RevokedKey, credential) is not None:
        raise Unauthorized(why=REVOKED)


@dataclass(frozen=True, slots=True)
class NoteKeyUses:
    """Remember when keys were last used, by key id; whoever serves them says so every few minutes, for many at once."""

    uses: Mapping[str, datetime]

    def __post_init__(self) -> None:
        if not isinstance(self.uses, Mapping) or not 0 < len(self.uses) <= KEY_USES:
            raise InvalidValue(
                field="uses",
                value=len(self.uses) if isinstance(self.uses, Mapping) else "—",
                expected=Both(f"1 to {KEY_USES} keys", f"1 至 {KEY_USES} 个密钥"),
            )
        for key, at in self.uses.items():
            shapes.code("uses", key)
            shapes.moment(f"uses.{key}", at)


def uses_needs(command: NoteKeyUses, desk: Desk) -> Iterator[Need]:
    for key in command.uses:
        yield OneRow(ApiKey, (key,))
        yield OneRow(KeyUse, (key,))


def note_key_uses(command: NoteKeyUses, desk: Desk) -> dict[str, Any]:
    """Remember the latest use of each key; what was noted later stays.

    Raises: NotFound (a key).
    """
    for key in command.uses:
        if desk.find(ApiKey, key) is None:
            raise NotFound(what="key", code=key)

    # Nothing below this line may refuse.
    noted = 0
    for key, at in command.uses.items():
        known = desk.find(KeyUse, key)
        if known is None or known.last_used_at < at:
            desk.put(KeyUse(key, at))
            noted += 1
    return {"noted": noted}
