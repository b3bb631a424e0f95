"""The declared facts, with type, unit and meaning, and the words and units of the expression language.

Nothing else can be named in a rule: a fact that is not in this table is a problem at load time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

BOOLEAN, NUMBER, DURATION, POINTS, MONEY = "boolean", "number", "duration", "points", "money"
TEXT, DATE = "text", "date"
LIST_OF_TEXT = "list of text"
ZERO = "zero"  # the literal 0 fits every measure
ANY_NUMBER = "numeric"  # wanted only: a number of whatever measure
ANY = "anything"  # after a problem was reported: fits everything, so that one mistake gives one problem
NUMERIC = frozenset({NUMBER, DURATION, POINTS, MONEY, ZERO})

TYPE_NAMES: Mapping[str, tuple[str, str]] = {
    BOOLEAN: ("真假", "true or false"),
    NUMBER: ("数", "a number"),
    ZERO: ("零", "zero"),
    DURATION: ("时长（如 8 h、30 min）", "a duration (such as 8 h or 30 min)"),
    POINTS: ("积分", "points"),
    MONEY: ("金额（最小货币单位）", "money (in minor units)"),
    TEXT: ("文字", "text"),
    DATE: ("日期", "a date"),
    ANY_NUMBER: ("数", "a number"),
    ANY: ("任意", "anything"),
}


def type_name(of_type: str, language: str) -> str:
    """How a type is called in a sentence."""
    column = 0 if language == "zh" else 1
    for plural, zh, en in (("list of ", "列表", "a list"), ("table of ", "表", "a table")):
        if of_type.startswith(plural):
            return (zh, en)[column]
    return TYPE_NAMES[of_type][column]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: its type, its unit where it has one, what it means, and its only possible values where they are few."""

    type: str
    zh: str
    en: str
    unit: str = ""
    choices: tuple[str, ...] = ()


RECORDED_BY = ("kiosk", "self_located", "steward", "backfill")
STANDINGS = ("good", "suspended", "deregistered", "blacklisted")

