"""What callers get of webhooks."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.told.answers import Told


class WebhookSecret(Told):
    """The secret that messages are signed with; the receiver checks signatures with it."""

    webhook: str = Field(examples=["district-platform"])
    state: str = Field(examples=["active"])
    secret: str = Field(description="`whsec_` and 32 bytes in base64", examples=["whsec_…"])


class WebhookShown(Told):
    """An address that is told what happens, and how it goes."""

    webhook: str = Field(examples=["district-platform"])
    url: str = Field(examples=["https://platform.example.org/points"])
    label: str = Field(examples=["区数据平台"])
    topics: list[str] = Field(description="none: every topic", examples=[["redemption"]])
    scheme: str | None
    partner: str | None
    names_volunteers: bool
    state: str = Field(
        description="active, paused, suspended (nobody answered for five days, or the address said 410) or removed",
        examples=["active"],
    )
    registered_by: str
    registered_at: datetime
    told_until: str = Field(description="the place in the journal up to which it was told", examples=["4711-0"])
    taken: int = Field(description="messages taken", examples=[812])
    waiting: int = Field(description="messages that are told again later", examples=[0])
    given_up: int = Field(description="messages that were not taken in three days", examples=[0])
    failures: int = Field(description="attempts that failed, one after the other", examples=[0])
    failing_since: datetime | None
    resting_until: datetime | None = Field(description="it is left alone until then")
    last_at: datetime | None
    last_status: int | None = Field(description="of the last attempt; none: no answer", examples=[204])
    last_error: str | None = Field(examples=["ConnectTimeout: timed out"])


class MissedMessage(Told):
    """A message that an address has not taken."""

    message: str = Field(examples=["msg_4711_0"])
    place: str = Field(description="in the journal", examples=["4711-0"])
    attempts: int = Field(examples=[3])
    first_at: datetime
    next_at: datetime | None = Field(description="none: given up")
    last_status: int | None
    last_error: str | None
