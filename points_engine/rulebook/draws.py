"""Draws: who gets a place where there are fewer than applicants, in an order that anybody can check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class Claim:
    """What a draw's rule says about one applicant, whoever else applies.

    Why they are out; whether the bar on recent winners spares them; what they are worth where some go first.
    """

    reasons: tuple[Reason, ...]
    is_spared: bool
    worth: Number


def claim_of(pack: Pack, rule: Draw, day: date, values: Values) -> Claim:
    """The claim of somebody with these values to a place given out on `day`."""
    if not in_force(rule, day, values):
        return Claim((Reason(rule.id, None, "window"),), False, 0)
    reasons = tuple(reasons_of(rule.id, rule.require, values))
    was_asked(rule.id, values)
    spared = any(condition(values) is True for condition in rule.unless)
    value = rule.by(values) if rule.by is not None else 0
    return Claim(reasons, spared, value if isinstance(value, (int, Fraction)) else 0)


def is_barred(pack: Pack, rule: Draw, day: date, won_on: Iterable[date], *, is_spared: bool) -> bool:
    """Whether an earlier win keeps somebody from a place given out on `day`."""
    if rule.bar is None or is_spared:
        return False
    days = span(rule.bar, day, pack.fiscal_year_starts)
    return days is not None and any(days[0] <= won <= days[1] for won in won_on)


def lot(seed: str, applicant: str) -> str:
    """The lot of an applicant: the SHA-256, in hexadecimal, of the seed, a bar and the applicant's id."""
    return hashlib.sha256(f"{seed}|{applicant}".encode()).hexdigest()


def drawn(pack: Pack, rule_id: str, applicants: Sequence[Applicant], day: date, seed: str = "") -> Drawn:
    """The places given out on `day`.

    A lottery sorts by lots, among those of equal worth where the rule says `by` what: a seed that was committed to
    beforehand lets anybody draw again.  Ties of a priority go to who applied first.
    """
    rule = pack.rules[rule_id]
    assert isinstance(rule, Draw), f"{rule_id} is not a draw"
    known = with_day(pack, day, {"act.applicants": len(applicants)})
    out: dict[str, tuple[Reason, ...]] = {}
    ranked: list[tuple[Any, str]] = []
    for applicant in applicants:
        claim = claim_of(pack, rule, day, {**known, **applicant.values})
        reasons = claim.reasons
        if is_barred(pack, rule, day, applicant.won_on, is_spared=claim.is_spared):
            reasons = (*reasons, Reason(rule.id, None, "winner"))
        if reasons:
            out[applicant.id] = reasons
        else:
            ranked.append((rank(rule, claim.worth, seed, applicant.id, applicant.applied_at), applicant.id))
    order = [applicant for _, applicant in sorted(ranked)]
    places = number_of(rule.places, known)
    count = 0 if isinstance(places, Unknown) else int(places)
    steps = [["draw", rule_id, len(applicants), min(count, len(order)), len(out)]]
    trace = act_trace(pack, rule, day, known, steps, rule.places)
    return Drawn(rule_id, tuple(order[:count]), tuple(order[count:]), out, trace)


def rank(rule: Draw, worth: Number, seed: str, applicant: str, arrival: Any) -> tuple[Number, Any, str]:
    """What applicants are sorted by: what they are worth, then the lot, or who came first."""
    return (-worth, lot(seed, applicant) if rule.order == "lottery" else arrival, applicant)
