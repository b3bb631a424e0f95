"""What callers send: one model per command, with an example of the morning story."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.shapes import EXACT, Code, CodeOrNone, Day, Facts, Moment, Note, Words
from points_engine.flow.access.webhooks import TOPICS, Topic
from points_engine.flow.service.activities import DAY_MINUTES
from points_engine.limits import AMOUNT_MAX, APPROVAL_LEVELS, QUANTITY_MAX, REWARDS_PER_VISIT, STOCK_MAX, URL_CHARACTERS

MinorUnits = Annotated[int, Field(ge=0, le=AMOUNT_MAX, examples=[1200])]
Exact = Annotated[str, Field(pattern=rf"^0$|{EXACT}", examples=["5"])]


class Asked(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class NewVolunteer(Asked):
    """A person becomes a volunteer."""

    number: Code = Field(examples=["HD-MEI-75"], description="the number printed on the card")
    name: Words = Field(examples=["梅阿姨"])
    joined_on: Day = Field(examples=["2026-03-01"])
    born_on: Day | None = Field(None, examples=["1951-02-03"])
    phone: Note = ""
    home_unit: Code | None = Field(None, examples=["440114001-C1"])
    work_unit: Code | None = None
    referrer: Code | None = Field(None, description="number of the volunteer who brought them")


class NewActivity(Asked):
    """Something to serve in."""

    code: Code = Field(examples=["440114001-C1-greening"])
    name: Words = Field(examples=["社区绿化"])
    category: Code = Field(examples=["greening"])
    host: Code = Field(examples=["440114001-C1"], description="the unit that answers for it")
    level: CodeOrNone = ""
    starts_on: Day | None = None
    ends_on: Day | None = None
    capacity: Annotated[int, Field(ge=0, le=AMOUNT_MAX)] | None = Field(None, description="none: no bound")
    participants: Annotated[int, Field(ge=0, le=AMOUNT_MAX)] | None = None
    place: Note = ""
    opens_minute: Annotated[int, Field(ge=0, le=DAY_MINUTES)] | None = Field(
        None, examples=[540], description="minutes from midnight, where the programme is"
    )
    closes_minute: Annotated[int, Field(ge=0, le=DAY_MINUTES)] | None = Field(None, examples=[720])


class Promise(Asked):
    """A volunteer promises to come."""

    volunteer: Code = Field(examples=["HD-MEI-75"])
    activity: Code = Field(examples=["440114001-C1-greening"])


class Arrival(Promise):
    """A volunteer arrives."""

    kiosk: Code | None = Field(None, description="a kiosk's key says which kiosk it is")
    at: Moment | None = Field(None, description="the device's time, where it was offline")


class Departure(Promise):
    """A volunteer leaves."""

    at: Moment | None = Field(None, description="the device's time, where it was offline")


class NewRecord(Promise):
    """One volunteer's time at one activity; seconds of a begun minute are dropped."""

    start: Moment = Field(examples=["2026-11-20T09:00:00+08:00"])
    end: Moment = Field(examples=["2026-11-20T11:10:00+08:00"])
    recorded_by: Literal["kiosk", "self_located", "steward", "backfill"] = "steward"
    facts: Facts = Field(default_factory=dict)


class NewDeed(Asked):
    """Something that earns without time."""

    volunteer: Code = Field(examples=["HD-0001"])
    kind: Code = Field(examples=["mediation"])
    occurred_at: Moment = Field(examples=["2026-11-20T19:00:00+08:00"])
    quantity: str = Field("1", pattern=EXACT, description="exact: `3`, `1/2` or `0.25`")
    activity: Code | None = None
    facts: Facts = Field(default_factory=dict)


class NewApproval(Asked):
    """Somebody confirms a record or deed at a level."""

    record: Code = Field(description="id of the record or deed")
    level: Code = Field("steward", examples=["steward"])


class NewRejection(Asked):
    """Somebody says that a record or deed does not count."""

    record: Code
    reason: Words = Field(examples=["当日未到场"])


class NewCorrection(Asked):
    """What was recorded is changed; what that changes is posted."""

    record: Code
    reason: Words = Field(examples=["签退时间有误"])
    start: Moment | None = None
    end: Moment | None = Field(None, examples=["2026-11-20T11:00:00+08:00"])
    facts: Facts = Field(default_factory=dict)