FACTS: Mapping[str, Fact] = {
    "record.minutes": Fact(DURATION, "本次服务时长", "length of the service", "min"),
    "record.quantity": Fact(NUMBER, "本次服务的数量", "how many items were done"),
    "record.item": Fact(TEXT, "服务事项", "what was done"),
    "record.recorded_by": Fact(TEXT, "由谁记录", "how it was recorded", choices=RECORDED_BY),
    "record.start": Fact(DURATION, "开始时刻（当日零点起）", "time of day at which it began, from midnight", "min"),
    "record.paid": Fact(BOOLEAN, "本人是否领取报酬", "whether the volunteer was paid"),
    "record.relation": Fact(TEXT, "与服务对象的关系", "relation to the person served"),
    "record.evaluation": Fact(TEXT, "主办方评价", "the host's evaluation"),
    "record.receiver": Fact(TEXT, "服务对象（编号，或 group:团体）", "whom it was for: a number, or group:CODE"),
    "record.referrer": Fact(TEXT, "介绍人", "who brought the volunteer"),
    "record.role": Fact(TEXT, "本次担任的岗位", "role in this service"),
    "record.offline": Fact(BOOLEAN, "是否离线签到", "whether it was recorded offline"),
    "record.forgotten": Fact(BOOLEAN, "是否忘记签退", "whether nobody checked out, and the end was made up"),
    "record.in_radius": Fact(BOOLEAN, "签到是否在范围内", "whether check-in was inside the radius"),
    "activity.id": Fact(TEXT, "活动编号", "the activity"),
    "activity.category": Fact(TEXT, "活动类别", "category of the activity"),
    "activity.host": Fact(TEXT, "主办组织", "host unit"),
    "activity.level": Fact(TEXT, "活动级别", "level of the activity"),
    "activity.days": Fact(NUMBER, "活动天数", "length of the activity", "day"),
    "activity.participants": Fact(NUMBER, "参加人数", "number of participants"),
    "activity.name": Fact(TEXT, "活动名称", "name of the activity"),
    "activity.starts_on": Fact(DATE, "活动开始日期", "first day of the activity"),
    "activity.ends_on": Fact(DATE, "活动结束日期", "last day of the activity"),
    "activity.paid": Fact(BOOLEAN, "活动是否付酬", "whether the activity is paid"),
    "volunteer.age": Fact(NUMBER, "当日周岁", "age on that day", "year"),
    "volunteer.joined_on": Fact(DATE, "注册日期", "day of registration"),
    "volunteer.units": Fact(LIST_OF_TEXT, "所属组织（含上级）", "units, with those above them"),
    "volunteer.roles": Fact(LIST_OF_TEXT, "担任的职务", "roles held"),
    "volunteer.teams": Fact(LIST_OF_TEXT, "所在队伍", "teams"),
    "volunteer.qualifications": Fact(LIST_OF_TEXT, "当日有效的资格", "qualifications that hold on that day"),
    "volunteer.household": Fact(TEXT, "家庭", "household"),
    "volunteer.guardian": Fact(TEXT, "监护人", "guardian"),
    "volunteer.standing": Fact(TEXT, "状态", "standing", choices=STANDINGS),
    "volunteer.standings": Fact(LIST_OF_TEXT, "当日受到的限制", "the standings in force on that day, by rule"),
    "volunteer.tier": Fact(TEXT, "星级", "tier level"),
    "volunteer.flags": Fact(LIST_OF_TEXT, "外部标记（如欠费）", "outside flags, such as unpaid dues"),
    "day.working": Fact(BOOLEAN, "是否工作日（含调休）", "whether it is a working day, make-up days included"),
    "day.holiday": Fact(BOOLEAN, "是否法定节假日", "whether it is a public holiday"),
    "day.date": Fact(DATE, "服务日期", "the service day"),
    "act.today": Fact(DATE, "办理日期", "the day of the act"),
    "act.outlet": Fact(TEXT, "兑换点", "outlet"),
    "act.reward": Fact(TEXT, "兑换品", "reward"),
    "act.quantity": Fact(NUMBER, "数量", "how many"),
    "act.pairs": Fact(NUMBER, "当日第几次签到", "which check-in at this activity on that day this one is"),
    "act.early": Fact(DURATION, "早于活动开始多久签到", "how long before the activity opens this check-in is", "min"),
    "act.late": Fact(DURATION, "晚于活动开始多久签到", "how long after the activity opened this check-in is", "min"),
    "act.since_last": Fact(
        DURATION,
        "距上次在此活动签到或签退多久",
        "how long ago the last check-in or check-out at this activity was",
        "min",
    ),
    "act.applicants": Fact(NUMBER, "申请人数", "number of applicants"),
    "act.fetcher": Fact(
        TEXT,
        "取货人与本人的关系",
        "what the person at the counter is to the volunteer",
        choices=("self", "household", "guardian", "other"),
    ),
    "act.choice": Fact(TEXT, "所选的一种", "which of a bundle is taken"),
    "act.partner": Fact(TEXT, "合伙人", "the partner at whose outlet it is"),
    "act.asked": Fact(MONEY, "兑换点的标价（最小货币单位）", "the price that the outlet asks, in minor units", "fen"),
    "act.offered": Fact(POINTS, "本次愿意支出的积分", "the points that the person offers", "point"),
    "act.kinship": Fact(TEXT, "受赠人与本人的关系", "the receiver's relation to the giver"),
    "act.receivers": Fact(LIST_OF_TEXT, "受赠人所属的人群", "the groups of people that the receiver is one of"),
    "tier.scale": Fact(TEXT, "等级规则", "the tier rule"),
    "tier.step": Fact(NUMBER, "新达到的等级（从 1 数起）", "which step is newly reached, from 1"),
    "tier.reached": Fact(TEXT, "新达到的等级", "the level newly reached"),
    "deed.kind": Fact(TEXT, "事项种类", "kind of deed"),
    "deed.quantity": Fact(NUMBER, "事项数量", "how much of it"),
    "account.balance": Fact(POINTS, "余额", "balance", "point"),
    "account.held": Fact(POINTS, "预留", "points held", "point"),
    "account.spendable": Fact(POINTS, "可用积分", "spendable points", "point"),
    "credited.minutes": Fact(DURATION, "认定的服务时长", "minutes credited", "min"),
    "credited.points": Fact(POINTS, "已计积分", "points credited", "point"),
}

FACT_GROUPS = frozenset(name.partition(".")[0] for name in FACTS)

UNITS: Mapping[str, tuple[str, Fraction]] = {
    "h": (DURATION, Fraction(60)),
    "min": (DURATION, Fraction(1)),
    "%": (NUMBER, Fraction(1, 100)),
    "points": (POINTS, Fraction(1)),
    "point": (POINTS, Fraction(1)),
    "yuan": (MONEY, Fraction(100)),
    "fen": (MONEY, Fraction(1)),
    "yen": (MONEY, Fraction(1)),
    "won": (MONEY, Fraction(1)),
}
"""What may stand behind a number: the type it gives, and how many of the smallest unit one of it is."""

SPOKEN_UNITS: Mapping[str, str] = {
    "hour": "h", "hours": "h", "hr": "h", "hrs": "h", "小时": "h", "时": "h", "minute": "min", "minutes": "min",
    "mins": "min", "m": "min", "分钟": "min", "元": "yuan", "rmb": "yuan", "cny": "yuan", "角": "fen", "分": "points",
    "percent": "%", "积分": "points",
}  # fmt: skip
"""What people write for a unit: told as the nearest valid word."""

KEYWORDS = frozenset({"and", "or", "not", "in", "true", "false"})


def fits(name: str, value: object) -> bool:
    """Whether `value` may be stated for the fact: callers check what comes from outside before rules read it.

    >>> fits("record.minutes", 90), fits("record.minutes", "90"), fits("record.paid", 1)
    (True, False, False)
    """
    fact = FACTS.get(name)
    if fact is None:
        return False
    if fact.type in NUMERIC:
        return isinstance(value, (int, Fraction)) and not isinstance(value, bool)
    if fact.type == LIST_OF_TEXT:
        return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
    if fact.type == TEXT:
        return isinstance(value, str) and (not fact.choices or value in fact.choices)
    return type(value) is {BOOLEAN: bool, DATE: date}[fact.type]
