"""Holds, stock, adjustments, opening balances, notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from points_engine.flow.entities.rows import Row


@dataclass(frozen=True, slots=True)
class Shelf(Row):
    """The stock of one reward of one scheme: what can be promised (None: unlimited), and what is set aside.

    What lies on the shelf is both together. An outlet has a shelf of its own where the rules say so.
    """

    TABLE = "shelf"
    KEY = ("scheme", "reward", "outlet")
    LOCK_ORDER = 40
    scheme: str
    reward: str
    outlet: str  # whose; empty: the one that all outlets have in common
    available: int | None
    held: int = 0  # items of open holds


@dataclass(frozen=True, slots=True)
class StockMove(Row):
    """One change of a reward's stock that is not a redemption; `change` is in items, negative where some are gone."""

    TABLE = "stock_move"
    KEY = ("id",)
    id: str
    scheme: str
    reward: str
    outlet: str  # where; empty: not said
    kind: str  # opening | donated | bought | counted | lost | carried
    change: int
    note_id: str
    moved_at: datetime
    shelf: str = ""  # the outlet whose shelf it is; empty: the common one
    carried: str = ""  # of two moves that carry items from shelf to shelf: the id of the first


@dataclass(frozen=True, slots=True)
class Quota(Row):
    """How much of a limit that several people share is used: `place` says by whom, in which window, of what."""

    TABLE = "quota"
    KEY = ("scheme", "rule", "place")
    LOCK_ORDER = 25
    scheme: str
    rule: str
    place: str
    used: int


@dataclass(frozen=True, slots=True)
class Hold(Row):
    """Points set aside for one reward, and what became of them."""

    TABLE = "hold"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    UNIQUE = (("code",),)
    id: str
    code: str  # the voucher's short code
    volunteer_id: str
    scheme: str
    reward: str
    partner: str
    outlet: str  # where it may be confirmed; empty: any outlet of the partner
    quantity: int
    points: int  # smallest units, for all of `quantity`
    money: int  # minor units the volunteer pays in cash
    pays: int  # minor units the fund owes the partner
    fund: str
    drawn_json: str  # [[last usable day, amount], …] in draw order
    state: str  # open | confirmed | released | expired | refunded
    placed_at: datetime
    expires_at: datetime
    confirmed_at: datetime | None
    confirmed_outlet: str
    refunded_quantity: int
    restock: bool
    stocked: bool
    trace: str
    choice: str = ""  # which of a bundle
    quotas_json: str = "[]"  # [[rule, place, items or redemptions, amount], …]: what it uses of shared limits
    zeroed_json: str = "[]"  # [[last usable day, amount], …]: what was left and was lost with the confirmation
    uses: int = 1  # how many times the voucher may be used
    used: int = 0  # how many times it was; `confirmed_at` and `confirmed_outlet` are those of the last time
    visit: str = ""  # id of the first hold of a visit of several rewards; empty: alone
    restocked: int = 0  # items that went back on the shelf with refunds
    fetched_by: str = ""  # id of the volunteer who fetches it for its owner
    offline_until: datetime | None = None  # until when a use without a network may be brought; None: there is none
    ended_at: datetime | None = None  # when it was used or let go, where outlets without a network have to hear of it
    shelf: str = ""  # the outlet from whose shelf it was taken; empty: the common one

    @property
    def kept_until(self) -> datetime:
        """Until when what it sets aside stays aside, if nobody uses it or lets it go."""
        return self.offline_until or self.expires_at


@dataclass(frozen=True, slots=True)
class OfflineUse(Row):
    """A voucher that a device took without a network: confirmed as of then, or a conflict that somebody bears."""

    TABLE = "offline_use"
    KEY = ("id",)
    PARENT = ("hold_id",)
    id: str
    hold_id: str
    code: str  # the voucher's short code
    scheme: str
    reward: str
    partner: str
    outlet: str
    device: str
    taken_at: datetime  # between the placing of the hold and now, whatever the device's clock says
    conflict: str  # why it could not be confirmed; empty: it was
    charged: str  # who bears a conflict: outlet | fund; empty: nobody has to
    pays: int  # minor units that the fund paid for a conflict
    brought_at: datetime
    brought_by: str


@dataclass(frozen=True, slots=True)
class Visit(Row):
    """Somebody at the counter of an outlet: for some minutes rewards can be taken there."""

    TABLE = "visit"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    id: str
    volunteer_id: str
    number: str  # as it was stated
    outlet: str
    opened_at: datetime
    expires_at: datetime
    fetched_by: str  # id of the volunteer who stands there for another; empty: the volunteer


@dataclass(frozen=True, slots=True)
class CardLink(Row):
    """The phone that shows a volunteer's codes: how many were linked, and the last half minute whose code was taken."""

    TABLE = "card_link"
    KEY = ("volunteer_id",)
    volunteer_id: str
    generation: int
    seen_step: int


@dataclass(frozen=True, slots=True)
class HoldCode(Row):
    """Which hold a voucher code means."""

    TABLE = "hold_code"
    KEY = ("code",)
    code: str
    hold_id: str
    volunteer_id: str


@dataclass(frozen=True, slots=True)
class Adjustment(Row):
    """A proposed change of one account, with a reason; somebody else decides it."""

    TABLE = "adjustment"
    KEY = ("id",)
    PARENT = ("volunteer_id",)
    id: str
    volunteer_id: str
    scheme: str
    amount: int
    expires_on: date
    note_id: str
    state: str  # proposed | approved | rejected
    proposed_by: str
    decided_by: str


@dataclass(frozen=True, slots=True)
class OpeningLine(Row):
    """One lot of an opening balance that was booked: how the same line is recognised a second time."""

    TABLE = "opening_line"
    KEY = ("natural",)
    natural: str  # scheme|number|line
    entry_id: str


@dataclass(frozen=True, slots=True)
class Note(Row):
    """Free text, erasable; `digest` is the salted hash that stays when `text` goes."""

    TABLE = "note"
    KEY = ("id",)
    id: str
    text: str
    salt: str
    digest: str
