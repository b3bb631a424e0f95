"""Transfers: whether points may go from one account to another, from which part, and with which last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from points_engine.rulebook.kinds import Number, Transfer, Unknown, number_of
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import Values, in_force, with_day
from points_engine.rulebook.reasons import Reason, reasons_of
from points_engine.rulebook.standings import blocks_of
from points_engine.rulebook.traces import act_trace


@dataclass(frozen=True, slots=True)
class Passage:
    """A transfer that is allowed: by which rule, whether lots keep their days, and which points may be drawn."""

    rule: str
    lots: str
    draws: tuple[str, ...]
    trace: str


def passage(
    pack: Pack, from_kind: str, to_kind: str, points: Number, day: date, values: Values
) -> Passage | tuple[Reason, ...]:
    """The rule that lets these points pass; else why none does: no such rule, or what each of them asks for.

    Of several rules that allow it, the one with the lowest priority number decides, then the first in reading order.
    """
    known = with_day(pack, day, {"act.offered": points, **values})
    reasons = [Reason(standing.id, standing.title, "standing") for standing in blocks_of(pack, "transfer", known)]
    if reasons:
        return tuple(reasons)
    rules = [rule for rule in pack.of_kind(Transfer) if (rule.from_kind, rule.to_kind) == (from_kind, to_kind)]
    for rule in sorted(rules, key=lambda each: each.priority):
        if not in_force(rule, day, known):
            continue
        found = [*reasons_of(rule.id, rule.require, known), *_out_of_bounds(rule, points, known)]
        if not found:
            steps = [["transfer", rule.id, points, points]]
            trace = act_trace(pack, rule, day, known, steps, rule.least, rule.most)
            return Passage(rule.id, rule.lots, rule.draws, trace)
        reasons += found
    return tuple(reasons) or (Reason("", None, "transfer"),)


def _out_of_bounds(rule: Transfer, points: Number, values: Values) -> list[Reason]:
    found: list[Reason] = []
    for bound, sign in ((rule.least, 1), (rule.most, -1)):
        number = None if bound is None else number_of(bound, values)
        if isinstance(number, Unknown):
            found.append(Reason(rule.id, None, "unknown"))
        elif number is not None and sign * (number - points) > 0:
            found.append(Reason(rule.id, None, "require", number, points, sign * (number - points)))
    return found
