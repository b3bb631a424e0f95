"""Values of sentences that have a Chinese form beside the English one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final


class Both(str):
    """English text that knows how it is said in Chinese; to everybody else it is the English text.

    >>> both = Both("at most 5", "不超过 5")
    >>> both, in_language(both, "zh-CN"), in_language("volunteer", "zh"), in_language(7, "zh")
    ('at most 5', '不超过 5', '志愿者', 7)
    """

    __slots__ = ("zh",)
    zh: str

    def __new__(cls, en: str, zh: str) -> Both:
        made = super().__new__(cls, en)
        made.zh = zh
        return made

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Let an answer be copied, and sent to another process, with both its forms."""
        return str(self), self.zh


def in_language(value: object, language: str) -> object:
    """A value as it stands in a sentence of `language`: its Chinese form where it has one and it is asked for."""
    if not language.startswith("zh") or not isinstance(value, str):
        return value
    return value.zh if isinstance(value, Both) else WORDS.get(value, value)


def one_of(known: Iterable[str]) -> Both:
    """One of a closed list of words, as what is expected."""
    words = ", ".join(known)
    return Both(f"one of {words}", f"{words} 之一")


WORDS: Final[Mapping[str, str]] = {
    # things
    "activity": "活动", "appeal": "申诉或异议",
    "conflict": "冲突", "draw": "抽签", "ticket": "签号",
    "adjustment": "调整", "award": "计分", "check-in": "签到", "entry": "凭证",
    "entry or record": "凭证或记录", "fund": "基金", "import": "导入批次", "job": "任务", "key": "密钥", "note": "备注",
    "kiosk": "签到机", "group": "团体",
    "opening balance": "期初余额", "outlet": "兑换点", "pack": "规则包", "page": "页面", "partner": "合伙人",
    "record": "服务记录", "reward": "兑换品", "rule": "规则", "scheme": "账套", "sign-up": "报名", "trace": "依据",
    "sample": "抽样", "unit": "组织", "webhook": "网络回调", "volunteer": "志愿者", "voucher": "兑换券",
    # approval levels
    "steward": "现场负责人", "parent_unit": "上级单位", "county": "县级", "city": "市级", "province": "省级",
    # states
    "absent": "缺席", "approved": "已认定", "attended": "已到场", "blacklisted": "列入黑名单", "cancelled": "已取消",
    "checked in": "已签到", "closed": "已签退", "forgotten": "忘记签退", "solved": "已处理",
    "confirmed": "已确认", "deregistered": "已注销", "expired": "已失效", "good": "正常", "open": "有效",
    "promised": "已报名", "proposed": "待审批", "recorded": "待认定", "refunded": "已退换", "rejected": "已驳回",
    "released": "已取消", "reversed": "已冲正", "suspended": "已暂停", "undone": "已撤销", "upheld": "成立",
    "withdrawn": "已退出",
    "declined": "已放弃", "entered": "已登记", "full": "名额登记已满", "lapsed": "已过期", "offered": "待领取",
    "out": "不参加", "taken": "已领取", "void": "作废", "waiting": "候补",
    "asked": "尚未抽出", "drawn": "已抽出", "empty": "范围内没有凭证", "signed": "已签署", "erased": "已删除",
    # actions
    "lay_out": "抽出", "mark": "标注", "sign": "签署", "erase": "删除",
    "sign up": "报名", "mark absent": "记为缺席", "answer": "答复", "file": "提出",
    "check in": "签到", "close": "关闭", "solve": "处理", "reopen": "重新打开",
    "approve": "认定", "cancel": "取消", "confirm": "确认", "correct": "更正", "expire": "到期释放", "merge": "合并",
    "decline": "放弃", "enter": "登记", "lapse": "到期转出", "take_up": "领取",
    "print": "打印", "refund": "退换", "reject": "驳回", "reverse": "冲正", "withdraw": "退出", "text": "文字",
    "true or false": "是或否",
    "a whole number": "整数",
}  # fmt: skip
"""How the programme's words are said in Chinese (DESIGN's vocabulary)."""
