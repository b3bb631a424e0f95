"""Settlements: what a partner gets for the points that it collected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from points_engine.rulebook.kinds import Number, Settle, Unknown, number_of
from points_engine.rulebook.measures import whole
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import Values, in_force, with_day
from points_engine.rulebook.traces import act_trace
from points_engine.rulebook.windows import span


@dataclass(frozen=True, slots=True)
class Settled:
    """Money in minor units for the points of a window, or points given out again, in the smallest unit."""

    rule: str
    since: date
    until: date
    points: int
    money: int
    reissued: int
    trace: str


def settled(pack: Pack, rule_id: str, day: date, points: int, values: Values | None = None) -> Settled | None:
    """What `points` (smallest units) collected in the window around `day` come to.

    None where the rule does not apply or a number is unknown.  Fractions of a minor unit, and of the smallest unit of
    points, are dropped.
    """
    rule = pack.rules[rule_id]
    assert isinstance(rule, Settle), f"{rule_id} is not a settlement"
    known = with_day(pack, day, values or {})
    days = span(rule.over, day, pack.fiscal_year_starts)
    rate = number_of(rule.rate, known)
    part: Number | Unknown = 0 if rule.reissue is None else number_of(rule.reissue, known)
    if days is None or not in_force(rule, day, known) or isinstance(rate, Unknown) or isinstance(part, Unknown):
        return None
    money, reissued = int(points * rate // 10**pack.scale), int(points * part // 1)
    unit = 10**pack.scale
    steps = [["settle", rule_id, whole(Fraction(points, unit)), money, whole(Fraction(reissued, unit))]]
    trace = act_trace(pack, rule, day, known, steps, rule.rate, rule.reissue)
    return Settled(rule_id, *days, points, money, reissued, trace)
