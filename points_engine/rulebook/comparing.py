"""What changes from one version of a pack to another: for every change whom it touches, from which day, in sentences.

Wording, places and layout alone are no change of the rules; a change of title or citation is told as one of wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Literal

from points_engine import canonical
from points_engine.rulebook.glossary import WORDS, key_name, word_name
from points_engine.rulebook.kinds import UNKNOWN, Parameter, Rule, Text
from points_engine.rulebook.loading import PACK_KEYS
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of
from points_engine.rulebook.phrasing import Speaker
from points_engine.rulebook.schema import SCHEMA
from points_engine.rulebook.schema_forms import kind_among, kind_of
from points_engine.rulebook.shapes import Key
from points_engine.rulebook.speech import said
from points_engine.rulebook.telling import sentences_of

What = Literal["head", "added", "removed", "renamed", "kind", "value", "past_value", "rule", "wording"]

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Change:
    """One change: what it is, in which rule and key, from which day, what it was and is, and which rules it touches."""

    what: What
    rule_id: str
    key: str
    since: date
    until: date | None
    before: Text
    after: Text
    touches: tuple[str, ...]
    sentence: Text

    def __str__(self) -> str:
        return self.sentence.en


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that changes from `old` to `new` (hashes), from the new version's first day on."""

    old: str
    new: str
    effective_on: date
    changes: tuple[Change, ...]

    def sentences(self, language: str = "zh") -> list[str]:
        """Every change as a sentence."""
        return [change.sentence.in_language(language) for change in self.changes]


def diff(old: Pack, new: Pack) -> Comparison:
    """Every change from one pack to the other: head first, then rule by rule in the order of the new pack."""
    speech = _Speech(old, new)
    renamed = _renamed(old, new)
    gone = [rule for rule in old.rules.values() if rule.id not in new.rules and rule.id not in renamed]
    changes = [
        *_head(old, new, speech),
        *(change for rule in new.rules.values() for change in _rule(rule, old, renamed, speech)),
        *(speech.whole("removed", rule, old) for rule in gone),
    ]
    return Comparison(old.hash, new.hash, new.effective_on, tuple(changes))


class _Speech:
    """Both packs read aloud on the new one's first day, in both languages."""

    def __init__(self, old: Pack, new: Pack) -> None:
        self.old, self.new, self.since = old, new, new.effective_on

    def speakers(self, pack: Pack) -> list[Speaker]:
        return [Speaker(pack, self.since, language) for language in LANGUAGES]

    def value(self, pack: Pack, value: object, key: str) -> Text:
        if value is None or value in ((), ""):
            return Text("未规定", "not set")
        zh, en = (said(value, key, speaker) for speaker in self.speakers(pack))
        return Text(zh, en)

    def told(self, rule: Rule, pack: Pack) -> Text:
        """A rule in all its sentences."""
        zh, en = (sentences_of(rule, speaker) for speaker in self.speakers(pack))
        return Text("".join(zh), " ".join(en))

    def whole(self, what: Literal["added", "removed"], rule: Rule, pack: Pack) -> Change:
        """A rule that is new or gone, with everything that it says."""
        told = self.told(rule, pack)
        since = max(self.since, rule.from_day or self.since)
        words = {"added": ("新增", "is new"), "removed": ("取消", "is gone")}[what]
        sentence = Text(
            f"从 {since} 起，{words[0]}“{rule.title.zh}”：{told.zh}",
            f"From {since} on “{rule.title.en}” {words[1]}: {told.en}",
        )
        none = Text("", "")
        before, after = (none, told) if what == "added" else (told, none)
        return Change(what, rule.id, "", since, rule.until_day, before, after, touched_by(rule.id, pack), sentence)

    def change(
        self,
        what: What,
        rule: Rule,
        key: str,
        before: Text,
        after: Text,
        since: date | None = None,
        until: date | None = None,
    ) -> Change:
        """`From 2026-01-01 on “Points per hour” changes from 1 to 2.`"""
        since = since or self.since
        kind = kind_of(rule)
        name = key_name(key, kind)
        if what in ("value", "past_value"):
            gap = " " if before.zh[-1:].isascii() else ""
            zh = f"{rule.title.zh}由 {before.zh}{gap}改为 {after.zh}"
            en = f"“{rule.title.en}” changes from {before.en} to {after.en}"
        else:
            zh = f"{rule.title.zh}的“{name.zh}”由“{before.zh}”改为“{after.zh}”"
            en = f"“{rule.title.en}” ({name.en}) changes from “{before.en}” to “{after.en}”"
        stretch = (f"从 {since} 起", f"From {since} on")
        if until is not None:
            stretch = (f"从 {since} 至 {until}", f"From {since} to {until}")
        late = ("（只影响补记的服务）", " (only for service recorded late)") if what == "past_value" else ("", "")
        touches = touched_by(rule.id, self.new)
        whom_zh, whom_en = self._whom(touches)
        sentence = Text(f"{stretch[0]}，{zh}{late[0]}{whom_zh}。", f"{stretch[1]} {en}{late[1]}{whom_en}.")
        return Change(what, rule.id, key, since, until, before, after, touches, sentence)

    def _whom(self, touches: tuple[str, ...]) -> tuple[str, str]:
        """Which rules a change reaches, and for whom these are."""
        said_zh, said_en = [], []
        for rule_id in touches:
            rule = self.new.rules[rule_id]
            scopes = [speaker.conditions(rule.when) for speaker in self.speakers(self.new)]
            said_zh.append(f"“{rule.title.zh}”" + (f"（{scopes[0]}）" if scopes[0] else ""))
            said_en.append(f"“{rule.title.en}”" + (f" (where {scopes[1]})" if scopes[1] else ""))
        if not touches:
            return "", ""
        return f"；影响：{'、'.join(said_zh)}", f"; this touches {', '.join(said_en)}"


