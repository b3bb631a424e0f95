"""A quote is what a hold would be answered: for every reward, whoever asks, wherever and whenever."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from points_engine.errors import Refusal
from points_engine.flow.counter.holds import CancelHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.money.openings import OpenBalance
from points_engine.reading import Reader, offers
from tests.engine import packs
from tests.engine.towns import Town

REWARDS = """
- parameter: half
  measured_in: number
  values: {2024-01-01: 2}
- cap: one_shop
  limits: times
  at: redeem
  most: "per_month + half"
  over: month
  same: [partner]
- cap: teas_together
  limits: times
  at: redeem
  most: half
  over: month
  applies_to: [tea_1, tea_2]
- admit: no_mugs_for_strangers
  at: [redeem]
  require:
    - that: "act.reward != 'mug_3' or lifetime_time >= star_time"
      say: {zh: 时长不足, en: "{required} wanted, {available} there"}
- reward: basket
  category: commerce
  partner: shop
  price: [{points: per_hour, when: ["act.choice == 'bread'"]}, {points: most}]
  choose: {cake: {zh: 糕, en: Cake}, bread: {zh: 包, en: Bread}}
- reward: family
  category: commerce
  partner: shop
  price: per_hour
  limits: [{most: half, over: month, each: unit}]
- reward: till_only
  category: commerce
  partner: shop
  outlets: [till]
  price: per_hour
  limits: [{most: half, over: month, same: [outlet]}]
- reward: early
  from: 2026-04-01
  category: commerce
  partner: shop
  price: per_hour
"""

KINDS = """
- reward: mug_{n}
  category: commerce
  partner: shop
  price: "{price} * per_hour"
  stock: {stock}
- reward: tea_{n}
  category: commerce
  partner: shop
  price: per_hour
  limits: [{{most: half, over: month}}]
- reward: star_{n}
  category: culture_tourism
  partner: museum
  price: per_hour
  require:
    - that: lifetime_time >= star_time
- reward: paid_{n}
  category: culture_tourism
  partner: museum
  price: per_hour
  fund: community
  pays: "{fund} * rates"
"""

MORE = (
    REWARDS
    + packs.SHELVES.format(stock=2)
    + "".join(
        KINDS.format(n=n, price=price, stock=stock, fund=fund)
        for n, (price, stock, fund) in enumerate([(1, 1, 1), (1, 2, 400), (7, 3, 600), (60, 9, 1)])
    )
)


SHELVED = ("jam", "honey")
"""Of which each outlet has its own stock: a quote for none is that of the one with most."""


def answers(town: Town, number: str, outlet: str) -> dict[str, tuple[object, ...]]:
    """What a quote says of every reward: code, price in points, and the facts of the refusal."""
    with Reader(town.store, lambda: town.now).open() as view:
        return {
            each.reward.id: (each.code, each.points if each.is_possible else None, _facts(each.refusal))
            for each in offers.quotes(view, number, outlet)
        }


def _facts(refusal: Refusal | None) -> object:
    return None if refusal is None else (refusal.code, refusal.facts, refusal.sentence("zh"), refusal.sentence("en"))


def held(town: Town, number: str, reward: str, outlet: str) -> tuple[object, ...]:
    """What a hold of it is answered; one that was placed is let go again."""
    choice = "bread" if reward == "basket" else ""
    outcome = town.do(PlaceHold(number, "town", reward, outlet, choice=choice))
    if isinstance(outcome.error, Refusal):
        return outcome.error.code, None, _facts(outcome.error)
    done = outcome.expect()
    town.accepted(CancelHold(done["code"]))
    return "", done["points"], None


def check(town: Town, outlet: str, numbers: tuple[str, ...] = ("mei", "lan")) -> set[str]:
    """Every quote against its hold; answers the codes that came up."""
    seen: set[str] = set()
    for number in numbers:
        quoted = answers(town, number, outlet)
        for reward, said in quoted.items():
            if reward in SHELVED and not outlet:
                at_each = [held(town, number, reward, each) for each in ("till", "till-2")]
                assert said in at_each, (number, reward, town.now)
                assert (said[0] == "") == any(each[0] == "" for each in at_each)
            else:
                assert said == held(town, number, reward, outlet), (number, reward, outlet, town.now)
            seen.add(str(said[0]))
    return seen


@pytest.mark.parametrize("seed", range(3))
def test_a_quote_says_what_a_hold_would_be_answered(seed: int) -> None:
    chance = random.Random(seed)
    books = Town(town=packs.town(more=MORE))
    try:
        books.volunteer("mei", home_unit="riverside")
        books.volunteer("lan", home_unit="riverside")
        books.accepted(OpenBalance("mei", "town", chance.randint(12, 30), 1))
        rewards = sorted(rule for rule in answers(books, "mei", ""))
        seen: set[str] = set()
        for step in range(4):
            for _ in range(6):
                reward, number = chance.choice(rewards), chance.choice(["mei", "mei", "lan"])
                done = books.do(
                    PlaceHold(number, "town", reward, "till" if reward in SHELVED or chance.random() < 0.6 else "",
                              choice="bread" if reward == "basket" else "")
                )  # fmt: skip
                if done.status == "accepted" and chance.random() < 0.5:
                    outlet = "gate" if reward.startswith(("star", "paid", "seat", "class", "perk")) else "till"
                    books.do(ConfirmHold(done.result["code"], outlet))
            seen |= check(books, chance.choice(["", "till", "till-2", "gate", "nowhere"]))
            books.now += timedelta(minutes=chance.choice([10, 31, 60 * 24 * 20]))
            if step == 1:
                books.serve("2026-03-01 09:00", 400)
                books.accepted(MoveStock("town", "mug_0", "donated", 2))
        assert {"", "insufficient_points"} <= seen
        books.assert_sound()
    finally:
        books.store.close()
