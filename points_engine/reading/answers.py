"""Why: the level that somebody has, what a reward costs or why it cannot be had, each with what it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from points_engine.errors import NotFound
from points_engine.flow.admission import fold_state, values_for
from points_engine.flow.counter.offers import Wish, offer_needs
from points_engine.flow.entities import Hold, HoldCode
from points_engine.flow.people.households import member_on
from points_engine.flow.people.lookup import subject, the_volunteer
from points_engine.flow.rules import rule_history, schemes
from points_engine.reading.offers import quote
from points_engine.reading.view import View
from points_engine.rulebook.answering import answer
from points_engine.rulebook.answers import reward_answer, tier_answers
from points_engine.rulebook.kinds import Reward
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.sentences import explanation


@dataclass(frozen=True, slots=True)
class Answer:
    """A level, a price or a refusal: a sentence for the volunteer, the steps in words, and the trace itself.

    `refusal` is the code of what the counter says no for although the rules would allow it: stock, limits, balance.
    """

    scheme: str
    sentence: str
    steps: tuple[str, ...]
    trace: dict[str, Any]
    refusal: str = ""


def levels(view: View, number: str, language: str) -> list[Answer]:
    """Every tier of every scheme: the level of somebody today, and what is missing for the next one.

    Raises: NotFound.
    """
    volunteer = view.ask(lambda desk: the_volunteer(desk, number))
    return [
        _answer(pack, trace, language)
        for pack, day in _packs(view)
        for trace in tier_answers(
            pack,
            view.ask(lambda desk: subject(desk, volunteer)),
            view.ask(lambda desk, code=pack.scheme, day=day: fold_state(desk, code, volunteer.id, day)),  # type: ignore[misc]
            day,
            view.ask(lambda desk, code=pack.scheme, day=day: member_on(desk, code, volunteer.id, day)),  # type: ignore[misc]
        )
    ]


def wish(view: View, number: str, reward: str, language: str) -> list[Answer]:
    """What a reward costs somebody now or why it cannot be had, for every scheme that offers one of this name.

    Raises: NotFound (volunteer, reward).
    """
    volunteer = view.ask(lambda desk: the_volunteer(desk, number))
    found = []
    for pack, day in _packs(view):
        rule = pack.rules.get(reward)
        if not isinstance(rule, Reward):
            continue
        asked = Wish(number, pack.scheme, reward)
        view.require(lambda desk, asked=asked: offer_needs(desk, asked))  # type: ignore[misc]
        facts = {"act.today": day, "act.reward": reward, "act.quantity": 1, "act.partner": rule.partner}
        values = view.ask(
            lambda desk, pack=pack, day=day, facts=facts: values_for(desk, pack, volunteer, day, facts)  # type: ignore[misc]
        )
        told = _answer(pack, reward_answer(pack, reward, day, values), language)
        refusal = None if "act" in told.trace else quote(view, pack, rule, asked).refusal
        if refusal is not None:
            said = f"{told.sentence} — {refusal.sentence(language)}"
            told = Answer(told.scheme, said, told.steps, told.trace, refusal.code)
        found.append(told)
    if not found:
        raise NotFound(what="reward", code=reward)
    return found


def voucher(view: View, code: str, language: str) -> Answer | None:
    """The price that a hold was placed at, by the code of its voucher; None where there is no such code."""
    named = view.one(HoldCode, code)
    hold = None if named is None else view.one(Hold, named.hold_id)
    if hold is None or not hold.trace:
        return None
    return _answer(view.pack(json.loads(hold.trace)["pack"]), hold.trace, language)


def _packs(view: View) -> Iterator[tuple[Pack, Any]]:
    """The pack of every scheme that is in force now, with the day that it is there."""
    for scheme in view.ask(schemes):
        history = view.ask(lambda desk, code=scheme.code: rule_history(desk, code))  # type: ignore[misc]
        if not history.versions:
            continue
        day = view.now.astimezone(history.versions[-1][1].zone).date()
        if history.versions[0][0] <= day:
            yield history.on(day), day


def _answer(pack: Pack, trace: str, language: str) -> Answer:
    steps = tuple(explanation(pack, trace, language))
    return Answer(pack.scheme, answer(pack, trace, language), steps, json.loads(trace))
