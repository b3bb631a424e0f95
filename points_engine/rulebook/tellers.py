"""The sentences of each kind of rule, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.kinds import (
    Admit,
    Approve,
    Award,
    Cap,
    End,
    Expiry,
    Factor,
    Measure,
    Offline,
    Parameter,
    Reward,
    Round,
    Tier,
)  # fmt: skip
from points_engine.rulebook.phrasing import Speaker
from points_engine.rulebook.speech import capital, named, requirement, said, sentence
from points_engine.rulebook.vocabulary import DURATION, MONEY, NUMBER, POINTS


@dataclass(frozen=True, slots=True)
class Teller:
    """How one kind is told: the keys that its sentences cover, and what makes them."""

    keys: frozenset[str]
    tell: Callable[[Any, Speaker], Iterator[str]]


def _parameter(rule: Parameter, speaker: Speaker) -> Iterator[str]:
    dated = []
    for since, value in rule.values:
        dated.append(
            speaker.pick(("自 {1} 起 {0}", "{0} from {1}")).format(speaker.of_parameter(rule, value), since.isoformat())
        )
    yield sentence(
        speaker.pick(("{}：{}", "{}: {}")).format(speaker.pick(rule.title), speaker.pick(("；", "; ")).join(dated)),
        speaker,
    )


_FOLDS = {
    "sum": ("{}的合计", "the sum of {}"),
    "count": ("次数", "how many times"),
    "distinct": ("不同{}的个数", "how many different {}"),
    "max": ("{}的最大值", "the largest {}"),
    "streak": ("连续满足“{}”的期数", "how many windows in a row {}"),
    "share": ("满足“{}”的比例", "the share in which {}"),
}


def _measure(rule: Measure, speaker: Speaker) -> Iterator[str]:
    of = said(rule.of, "of", speaker) if rule.of is not None else ""
    folded = speaker.pick(_FOLDS[rule.fold]).format(of)
    over = speaker.window(rule.over)
    each = speaker.word(rule.each, "each")
    same = speaker.joined(speaker.word(one, "same") if "." not in one else one for one in rule.same)
    where = speaker.conditions(rule.where)
    zh = f"{rule.title.zh}：按每{'位' if rule.each == 'volunteer' else '个'}{each}" + (f"、同一{same}" if same else "")
    zh += (
        f"统计{over}{folded}" + (f"，只计{where}的" if where else "") + ("，包括本次" if rule.including else "") + "。"
    )
    en = f"{rule.title.en}: for each {each}" + (f" and the same {same}" if same else "")
    en += f", {folded} {over}" + (f", where {where}" if where else "")
    yield speaker.pick((zh, en + (", the occasion in hand included" if rule.including else "") + "."))


def _admit(rule: Admit, speaker: Speaker) -> Iterator[str]:
    acts = speaker.joined((speaker.word(act, "at") for act in rule.at), ("或", "or"))
    act = speaker.pick((f"{acts}时，", f"{capital(acts)} "))
    for one in rule.require:
        yield requirement(one.that, one.say, speaker, act)


def _approve(rule: Approve, speaker: Speaker) -> Iterator[str]:
    what = speaker.word(rule.at, "at")
    notice = ""
    if rule.notice_days:
        notice = speaker.pick(
            (f"，并公示 {rule.notice_days} 个工作日", f" after {rule.notice_days} working days of public notice")
        )
    if rule.measure is None:
        yield _confirmed(what, rule.steps[0].by, notice, speaker)
        return
    measured, unit = speaker.term(rule.measure), cast(CompiledExpression, rule.measure).unit
    for number, step in enumerate(rule.steps):
        by = speaker.word(step.by, "by")
        if step.upto is None:
            zh, en = f"{measured}再多的", "Above that"
        else:
            upto = speaker.term(step.upto, unit)
            zh, en = f"{measured}不超过 {upto}的", f"{'U' if number == 0 else 'Then u'}p to {upto} ({measured})"
        if step.by == "rule":
            yield speaker.pick((f"{zh}，无须人工认定，即时有效。", f"{en} nobody has to confirm."))
        else:
            yield speaker.pick((f"{zh}，由{by}认定后生效{notice}。", f"{en} {by} must confirm{notice}."))
    if len(rule.steps) > 1:
        yield speaker.pick(
            ("只有超出的部分等待认定，其余先行有效。", "Only the excess waits; the rest counts at once.")
            if rule.part == "excess"
            else ("认定之前整条等待。", "The whole waits until then.")
        )


def _confirmed(what: str, by: str, notice: str, speaker: Speaker) -> str:
    if by == "rule":
        return speaker.pick((f"{what}无须人工认定，即时有效{notice}。", f"Nobody has to confirm {what}{notice}."))
    level = speaker.word(by, "by")
    return speaker.pick((f"{what}由{level}认定后生效{notice}。", f"{capital(level)} must confirm {what}{notice}."))


_PER = {
    "hour": ("每小时", "per hour"), "minute": ("每分钟", "per minute"), "occasion": ("每次", "each time"),
    "item": ("每件", "per item"), "month": ("每月", "per month"),
}  # fmt: skip


def _award(rule: Award, speaker: Speaker) -> Iterator[str]:
    what = speaker.word(rule.at, "at")
    per = speaker.pick(_PER[rule.per])
    if rule.amount is not None:
        amount = speaker.term(rule.amount, POINTS)
        yield speaker.pick((f"{what}{per}计 {amount}。", f"{capital(what)} earns {amount} {per}."))
        return
    rows, by = (rule.steps, rule.steps_by) if rule.steps else (rule.bands, rule.bands_by)
    measured = speaker.term(by) if by is not None else speaker.pick(("服务时长", "the time served"))
    unit = by.unit if isinstance(by, CompiledExpression) else DURATION
    each = per if rule.bands else ""
    told = [
        speaker.pick(("达到 {} 的{}计 {}", "{2} {1} from {0} on")).format(
            speaker.term(row.least, unit), each, speaker.term(row.amount, POINTS)
        )
        for row in rows
    ]
    listed = speaker.pick(("；", "; ")).join(told).replace("  ", " ")
    yield speaker.pick((f"{what}按{measured}计分：{listed}。", f"{capital(what)} earns by {measured}: {listed}."))


def _factor(rule: Factor, speaker: Speaker) -> Iterator[str]:
    multiply = speaker.term(rule.multiply)
    if rule.applies_to_time:
        yield speaker.pick((f"服务时长乘以 {multiply}。", f"The time itself is multiplied by {multiply}."))
        return
    what = _awards(rule.applies_to, speaker)
    yield speaker.pick((f"{what}乘以 {multiply}。", f"{capital(what)} are multiplied by {multiply}."))


def _awards(ids: tuple[str, ...], speaker: Speaker) -> str:
    titles = speaker.joined(speaker.pick(("“{}”", "“{}”")).format(speaker.title(one)) for one in ids)
    return titles or speaker.pick(("所得积分", "the points"))


def _round(rule: Round, speaker: Speaker) -> Iterator[str]:
    is_time = rule.what == "time"
    what = speaker.pick(("服务时长", "service time")) if is_time else _awards(rule.applies_to, speaker)
    to = speaker.term(rule.to, DURATION if is_time else POINTS)
    direction, remainder = speaker.word(rule.direction), speaker.word(rule.remainder)
    at = speaker.pick(
        {"record": ("逐次", "in each record"), "day": ("按日", "over a day"), "period": ("按期", "over a period")}[
            rule.at
        ]
    )
    kept = speaker.pick((f"，余数{remainder}", f"; what is left {remainder}"))
    if rule.remainder == "carry" and rule.over.kind != "lifetime":
        kept += speaker.pick((f"（{speaker.window(rule.over)}之内）", f" ({speaker.window(rule.over)})"))
    yield speaker.pick(
        (
            f"{what}{at}按 {to}的整数倍{direction}{kept}。",
            f"{capital(what)} {'goes' if is_time else 'go'} by multiples of {to} {at}, {direction}{kept}.",
        )
    )


_LIMITED = {
    "minutes": ("计入的服务时长", "the service time that counts"), "amount": ("所得积分", "the points earned"),
    "times": ("次数", "how many times"), "balance": ("账户余额", "the balance of an account"),
}  # fmt: skip
_LIMIT_UNITS = {"minutes": DURATION, "amount": POINTS, "balance": POINTS, "times": NUMBER}


def _cap(rule: Cap, speaker: Speaker) -> Iterator[str]:
    unit = _LIMIT_UNITS[rule.limits]
    what = speaker.pick(_LIMITED[rule.limits])
    if rule.limits == "times":
        what = speaker.word(rule.at, "at")
    if rule.applies_to:
        what = speaker.pick(("{}{}", "{1} for {0}")).format(_awards(rule.applies_to, speaker), what)
    over = speaker.pick(("", "")) if rule.limits == "balance" else speaker.window(rule.over)
    each = speaker.word(rule.each, "each")
    same = speaker.joined(speaker.word(one, "same") if "." not in one else one for one in rule.same)
    whose = speaker.pick((f"每{'位' if rule.each == 'volunteer' else '个'}{each}", f" for each {each}"))
    whose += speaker.pick((f"在同一{same}", f" and {same}")) if same else ""
    for bound, words in (
        (rule.most, ("{0}{1}{2}至多 {3}{4}。", "{5} is at most {3} {1}{0}{4}.")),
        (rule.least, ("{0}{1}{2}至少 {3}。", "{5} is at least {3} {1}{0}.")),
        (rule.skip_first, ("{0}{1}{2}的前 {3}不计分。", "The first {3} of {2} {1}{0} earn nothing.")),
    ):
        if bound is not None:
            shown = _times(bound, speaker) if rule.limits == "times" else speaker.term(bound, unit)
            text = speaker.pick(words).format(whose, over, what, shown, _excess(rule, speaker), capital(what))
            yield " ".join(text.split(" ")) if speaker.is_chinese else " ".join(text.split())


def _times(bound: object, speaker: Speaker) -> str:
    shown = speaker.term(bound)
    if not isinstance(bound, CompiledExpression) or not bound.is_literal:
        return shown
    return speaker.pick((f"{shown} 次", "once" if shown == "1" else f"{shown} times"))


FOLDED = frozenset({"record", "deed"})
"""What a cap counts in the fold; any other act above a cap is refused."""


def _excess(rule: Cap, speaker: Speaker) -> str:
    if rule.limits == "times" and rule.at not in FOLDED:
        return ""
    if rule.excess == "route":
        to = speaker.word(rule.route)
        return speaker.pick((f"，超出部分转为{to}", f"; what is above becomes {to}"))
    if rule.excess == "approve":
        by = speaker.word(getattr(rule, "by", "steward"), "by")
        return speaker.pick((f"，超出部分须由{by}认定", f"; what is above needs approval by {by}"))
    words = ("，超出部分不计", "; what is above does not count")
    return speaker.pick(("，超出的不予办理", "; more is refused") if rule.excess == "refuse" else words)


def _expiry(rule: Expiry, speaker: Speaker) -> Iterator[str]:
    end = End(rule.ends, rule.length, rule.unit, rule.on_day)
    if rule.ends == "never":
        yield speaker.pick(("积分长期有效。", "Points do not expire."))
        return
    if rule.ends == "end_of_year" and rule.length == 1:
        yield speaker.pick(
            ("积分自获得之日起至次年年底有效。", "Points can be used to the end of the year after they are earned.")
        )
        return
    until = speaker.end(end)
    zh = f"积分自获得之日起，{until}有效。"
    yield speaker.pick((zh, f"Points can be used {until}, counted from the day they are earned."))


def _tier(rule: Tier, speaker: Speaker) -> Iterator[str]:
    for step in rule.steps:
        joint = speaker.pick(("，或者", ", or ") if step.mode == "any" else ("，且", " and "))
        reach = joint.join(said(one, "reach", speaker) for one in step.reach)
        yield speaker.pick((f"{step.title.zh}：{reach}。", f"{step.title.en}: {reach}."))
    falls = {
        "never": ("等级评定后不因兑换积分而下降。", "A level is kept, however points are spent."),
        "at_once": ("不再符合条件时等级立即下降。", "A level falls as soon as it is no longer reached."),
        "at_review": ("等级到期复核，不再符合条件的下降。", "A level is reviewed when its term ends, and may fall."),
    }
    yield speaker.pick(falls[rule.falls])


def _reward(rule: Reward, speaker: Speaker) -> Iterator[str]:
    partner = named(rule.partner, "partner", speaker)
    category = speaker.word(rule.category)
    yield speaker.pick(
        (f"{rule.title.zh}（{category}），由{partner}提供。", f"{rule.title.en} ({category}), given by {partner}.")
    )
    for step in rule.prices:
        price = speaker.term(step.points, POINTS)
        if step.money is not None:
            price += speaker.pick(("，另付 {}", " and {}")).format(speaker.term(step.money, MONEY))
        scope = speaker.pick(("{}的，", "where {}, ")).format(speaker.conditions(step.when)) if step.when else ""
        yield speaker.pick((f"{scope}价格 {price}。", f"{scope}it costs {price}."))
    if rule.pays != 0:
        pays = speaker.term(rule.pays, MONEY)
        fund = named(rule.fund, "fund", speaker)
        yield speaker.pick((f"每件由{fund}付给{partner} {pays}。", f"{fund} pays {partner} {pays} for each."))
    for cap in rule.limits:
        yield from _cap(cap, speaker)
    if rule.offline is not None:
        yield from _offline(rule.offline, speaker)


def _offline(offline: Offline, speaker: Speaker) -> Iterator[str]:
    within = speaker.value(offline.within, DURATION)
    yield speaker.pick(
        (
            f"断网时凭签名可先交付：每台设备每天最多 {offline.most} 张，到期后 {within}内补报。",
            f"Without a network: {offline.most} vouchers a day for each device, brought within {within} of their end.",
        )
    )
    yield speaker.pick(
        {
            "outlet": (
                "已在别处使用或取消的，由兑换点承担。",
                "The outlet bears what was used or cancelled elsewhere.",
            ),
            "fund": ("已在别处使用或取消的，由基金承担。", "The fund bears what was used or cancelled elsewhere."),
        }[offline.charge]
    )


TELLERS: Mapping[str, Teller] = {
    "parameter": Teller(frozenset({"measured_in", "of", "values"}), _parameter),
    "measure": Teller(frozenset({"fold", "of", "over", "same", "each", "where", "including"}), _measure),
    "admit": Teller(frozenset({"at"}), _admit),
    "approve": Teller(frozenset({"at", "measure", "steps", "by", "part", "notice_days"}), _approve),
    "award": Teller(frozenset({"at", "per", "amount", "steps_by", "steps", "bands_by", "bands"}), _award),
    "factor": Teller(frozenset({"multiply", "applies_to", "applies_to_time"}), _factor),
    "round": Teller(frozenset({"what", "to", "direction", "at", "over", "remainder", "applies_to"}), _round),
    "cap": Teller(
        frozenset(
            {
                "limits",
                "at",
                "most",
                "least",
                "skip_first",
                "over",
                "same",
                "each",
                "excess",
                "route",
                "by",
                "applies_to",
            }
        ),
        _cap,
    ),
    "expiry": Teller(frozenset({"ends"}), _expiry),
    "tier": Teller(frozenset({"steps", "falls"}), _tier),
    "reward": Teller(frozenset({"category", "partner", "price", "pays", "fund", "limits", "offline"}), _reward),
}
"""By kind; a kind without a row is told key by key."""
