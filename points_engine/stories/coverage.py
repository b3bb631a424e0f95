"""Coverage: which rules of a pack decided something while stories were played.

A rule counts when a decision's trace names it, or when a rule that counts reads it (a parameter, a measure).  A rule
that only refuses (who may publish, check in, redeem; a ceiling or a floor) counts when it refused or bounded something.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from points_engine.rulebook.edges import MOST, Shown, edges_of, shown_by, shown_by_refusal
from points_engine.rulebook.kinds import Cap, Expiry, Expression, Measure, Rule, Tier
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import in_force, with_day


def exercised_by(pack: Pack, traces: Iterable[str], refusals: Iterable[str], moved: Iterable[str]) -> frozenset[str]:
    """The ids of the pack's rules that count.

    `traces` are the decisions as canonical JSON, `refusals` the rules that refusals named, `moved` the parts of
    volunteers' accounts that anything was posted to.
    """
    found: set[str] = {rule for rule in refusals if rule in pack.rules}
    for text in traces:
        trace = json.loads(text)
        if trace.get("scheme") == pack.scheme:
            found |= _named(trace, pack)
    found |= _limits(pack, refusals) | _bounds(pack, set(moved))
    return frozenset(_with_what_they_read(pack, found))


def edges_shown(
    pack: Pack,
    traces: Iterable[str],
    compared: Iterable[tuple[str, str, str]],
    limited: Iterable[tuple[str, int, int]],
    moved: Iterable[str],
) -> frozenset[Shown]:
    """Where values stood against the pack's edges, in decisions, refusals with numbers, limits and ceilings.

    Who is refused by a limit that is used up has redeemed up to it before: such a refusal shows both sides.
    """
    found = set(shown_by(pack, traces))
    for rule, required, available in compared:
        numbers = _number(required), _number(available)
        if rule in pack.rules and numbers[0] is not None and numbers[1] is not None:
            found |= {*shown_by_refusal(pack, rule, numbers[0], numbers[1])}
    known = {edge.rule_id for edge in edges_of(pack)}
    for rule, used, most in limited:
        if rule in known:
            found |= {Shown(rule, MOST, used + 1, most)} | ({Shown(rule, MOST, used, most)} if used else set())
    over = _bounds(pack, set(moved))
    for cap in pack.of_kind(Cap):
        if cap.limits == "balance" and cap.most is not None:
            found.add(Shown(cap.id, MOST, 1 if cap.id in over else 0, 0))
    return frozenset(found)


def _number(text: str) -> Fraction | None:
    try:
        return Fraction(text)
    except ValueError:
        return None


def _named(trace: Mapping[str, Any], pack: Pack) -> set[str]:
    named = {used["id"] for used in trace.get("rules", ())} | set(trace.get("parameters", {}))
    named |= {str(step[1]) for step in trace.get("steps", ())} | set(trace.get("facts", {}))
    if trace.get("lots"):
        day, facts = date.fromisoformat(trace["day"]), trace.get("facts", {})
        known = with_day(pack, day, facts)
        named |= {rule.id for rule in [each for each in pack.of_kind(Expiry) if in_force(each, day, known)][:1]}
    if trace.get("tiers"):
        named |= {rule.id for rule in pack.of_kind(Tier)}
    return named & pack.rules.keys()


def _limits(pack: Pack, refusals: Iterable[str]) -> set[str]:
    """A reward's own limits are called after it."""
    return {refused.rpartition("_limit_")[0] for refused in refusals} & pack.rules.keys()


def _bounds(pack: Pack, moved: set[str]) -> set[str]:
    found = set()
    for cap in pack.of_kind(Cap):
        if cap.limits == "balance" and (
            (cap.most is not None and cap.excess == "route" and cap.route in moved)
            or (cap.least is not None and "debt" in moved)
        ):
            found.add(cap.id)
    return found


def _with_what_they_read(pack: Pack, found: set[str]) -> set[str]:
    waiting = list(found)
    while waiting:
        for name in _read_by(pack.rules[waiting.pop()]):
            if name in pack.rules and name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _read_by(rule: Rule) -> Iterator[str]:
    for field in rule.__dataclass_fields__:
        yield from _names(getattr(rule, field))


def _names(value: object) -> Iterator[str]:
    if isinstance(value, (str, int, type(None), Measure)):
        return
    if isinstance(value, tuple):
        for each in value:
            yield from _names(each)
    elif hasattr(value, "names") and hasattr(value, "source"):
        expression: Expression = value  # type: ignore[assignment]
        yield from expression.names
    elif hasattr(value, "__dataclass_fields__"):
        for field in value.__dataclass_fields__:
            yield from _names(getattr(value, field))
