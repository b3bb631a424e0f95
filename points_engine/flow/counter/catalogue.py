"""The catalogue of a pack: what its rewards have in common, so that many are quoted for the price of a few.

Rewards with the same conditions, the same price rule or the same limits share one evaluation.  Of the facts of an act
only the reward, its partner and the choice differ from one quote to the next; where rules read them, rewards with other
values are evaluated apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, cast

from points_engine.rulebook.kinds import Admit, Cap, Reward, Rule
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of

Given = tuple[tuple[str, str], ...]
"""Facts of an act with their values, by which rewards differ."""


class Listed(NamedTuple):
    """A reward with the numbers of what it shares with others.

    `given` are the facts that any rule about it reads, `deep` those that change measures, tiers and standings.
    """

    reward: Reward
    choice: str
    given: Given
    deep: Given
    place: int
    terms: int
    price: int
    pays: int
    limits: int  # 0: no limit is about it
    limits_alone: bool  # whether its limits have to be looked at for it alone


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The rewards of a pack by id, with who gives and who pays them."""

    listed: tuple[Listed, ...]
    alone: tuple[Listed, ...]  # those whose limits several people or several rewards share
    partners: tuple[str, ...]
    funds: tuple[str, ...]


def catalogue_of(pack: Pack) -> Catalogue:
    """The catalogue of a pack, made once."""
    return pack.once("catalogue", lambda: _catalogue(pack))


def _catalogue(pack: Pack) -> Catalogue:
    rewards = sorted(pack.of_kind(Reward), key=lambda each: each.id)
    deep = _names(rule for rule in pack.rules.values() if not isinstance(rule, (Reward, Admit, Cap)))
    general = [cap for cap in pack.of_kind(Cap) if cap.at == "redeem" and cap.limits == "times"]
    wide = deep | _names([*pack.of_kind(Admit), *pack.of_kind(Cap)])
    numbers: dict[Hashable, int] = {}

    def number(*shared: Hashable) -> int:
        return numbers.setdefault(shared, len(numbers) + 1)

    def entry(reward: Reward) -> Listed:
        choice = next(iter(reward.choose), "")
        facts = {"act.reward": reward.id, "act.partner": reward.partner, **({"act.choice": choice} if choice else {})}
        read = wide | _names([reward])
        given = tuple((name, value) for name, value in facts.items() if name in read)
        caps = (*reward.limits, *(cap for cap in general if not cap.applies_to or reward.id in cap.applies_to))
        return Listed(
            reward,
            choice,
            given,
            tuple((name, value) for name, value in given if name in deep),
            number("place", reward.partner, reward.outlets),
            number("terms", given, reward.when, reward.require),
            number("price", given, reward.prices),
            number("pays", given, cast("Hashable", reward.pays)),
            number("limits", given, reward.partner, tuple(map(_bound, caps))) if caps else 0,
            any(cap.each != "volunteer" or cap.applies_to for cap in caps),
        )

    listed = tuple(map(entry, rewards))
    return Catalogue(
        listed,
        tuple(each for each in listed if each.limits_alone),
        tuple(sorted({reward.partner for reward in rewards})),
        tuple(sorted({reward.fund for reward in rewards if reward.fund})),
    )


def _names(rules: Iterable[Rule]) -> frozenset[str]:
    return frozenset(name for rule in rules for each in expressions_of(rule) for name in each.names)


def _bound(cap: Cap) -> Hashable:
    """What a limit says, whatever it is called."""
    return (cap.limits, cap.at, cap.most, cap.over, cap.same, cap.each, cap.when, cap.from_day, cap.until_day)
