"""Speech: how any value of a rule is said, whatever kind the rule is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date

from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.glossary import key_name
from points_engine.rulebook.kinds import End, Text, Window
from points_engine.rulebook.phrasing import Speaker
from points_engine.rulebook.vocabulary import DURATION, MONEY


def said(value: object, key: str, speaker: Speaker) -> str:
    """Any value of a rule, at one key."""
    if isinstance(value, Text):
        return speaker.pick(value)
    if isinstance(value, Window):
        return speaker.window(value)
    if isinstance(value, End):
        return speaker.end(value)
    if isinstance(value, CompiledExpression):
        return speaker.condition(value.tree) if value.type == "boolean" else speaker.term(value)
    if isinstance(value, str):
        return named(value, key, speaker)
    if isinstance(value, tuple):
        return speaker.pick(("；", "; ")).join(said(one, key, speaker) for one in value)
    if isinstance(value, Mapping):
        return speaker.joined(said(one, key, speaker) for one in value.values())
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((one.name, getattr(value, one.name)) for one in fields(value) if one.name not in ("place", "id"))
        rows = (f"{speaker.pick(key_name(name))} {said(one, name, speaker)}" for name, one in parts if is_said(one))
        return speaker.pick(("，", ", ")).join(rows)
    if isinstance(value, (bool, date)):
        return speaker.value(value)
    return speaker.value(value, {"face": MONEY, "rate": MONEY, "hold": DURATION}.get(key, ""))


def named(word: str, key: str, speaker: Speaker) -> str:
    """A word of a rule file: a fund, a partner, a rule of the pack, or a choice."""
    declared = {"fund": speaker.pack.funds, "partner": speaker.pack.partners}.get(key, {})
    if word in declared:
        return speaker.pick(declared[word])
    return speaker.title(word) if word in speaker.pack.rules else speaker.word(word, key)


def is_said(value: object) -> bool:
    """Whether a field says anything."""
    return value is not None and value not in ((), "")


def requirement(that: object, say: Text | None, speaker: Speaker, act: str = "") -> str:
    """What must hold, at which act, and what is said where it does not."""
    holds = speaker.conditions([that])
    words = speaker.pick(("{}须{}；不符合的不予办理{}。", "{}requires that {}; otherwise it is refused{}."))
    answer = speaker.pick(("，答复：“{}”", " with “{}”")).format(speaker.pick(say)) if say else ""
    return words.format(act or speaker.pick(("", "It ")), holds, answer)


def sentence(text: str, speaker: Speaker) -> str:
    """A text with its full stop."""
    return text + speaker.pick(("。", "."))


def capital(text: str) -> str:
    """A text with a capital letter."""
    return text[:1].upper() + text[1:]
