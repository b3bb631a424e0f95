"""Answering: traces of levels, prices and refusals told to people, in Chinese or English."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from points_engine.rulebook.answers import is_answer, parsed
from points_engine.rulebook.kinds import Tier
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.sayings import act_sentence, money
from points_engine.rulebook.sentences import filled, sentence
from points_engine.rulebook.traces import number
from points_engine.rulebook.wording import counted, duration, quantity

ACTS = frozenset({"convert", "transfer", "draw", "close", "settle"})


def answer(pack: Pack, trace_text: str, language: str) -> str:
    """One sentence for the volunteer, whatever the decision was about."""
    trace = parsed(trace_text)
    if not is_answer(trace):
        is_act = any(step[0] in ACTS for step in trace.get("steps", ()))
        return (act_sentence if is_act else sentence)(pack, trace_text, language)
    if "tier" in trace:
        return _level(pack, trace, language)
    return _refused(pack, trace, language) if "act" in trace else _price(pack, trace, language)


def _price(pack: Pack, trace: Mapping[str, Any], language: str) -> str:
    zh = language.startswith("zh")
    cost = counted(pack, Fraction(trace["points"], 10**pack.scale), language)
    if trace["money"]:
        cash = money(trace["money"], pack.currency, language)
        cost += f"，另付 {cash}" if zh else f" and {cash}"
    title = _title(pack, trace["reward"], language)
    return f"{title}：{cost}" if zh else f"{title}: {cost}"


def _refused(pack: Pack, trace: Mapping[str, Any], language: str) -> str:
    zh = language.startswith("zh")
    said = [_why(pack, each, language) for each in trace.get("missing", ())]
    title = f"{_title(pack, trace['reward'], language)}{'：' if zh else ': '}" if "reward" in trace else ""
    head = "暂不能办理" if zh else "not possible yet"
    return title + head + ("：" if zh else ": ") + ("；" if zh else "; ").join(dict.fromkeys(said))


def _why(pack: Pack, missing: Mapping[str, Any], language: str) -> str:
    """Why not, in the rule's own words, and how much is missing where these do not say it."""
    zh = language.startswith("zh")
    said = missing.get("say")
    template = said["zh" if zh else "en"] if said else _title(pack, missing["rule"], language)
    text = filled(template, {name: _shown(missing, name, language) for name in ("required", "available", "missing")})
    if "missing" not in missing or "{missing}" in template:
        return text
    more = _shown(missing, "missing", language)
    return f"{text}（还差 {more}）" if zh else f"{text} ({more} more)"


def _level(pack: Pack, trace: Mapping[str, Any], language: str) -> str:
    zh = language.startswith("zh")
    titles = {step.level: step.title.in_language(language) for step in _steps(pack, trace["tier"])}
    none = "尚无等级" if zh else "no level yet"
    parts = [titles.get(trace["level"], none)]
    following = titles.get(trace["next"], "")
    missing = trace.get("missing", [])
    if not following:
        parts.append("已是最高一级" if zh else "the highest")
    elif any(each["kind"] == "standing" for each in missing):
        held = "、".join(_title(pack, each["rule"], language) for each in missing)
        parts.append(f"因“{held}”暂不能升为{following}" if zh else f"“{held}” keeps {following} back")
    else:
        parts += [_way(each, following, language) for each in missing]
    colon, comma = ("：", "，") if zh else (": ", ", ")
    return _title(pack, trace["tier"], language) + colon + comma.join(parts)


def _way(missing: Mapping[str, Any], following: str, language: str) -> str:
    zh = language.startswith("zh")
    if "missing" not in missing:
        return f"尚不符合{following}的条件" if zh else f"not yet what {following} asks for"
    more = _shown(missing, "missing", language)
    return f"还差 {more}到{following}" if zh else f"{more} more for {following}"


def _steps(pack: Pack, tier: str) -> tuple[Any, ...]:
    rule = pack.rules[tier]
    assert isinstance(rule, Tier), f"{tier} is a tier"
    return rule.steps


def _shown(missing: Mapping[str, Any], name: str, language: str) -> str:
    if name not in missing:
        return ""
    value = number(missing[name])
    return duration(value, language) if missing["unit"] == "min" and isinstance(value, int) else quantity(value)


def _title(pack: Pack, rule: str, language: str) -> str:
    found = pack.rules.get(rule)
    return rule if found is None else found.title.in_language(language)
