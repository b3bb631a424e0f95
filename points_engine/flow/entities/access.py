"""Access: credentials, and when they were last used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class ApiKey(Row):
    """A credential: who shows the secret behind `digest` acts as `principal`; empty scope fields mean everywhere."""

    TABLE = "api_key"
    KEY = ("id",)
    LOCK_ORDER = 5
    id: str
    digest: str  # SHA-256 of the secret, which nobody keeps
    role: str  # kiosk | merchant | steward | administrator | committee
    principal: str
    label: str
    outlet: str
    kiosk: str
    unit: str
    scheme: str
    issued_by: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    partner: str  # a merchant's key of a whole partner: any of its outlets
    approves: str  # levels of approval that it may grant, parted by spaces; empty: every one
    volunteer: str  # the number of the person who acts with it, where that is a volunteer


@dataclass(frozen=True, slots=True)
class Actor(Row):
    """The volunteer behind a principal: who acts for others is known as a person too."""

    TABLE = "actor"
    KEY = ("principal",)
    principal: str
    number: str


@dataclass(frozen=True, slots=True)
class RevokedKey(Row):
    """A credential that was withdrawn: read with everything that is done with a credential, and never locked."""

    TABLE = "revoked_key"
    KEY = ("key_id",)
    key_id: str
    revoked_at: datetime


@dataclass(frozen=True, slots=True)
class KeyUse(Row):
    """When a key was last used, to within a few minutes."""

    TABLE = "key_use"
    KEY = ("key_id",)
    key_id: str
    last_used_at: datetime


@dataclass(frozen=True, slots=True)
class PinTries(Row):
    """How often a PIN was tried since it was last right, at one device or (`device` empty) at all of them together, and
    until when it is locked there; the volunteer is locked first."""

    TABLE = "pin_tries"
    KEY = ("volunteer_id", "device")
    PARENT = ("volunteer_id",)
    volunteer_id: str
    device: str  # the principal that the device acts as
    counted: int
    locked_until: datetime | None
