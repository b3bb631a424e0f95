"""What callers get: one model per answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from points_engine.rulebook.kinds import Text

T = TypeVar("T")


class Told(BaseModel):
    """An answer."""

    model_config = ConfigDict(from_attributes=True)


class Words(Told):
    """A text in both languages."""

    zh: str = Field(examples=["服务 2 小时 10 分，得 2 积分，余 10 分钟转入下次"])
    en: str = Field(examples=["2 h 10 min of service: 2 points, 10 minutes carry over"])


def words(text: Text) -> Words:
    """A text of the rules."""
    return Words(zh=text.zh, en=text.en)


class Listed(Told, Generic[T]):
    """A page of a list. `next` is the cursor of the following page, absent at the end."""

    items: list[T]
    next: str | None = Field(None, description="pass it as `cursor` to get the next page")


class Done(Told):
    """What a command did."""

    model_config = ConfigDict(extra="allow")


class RegisteredVolunteer(Done):
    volunteer: str = Field(description="id", examples=["01a2052b559362fa526e3c449f-1"])
    number: str = Field(examples=["HD-MEI-75"])
    created: bool


class RegisteredActivity(Done):
    activity: str
    created: bool


class SignedUp(Done):
    activity: str
    volunteer: str
    places_left: int | None


class CheckedIn(Done):
    check_in: str
    volunteer: str
    activity: str
    since: str = Field(examples=["2026-11-22T01:00:00.000000Z"])


class Recorded(Done):
    """A record or deed, and what it counts for at once."""

    fact: str = Field(description="id of the record", examples=["01a2052b702e564f20e2d98226-1"])
    service_minutes: int = Field(examples=[130])
    entry: str | None = Field(description="the entry it was posted with, if anything counted yet")
    awarded: dict[str, int] = Field(description="smallest units by scheme", examples=[{"huadu-residents": 2}])
    minutes: int = Field(description="minutes credited now", examples=[130])
    awaiting: list[str] = Field(description="approval levels that are still missing", examples=[["steward"]])
    conflict: str | None = Field(None, description="id of the conflict, where another record of the time stands")


class Decided(Done):
    """What an approval, rejection or correction changed."""

    fact: str
    entry: str | None
    awarded: dict[str, int] = Field(default_factory=dict)
    minutes: int = 0
    awaiting: list[str] = Field(default_factory=list)


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


class IssuedKey(Told):
    """A key; `token` is shown this once and kept nowhere."""

    key: str
    token: str = Field(examples=["pe_0123456789ab_…"])
    role: str
    principal: str


class KeyShown(Told):
    """A key without its secret. `last_used_at` is right to within a few minutes."""

    key: str = Field(examples=["0123456789ab"])
    role: str = Field(examples=["merchant"])
    principal: str = Field(examples=["merchant:wangs-1"])
    label: str
    outlet: str | None
    partner: str | None
    kiosk: str | None
    unit: str | None
    scheme: str | None
    issued_by: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    state: str = Field(description="active, expired or revoked", examples=["active"])
    last_used_at: datetime | None


class UnitShown(Told):
    code: str
    kind: str
    name: Words


class VolunteerShown(Told):
    number: str
    name: str = Field(description="with its middle hidden", examples=["梅*姨"])
    standing: str = Field(examples=["good"])
    joined_on: date
    home_unit: UnitShown | None
    work_unit: str | None
    has_pin: bool = Field(description="a kiosk or counter has to ask for it")
    present_at: str | None = Field(description="activity of an open check-in")
    present_since: datetime | None


class Identified(Told):
    """A volunteer who said their PIN."""

    identification: str = Field(description="to be shown in the header `Identification`", examples=["1772413200.9c56…"])
    until: datetime
    volunteer: VolunteerShown


class LotShown(Told):
    amount: str
    usable_to: date


class SchemeBalanceShown(Told):
    scheme: str
    title: Words
    keeps_time: bool = Field(description="whether minutes are credited under this scheme's rules")
    spendable: str = Field(examples=["2"])
    held: str
    donate_only: str
    debt: str
    lots: list[LotShown]


class BalanceShown(Told):
    """Minutes are the statutory record and never spent; points are told per scheme."""

    number: str
    minutes: int = Field(examples=[130])
    as_of: datetime | None
    schemes: list[SchemeBalanceShown]


class StatementLineShown(Told):
    entry: str
    seq: int
    kind: str
    kind_text: Words
    occurred_at: datetime
    recorded_at: datetime
    scheme: str | None = Field(description="none: minutes of service")
    amount: str
    balance_after: str
    service_day: date | None = Field(description="the day served, where the line is about service")
    why: Words


class TierShown(Told):
    """A tier; `required`, `available` and `missing` are of the next level, in minutes where it counts time."""

    scheme: str
    tier: str
    title: Words
    level: str
    level_title: Words | None
    since: date | None
    next_level: str
    next_title: Words | None
    required: int | None
    available: int | None
    missing: int | None


class DecisionShown(Told):
    scheme: str
    day: date | None
    sentence: Words
    steps_zh: list[str]
    steps_en: list[str]
    pack: str = Field(description="hash of the pack version that decided")


class StandingShown(Told):
    scheme: str
    minutes: int
    points: str
    awaiting: str
    entry: str | None
    decision: DecisionShown | None


class RecordShown(Told):
    """A service record or deed, and what it counts for in every scheme."""

    record: str
    kind: str = Field(examples=["record"])
    volunteer: str = Field(examples=["HD-MEI-75"])
    activity: str | None
    activity_name: str | None
    deed: str | None
    start: datetime
    end: datetime
    minutes: int
    recorded_by: str
    state: str
    granted: list[str]
    counts: list[StandingShown]


class AwardShown(StandingShown):
    """What a record counts for in one scheme, with the trace that was kept."""

    trace: dict[str, Any] = Field(description="the decision as it is kept: rules, facts, parameters, steps")


class LineShown(Told):
    account: str
    asset: str
    usable_to: date
    amount: str
    balance_after: str | None


class EntryListed(Told):
    """An entry in a list."""

    entry: str
    seq: int
    kind: str
    kind_text: Words
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None


class PartnerShown(Told):
    """Somebody who honours rewards."""

    code: str = Field(examples=["wangs"])
    kind: str = Field(examples=["commerce"])
    name: Words
    outlets: list[str] = Field(description="codes of its outlets")


class EntryShown(Told):
    """An entry: its lines sum to zero per asset; its decisions say why."""

    entry: str
    seq: int
    kind: str
    kind_text: Words
    occurred_at: datetime
    recorded_at: datetime
    reverses: str | None
    principal: str
    command: str
    why: Words
    lines: list[LineShown]
    decisions: list[DecisionShown]


class QuoteShown(Told):
    """One reward for one volunteer now: its price, or what is missing."""

    scheme: str
    reward: str
    title: Words
    category: str
    partner: str
    partner_name: Words | None
    possible: bool
    points: str | None
    money: int | None
    code: str | None = Field(description="why not", examples=["insufficient_points"])
    detail: str | None
    reasons: list[dict[str, Any]]
    asks: list[str] = Field(
        description="what the rule still wants to know: `choice`, `asked_minor`, `offered`", examples=[["choice"]]
    )
    choices: dict[str, Words] = Field(description="of a bundle: one of these is taken")


class Given(Done):
    """Points that passed, and the rule that let them."""

    entry: str
    points: str = Field(examples=["5"])
    to: str
    rule: str = Field(examples=["to_lineal_relatives"])


class StockMoved(Done):
    """A move in the book of a reward's stock."""

    move: str
    reward: str = Field(examples=["soap"])
    change: int = Field(description="items that came, or are gone where it is negative")
    available: int = Field(description="items that can be promised now")
    on_shelf: int = Field(description="with those that are set aside")


