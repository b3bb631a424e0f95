"""Deciding again: what a stored decision was about, from the stored inputs, under the rules it was decided by.

An award is folded again from the volunteer's whole history; a price is asked again with the facts that its trace kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final, Literal

from points_engine.flow.desk import Desk
from points_engine.flow.entities import Award, Fact, Hold, Scheme, Trace
from points_engine.flow.people.households import company_needs, members_of, subject_at
from points_engine.flow.people.lookup import identity_needs
from points_engine.flow.rules import rule_history, the_scheme
from points_engine.flow.service.folding import IN_FORCE, facts_since, occasions_of
from points_engine.ledger.amounts import shown
from points_engine.reading.view import View
from points_engine.rulebook.fold import fold
from points_engine.rulebook.kinds import Reward, Text
from points_engine.rulebook.occasions import Credit
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import price
from points_engine.rulebook.privacy import is_shown

Verdict = Literal["same", "differs", "overtaken", "unknown"]

SAYS: Final[Mapping[Verdict, Text]] = {
    "same": Text("按当时的规则重新计算，结果一致", "decided again by the same rules: the same"),
    "differs": Text("按当时的规则重新计算，结果不一致", "decided again by the same rules: NOT the same"),
    "overtaken": Text(
        "其后已被更正或冲正，当时的输入不再有效；现行的判定见后来的凭证",
        "corrected or reversed since, so that its inputs are no longer in force; a later entry has what counts now",
    ),
    "unknown": Text(
        "价格取决于不随判定保存的个人信息（如年龄），无法重新计算",
        "the price went by personal facts (such as age) that are not kept with it: it cannot be decided again",
    ),
}


@dataclass(frozen=True, slots=True)
class Again:
    """What came of deciding again: as it is stored and as it comes out now, in words and numbers."""

    verdict: Verdict
    says: Text
    stored: str
    now: str


def _again(verdict: Verdict, stored: str = "", now: str = "") -> Again:
    return Again(verdict, SAYS[verdict], stored, now)


class Recomputing:
    """Decides again over one snapshot; a volunteer's history is folded once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._folded: dict[tuple[str, str], dict[str, Credit]] = {}

    def award(self, trace: Trace, scale: int) -> Again:
        """What a record counts for, decided again."""
        award = self._view.one(Award, trace.fact_id, trace.scheme)
        fact = self._view.the(Fact, "record", trace.fact_id)
        content = json.loads(trace.content)
        if award is None or award.trace_id != trace.id:
            return _again("overtaken", _told(content, scale))
        credit = self._credits(trace.scheme, fact).get(fact.id)
        if credit is None:
            counts = fact.state in IN_FORCE or content.get("points") or content.get("minutes")
            return _again("differs" if counts else "same", _told(content, scale), _told({}, scale))
        found = json.loads(credit.trace)
        lots = [[day.isoformat(), amount] for day, amount in credit.lots]
        kept = (content.get("minutes"), content.get("points"), content.get("lots", []), content.get("awaiting", ""))
        same = kept == (credit.minutes, credit.points, lots, credit.awaiting)
        by_the_same = found.get("pack") == content.get("pack")
        stands = (award.minutes, award.points) == (credit.minutes, credit.points)
        verdict: Verdict = "same" if same and by_the_same and stands else "differs"
        return _again(verdict, _told(content, scale), _told(found, scale))

    def price(self, hold: Hold, scale: int) -> Again:
        """What a reward cost, asked again with the facts that its trace kept."""
        content = json.loads(hold.trace)
        pack = self._view.pack(content["pack"])
        facts = {name: _value(value) for name, value in content.get("facts", {}).items()}
        found = (
            None
            if _is_personal(pack, hold.reward, content)
            else price(pack, hold.reward, date.fromisoformat(content["day"]), facts)
        )
        kept = f"{shown(hold.points, scale)} + {hold.money}"
        if found is None:
            return _again("unknown", kept)
        now = (found.points * hold.quantity, found.money * hold.quantity)
        verdict: Verdict = "same" if now == (hold.points, hold.money) else "differs"
        return _again(verdict, kept, f"{shown(now[0], scale)} + {now[1]}")

    def _credits(self, scheme: str, fact: Fact) -> dict[str, Credit]:
        subject_id = self._view.ask(lambda desk: subject_at(desk, scheme, fact.volunteer_id, fact.start))
        place = (scheme, subject_id)
        if place not in self._folded:
            self._folded[place] = self._view.ask(lambda desk: _folded(desk, the_scheme(desk, scheme), subject_id))
        return self._folded[place]


def _folded(desk: Desk, scheme: Scheme, subject_id: str) -> dict[str, Credit]:
    """The whole history of a volunteer, or of a household, folded from nothing, by the record."""
    desk.require(company_needs(desk, subject_id))
    for member in members_of(desk, subject_id):
        desk.require(identity_needs(desk, member))
    facts, _ = facts_since(desk, scheme, subject_id, None)
    person, occasions = occasions_of(desk, scheme, subject_id, facts)
    return {each.occasion: each for each in fold(rule_history(desk, scheme.code), person, occasions).credits}


def _is_personal(pack: Pack, reward_id: str, content: Mapping[str, Any]) -> bool:
    """Whether the price that was chosen reads a fact which no trace keeps."""
    reward = pack.rules.get(reward_id)
    if not isinstance(reward, Reward):
        return True
    step = reward.prices[content["steps"][0][2]]
    asked = [each for each in (step.points, step.money, *step.when, *reward.when) if each is not None]
    return not all(is_shown(name) for each in asked for name in each.names)


def _told(content: Mapping[str, Any], scale: int) -> str:
    return f"{content.get('minutes', 0)} min, {shown(int(content.get('points', 0)), scale)}"


def _value(value: Any) -> Any:
    """A fact of a trace as rules read it: exact numbers, lists as tuples, days."""
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str):
        numerator, sign, denominator = value.partition("/")
        if sign and numerator.lstrip("-").isdigit() and denominator.isdigit():
            return Fraction(int(numerator), int(denominator))
    return value
