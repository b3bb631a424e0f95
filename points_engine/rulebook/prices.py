"""Prices: what one item of a reward costs the volunteer, and what the fund owes the partner for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from points_engine.rulebook.kinds import PriceStep, Reward, Rule, Unknown, number_of
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.plans import plan_of, texts_of
from points_engine.rulebook.privacy import is_shown
from points_engine.rulebook.traces import canonical, rows_used
from points_engine.rulebook.watching import was_asked

Values = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Price:
    """What one item costs: points in the smallest unit, and money in minor units on top."""

    points: int
    money: int
    trace: str


def price(pack: Pack, reward_id: str, day: date, values: Values) -> Price | None:
    """The first price whose conditions hold; None where the reward is not for this person or day.

    What is finer than the smallest unit is rounded up.
    """
    reward = pack.rules.get(reward_id)
    if not isinstance(reward, Reward):
        return None
    known = with_day(pack, day, values)
    was_asked(reward_id, known)
    if not in_force(reward, day, known):
        return None
    found = cost_of(pack, reward, known)
    if found is None:
        return None
    number, units, minor = found
    return Price(units, minor, _price_trace(pack, reward, number, reward.prices[number], day, known, units, minor))


def cost_of(pack: Pack, reward: Reward, known: Values) -> tuple[int, int, int] | None:
    """Which of its prices a reward in force has, with the points and the money of one item; None where none applies."""
    for number, step in enumerate(reward.prices):
        if all(condition(known) is True for condition in step.when):
            points, money = step.points(known), 0 if step.money is None else step.money(known)
            if isinstance(points, Unknown) or isinstance(money, Unknown):
                return None
            return number, _up(points, 10**pack.scale), _up(money, 1)
    return None


def payment(pack: Pack, reward: Reward, day: date, values: Values) -> int | None:
    """What the fund owes the partner for one item, in minor units; None while that is unknown."""
    pays = number_of(reward.pays, with_day(pack, day, values))
    return None if isinstance(pays, Unknown) else int(pays)


def in_force(rule: Rule, day: date, values: Values) -> bool:
    """Whether a rule's dates include `day` and its conditions are known to hold."""
    if rule.from_day is not None and day < rule.from_day:
        return False
    if rule.until_day is not None and day > rule.until_day:
        return False
    return all(condition(values) is True for condition in rule.when)


def with_day(pack: Pack, day: date, values: Values) -> dict[str, object]:
    """The values, with the parameters and the calendar of the day under them."""
    return {**plan_of(pack).base(day), "act.today": day, **values}


def _up(value: object, units: int) -> int:
    assert isinstance(value, (int, Fraction)), "a price is a number"
    return -(-value * units // 1)


def _price_trace(
    pack: Pack, reward: Reward, number: int, step: PriceStep, day: date, values: Values, points: int, money: int
) -> str:
    """The decision about a price, in the form of a fold's trace."""
    asked = [each for each in (step.points, step.money, *step.when, *reward.when) if each is not None]
    names = {name for expression in asked for name in expression.names}
    cited = plan_of(pack).cited(day)
    trace: dict[str, Any] = {
        "day": day.isoformat(), "money": money, "pack": pack.hash, "points": points, "reward": reward.id,
        "rules": [{"id": reward.id}], "scheme": pack.scheme, "steps": [["price", reward.id, number, points, money]],
    }  # fmt: skip
    facts = {name: values[name] for name in names if name in values and name not in cited and is_shown(name)}
    texts = [texts_of(expression) for expression in asked]
    parameters = {name: rows_used(cited[name], values, *texts) for name in names if name in cited}
    if facts:
        trace["facts"] = facts
    if parameters:
        trace["parameters"] = parameters
    return canonical(trace)
