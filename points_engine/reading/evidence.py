"""Evidence: everything that the books know about one drawn entry, for somebody who has to judge it.

Whose it is stays masked.  What is proved is proved from rows that are stored; what is not covered is said (`LIMITS`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from points_engine.flow.entities import BookEntry, Fact, Hold, Person, Scheme, StoredCommand, Trace, Volunteer
from points_engine.reading.entries import EntryView, entry, holds_in
from points_engine.reading.people import masked
from points_engine.reading.proving import Proof, proofs
from points_engine.reading.recomputing import Again, Recomputing
from points_engine.reading.view import View
from points_engine.rulebook.answering import answer
from points_engine.rulebook.kinds import Parameter, Text
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.sentences import explanation
from points_engine.rulebook.traces import number
from points_engine.rulebook.vocabulary import FACTS
from points_engine.rulebook.wording import facts_line, parameter_line, quantity, rules_line

LIMITS: Final = (
    Text(
        "只核对账上已有的内容：服务是否真的发生，须看签到表、照片或询问当事人。",
        "Only what stands in the books is checked: whether the service took place, the sign-in sheet, a photo or the "
        "person concerned can tell.",
    ),
    Text(
        "账本目前没有封存（签名的时间戳）。单笔的序号、余额链和命令指纹能发现个别改动；若有人掌握数据库并把所有相关内容一致地重写，"
        "这里发现不了，须与外部留存的备份或导出核对。",
        "The books have no seal (a signed time stamp) yet. Numbers, balances and fingerprints show single changes; "
        "somebody who owns the database and rewrites everything alike is not seen here, only by comparison with a "
        "backup or an export that was kept elsewhere.",
    ),
    Text(
        "重新计算用的是现在在账上的服务记录；已被更正或冲正的判定不再重算，请看其后的凭证。",
        "Deciding again goes by the records that are in force now; what was corrected or reversed since is not decided "
        "again: the later entry has it.",
    ),
)
"""What the evidence does not show, in words for a member who is no accountant."""

NO_RULE: Final = Text(
    "这类凭证不由积分规则计算：金额由经办人或约定决定，或只是积分换了位置。",
    "No rule computed this entry: somebody decided the amount, or points only changed their place.",
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A rule that took part: its title, and the clause that it comes from."""

    rule: str
    title: Text
    cite: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact or a parameter that the decision read; a parameter has the day from which it holds, and its source."""

    name: str
    title: Text
    value: str
    since: str
    cite: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """One decision behind the entry: the sentence, what it read, the arithmetic, and what deciding it again gives."""

    scheme: str
    about: str  # the record, or the hold
    day: str
    pack: str
    document: str
    sentence: Text
    rules: list[Ruling]
    facts: list[Stated]
    parameters: list[Stated]
    steps_zh: list[str]
    steps_en: list[str]
    again: Again


@dataclass(frozen=True, slots=True)
class Evidence:
    """An entry with whose it is, what it was about, why, and what holds of it."""

    entry: EntryView
    number: str  # of the volunteer, masked
    name: str  # masked
    unit: str
    records: list[Fact]
    reasonings: list[Reasoning]
    proofs: list[Proof]

    @property
    def limits(self) -> tuple[Text, ...]:
        """What none of this covers."""
        return LIMITS if self.reasonings else (*LIMITS, NO_RULE)

    @property
    def is_sound(self) -> bool:
        """Whether every check holds, and nothing came out differently."""
        return all(each.holds for each in self.proofs) and all(r.again.verdict != "differs" for r in self.reasonings)


def evidence(view: View, entry_id: str) -> Evidence:
    """Everything about one entry.

    Raises: NotFound.
    """
    told = entry(view, entry_id)
    head = view.the(BookEntry, "entry", entry_id)
    traces = view.where(Trace, entry_id=entry_id)
    again = Recomputing(view)
    reasonings = [_award(view, trace, again) for trace in traces]
    if not traces:
        reasonings = [_price(view, hold, again) for hold in _holds(view, head)]
    owner = next(iter(sorted(told.owners)), "")
    volunteer = view.one(Volunteer, owner) if owner else None
    person = view.one(Person, owner) if owner else None
    return Evidence(
        told,
        masked_number(volunteer.number) if volunteer is not None else "",
        masked(person.name) if person is not None else "",
        (volunteer.home_unit or "") if volunteer is not None else "",
        view.among(Fact, "id", sorted({trace.fact_id for trace in traces})),
        reasonings,
        proofs(view, head),
    )


def masked_number(code: str) -> str:
    """A volunteer's number with its middle hidden.

    >>> masked_number("HD-MEI-75"), masked_number("MEI")
    ('HD*****75', 'M*I')
    """
    kept = 2 if len(code) > 4 else 1
    return code[:kept] + "*" * max(1, len(code) - 2 * kept) + code[-kept:]


def _award(view: View, trace: Trace, again: Recomputing) -> Reasoning:
    scale = view.the(Scheme, "scheme", trace.scheme).scale
    return _reasoning(view, trace.scheme, trace.fact_id, trace.content, again.award(trace, scale))


def _price(view: View, hold: Hold, again: Recomputing) -> Reasoning:
    scale = view.the(Scheme, "scheme", hold.scheme).scale
    return _reasoning(view, hold.scheme, hold.id, hold.trace, again.price(hold, scale))


def _reasoning(view: View, scheme: str, about: str, trace: str, again: Again) -> Reasoning:
    content = json.loads(trace)
    if "pack" not in content:
        said = Text("该记录不再有效，不再计分", "the record no longer counts")
        return Reasoning(scheme, about, "", "", "", said, [], [], [], [], [], again)
    pack = view.pack(content["pack"])
    return Reasoning(
        scheme, about, content["day"], pack.hash, pack.document,
        Text(answer(pack, trace, "zh"), answer(pack, trace, "en")),
        _rules(pack, content), _facts(pack, content), _parameters(pack, content), _steps(pack, trace, "zh"),
        _steps(pack, trace, "en"), again,
    )  # fmt: skip


def _steps(pack: Pack, trace: str, language: str) -> list[str]:
    """The arithmetic alone: what the decision read stands in lists of its own."""
    content = json.loads(trace)
    elsewhere = {parameter_line(pack, name, each, language) for name, each in content.get("parameters", {}).items()}
    elsewhere.add(facts_line(pack, content.get("facts", {}), language))
    elsewhere.add(rules_line(pack, [used["id"] for used in content.get("rules", ())], language))
    return [line for line in explanation(pack, trace, language) if line not in elsewhere]


def _rules(pack: Pack, content: Mapping[str, Any]) -> list[Ruling]:
    known = [pack.rules[each["id"]] for each in content.get("rules", ()) if each["id"] in pack.rules]
    return [Ruling(rule.id, rule.title, rule.cite) for rule in known]


def _facts(pack: Pack, content: Mapping[str, Any]) -> list[Stated]:
    facts = content.get("facts", {})
    return [Stated(name, _title(pack, name), _measured(pack, name, value), "", "") for name, value in facts.items()]


def _parameters(pack: Pack, content: Mapping[str, Any]) -> list[Stated]:
    found = []
    for name, cited in content.get("parameters", {}).items():
        value = _measured(pack, name, cited.get("value"))
        found.append(Stated(name, _title(pack, name), value, cited.get("since", ""), cited.get("cite", "")))
    return found


def _title(pack: Pack, name: str) -> Text:
    """What a fact, a measure or a parameter is called."""
    rule = pack.rules.get(name)
    if rule is not None:
        return rule.title
    fact = FACTS.get(name)
    return Text(fact.zh, fact.en) if fact is not None else Text(name, name)


def _measured(pack: Pack, name: str, value: Any) -> str:
    """A value with its unit, where it has one."""
    rule = pack.rules.get(name)
    is_duration = isinstance(rule, Parameter) and rule.measured_in == "duration"
    unit = "min" if is_duration else FACTS[name].unit if name in FACTS else ""
    return f"{_value(value)} {unit}".rstrip() if value is not None else _value(value)


def _value(value: Any) -> str:
    """A value as people write it; of a table, the rows that were read."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_value(each)}" for key, each in value.items())
    if isinstance(value, bool) or value is None:
        return {True: "✓", False: "✕", None: "—"}[value]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    try:
        return quantity(number(value))
    except ValueError:
        return str(value)


def _holds(view: View, head: BookEntry) -> list[Hold]:
    """The vouchers that the command behind an entry was about."""
    cause = view.one(StoredCommand, head.cause)
    if cause is None or head.kind not in ("hold", "confirm"):
        return []
    holds = view.among(Hold, "id", sorted(set(holds_in(json.loads(cause.outcome_json)))))
    return [hold for hold in holds if hold.trace]
