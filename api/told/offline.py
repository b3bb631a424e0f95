"""What callers get about vouchers that are taken without a network."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.told.answers import Told, Words
from api.told.redemptions import VoucherKeyShown


class RewardTakenOffline(Told):
    """A reward that may be handed over without a network, within bounds."""

    scheme: str
    reward: str = Field(examples=["soap"])
    title: Words
    most: int = Field(description="vouchers that one device may take in a day", examples=[5])
    within_minutes: int = Field(description="how long after a voucher's end its use may be brought", examples=[1440])
    charge: Literal["outlet", "fund"] = Field(description="who bears what had been used or cancelled elsewhere")


class EndedVoucher(Told):
    """A voucher that is no longer good, although its token does not say so."""

    code: str = Field(description="the short code that the token says", examples=["5XJCNT3GZ2"])
    why: str = Field(examples=["already_used"])


class OutletOffline(Told):
    """What a device keeps: it checks a token's signature, outlet and last second, and looks for its code in `ended`."""

    outlet: str = Field(examples=["wangs-1"])
    partner: str = Field(examples=["wangs"])
    now: datetime = Field(description="the service's time: how far the device's clock is off")
    keys: list[VoucherKeyShown]
    rewards: list[RewardTakenOffline]
    ended: list[EndedVoucher] = Field(description="since the cursor; a code may come again")
    is_all: bool = Field(description="whether this was the last page; if not, ask for the next at once")
    next: str = Field(description="pass it as `cursor` the next time: only what ended since is told then")


class OfflineUseShown(Told):
    """A voucher that a device took without a network, and what became of it."""

    offline_use: str
    code: str = Field(examples=["5XJCNT3GZ2"])
    scheme: str
    reward: str
    outlet: str
    device: str = Field(description="id of the key that the device showed")
    taken_at: datetime
    conflict: str | None = Field(description="why it could not be confirmed", examples=["already_used"])
    why: Words | None
    charged: Literal["outlet", "fund"] | None = Field(description="who bears it")
    pays: int = Field(description="minor units that the fund paid for it")
    brought_at: datetime
    brought_by: str
