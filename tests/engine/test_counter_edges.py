"""Edges of the counter that no story comes to: outlets, choices, limits that are shut, shared or alike, notes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from points_engine.errors import InvalidValue
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.counter.visits import OpenVisit, RewardTaken
from points_engine.flow.money.openings import OpenBalance
from points_engine.reading import Reader, offers
from tests.engine import packs
from tests.engine.towns import Town, closing

MORE = """
- parameter: shut
  measured_in: number
  values: {2024-01-01: 0}
- parameter: once
  measured_in: number
  values: {2024-01-01: 1}
- parameter: rich
  measured_in: points
  values: {2024-01-01: 10}
- parameter: dear
  measured_in: points
  values: {2024-01-01: 1000}
- reward: a_dear
  category: commerce
  partner: shop
  price: dear
- reward: bag_1
  category: commerce
  partner: shop
  price: per_hour
  limits: [{most: shut, over: month}]
- reward: bag_2
  category: commerce
  partner: shop
  price: per_hour
  limits: [{most: shut, over: month}]
- reward: bag_3
  category: commerce
  partner: shop
  price: per_hour
  limits: [{most: once, over: month}]
- reward: pan_1
  category: commerce
  partner: shop
  price: per_hour
  limits: [{most: once, over: month, each: unit}]
- reward: pan_2
  category: commerce
  partner: shop
  price: per_hour
  limits: [{most: once, over: month, each: unit}]
- reward: till_only
  category: commerce
  partner: shop
  outlets: [till]
  price: per_hour
- reward: basket
  category: commerce
  partner: shop
  price: per_hour
  choose: {cake: {zh: 糕, en: Cake}, bread: {zh: 包, en: Bread}}
- reward: for_savers
  category: commerce
  partner: shop
  price: per_hour
  require:
    - that: account.balance >= rich
      say: {zh: 积分不足十分, en: fewer than ten points}
"""


@pytest.fixture
def shop() -> Iterator[Town]:
    """Give a town with more rewards, and twelve points for mei and for lan."""
    for town in closing(Town(town=packs.town(more=MORE))):
        for number in ("mei", "lan"):
            town.volunteer(number, home_unit="riverside")
            town.accepted(OpenBalance(number, "town", 11, 1))
        yield town


def quoted(town: Town, number: str = "mei") -> dict[str, str]:
    """The code that a quote answers for every reward."""
    with Reader(town.store, lambda: town.now).open() as view:
        return {each.reward.id: each.code for each in offers.quotes(view, number, "")}


def test_a_quote_names_every_reward_that_is_offered_and_keeps_limits_apart(shop: Town) -> None:
    said = quoted(shop)
    assert set(said) >= {
        "bag_1",
        "bag_2",
        "bag_3",
        "pan_1",
        "pan_2",
        "till_only",
        "basket",
        "for_savers",
        "cup",
        "seat",
    }
    assert said["a_dear"] == "insufficient_points"
    assert (said["bag_1"], said["bag_2"], said["bag_3"]) == ("limit_reached", "limit_reached", "")


def test_two_rewards_with_limits_alike_are_each_used_up_alone(shop: Town) -> None:
    shop.hold("pan_1", number="lan")
    said = quoted(shop)
    assert (said["pan_1"], said["pan_2"]) == ("limit_reached", "")
    assert shop.refused(PlaceHold("mei", "town", "pan_1")) == "limit_reached"
    shop.hold("pan_2")


def test_what_is_set_aside_belongs_to_the_balance_and_can_not_be_spent(shop: Town) -> None:
    shop.hold("bag_3")
    assert quoted(shop)["for_savers"] == ""
    shop.accepted(ConfirmHold(shop.hold("for_savers"), "till"))
    shop.accepted(ConfirmHold(shop.hold("till_only"), "till"))
    shop.accepted(ConfirmHold(shop.hold("till_only"), "till"))
    assert quoted(shop)["for_savers"] == "not_eligible"


def test_a_reward_of_one_outlet_is_given_there_and_nowhere_else(shop: Town) -> None:
    assert shop.refused(PlaceHold("mei", "town", "till_only", "till-2")) == "wrong_outlet"
    shop.hold("till_only", outlet="till")
    shop.hold("cup", outlet="till-2")


def test_a_choice_that_is_missing_is_shown_as_missing(shop: Town) -> None:
    outcome = shop.do(PlaceHold("mei", "town", "basket"))
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.facts["value"]) == ("invalid_value", "—")


def test_a_move_of_stock_keeps_its_reason_where_one_is_given(shop: Town) -> None:
    shop.accepted(MoveStock("town", "cup", "bought", 2))
    shop.accepted(MoveStock("town", "cup", "lost", 1, reason="broken"))
    rows = shop.query("SELECT m.kind, n.text FROM stock_move AS m LEFT JOIN note AS n ON n.id = m.note_id "
                      "WHERE m.kind <> 'opening' ORDER BY m.id")  # fmt: skip
    assert [tuple(row) for row in rows] == [("bought", None), ("lost", "broken")]


def test_staff_neither_fetch_for_others_nor_are_fetched_for_without_a_code(shop: Town) -> None:
    assert shop.refused(OpenVisit("mei", "till", fetched_by="lan"), by="lan") == "forbidden"
    assert shop.refused(OpenVisit("mei", "till", fetched_by="lan"), by="volunteer:mei") == "forbidden"
    shop.accepted(OpenVisit("mei", "till", fetched_by="lan"))


@pytest.mark.parametrize(
    ("field", "values"),
    [("quantity", (0, -1, 1.5)), ("choice", ("a b",)), ("asked_minor", (-1,)), ("offered", (Fraction(-1),))],
)
def test_a_reward_that_is_taken_is_checked_like_one_that_is_held(field: str, values: tuple[object, ...]) -> None:
    for value in values:
        with pytest.raises(InvalidValue) as refused:
            RewardTaken("town", "cup", **{field: value})  # type: ignore[arg-type]
        assert refused.value.facts["field"] == field
