"""What a pack says that can never come true, or that nothing has shown: findings that need the rules taken together.

Each finding is certain under the pack's own caps and values; where they do not settle a question, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Literal

from points_engine.rulebook.bounds import (
    days_of_change,
    is_general,
    most_minutes,
    most_points,
    number_on,
    parameters_on,
    parts_of,
)  # fmt: skip
from points_engine.rulebook.comparing import diff
from points_engine.rulebook.disjoint import are_disjoint
from points_engine.rulebook.edges import Shown, edges_of, missing_sides, side_words
from points_engine.rulebook.kinds import Award, Cap, Expiry, Number, Place, Reward, Rule, Tier, Window
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of
from points_engine.rulebook.problems import Problem, nearest
from points_engine.rulebook.trees import Binary, Items, Name, Tree, parts
from points_engine.rulebook.trees import Literal as Written
from points_engine.rulebook.wording import duration

CATALOGUE: Mapping[str, tuple[str, str]] = {
    "cap_never_binds": (
        "上限“{offending}”永远不起作用：{why_zh}",
        "the cap '{offending}' can never bind: {why}",
    ),
    "reward_unreachable": (
        "没有人能兑换“{offending}”：{why_zh}",
        "nobody can ever have '{offending}': {why}",
    ),
    "unknown_level": (
        "没有任何等级规则给出等级“{offending}”",
        "no tier of this pack has a level '{offending}'",
    ),
    "past_value": (
        "“{offending}”在生效日 {start} 之前的取值被改动（{since} 起由 {before_zh} 改为 {after_zh}）",
        "'{offending}' is changed before the pack's first day, {start} (from {since}: {after} instead of {before})",
    ),
    "edge_untested": (
        "界限“{offending}”没有{side_zh}的示例",
        "no example shows '{offending}' {side}",
    ),
    "unstated_combination": (
        "“{offending}”与“{other}”可能同时适用，却没有规则（group）说明如何合并",
        "'{offending}' and '{other}' can apply to the same occasion, and no group says how they combine",
    ),
}
"""Every code with its sentence in Chinese and in English, in the form of `problems.CATALOGUE`."""


def _problem(
    place: Place,
    code: str,
    offending: str,
    *,
    severity: Literal["error", "warning"] = "warning",
    among: Iterable[str] = (),
    **facts: object,
) -> Problem:
    zh, en = CATALOGUE[code]
    return Problem(
        place, code, zh.format(offending=offending, **facts), en.format(offending=offending, **facts),
        offending, nearest(offending, among), severity,
    )  # fmt: skip


def doubts(pack: Pack, *, before: Pack | None = None, shown: Iterable[Shown] | None = None) -> tuple[Problem, ...]:
    """Everything unreachable or unshown, in reading order.

    `before` is the version that this one replaces; `shown` what the examples exercised (see `edges.shown_by`).  Without
    them the findings that need them are left out.
    """
    found = [one for check in CHECKS for one in check(pack)]
    if before is not None:
        found += _past_values(before, pack)
    if shown is not None:
        found += _edges(pack, frozenset(shown))
    files = {rule.place.file: index for index, rule in reversed([*enumerate(pack.rules.values())])}
    found.sort(key=lambda one: (files.get(one.place.file, 0), one.place.line, one.place.column))
    return tuple(dict.fromkeys(found))


# caps


def _caps(pack: Pack) -> Iterator[Problem]:
    """A cap above all that the other rules let through on every day."""
    for cap in pack.of_kind(Cap):
        if cap.most is None or (cap.over.kind == "record" and cap.limits != "minutes"):
            continue
        reasons = [_never_binds(pack, cap, day) for day in days_of_change(pack)]
        first = reasons[0]
        if first is not None and all(reason is not None for reason in reasons):
            yield _problem(cap.place, "cap_never_binds", cap.id, why=first[1], why_zh=first[0])


def _never_binds(pack: Pack, cap: Cap, day: date) -> tuple[str, str] | None:
    most = number_on(pack, cap.most, day)
    if most is None or cap.limits == "balance" or cap.each != "volunteer":
        return None  # what several people may have together has no bound here
    awards = frozenset(cap.applies_to) or frozenset(rule.id for rule in pack.of_kind(Award))
    if cap.limits == "times":
        return _less(_most_times(pack, cap, day), most, "次", "times")
    if cap.limits == "minutes":
        return _less(most_minutes(pack, cap.over, day, awards, cap.id), most, "分钟", "minutes")
    return _less(most_points(pack, cap.over, day, awards, cap.id), most, "分", "points")


def _less(bound: Number | None, most: Number, zh: str, en: str) -> tuple[str, str] | None:
    """Why a bound that holds anyway makes a cap idle; where both are the same, either may go, and the cap stays."""
    if bound is None or bound >= most:
        return None
    told = f"{Fraction(bound)} {zh}", f"{Fraction(bound)} {en}"
    if en == "minutes" and isinstance(bound, int):
        told = duration(bound, "zh"), duration(bound, "en")
    return f"其他规则最多只容许 {told[0]}", f"the other rules let {told[1]} through at most"


def _most_times(pack: Pack, cap: Cap, day: date) -> Number | None:
    """What narrower caps on the same act, and on everything that this one counts, let through."""
    bounds: list[Number] = []
    for other in pack.of_kind(Cap):
        same = other.limits == "times" and other.at == cap.at and other.id != cap.id and is_general(other)
        if same and (not other.applies_to or (set(cap.applies_to) <= set(other.applies_to) and cap.applies_to)):
            most, parts = number_on(pack, other.most, day), parts_of(cap.over, other.over)
            if most is not None and parts is not None:
                bounds.append(most * parts)
    return min(bounds) if bounds else None


# rewards


def _rewards(pack: Pack) -> Iterator[Problem]:
    """A reward that on every day costs more than anybody can have, or asks for what never holds."""
    for reward in pack.of_kind(Reward):
        reasons = [_out_of_reach(pack, reward, day) for day in _days_of(reward, pack)]
        first = next(iter(reasons), None)
        if first is not None and all(reason is not None for reason in reasons):
            yield _problem(
                reward.place, "reward_unreachable", reward.id, severity="error", why=first[1], why_zh=first[0]
            )


def _days_of(rule: Rule, pack: Pack) -> list[date]:
    days = days_of_change(pack)
    begin, end = rule.from_day or date.min, rule.until_day or date.max
    inside = [day for day in days if begin <= day <= end]
    return inside if begin <= days[0] else [begin, *inside]


def _out_of_reach(pack: Pack, reward: Reward, day: date) -> tuple[str, str] | None:
    if reward.stock == 0 and not reward.has_shelves:  # outlets are stocked one by one
        return "库存为 0", "its stock is 0"
    known = parameters_on(pack, day)
    for condition in (*reward.when, *(one.that for one in reward.require)):
        if condition(known) is False:
            return f"“{condition.source}”总不成立", f"'{condition.source}' never holds"
    prices = [number_on(pack, step.points, day) for step in reward.prices]
    if not prices or any(price is None for price in prices):
        return None
    least = min(price for price in prices if price is not None)
    ceiling, earned = _ceiling(pack, day), _before_expiry(pack, day)
    price = Fraction(least)
    if ceiling is not None and price > ceiling:
        return f"价格 {price} 高于账户上限 {ceiling}", f"its price is {price}, and an account holds {ceiling} at most"
    if earned is not None and price > earned:
        return (
            f"价格 {price} 高于到期之前最多能得的 {earned}",
            f"its price is {price}, and {earned} at most can be earned before the points end",
        )
    return None


def _ceiling(pack: Pack, day: date) -> Number | None:
    """The least of the ceilings that hold for everybody on a day."""
    found = []
    for cap in pack.of_kind(Cap):
        if cap.limits == "balance" and cap.most is not None and not cap.when and _holds_on(cap, day):
            most = number_on(pack, cap.most, day)
            found += [most] if most is not None else []
    return min(found) if found else None


def _holds_on(rule: Rule, day: date) -> bool:
    return (rule.from_day or date.min) <= day <= (rule.until_day or date.max)


def _before_expiry(pack: Pack, day: date) -> Number | None:
    """The most that can be earned within the life of a point that ends with its window, or with a later one."""
    ends = [rule for rule in pack.of_kind(Expiry) if _holds_on(rule, day)]
    awards = frozenset(rule.id for rule in pack.of_kind(Award))
    if len(ends) != 1 or ends[0].when or not awards or not ends[0].ends.startswith("end_of_"):
        return None
    window = Window(ends[0].ends.removeprefix("end_of_"))
    each = most_points(pack, window, day, awards)
    return None if each is None else each * (ends[0].length + 1)


# tiers and groups


def _levels(pack: Pack) -> Iterator[Problem]:
    """A condition on a level that no tier gives."""
    levels = {step.level for tier in pack.of_kind(Tier) for step in tier.steps}
    for rule in pack.rules.values():
        for expression in expressions_of(rule):
            for start, level in _levels_named(expression.tree):
                if levels and level not in levels:
                    place = expression.scalar.place_of(start)
                    yield _problem(place, "unknown_level", level, severity="error", among=levels)


def _levels_named(tree: Tree) -> Iterator[tuple[int, str]]:
    if isinstance(tree, Binary) and isinstance(tree.left, Name) and tree.left.name == "volunteer.tier":
        for item in tree.right.items if isinstance(tree.right, Items) else (tree.right,):
            if isinstance(item, Written) and isinstance(item.value, str):
                yield item.start, item.value
    for part in parts(tree):
        yield from _levels_named(part)


def _combinations(pack: Pack) -> Iterator[Problem]:
    """Two awards for one occasion, both of which may apply, that no group brings together."""
    together = _together(pack)
    for one, other in combinations(pack.of_kind(Award), 2):
        pair = frozenset({one.id, other.id})
        is_stated = one.at != other.at or one.per != other.per or any(pair <= group for group in together)
        if not is_stated and not are_disjoint(one, other, pack):
            yield _problem(other.place, "unstated_combination", other.id, other=one.id)


def _together(pack: Pack) -> list[frozenset[str]]:
    """The rules that each rule with a way of combining names."""
    found = []
    for rule in pack.rules.values():
        if hasattr(rule, "combine"):
            values = (getattr(rule, one.name) for one in fields(rule))
            named = [frozenset(value) for value in values if isinstance(value, tuple) and value]
            found += [group for group in named if group <= pack.rules.keys()]
    return found


CHECKS: tuple[Callable[[Pack], Iterator[Problem]], ...] = (_caps, _rewards, _levels, _combinations)


# against another version, and against the examples


def _past_values(before: Pack, pack: Pack) -> Iterator[Problem]:
    """A value that counts for days before the version does: it would change what was decided under the old one."""
    for change in diff(before, pack).changes:
        if change.what == "past_value":
            yield _problem(
                pack.rules[change.rule_id].place, "past_value", change.rule_id, since=change.since,
                start=pack.effective_on, before=change.before.en, after=change.after.en,
                before_zh=change.before.zh, after_zh=change.after.zh,
            )  # fmt: skip


def _edges(pack: Pack, shown: frozenset[Shown]) -> Iterator[Problem]:
    """An edge that the examples show from one side only, or not at all."""
    for edge in edges_of(pack):
        for side in missing_sides(edge, shown):
            words = side_words(side)
            yield _problem(edge.place, "edge_untested", edge.source, side=words.en, side_zh=words.zh)
