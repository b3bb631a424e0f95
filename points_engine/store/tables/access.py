"""The tables of access: the credentials of devices, outlets and people."""

from __future__ import annotations

from points_engine.store.columns import AtInstant, MaybeAtInstant, Number, TextKey, Words
from points_engine.store.tables.strict import Books


class ApiKeyTable(Books, table=True):
    """Keeps `ApiKey`."""

    __tablename__ = "api_key"

    id: TextKey
    digest: Words
    role: Words
    principal: Words
    label: Words
    outlet: Words
    kiosk: Words
    unit: Words
    scheme: Words
    issued_by: Words
    issued_at: AtInstant
    expires_at: MaybeAtInstant
    revoked_at: MaybeAtInstant
    partner: Words
    approves: Words
    volunteer: Words


class ActorTable(Books, table=True):
    """Keeps `Actor`."""

    __tablename__ = "actor"

    principal: TextKey
    number: Words


class RevokedKeyTable(Books, table=True):
    """Keeps `RevokedKey`."""

    __tablename__ = "revoked_key"

    key_id: TextKey
    revoked_at: AtInstant


class KeyUseTable(Books, table=True):
    """Keeps `KeyUse`."""

    __tablename__ = "key_use"

    key_id: TextKey
    last_used_at: AtInstant


class PinTriesTable(Books, table=True):
    """Keeps `PinTries`."""

    __tablename__ = "pin_tries"

    volunteer_id: TextKey
    device: TextKey
    counted: Number
    locked_until: MaybeAtInstant