class NewRedemption(Asked):
    """Points are set aside for a reward; the answer is a voucher."""

    volunteer: Code = Field(examples=["HD-MEI-75"])
    scheme: Code = Field(examples=["huadu-residents"])
    reward: Code = Field(examples=["soap"])
    outlet: Code | None = Field(None, description="none: any outlet of the partner")
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] = 1
    choice: Code | None = Field(None, description="which of a bundle", examples=["toothpaste"])
    asked_minor: MinorUnits | None = Field(None, description="the outlet's price of one item, where it names the price")
    offered: Exact | None = Field(None, description="points given for one item, where the outlet names the price")


class GiftOfGroup(Asked):
    """A group gives points on, where a rule lets them pass."""

    scheme: Code = Field(examples=["nansha"])
    points: str = Field(pattern=EXACT, examples=["5"], description="exact: `3`, `1/2` or `0.25`")
    to_kind: Literal["volunteer", "group", "fund"]
    to: Code = Field(examples=["HD-0001"], description="the receiver's number, or the group or fund")


class NewGift(GiftOfGroup):
    """A volunteer gives points away, where a rule lets them pass."""

    volunteer: Code = Field(examples=["HD-MEI-75"], description="who gives")
    kinship: Code | None = Field(None, examples=["child"], description="what the receiver is to the giver, as seen")


class NewGroup(Asked):
    """A team or organisation that can be given points, and may only give them on."""

    code: Code = Field(examples=["red-vests"])
    name_zh: Words = Field(examples=["红马甲服务队"])
    name_en: Words = Field(examples=["The red vests"])


class NewStockMove(Asked):
    """Items come onto a reward's shelf, are gone, or are counted."""

    scheme: Code = Field(examples=["huadu-residents"])
    reward: Code = Field(examples=["soap"])
    stock: Literal["donated", "bought", "counted", "lost"] = Field(description="`counted`: that many lie there")
    items: Annotated[int, Field(ge=0, le=STOCK_MAX, examples=[20])]
    outlet: Code | None = Field(None, description="where; a merchant's key says which outlet it is")
    reason: Note = Field("", examples=["邻居捐赠"], description="why, or from whom")


class NewCarriedStock(Asked):
    """Items go from the shelf of one outlet to that of another."""

    scheme: Code = Field(examples=["huadu-residents"])
    reward: Code = Field(examples=["soap"])
    items: Annotated[int, Field(ge=1, le=STOCK_MAX, examples=[5])]
    from_outlet: Code | None = Field(
        None, examples=["wangs-1"], description="none: the common shelf; a merchant's key says which outlet it is"
    )
    to_outlet: Code | None = Field(None, examples=["wangs-2"], description="none: the common shelf")
    reason: Note = Field("", examples=["二号店缺货"], description="why")


class NewVisit(Asked):
    """Somebody stands at the counter: what their phone shows, `NUMBER#12345678`, is the two of these."""

    volunteer: Code = Field(examples=["HD-MEI-75"], description="whose points are spent")
    shown: str | None = Field(
        None, pattern=r"^[0-9]{8}$", examples=["46119246"], description="the code on the phone; merchants need it"
    )
    outlet: Code | None = Field(None, description="a merchant's key says which outlet it is", examples=["wangs-1"])
    fetched_by: Code | None = Field(None, description="who stands there for the volunteer: the code is theirs")


class TakenReward(Asked):
    """One reward that is taken."""

    scheme: Code = Field(examples=["huadu-residents"])
    reward: Code = Field(examples=["soap"])
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] = 1
    choice: Code | None = Field(None, description="which of a bundle", examples=["toothpaste"])
    asked_minor: MinorUnits | None = Field(None, description="the outlet's price of one item, where it names the price")
    offered: Exact | None = Field(None, description="points given for one item, where the outlet names the price")


class TakenRewards(Asked):
    """Everything that is taken in one visit: all of it, or nothing."""

    rewards: Annotated[list[TakenReward], Field(min_length=1, max_length=REWARDS_PER_VISIT)]


class Confirmation(Asked):
    """The outlet hands the reward over."""

    outlet: Code | None = Field(None, description="a merchant's key says which outlet it is", examples=["wangs-1"])


class NewRefund(Asked):
    """A redemption is undone, whole or in part."""

    reason: Words = Field(examples=["商品破损"])
    outlet: Code | None = None
    quantity: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] | None = Field(None, description="none: all that is left")
    restock: bool = True


class KeyChanges(Asked):
    """What may change of a key."""

    label: Words = Field(examples=["王记积分超市二号收银台"])
    expires_at: Moment | None = Field(None, description="none: it does not expire")


