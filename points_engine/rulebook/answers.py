"""Answers about now: what a level, a price or a refusal comes from, as a trace like that of an award.

An award is decided by the fold, which writes its own trace; these are the other three things that somebody asks "why"
about.  Each is canonical JSON text: rules, facts, parameters with date and source, steps, and what is missing.  It is
made when it is asked for, an answer for the person, and never stored with the books.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from points_engine.rulebook.acts import (
    Ahead,
    admission,
    missing_to_next,
    price,
    reward_reasons,
    standings_on,
    tier_on,
    values_at,
)
from points_engine.rulebook.kinds import Expression, Reward, Rule, Tier
from points_engine.rulebook.occasions import FoldState, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.plans import plan_of, texts_of
from points_engine.rulebook.prices import Values
from points_engine.rulebook.privacy import is_shown
from points_engine.rulebook.reasons import Reason
from points_engine.rulebook.traces import canonical, rows_used


def tier_answers(
    pack: Pack, subject: Subject, state: FoldState, day: date, volunteer: str = "", facts: Values | None = None
) -> tuple[str, ...]:
    """For every tier: the level on the day, the next one, and what is missing for it or keeps it back.

    In a household's fold `volunteer` names the member whose tiers are asked for.
    """
    values = values_at(pack, subject, state, day, facts, volunteer)
    levels = tier_on(pack, subject, state, day, volunteer)
    ahead = {each.tier: each for each in missing_to_next(pack, subject, state, day, volunteer)}
    held = {each.rule for each in standings_on(pack, subject, state, day, volunteer)}
    return tuple(
        _tier_answer(pack, rule, day, values, levels.get(rule.id, ""), ahead.get(rule.id), held)
        for rule in pack.of_kind(Tier)
    )


def _tier_answer(
    pack: Pack, rule: Tier, day: date, values: Values, level: str, ahead: Ahead | None, held: set[str]
) -> str:
    following = "" if ahead is None else ahead.level
    blocking = [pack.rules[each.rule] for each in (() if ahead is None else ahead.reasons) if each.rule in held]
    terms = [reach for step in rule.steps if step.level in (level, following) for reach in step.reach]
    trace = _trace(pack, day, [rule, *blocking], terms, values)
    trace |= {"tier": rule.id, "level": level, "next": following, "steps": [["tier", rule.id, level, following]]}
    return canonical(_with_missing(trace, () if ahead is None else ahead.reasons))


def reward_answer(pack: Pack, reward_id: str, day: date, values: Values) -> str:
    """What one item of a reward costs, or why it cannot be had; the counter adds limits, stock and the balance."""
    reward = pack.rules[reward_id]
    assert isinstance(reward, Reward), f"{reward_id} is not a reward"
    reasons = [*reward_reasons(pack, reward, values, day), *admission(pack, "redeem", day, values)]
    cost = price(pack, reward_id, day, values)
    if cost is not None and not reasons:
        return cost.trace
    return refusal_answer(pack, "redeem", day, values, reasons, reward_id)


def refusal_answer(
    pack: Pack, act: str, day: date, values: Values, reasons: Iterable[Reason], reward_id: str = ""
) -> str:
    """Why an act is not admitted: each rule that says no, with what it compared and what is missing."""
    found = tuple(reasons)
    rules = [pack.rules[each] for each in dict.fromkeys(reason.rule for reason in found) if each in pack.rules]
    terms = [each for rule in rules for each in (*rule.when, *(one.that for one in rule.require))]
    trace = _trace(pack, day, rules, terms, values)
    trace |= {"act": act, "steps": [_refusal(each) for each in found]}
    if reward_id:
        trace["reward"] = reward_id
    return canonical(_with_missing(trace, found))


def _refusal(reason: Reason) -> list[object]:
    return ["refuse", reason.rule, reason.available, reason.required, "min" if reason.is_duration else ""]


def _trace(pack: Pack, day: date, rules: Iterable[Rule], terms: Sequence[Expression], values: Values) -> dict[str, Any]:
    names = {name for term in terms for name in term.names}
    cited = plan_of(pack).cited(day)
    trace: dict[str, Any] = {
        "day": day.isoformat(), "pack": pack.hash, "rules": [{"id": rule.id} for rule in rules], "scheme": pack.scheme,
    }  # fmt: skip
    facts = {name: values[name] for name in names if name in values and name not in cited and is_shown(name)}
    texts = [texts_of(term) for term in terms]
    parameters = {name: rows_used(cited[name], facts, *texts) for name in names if cited.get(name)}
    if facts:
        trace["facts"] = facts
    if parameters:
        trace["parameters"] = parameters
    return trace


def _with_missing(trace: dict[str, Any], reasons: Iterable[Reason]) -> dict[str, Any]:
    missing = [_missing(reason) for reason in reasons]
    if missing:
        trace["missing"] = missing
    return trace


def _missing(reason: Reason) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": reason.kind, "rule": reason.rule}
    if reason.say is not None:
        found["say"] = {"zh": reason.say.zh, "en": reason.say.en}
    if reason.missing is not None:
        found |= {"required": reason.required, "available": reason.available, "missing": reason.missing}
        found["unit"] = "min" if reason.is_duration else ""
    return found


def is_answer(trace: Mapping[str, Any]) -> bool:
    """Whether a trace is of this module, rather than of the fold."""
    return "tier" in trace or "act" in trace or "reward" in trace


def parsed(trace_text: str) -> dict[str, Any]:
    """A trace's content."""
    content: dict[str, Any] = json.loads(trace_text)
    return content
