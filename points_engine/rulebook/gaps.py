"""Gaps and overlaps: values for which a tier has no level although it has some on both sides, or two groups at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from points_engine.rulebook.bounds import days_of_change
from points_engine.rulebook.disjoint import Says, said_by
from points_engine.rulebook.kinds import Number, Tier, TierStep
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.problems import Problem, problem
from points_engine.rulebook.vocabulary import DURATION, FACTS
from points_engine.rulebook.wording import duration, quantity

Stretch = tuple[Number, bool, Number | None, bool]
"""From where (and whether that is itself in it) up to where (None: without end)."""


def gaps(pack: Pack) -> Iterator[Problem]:
    """Every gap and overlap of the pack's tiers on the days on which a value changes, each told once."""
    told: set[tuple[str, str, str]] = set()
    for tier in pack.of_kind(Tier):
        for day in days_of_change(pack):
            for each in (*_between_groups(pack, tier, day), *_between_levels(pack, tier, day)):
                key = (tier.id, each.code, each.offending)
                if key not in told:
                    told.add(key)
                    yield each


def _between_groups(pack: Pack, tier: Tier, day: date) -> Iterator[Problem]:
    """The alternatives of one level, each for a group (by age, say): they lie side by side."""
    for step in tier.steps:
        alternatives = [said_by(pack, each, day) for each in step.reach if step.mode == "any"]
        facts = {says.fact for each in alternatives for says in each if says.most is not None and "." in says.fact}
        for fact in sorted(facts):
            stretches = [_stretch(each, fact) for each in alternatives]
            if all(stretch is not None for stretch in stretches):
                yield from _side_by_side(tier, step, fact, sorted(each for each in stretches if each is not None))


def _side_by_side(tier: Tier, step: TierStep, fact: str, stretches: list[Stretch]) -> Iterator[Problem]:
    for (_, _, end, end_in), (start, start_in, _, _) in pairwise(stretches):
        if end is None or start < end or (start == end and start_in and end_in):
            yield _told("tier_overlap", tier, step, fact, start, start)
        elif start > end or not (start_in or end_in):
            yield _told("tier_gap", tier, step, fact, end, start)


def _told(code: str, tier: Tier, step: TierStep, fact: str, start: Number, end: Number) -> Problem:
    bounds = {
        f"{name}{mark}": _shown(value, fact, step, language)
        for name, value in (("start", start), ("end", end))
        for mark, language in (("", "en"), ("_zh", "zh"))
    }
    return problem(
        step.reach[0].place, code, step.level, severity="warning", tier=tier.id, fact=fact, **bounds
    )  # fmt: skip


def _between_levels(pack: Pack, tier: Tier, day: date) -> Iterator[Problem]:
    """A level with an end whose next one begins later: in between somebody has neither."""
    for one, other in pairwise(tier.steps):
        if len(one.reach) != 1 or len(other.reach) != 1:
            continue
        mine, next_one = said_by(pack, one.reach[0], day), said_by(pack, other.reach[0], day)
        for fact in sorted({says.fact for says in mine if says.most is not None}):
            below, above = _stretch(mine, fact), _stretch(next_one, fact)
            if below is None or above is None or below[2] is None:
                continue
            end, start = below[2], above[0]
            if start > end or (start == end and not (below[3] or above[1])):
                yield _told("tier_gap", tier, other, fact, end, start)


def _stretch(says: list[Says], fact: str) -> Stretch | None:
    """The values of a fact that an alternative is for; None where it does not say from where."""
    least = next((each.least for each in says if each.fact == fact and each.least is not None), None)
    most = next((each.most for each in says if each.fact == fact and each.most is not None), None)
    if least is None:
        return None
    return (*least, None, False) if most is None else (*least, *most)


def _shown(value: Number, fact: str, step: TierStep, language: str) -> str:
    """A bound as it would be written: durations in hours and minutes."""
    scope = getattr(step.reach[0], "scope", {})
    unit = scope.get(fact, FACTS[fact].type if fact in FACTS else "")
    return duration(value, language) if unit == DURATION and isinstance(value, int) else quantity(value)
