"""What callers get: one model per answer, a file for each resource."""

from __future__ import annotations

from api.told.activities import ActivityShown, CheckedIn, RegisteredActivity, SignedUp
from api.told.answers import Done, Listed, Told, Words, words
from api.told.balances import BalanceShown, LotShown, SchemeBalanceShown, StatementLineShown, TierShown
from api.told.decisions import AwardShown, DecisionShown, StandingShown
from api.told.entries import AuditLine, EntryListed, EntryShown, LineShown
from api.told.gifts import Given, GroupShown
from api.told.keys import IssuedKey, KeyShown, OwnKey
from api.told.numbers import Allotted, FundPointsShown, FundShown, NumbersShown, SchemeNumbersShown
from api.told.offered import Offered, OfferedReward, RewardsShown
from api.told.packs import PackShown
from api.told.partners import OutletShown, PartnerShown
from api.told.records import (
    Decided,
    LevelShown,
    OutlookShown,
    PointsOf,
    PresentShown,
    Recorded,
    RecordShown,
    WaitingShown,
)
from api.told.redemptions import (
    Confirmed,
    LetGo,
    Redeemed,
    RedemptionShown,
    Refunded,
    RewardRedeemed,
    Voucher,
    VoucherKeyShown,
    VoucherPlaced,
    VoucherShown,
)
from api.told.rewards import QuoteShown, ShelfShown, StockCarried, StockMoved, StockShown
from api.told.units import UnitShown
from api.told.visits import VisitOpened, VisitShown
from api.told.volunteers import Identified, LinkedPhone, RegisteredVolunteer, VolunteerShown
from api.told.webhooks import MissedMessage, WebhookSecret, WebhookShown

__all__ = [
    "ActivityShown",
    "Allotted",
    "AuditLine",
    "AwardShown",
    "BalanceShown",
    "CheckedIn",
    "Confirmed",
    "Decided",
    "DecisionShown",
    "Done",
    "EntryListed",
    "EntryShown",
    "FundPointsShown",
    "FundShown",
    "Given",
    "GroupShown",
    "Identified",
    "IssuedKey",
    "KeyShown",
    "LetGo",
    "LevelShown",
    "LineShown",
    "LinkedPhone",
    "Listed",
    "LotShown",
    "MissedMessage",
    "NumbersShown",
    "Offered",
    "OfferedReward",
    "OutletShown",
    "OutlookShown",
    "OwnKey",
    "PackShown",
    "PartnerShown",
    "PointsOf",
    "PresentShown",
    "QuoteShown",
    "RecordShown",
    "Recorded",
    "Redeemed",
    "RedemptionShown",
    "Refunded",
    "RegisteredActivity",
    "RegisteredVolunteer",
    "RewardRedeemed",
    "RewardsShown",
    "SchemeBalanceShown",
    "SchemeNumbersShown",
    "ShelfShown",
    "SignedUp",
    "StandingShown",
    "StatementLineShown",
    "StockCarried",
    "StockMoved",
    "StockShown",
    "TierShown",
    "Told",
    "UnitShown",
    "VisitOpened",
    "VisitShown",
    "VolunteerShown",
    "Voucher",
    "VoucherKeyShown",
    "VoucherPlaced",
    "VoucherShown",
    "WaitingShown",
    "WebhookSecret",
    "WebhookShown",
    "Words",
    "words",
]
