"""Asking every scheme's rules whether an act is admitted, and turning their reasons into a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import NotAdmitted
from points_engine.flow.desk import Desk
from points_engine.flow.entities import Fold, Volunteer
from points_engine.flow.people.households import member_on, subject_on
from points_engine.flow.people.lookup import subject
from points_engine.flow.rules import rule_history, schemes
from points_engine.flow.service.totals import told_to_acts
from points_engine.rulebook.acts import admission, values_at
from points_engine.rulebook.occasions import EMPTY, FoldState, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.reasons import Reason
from points_engine.rulebook.sentences import filled
from points_engine.rulebook.wording import duration, quantity


def fold_state(desk: Desk, scheme: str, volunteer_id: str, day: date) -> FoldState:
    """The state of the fold that a volunteer's service of a day belongs to, to ask measures of; empty before the first
    fact."""
    held = desk.find(Fold, scheme, subject_on(desk, scheme, volunteer_id, day))
    if held is None:
        return EMPTY
    last = (held.last_start, held.last_end, held.last_id)
    return desk.memo(("state", held.state_json, last), lambda: FoldState.parse(held.state_json, last))


def values_for(
    desk: Desk, pack: Pack, volunteer: Volunteer | None, day: date, facts: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the rules of `pack` may read about an act of `volunteer` (or of nobody) on `day`."""
    if volunteer is None:
        return values_at(pack, Subject(""), EMPTY, day, facts)
    facts = {**told_to_acts(desk, pack, volunteer, day, facts), **facts}
    state, member = fold_state(desk, pack.scheme, volunteer.id, day), member_on(desk, pack.scheme, volunteer.id, day)
    return values_at(pack, subject(desk, volunteer), state, day, facts, member)


def admit(desk: Desk, act: str, volunteer: Volunteer | None, day: date, facts: Mapping[str, Any]) -> None:
    """Let an act pass that every scheme's rules admit.

    Raises: NotAdmitted, with the reasons of all schemes.
    """
    reasons: list[Reason] = []
    for scheme in schemes(desk):
        history = rule_history(desk, scheme.code)
        if history.versions and history.versions[0][0] <= day:
            pack = history.on(day)
            reasons += admission(pack, act, day, values_for(desk, pack, volunteer, day, facts))
    if reasons:
        raise NotAdmitted(say=say(reasons), reasons=[reason_facts(reason) for reason in reasons])


def say(reasons: Sequence[Reason]) -> Both:
    """The rules' own sentences, one after another, in both languages."""
    return Both(
        "; ".join(told(reason, "en") for reason in reasons), "；".join(told(reason, "zh") for reason in reasons)
    )


def told(reason: Reason, language: str) -> str:
    """The rule's own sentence in one language, with its numbers filled in; the rule's id where it says nothing."""
    if reason.say is None:
        return reason.rule
    numbers = {"required": reason.required, "available": reason.available, "missing": reason.missing}
    shown = {
        name: duration(int(value), language) if reason.is_duration else quantity(value)
        for name, value in numbers.items()
        if value is not None
    }
    return filled(reason.say.in_language(language), shown)


def reason_facts(reason: Reason) -> dict[str, Any]:
    """One reason as plain values: the rule, its sentences, and for numbers what is required and what is missing."""
    return {
        "rule": reason.rule,
        "say": {"zh": told(reason, "zh"), "en": told(reason, "en")},
        "required": _plain(reason.required),
        "available": _plain(reason.available),
        "missing": _plain(reason.missing),
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