class NewKey(Asked):
    """A credential for a device, an outlet or a person."""

    role: Literal["kiosk", "merchant", "steward", "administrator", "committee"] = Field(examples=["merchant"])
    principal: Code = Field(examples=["merchant:wangs-1"], description="who acts with it, whatever the credential")
    label: Words = Field(examples=["王记积分超市收银台"])
    outlet: Code | None = Field(None, examples=["wangs-1"])
    partner: Code | None = Field(None, description="a merchant's key for every outlet of one partner")
    kiosk: Code | None = None
    unit: Code | None = None
    scheme: Code | None = None
    expires_at: Moment | None = None
    volunteer: Code | None = Field(
        None,
        description="number of the volunteer who acts with it: they decide nothing about themselves or their household",
    )
    approves: list[Code] = Field(
        [], max_length=APPROVAL_LEVELS, description="levels of approval that it may grant; none named: every one"
    )


class WebhookChanges(Asked):
    """What may change of a webhook."""

    url: Annotated[str, Field(min_length=8, max_length=URL_CHARACTERS)] = Field(
        examples=["https://platform.example.org/points"],
        description="https; http in the deployment's networks",
    )
    label: Words = Field(examples=["区数据平台"])
    topics: list[Topic] = Field(
        [], max_length=len(TOPICS), description="none named: every topic", examples=[["redemption", "stock"]]
    )


class NewWebhook(WebhookChanges):
    """An address that is to be told what happens."""

    code: Code = Field(examples=["district-platform"])
    scheme: Code | None = Field(None, description="only of this scheme")
    partner: Code | None = Field(None, description="only of this partner")
    names_volunteers: bool = Field(False, description="say whose it is, by number; never to a partner")


class WebhookState(Asked):
    """What is to become of a webhook."""

    state: Literal["active", "paused", "removed"] = Field(examples=["paused"])


class Replay(Asked):
    """From where a webhook is told again."""

    after: Annotated[str, Field(pattern=r"^[0-9]{1,15}-[0-9]{1,6}$")] = Field(
        examples=["0-0"], description="a place in the journal, as `told_until` says it"
    )


class RewardLimit(Asked):
    """How often a reward may be had."""

    most: Annotated[int, Field(ge=1, le=QUANTITY_MAX)] = Field(examples=[1])
    over: Literal["day", "week", "month", "quarter", "year", "lifetime"] = Field(examples=["month"])
    each: Literal["volunteer", "household", "group", "unit"] = "volunteer"


class RewardVersion(Asked):
    """A new version of a scheme's rules, made of one that was looked at."""

    scheme: Code = Field(examples=["huadu-residents"])
    base: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(
        examples=["0" * 64], description="the version that the change is made to, as `GET /v1/rewards` says it"
    )
    effective_on: Day = Field(examples=["2027-01-01"], description="tomorrow or later")


Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
Expressions = list[Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]*$")]]


class NewReward(RewardVersion):
    """Something that a partner gives for points, and on which terms."""

    reward: Slug = Field(examples=["rice"])
    title_zh: Words = Field(examples=["大米"])
    title_en: Words = Field(examples=["Bag of rice"])
    cite: Words = Field(examples=["社区议事会 2026-11 第 3 号"], description="who decided it, where")
    category: Literal["culture_tourism", "commerce", "public_service"] = Field(examples=["commerce"])
    partner: Code = Field(examples=["wangs"])
    outlets: list[Code] = Field([], max_length=200, description="none: every outlet of the partner")
    points: Exact = Field(examples=["20"])
    money: MinorUnits = Field(0, description="cash on top, in minor units")
    fund: Code | None = Field(None, examples=["community"])
    pays: MinorUnits = Field(0, description="what the partner is paid for each, in minor units, from the fund")
    stock: Annotated[int, Field(ge=0, le=STOCK_MAX)] | None = Field(None, description="none: not counted")
    stock_each_outlet: bool = Field(False, description="every outlet has a stock of its own, of so many to begin with")
    hold_minutes: Annotated[int, Field(ge=1, le=60 * 24 * 30)] | None = None
    refund_days: Annotated[int, Field(ge=0, le=3660)] = 0
    uses: Annotated[int, Field(ge=1, le=1000)] = 1
    limits: list[RewardLimit] = Field([], max_length=8)
    when: Expressions = Field(
        [], max_length=8, description="conditions of the rules", examples=[["volunteer.age >= 60"]]
    )


class RewardEnd(RewardVersion):
    """The last day of a reward."""

    last_day: Day = Field(examples=["2026-12-31"])


class NewAllotment(Asked):
    """Points come into a fund, by somebody's decision."""

    scheme: Code = Field(examples=["nansha"])
    points: Exact = Field(examples=["1000"])
    reason: Words = Field(examples=["2026 年困难群众补助，区民政局"])
