"""Wording: how numbers, durations and the stages of the fold are called in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from points_engine.rulebook.kinds import Measure, Number, Round, Tier
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.traces import number
from points_engine.rulebook.vocabulary import DURATION, FACTS

_WORDS: Mapping[str, tuple[str, str]] = {
    "served": ("服务 {time}", "{time} of service"),
    "nothing": ("本次", "This time"),
    "earns_nothing": ("本次不计分", "This earns no points"),
    "gains": ("得 {points}", "{points}"),
    "carries": ("余 {left}转入下次", "{left} carry over"),
    "carries_minutes": ("余 {left}转入下次", "{left} carry over"),
    "minutes": ("{minutes} 分钟", "{minutes} minutes"),
    "awaits": ("待{level}认定", "awaits approval by {level}"),
    "rest_awaits": ("其余待{level}认定", "the rest awaits approval by {level}"),
    "overlap": ("与较早的服务时间重叠，不重复计算", "the time overlaps an earlier service and counts once"),
    "short": ("未达到“{rule}”的最短时长", "shorter than the least time of “{rule}”"),
    "cap": ("已达到“{rule}”的上限", "the limit of “{rule}” is reached"),
    "require": ("不符合“{rule}”", "does not meet “{rule}”"),
    "standing": ("因“{rule}”不计", "does not count because of “{rule}”"),
    "unknown": ("缺少“{rule}”所需的信息", "a fact that “{rule}” needs is missing"),
}

_STAGES: Mapping[str, tuple[str, str]] = {
    "duration": ("扣除重叠时间", "Overlapping time taken out"),
    "midnight": ("按午夜拆分", "Split at midnight"),
    "round_time": ("时长取整", "Time rounded"),
    "approve": ("认定", "Approved"),
    "least": ("最短时长", "Shortest stretch"),
    "cap_time": ("时长上限", "Limit on time"),
    "skip_first": ("起计前不计分", "First part earns nothing"),
    "cap_times": ("次数上限", "Limit on times"),
    "rate": ("计分", "Points"),
    "approve_amount": ("积分认定", "Points approved"),
    "factor": ("系数", "Factor"),
    "group": ("同组只取其一", "One of a group"),
    "hold_back": ("未满最短时长，先记下", "Held back until the least time is reached"),
    "factor_time": ("时长系数", "Factor on time"),
    "round_amount": ("积分取整", "Points rounded"),
    "cap_amount": ("积分上限", "Limit on points"),
    "scale": ("舍去更小的单位", "Finer units dropped"),
    "price": ("价格", "Price"),
    "tier": ("等级", "Level"),
    "refuse": ("未满足", "Not met"),
    "convert": ("兑换成钱款或券", "Converted"),
    "transfer": ("转出", "Given"),
    "draw": ("名额", "Places"),
    "close": ("结转", "Closed"),
    "settle": ("结算", "Settled"),
}

_TIME_STAGES = frozenset(
    {"duration", "midnight", "round_time", "approve", "least", "cap_time", "skip_first", "factor_time", "hold_back"}
)


def words(key: str, language: str) -> str:
    """A phrase of ours in a language."""
    return _WORDS[key][0 if language.startswith("zh") else 1]


def quantity(value: Number) -> str:
    """A number as people write it: decimals where they end, else a whole part and a fraction.

    >>> quantity(Fraction(43, 10)), quantity(Fraction(13, 6)), quantity(Fraction(-1, 3))
    ('4.3', '2 1/6', '-1/3')
    """
    exact = Fraction(value)
    sign, exact = ("-" if exact < 0 else ""), abs(exact)
    if 10**6 % exact.denominator == 0:
        scaled = str(exact.numerator * (10**6 // exact.denominator)).rjust(7, "0")
        return sign + f"{scaled[:-6]}.{scaled[-6:]}".rstrip("0").rstrip(".")
    whole, rest = divmod(exact.numerator, exact.denominator)
    return sign + (f"{whole} " if whole else "") + f"{rest}/{exact.denominator}"


def duration(minutes: int, language: str) -> str:
    """Minutes as people say them.

    >>> duration(130, "zh"), duration(130, "en"), duration(60, "en")
    ('2 小时 10 分', '2 h 10 min', '1 h')
    >>> duration(30, "zh")
    '30 分钟'
    """
    hours, rest = divmod(minutes, 60)
    hour, minute = ("小时", "分" if hours else "分钟") if language.startswith("zh") else ("h", "min")
    parts = [f"{hours} {hour}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} {minute}")
    return " ".join(parts)


def stage_line(pack: Pack, step: Sequence[object], language: str) -> str:
    """One step of a trace as a line."""
    stage, rule_id, before, after = step[:4]
    column = 0 if language.startswith("zh") else 1
    name = _STAGES[str(stage)][column]
    rule = pack.rules.get(str(rule_id))
    title = "" if rule is None else (f"（{rule.title.zh}）" if column == 0 else f" ({rule.title.en})")
    colon = "：" if column == 0 else ": "
    if stage == "price":
        shown = _price(pack, step, language)
    elif stage == "tier":
        shown = _level(pack, str(rule_id), str(before), str(after), language)
    elif stage == "refuse":
        shown = _compared(step, language)
    elif stage == "rate":
        shown = f"{_measured(pack, str(rule_id), before, language)} → {quantity(number(after))}"
    elif stage in _TIME_STAGES:
        shown = f"{_time(before, language)} → {_time(after, language)}"
    else:
        shown = f"{_plain(before)} → {_plain(after)}"
    if stage in ("factor", "factor_time") and len(step) > 4:
        shown = f"× {_plain(step[4])}, {shown}" if column else f"× {_plain(step[4])}，{shown}"
    if stage in ("round_amount", "round_time") and isinstance(rule, Round) and rule.remainder == "carry":
        shown = _carried(stage == "round_time", step, language)
    return f"{name}{title}{colon}{shown}"


def _carried(is_time: bool, step: Sequence[object], language: str) -> str:
    """A rounding that carries: what came along from before, and what goes on to the next time."""
    before, after = number(step[2]), number(step[3])
    left = number(step[4]) if len(step) > 4 else 0
    came = after + left - before
    say = (lambda amount: duration(int(amount), language)) if is_time else quantity
    zh = language.startswith("zh")
    start = say(before) + ((f" + 结转 {say(came)}" if zh else f" + {say(came)} carried") if came else "")
    rest = (f"，余 {say(left)}" if zh else f", {say(left)} left") if left else ""
    return f"{start} → {say(after)}{rest}"


def parameter_line(pack: Pack, name: str, cited: Mapping[str, object], language: str) -> str:
    """A parameter that a decision read: its value, since when, and where that is written."""
    rule = pack.rules.get(name)
    title = rule.title.in_language(language) if rule is not None else name
    value = cited.get("value")
    measured = getattr(rule, "measured_in", "")
    if isinstance(value, Mapping):
        of = getattr(rule, "of", "")
        cells = [f"{key}: {_valued(pack, of, each, language)}" for key, each in sorted(value.items())]
        shown = ("；" if language.startswith("zh") else ", ").join(cells)
    else:
        shown = _valued(pack, measured, value, language)
    since, cite = cited.get("since", ""), cited.get("cite", "")
    if language.startswith("zh"):
        return f"{title} = {shown}（自 {since} 起{f'，{cite}' if cite else ''}）"
    return f"{title} = {shown} (since {since}{f', {cite}' if cite else ''})"


def _valued(pack: Pack, measured_in: str, value: object, language: str) -> str:
    """A parameter's value with its unit."""
    if measured_in == "duration":
        return _time(value, language)
    if measured_in == "money":
        return f"{quantity(number(value) / Fraction(1 if pack.currency in NO_DECIMALS else 100))} {pack.currency}"
    if measured_in == "percent":
        return f"{quantity(number(value) * Fraction(100))} %"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return _plain(value)