class StockShown(Told):
    """The book of one reward: the moves less what was redeemed is what is available and set aside, to the item."""

    scheme: str
    reward: str
    title: Words
    available: int
    set_aside: int
    moves: dict[str, int] = Field(description="opening, donated, bought, counted (what counting changed), lost")
    redeemed: int
    redeemed_at: dict[str, int] = Field(description="by outlet")
    explained: int = Field(description="what has to lie on the shelf: moves less redeemed")


class LinkedPhone(Done):
    """A phone may show this volunteer's codes: `link` opens the page that does, and goes into a QR code."""

    generation: int = Field(description="how many phones were linked; those before no longer work")
    link: str = Field(examples=["https://points.example/phone#HD-MEI-75.GEZDGNBVGY3TQOJQ"])
    qr_svg: str = Field(description="the link as a QR code: an SVG document")


class VisitOpened(Done):
    """A visit: until `expires_at` rewards can be taken at this outlet."""

    visit: str
    volunteer: str = Field(examples=["HD-MEI-75"])
    outlet: str = Field(examples=["wangs-1"])
    expires_at: str


class VisitShown(Told):
    """A visit with what can be taken in it, here, and what not, and why."""

    visit: str
    volunteer: str
    volunteer_name: str
    outlet: str
    expires_at: datetime
    is_over: bool
    quotes: list[QuoteShown]


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


class WaitingShown(Told):
    """Records that wait for an approval of one level."""

    level: str = Field(examples=["steward"])
    records: int
    oldest: datetime = Field(description="when the oldest of them began")


class ActivityShown(Told):
    code: str
    name: str
    category: str
    host: str
    host_name: Words
    level: str | None
    place: str | None
    starts_on: date | None
    ends_on: date | None
    opens_minute: int | None = Field(description="minutes from midnight, where the programme is", examples=[540])
    closes_minute: int | None = Field(examples=[720])
    state: Literal["planned", "cancelled"]
    participants: int | None
    capacity: int | None
    taken: int


class OutletShown(Told):
    code: str
    partner: str
    name: Words
    unit: str | None


class PackShown(Told):
    scheme: str
    title: Words
    effective_on: date
    hash: str
    document: str
    issuer: Words
    demonstration: bool
    rules: int


class AuditLine(Told):
    """Who asked for what, with which key, and what became of it; personal data and free text are left out."""

    seq: int
    index: int
    recorded_at: datetime
    principal: str
    key: str | None = Field(description="id of the API key that was shown")
    command: str
    content: dict[str, Any] = Field(description="what it was about")
    outcome: Literal["accepted", "refused"]
    code: str | None = Field(description="of a refusal")
    id: str | None = Field(description="of an accepted command")


class SchemeNumbersShown(Told):
    scheme: str
    title: Words
    demonstration: bool
    issued: str
    redeemed: str
    expired: str
    in_hand: str


class FundShown(Told):
    """A fund's books in minor units: income = owed to partners + reserved + available."""

    fund: str
    name: Words
    currency: str
    income: int
    owed: dict[str, int]
    expenditure: int
    reserved: int
    available: int


class NumbersShown(Told):
    """What the programme publishes about itself."""

    volunteers: int
    minutes: int
    redemptions: int
    schemes: list[SchemeNumbersShown]
    funds: list[FundShown]
    seq: int
