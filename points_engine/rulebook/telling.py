"""Telling: each rule of a pack in plain sentences that a committee can read and approve.

A kind has sentences of its own in `tellers`; what these leave out, and every kind without any, is told key by key, so
nothing that a rule says goes unsaid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Any

from points_engine.rulebook.glossary import key_name
from points_engine.rulebook.kinds import Rule
from points_engine.rulebook.phrasing import Speaker
from points_engine.rulebook.schema import SCHEMA
from points_engine.rulebook.schema_forms import kind_of
from points_engine.rulebook.speech import capital, is_said, requirement, said, sentence
from points_engine.rulebook.tellers import TELLERS

COMMON = frozenset({"title", "cite", "from", "until", "when", "require", "because"})
"""Keys that are told for every kind in the same way."""


def sentences_of(rule: Rule, speaker: Speaker) -> list[str]:
    """A rule as sentences: what it says and for whom, what it requires, what the volunteer is told."""
    kind = kind_of(rule)
    teller = TELLERS.get(kind)
    told = [*teller.tell(rule, speaker)] if teller else []
    rest = [*_rest(rule, kind, COMMON | (teller.keys if teller else frozenset()), speaker)]
    if rest:
        told.append(sentence(speaker.pick(("；", "; ")).join(rest), speaker))
    if not told and not rule.require:
        told.append(sentence(speaker.pick(rule.title), speaker))
    scope = _scope(rule, speaker)
    if scope and told:
        told[0] = scope + told[0]
    if kind != "admit":
        told += [requirement(one.that, one.say, speaker) for one in rule.require]
    if rule.because is not None:
        told.append(
            speaker.pick(("告知志愿者：“{}”。", "The volunteer is told: “{}”.")).format(speaker.pick(rule.because))
        )
    return [capital(one) for one in told]


def _scope(rule: Rule, speaker: Speaker) -> str:
    """For which days and in which cases a rule applies."""
    parts = []
    if rule.from_day and rule.until_day:
        parts.append(
            speaker.pick((f"{rule.from_day} 至 {rule.until_day}，", f"From {rule.from_day} to {rule.until_day}, "))
        )
    elif rule.from_day:
        parts.append(speaker.pick((f"自 {rule.from_day} 起，", f"From {rule.from_day} on, ")))
    elif rule.until_day:
        parts.append(speaker.pick((f"至 {rule.until_day} 止，", f"Until {rule.until_day}, ")))
    if rule.when:
        parts.append(speaker.pick(("凡{}的，", "Where {}: ")).format(speaker.conditions(rule.when)))
    return "".join(parts)


def _rest(rule: Rule, kind: str, told: frozenset[str], speaker: Speaker) -> Iterator[str]:
    """Key by key, what a rule says beyond its defaults and beyond the keys that were told."""
    defaults = {one.name: _default(one) for one in fields(rule)}
    for key in SCHEMA[kind].keys if kind in SCHEMA else ():
        value = getattr(rule, key.target, None)
        if key.name not in told and is_said(value) and value != defaults.get(key.target, MISSING):
            name = speaker.pick(key_name(key.name, kind))
            yield f"{name}{speaker.pick(('：', ': '))}{said(value, key.name, speaker)}"


def _default(one: Any) -> object:
    return one.default_factory() if one.default_factory is not MISSING else one.default