def counted(pack: Pack, points: Fraction, language: str) -> str:
    """An amount of points with what they are called: in English one is one `point`."""
    amount, unit = quantity(points), pack.points_name.in_language(language)
    if points == 1 and not language.startswith("zh") and unit.endswith("s") and not unit.endswith("ss"):
        unit = unit[:-1]
    return f"{amount} {unit}"


def _price(pack: Pack, step: Sequence[object], language: str) -> str:
    """Which of a reward's prices applies, and what it comes to for one item."""
    row, points, money = step[2:5]
    assert isinstance(row, int), "a price is a row of a reward"
    assert isinstance(points, int), "points are in the smallest unit"
    assert isinstance(money, int), "money is in minor units"
    cost = counted(pack, Fraction(points, 10**pack.scale), language)
    minor = quantity(Fraction(money, 1 if pack.currency in NO_DECIMALS else 100))
    if language.startswith("zh"):
        return f"第 {row + 1} 种：{cost}" + (f"，另付 {minor} {pack.currency}" if money else "")
    return f"no. {row + 1}: {cost}" + (f" and {minor} {pack.currency}" if money else "")


NO_DECIMALS = frozenset({"JPY", "KRW"})
"""Currencies without a minor unit."""


def _level(pack: Pack, tier: str, level: str, following: str, language: str) -> str:
    rule = pack.rules.get(tier)
    titles = {step.level: step.title.in_language(language) for step in rule.steps} if isinstance(rule, Tier) else {}
    none = "无" if language.startswith("zh") else "none"
    then = titles.get(following)
    return titles.get(level, none) + (f" → {then}" if then else "")


