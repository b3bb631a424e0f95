"""Idioms: the words for operators, functions, windows and facts, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Both: TypeAlias = tuple[str, str]
"""Chinese, English."""

YES: Mapping[bool, Both] = {True: ("是", "yes"), False: ("否", "no")}

FACT_IS: Mapping[str, tuple[Both, Both]] = {
    "record.recorded_by": (("由{}记录", "it is recorded by {}"), ("不是由{}记录", "it is not recorded by {}")),
    "record.paid": (
        ("志愿者本人领取报酬", "the volunteer is paid"),
        ("志愿者本人不领取报酬", "the volunteer is not paid"),
    ),
    "record.offline": (("离线签到", "it is recorded offline"), ("不是离线签到", "it is not recorded offline")),
    "record.forgotten": (("忘记签退", "nobody checked out"), ("已签退", "somebody checked out")),
    "record.in_radius": (
        ("签到在活动范围内", "check-in is inside the radius"),
        ("签到不在活动范围内", "check-in is outside the radius"),
    ),
    "activity.paid": (("活动付酬", "the activity is paid"), ("活动不付酬", "the activity is not paid")),
    "activity.category": (
        ("活动类别为{}", "the activity is of category {}"),
        ("活动类别不为{}", "the activity is not of category {}"),
    ),
    "volunteer.standing": (
        ("志愿者状态为{}", "the volunteer's standing is {}"),
        ("志愿者状态不是{}", "the volunteer's standing is not {}"),
    ),
    "volunteer.tier": (
        ("志愿者等级为{}", "the volunteer's tier is {}"),
        ("志愿者等级不是{}", "the volunteer's tier is not {}"),
    ),
    "deed.kind": (("事项为{}", "the deed is {}"), ("事项不是{}", "the deed is not {}")),
    "day.working": (("当日为工作日", "it is a working day"), ("当日不是工作日", "it is not a working day")),
    "day.holiday": (
        ("当日为法定节假日", "it is a public holiday"),
        ("当日不是法定节假日", "it is not a public holiday"),
    ),
}
"""Facts that have a clause of their own: when it is so, and when it is not; `{}` is what it is."""

COMPARED: Mapping[str, Both] = {
    ">=": ("{}不少于 {}", "{} is at least {}"),
    "<=": ("{}不超过 {}", "{} is at most {}"),
    ">": ("{}超过 {}", "{} is more than {}"),
    "<": ("{}少于 {}", "{} is less than {}"),
}

COMPARED_DAYS: Mapping[str, Both] = {
    ">=": ("{}不早于 {}", "{} is on or after {}"),
    "<=": ("{}不晚于 {}", "{} is on or before {}"),
    ">": ("{}晚于 {}", "{} is after {}"),
    "<": ("{}早于 {}", "{} is before {}"),
}

OPERATORS: Mapping[str, Both] = {
    "==": ("{}为 {}", "{} is {}"),
    "!=": ("{}不为 {}", "{} is not {}"),
    "in": ("{}属于 {}", "{} is one of {}"),
    "not in": ("{}不属于 {}", "{} is none of {}"),
    "has": ("{}中有{}", "{} include {}"),
    "has not": ("{}中没有{}", "{} do not include {}"),
    "+": ("{}加 {}", "{} plus {}"),
    "-": ("{}减 {}", "{} minus {}"),
    "*": ("{}乘以 {}", "{} times {}"),
}

OPPOSITE: Mapping[str, str] = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in",
}  # fmt: skip

CALLS: Mapping[str, tuple[Both, ...]] = {
    "min": (("{}中较小的", "the smaller of {}"),),
    "max": (("{}中较大的", "the larger of {}"),),
    "abs": (("{}的绝对值", "{} without its sign"),),
    "floor": (("{}舍去小数", "{} rounded down"),),
    "ceil": (("{}进为整数", "{} rounded up"),),
    "len": (("{}的个数", "how many {} there are"),),
    "contains": (("{}中含有{}", "{} contains {}"), ("{}中不含{}", "{} does not contain {}")),
    "starts_with": (("{}以{}开头", "{} begins with {}"), ("{}不以{}开头", "{} does not begin with {}")),
    "ratio": (("{}与 {} 之比", "{} divided by {}"),),
    "years_between": (("从{}到{}的整年数", "the full years from {} to {}"),),
    "days_between": (("从{}到{}的天数", "the days from {} to {}"),),
    "year_of": (("{}的年份", "the year of {}"),),
    "month_of": (("{}的月份", "the month of {}"),),
    "day_of": (("{}是几号", "the day of the month of {}"),),
    "weekday_of": (("{}是星期几（1 至 7）", "the day of the week of {} (1 to 7)"),),
    "any_of": (("{}与 {} 有相同的", "{} share one with {}"), ("{}与 {} 没有相同的", "{} share none with {}")),
    "known": (("已知{}", "{} is known"), ("不知{}", "{} is not known")),
    "otherwise": (("{}（未知时按 {}）", "{} ({} where it is unknown)"),),
    "choose": (("若{}则 {}，否则 {}", "{1} where {0}, else {2}"),),
}
"""By function; a condition has a second form, for when it does not hold."""

WINDOWS: Mapping[str, Both] = {
    "record": ("每次", "in each record"),
    "day": ("每日", "each day"),
    "week": ("每周", "each week"),
    "month": ("每月", "each month"),
    "quarter": ("每季度", "each quarter"),
    "half_year": ("每半年", "each half-year"),
    "year": ("每年", "each year"),
    "fiscal_year": ("每财年", "each fiscal year"),
    "lifetime": ("累计", "in all"),
}

WINDOWS_BACK: Mapping[str, Both] = {
    "day": ("{}日", "the{}day before"),
    "week": ("{}周", "the{}week before"),
    "month": ("{}月", "the{}month before"),
    "quarter": ("{}季度", "the{}quarter before"),
    "half_year": ("{}半年", "the{}half-year before"),
    "year": ("{}年", "the{}year before"),
    "fiscal_year": ("{}财年", "the{}fiscal year before"),
}

UNITS_OF_TIME: Mapping[str, Both] = {
    "day": ("天", "days"),
    "week": ("周", "weeks"),
    "month": ("个月", "months"),
    "year": ("年", "years"),
}

ENDS: Mapping[str, Both] = {
    "never": ("长期有效", "for ever"),
    "end_of_month": ("当月底", "to the end of the month"),
    "end_of_quarter": ("当季末", "to the end of the quarter"),
    "end_of_year": ("当年底", "to the end of the year"),
    "end_of_fiscal_year": ("当财年末", "to the end of the fiscal year"),
}

EVENTS: Mapping[str, Both] = {"joined": ("注册", "registration")}
"""Dated events that a window may begin with; others are called by the rule that they name."""
