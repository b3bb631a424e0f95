"""What callers get at the counter: vouchers and what became of them."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from api.told.answers import Done, Told, Words


class Voucher(Done):
    """A hold: show the code at the outlet before it expires."""

    hold: str
    code: str = Field(examples=["5XJCNT3GZ2"])
    reward: str = Field(examples=["soap"])
    quantity: int
    points: str = Field(examples=["2"])
    money: int = Field(description="minor units to pay in cash")
    state: str = Field(examples=["open"])
    expires_at: str
    choice: str = Field("", description="which of a bundle; empty: nothing to choose")
    uses_left: int = Field(1, description="how many times it can still be used")


class VoucherPlaced(Voucher):
    scheme: str = Field("", examples=["huadu-residents"])
    outlet: str = Field("", description="empty: any outlet of the partner")
    partner: str = Field("", examples=["wang"])
    token: str = Field(description="what the QR code says: signed, to be checked with the public voucher key")


class VoucherShown(Told):
    """A voucher as it is shown or printed."""

    code: str = Field(examples=["5XJCNT3GZ2"])
    token: str = Field(description="what the QR code says", examples=["PO1T6ZQ..."])
    qr_svg: str = Field(description="the token as a QR code: an SVG document")
    scheme: str
    reward: str = Field(examples=["soap"])
    title: Words
    choice: Words | None = Field(description="which of a bundle")
    quantity: int
    uses_left: int = Field(description="how many times it can still be used")
    points: str = Field(examples=["2"])
    money: int = Field(description="minor units to pay in cash")
    partner: Words
    outlet: Words | None = Field(description="absent: any outlet of the partner")
    expires_at: datetime
    volunteer_name: str = Field(examples=["梅*花"])


class VoucherKeyShown(Told):
    """A public key that tokens of vouchers are checked with."""

    key: str = Field(description="the id by which a token names it", examples=["9fb2c1d0"])
    algorithm: str = Field(examples=["Ed25519"])
    public_key: str = Field(description="32 bytes, base64url", examples=["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])
    prefix: str = Field(description="how the tokens begin", examples=["PO1"])


class Confirmed(Voucher):
    """A confirmed redemption; `again` says that this outlet had confirmed it before."""

    confirmed_at: str
    outlet: str = Field(examples=["wangs-1"])
    again: bool


class LetGo(Done):
    hold: str
    code: str
    state: str = Field(examples=["released"])
    entry: str | None


class Refunded(Done):
    hold: str
    code: str
    state: str
    refunded_quantity: int
    points: str
    entry: str | None


class RewardRedeemed(Told):
    """One reward of a redemption: its own code undoes it."""

    hold: str
    code: str
    reward: str
    quantity: int
    points: str
    money: int
    state: str
    expires_at: str
    choice: str
    uses_left: int


class Redeemed(Done):
    """What was taken in a visit."""

    visit: str
    outlet: str
    confirmed_at: str
    money: int = Field(description="minor units to pay in cash, together")
    rewards: list[RewardRedeemed]


class RedemptionShown(Told):
    """What a voucher is good for. `state` is `expired` as soon as its time is over."""

    code: str
    state: str
    scheme: str
    reward: str
    title: Words
    quantity: int
    choice: str | None
    uses: int = Field(description="how many times the voucher may be used")
    used: int
    refunded_quantity: int
    points: str
    money: int
    partner: str
    partner_name: Words | None
    outlet: str | None
    volunteer: str
    volunteer_name: str
    placed_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    valid_here: bool = Field(description="whether it may be confirmed at the outlet of the key")