def _compared(step: Sequence[object], language: str) -> str:
    available, required, unit = step[2:5]
    if available is None or required is None:
        return "条件不成立" if language.startswith("zh") else "the condition does not hold"
    here, wanted = ((_time if unit == "min" else _counted)(each, language) for each in (available, required))
    return f"需 {wanted}，现有 {here}" if language.startswith("zh") else f"{wanted} required, {here} there"


def _counted(value: object, _: str) -> str:
    return _plain(value)


def facts_line(pack: Pack, facts: Mapping[str, object], language: str) -> str:
    """What a decision read about the case, each fact with its value."""
    zh = language.startswith("zh")
    told = []
    for name, value in sorted(facts.items()):
        known, rule = FACTS.get(name), pack.rules.get(name)
        title = name
        if known is not None:
            title = known.zh if zh else known.en
        elif rule is not None:
            title = rule.title.in_language(language)
        told.append(f"{title} = {_fact(pack, name, value, language)}")
    return ("事实：" if zh else "Facts: ") + ("；" if zh else "; ").join(told)


def _fact(pack: Pack, name: str, value: object, language: str) -> str:
    if isinstance(value, bool):
        return ("是" if value else "否") if language.startswith("zh") else ("yes" if value else "no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    rule = pack.rules.get(name)
    of = getattr(rule, "of", None) if isinstance(rule, Measure) and rule.fold in ("sum", "max") else None
    unit = getattr(of, "unit", "") if of is not None else FACTS[name].type if name in FACTS else ""
    return _time(value, language) if unit == DURATION else _plain(value)


def rules_line(pack: Pack, ids: Sequence[str], language: str) -> str:
    """The rules that had a say, each with the clause that it encodes."""
    zh = language.startswith("zh")
    told = []
    for name in dict.fromkeys(ids):
        rule = pack.rules.get(name)
        title, cite = (name, "") if rule is None else (rule.title.in_language(language), rule.cite)
        told.append(f"{title}（{cite}）" if zh and cite else f"{title} ({cite})" if cite else title)
    return ("规则：" if zh else "Rules: ") + ("；" if zh else "; ").join(told)


def _measured(pack: Pack, rule_id: str, units: object, language: str) -> str:
    per = getattr(pack.rules.get(rule_id), "per", "")
    return _time(units, language) if per in ("hour", "minute") else _plain(units)


def _time(value: object, language: str) -> str:
    return duration(value, language) if isinstance(value, int) else _plain(value)


def _plain(value: object) -> str:
    try:
        return quantity(number(value))
    except ValueError:
        return str(value)
