"""Sayings: decisions about acts and standings told in a sentence, in Chinese or English, from their traces."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from points_engine.rulebook.kinds import Number
from points_engine.rulebook.occasions import NEVER
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.standings import Held
from points_engine.rulebook.traces import number
from points_engine.rulebook.wording import NO_DECIMALS, quantity

_ACTS: Mapping[str, tuple[str, str]] = {
    "transfer": ("可以转出 {a} {unit}（{title}）", "{a} {unit} may be given ({title})"),
    "draw": (
        "{a} 人申请，{b} 人得到名额，{c} 人不能参加（{title}）",
        "{a} applied, {b} have a place, {c} may not take part ({title})",
    ),
    "close": ("{a} {unit}变为 {b} {unit}（{title}）", "{a} {unit} become {b} {unit} ({title})"),
    "settle": (
        "{a} {unit}结算 {money}，另发 {c} {unit}（{title}）",
        "{a} {unit} come to {money} and {c} {unit} again ({title})",
    ),
}

_REST: tuple[tuple[str, str], ...] = (
    ("{n} {unit}结转下期", "{n} {unit} are carried over"),
    ("{n} {unit}留在账户", "{n} {unit} stay in the account"),
    ("{n} {unit}失效", "{n} {unit} lapse"),
)
"""What became of points that were not converted, in the order of a share: carried, kept, lost."""


def act_sentence(pack: Pack, trace_text: str, language: str) -> str:
    """What a conversion, transfer, draw, closing or settlement came to: one sentence, or one per window of earning."""
    steps: list[list[Any]] = json.loads(trace_text)["steps"]
    told = [_converted(pack, step, language) if step[0] == "convert" else _told(pack, step, language) for step in steps]
    return ("；" if language.startswith("zh") else "; ").join(told)


def standing_sentence(held: Held, language: str) -> str:
    """Since when somebody is in a standing, until when, and what else has to hold before it is lifted."""
    zh = language.startswith("zh")
    parts = [f"自 {held.since} 起" if zh else f"since {held.since}"]
    if held.until != NEVER:
        parts.append(f"至少到 {held.until}" if zh else f"until {held.until} at least")
    if held.unmet:
        parts.append(f"并须 {'；'.join(held.unmet)}" if zh else f"and until {' and '.join(held.unmet)}")
    return held.title.in_language(language) + ("：" if zh else ": ") + ("，" if zh else ", ").join(parts)


def money(amount: int, currency: str, language: str) -> str:
    """An amount in minor units, with its currency.

    >>> money(250, "CNY", "zh"), money(8000, "JPY", "en")
    ('2.50 CNY', 'JPY 8000')
    """
    shown = str(amount) if currency in NO_DECIMALS else f"{amount // 100}.{amount % 100:02}"
    return f"{shown} {currency}" if language.startswith("zh") else f"{currency} {shown}"


def _converted(pack: Pack, step: Sequence[Any], language: str) -> str:
    zh = language.startswith("zh")
    points, converts, since, *rest, paid = step[2:]
    unit = pack.points_name.in_language(language)
    whole, part, amount = _shown(points), _shown(converts), money(paid, pack.currency, language)
    said = f"{whole} {unit}中 {part} {unit}兑 {amount}" if zh else f"{part} of {whole} {unit} come to {amount}"
    others = [
        words[0 if zh else 1].format(n=_shown(count), unit=unit)
        for words, count in zip(_REST, rest, strict=True)
        if number(count)
    ]
    head = f"{since} 起：" if zh else f"From {since}: "
    return head + ("，" if zh else ", ").join([said, *others])


def _told(pack: Pack, step: Sequence[Any], language: str) -> str:
    stage, rule_id, *numbers = step
    a, b, c = (*numbers, 0, 0)[:3]
    rule = pack.rules.get(rule_id)
    return _ACTS[stage][0 if language.startswith("zh") else 1].format(
        a=_shown(a),
        b=_shown(b),
        c=_shown(c),
        money=money(b, pack.currency, language) if stage == "settle" else "",
        unit=pack.points_name.in_language(language),
        title=rule_id if rule is None else rule.title.in_language(language),
    )


def _shown(value: Number | str) -> str:
    return quantity(number(value))
