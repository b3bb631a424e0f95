"""What callers get of keys: the secret once, and never again."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.told.answers import Told


class IssuedKey(Told):
    """A key; `token` is shown this once and kept nowhere."""

    key: str
    token: str = Field(examples=["pe_0123456789ab_…"])
    role: str
    principal: str


class OwnKey(Told):
    """Who the key that was shown belongs to, and how far it reaches."""

    key: str = Field(examples=["0123456789ab"])
    role: str = Field(examples=["committee"])
    principal: str = Field(examples=["committee:lin"])
    label: str
    outlet: str | None
    partner: str | None
    kiosk: str | None
    unit: str | None
    scheme: str | None
    approves: list[str] | None = Field(
        description="the levels of approval that it may grant; none: every one", examples=[["community"]]
    )
    volunteer: str | None = Field(description="number of the volunteer who acts with it", examples=[None])
    expires_at: datetime | None


class KeyShown(OwnKey):
    """A key without its secret. `last_used_at` is right to within a few minutes."""

    issued_by: str
    issued_at: datetime
    revoked_at: datetime | None
    state: str = Field(description="active, expired or revoked", examples=["active"])
    last_used_at: datetime | None