def touched_by(rule_id: str, pack: Pack) -> tuple[str, ...]:
    """The rules that read a parameter or measure, directly or through others; parameters and measures left out."""
    reached: set[str] = {rule_id}
    grows = True
    while grows:
        more = {rule.id for rule in pack.rules.values() if rule.id not in reached and _reads(rule) & reached}
        reached |= more
        grows = bool(more)
    final = (rule for rule in pack.rules.values() if rule.id in reached - {rule_id})
    return tuple(rule.id for rule in final if kind_of(rule) not in ("parameter", "measure"))


def _reads(rule: Rule) -> frozenset[str]:
    """The names that a rule reads, and the rules that it names."""
    read = {name for expression in expressions_of(rule) for name in expression.names}
    for one in fields(rule):
        value = getattr(rule, one.name)
        if isinstance(value, tuple):
            read |= {item for item in value if isinstance(item, str)}
    return frozenset(read)


def _renamed(old: Pack, new: Pack) -> Mapping[str, str]:
    """Old ids of rules that are written in the same words under another name."""
    was, now = _written(old), _written(new)
    found: dict[str, str] = {}
    for rule_id, words in was.items():
        if rule_id not in now:
            same = [one for one, other in now.items() if one not in was and other == words]
            if len(same) == 1 and same[0] not in found.values():
                found[rule_id] = same[0]
    return found


def _written(pack: Pack) -> Mapping[str, tuple[str, object]]:
    """Each rule as it is written, without its id."""
    rules: dict[str, tuple[str, object]] = {}
    for tree in canonical.parsed(pack.canonical).values():
        for raw in tree if isinstance(tree, list) else ():
            kind = kind_among(raw)
            if kind is not None:
                rules[raw[kind]] = kind, {key: value for key, value in raw.items() if key != kind}
    return rules


def _head(old: Pack, new: Pack, speech: _Speech) -> Iterator[Change]:
    """What pack.yaml says otherwise."""
    for key in PACK_KEYS:
        named = ["points_name", "scale"] if key.name == "points" else [key.target]
        for name in named:
            was, now = getattr(old, name), getattr(new, name)
            if was == now:
                continue
            before, after = _head_value(was, name, old, speech), _head_value(now, name, new, speech)
            title = key_name("scale" if name == "scale" else key.name, "pack")
            sentence = Text(
                f"从 {new.effective_on} 起，{title.zh}由“{before.zh}”改为“{after.zh}”。",
                f"From {new.effective_on} on, {title.en} changes from “{before.en}” to “{after.en}”.",
            )
            yield Change("head", "", key.name, new.effective_on, None, before, after, (), sentence)


