"""Draws: who gets a place where there are fewer than applicants, in an order that anybody can check."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from points_engine.rulebook.kinds import Draw, Number, Unknown, number_of
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import Values, in_force, with_day
from points_engine.rulebook.reasons import Reason, reasons_of
from points_engine.rulebook.traces import act_trace
from points_engine.rulebook.watching import was_asked
from points_engine.rulebook.windows import span


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks for a place: when, what rules may read about them, and on which days they won before."""

    id: str
    applied_at: datetime
    values: Values = field(default_factory=dict)
    won_on: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """The outcome: winners and those waiting, both in order, and why others are out."""

    rule: str
    winners: tuple[str, ...]
    waiting: tuple[str, ...]
    out: Mapping[str, tuple[Reason, ...]]
    trace: str


def drawn(pack: Pack, rule_id: str, applicants: Sequence[Applicant], day: date, seed: str = "") -> Drawn:
    """The places given out on `day`.

    A lottery sorts by the SHA-256 of the seed and the applicant's id: a seed published beforehand (the day's lottery
    numbers, say) lets anybody draw again.  Ties of a priority go to who applied first.
    """
    rule = pack.rules[rule_id]
    assert isinstance(rule, Draw), f"{rule_id} is not a draw"
    known = with_day(pack, day, {"act.applicants": len(applicants)})
    out: dict[str, tuple[Reason, ...]] = {}
    ranked: list[tuple[Any, str]] = []
    for applicant in applicants:
        values = {**known, **applicant.values}
        reasons = _reasons(pack, rule, applicant, day, values)
        if reasons:
            out[applicant.id] = reasons
        else:
            ranked.append((_rank(rule, applicant, values, seed), applicant.id))
    order = [applicant for _, applicant in sorted(ranked)]
    places = number_of(rule.places, known)
    count = 0 if isinstance(places, Unknown) else int(places)
    steps = [["draw", rule_id, len(applicants), min(count, len(order)), len(out)]]
    trace = act_trace(pack, rule, day, known, steps, rule.places)
    return Drawn(rule_id, tuple(order[:count]), tuple(order[count:]), out, trace)


def _reasons(pack: Pack, rule: Draw, applicant: Applicant, day: date, values: Values) -> tuple[Reason, ...]:
    if not in_force(rule, day, values):
        return (Reason(rule.id, None, "window"),)
    found = reasons_of(rule.id, rule.require, values)
    was_asked(rule.id, values)
    if rule.bar is not None and not any(condition(values) is True for condition in rule.unless):
        days = span(rule.bar, day, pack.fiscal_year_starts)
        if days is not None and any(days[0] <= won <= days[1] for won in applicant.won_on):
            found.append(Reason(rule.id, None, "winner"))
    return tuple(found)


def _rank(rule: Draw, applicant: Applicant, values: Values, seed: str) -> tuple[Number, object, str]:
    if rule.order == "lottery":
        return (0, hashlib.sha256(f"{seed}|{applicant.id}".encode()).hexdigest(), applicant.id)
    value = rule.by(values) if rule.order == "priority" and rule.by is not None else 0
    worth = -value if isinstance(value, (int, Fraction)) else 0
    return (worth, applicant.applied_at, applicant.id)