def _head_value(value: object, name: str, pack: Pack, speech: _Speech) -> Text:
    if isinstance(value, str) and (value in WORDS or f"{name}:{value}" in WORDS):
        return word_name(value, name)
    if isinstance(value, (Text, Mapping, bool)) or value is None:
        return speech.value(pack, value, "")
    shown = str(value) or "none"
    return Text(shown, shown)


def _rule(rule: Rule, old: Pack, renamed: Mapping[str, str], speech: _Speech) -> Iterator[Change]:
    """How one rule of the new pack differs from the old pack's."""
    former = old.rules.get(rule.id)
    if former is None:
        name = next((was for was, now in renamed.items() if now == rule.id), None)
        if name is None:
            yield speech.whole("added", rule, speech.new)
            return
        sentence = Text(
            f"“{rule.title.zh}”的代号由 {name} 改为 {rule.id}，内容不变。",
            f"“{rule.title.en}” is now called {rule.id} instead of {name}; nothing else changes.",
        )
        yield Change("renamed", rule.id, "", speech.since, None, Text(name, name), Text(rule.id, rule.id), (), sentence)
        return
    if type(former) is not type(rule):
        yield speech.whole("removed", former, old)
        yield speech.whole("added", rule, speech.new)
        return
    if isinstance(former, Parameter) and isinstance(rule, Parameter):
        yield from _values(former, rule, speech)
    for key in SCHEMA[kind_of(rule)].keys:
        was, now = _field(former, key), _field(rule, key)
        if was == now or (isinstance(rule, Parameter) and key.name == "values"):
            continue
        if _under_new_names(was, renamed) == repr(now):
            continue
        what: What = "wording" if key.name in WORDING else "rule"
        if hasattr(rule, key.target):
            before, after = speech.value(old, was, key.name), speech.value(speech.new, now, key.name)
        else:
            before, after = speech.told(former, old), speech.told(rule, speech.new)
        yield speech.change(what, rule, key.name, before, after)


def _under_new_names(value: object, renamed: Mapping[str, str]) -> str:
    """A value as it reads when the rules that it names have their new ids."""
    return re.sub(r"\b[a-z][a-z0-9_]*\b", lambda word: renamed.get(word[0], word[0]), repr(value))


WORDING = frozenset({"title", "cite", "because"})
"""Keys that decide nothing."""


def _field(rule: Rule, key: Key) -> object:
    """What a rule has at a key; of a key that is kept in several fields, all of these."""
    if hasattr(rule, key.target):
        return getattr(rule, key.target)
    keys = {one.target for one in SCHEMA[kind_of(rule)].keys}
    common = {one.name for one in fields(Rule)}
    return tuple(getattr(rule, one.name) for one in fields(rule) if one.name not in keys | common)


def _values(former: Parameter, rule: Parameter, speech: _Speech) -> Iterator[Change]:
    """The stretches of days on which a parameter has another value than before; what is past is told apart."""
    if (former.measured_in, former.of) == (rule.measured_in, rule.of) and former.values == rule.values:
        return
    begins: list[tuple[date, tuple[object, object]]] = []
    for day in sorted({day for one in (former, rule) for day, _ in one.values} | {speech.since}):
        pair = (former.on(day), rule.on(day))
        if not begins or begins[-1][1] != pair or day == speech.since:
            begins.append((day, pair))
    for number, (since, (was, now)) in enumerate(begins):
        if was != now:
            until = begins[number + 1][0] - timedelta(days=1) if number + 1 < len(begins) else None
            what: What = "past_value" if since < speech.since else "value"
            before, after = _shown(former, was, speech.old), _shown(rule, now, speech.new)
            yield speech.change(what, rule, "values", before, after, since, until)


def _shown(rule: Parameter, value: object, pack: Pack) -> Text:
    if value is UNKNOWN:
        return Text("无规定", "nothing")
    zh, en = (Speaker(pack, pack.effective_on, one).of_parameter(rule, value) for one in LANGUAGES)
    return Text(zh, en)
