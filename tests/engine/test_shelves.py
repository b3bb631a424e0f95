"""Shelves of outlets: each has its own stock, whatever is taken goes back to where it came from, and it all adds up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from points_engine.flow.counter.carrying import CarryStock
from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.offers import Wish
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.counter.stock import MoveStock
from points_engine.flow.counter.visits import OpenVisit, Redeem, RewardTaken
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Outcome
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.programme import PublishPack
from points_engine.flow.scarce.cancelling import CancelDraw
from points_engine.flow.scarce.draws import DrawNow, OpenDraw
from points_engine.flow.scarce.takings import DeclineOffer, TakeUpOffer
from points_engine.flow.scarce.tickets import EnterDraw
from points_engine.group_commit import GroupCommit
from points_engine.reading import Reader, offers, rewards
from points_engine.reading import stock as books
from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.towns import Town, closing

MORE = packs.SHELVES.format(stock=5) + packs.DRAWS
SEPARATE = packs.TOWN.replace("stock: 5", "stock: 5\n  stock_each: outlet")
"""The town's rules in which each outlet has its own cups."""


def a_town(url: str = "sqlite://") -> Town:
    town = Town(open_store(url, create=True), town=packs.town(more=MORE))
    for number in ("mei", "bo", "lan"):
        town.volunteer(number)
        town.accepted(OpenBalance(number, "town", 30, 1))
    return town


@pytest.fixture
def shop() -> Iterator[Town]:
    """Give a town whose shop has two outlets, each with five jars of jam and no honey."""
    yield from closing(a_town())


@pytest.fixture
def any_shop(database_url: str) -> Iterator[Town]:
    """Give it once on every database."""
    yield from closing(a_town(database_url))


def shelves(town: Town, reward: str = "jam") -> dict[str, tuple[int, int]]:
    """What can be promised and what is set aside, by outlet; nothing of shelves that nobody has touched."""
    rows = town.query("SELECT outlet, available, held FROM shelf WHERE reward = :r ORDER BY outlet", r=reward)
    return {outlet: (int(available), int(held)) for outlet, available, held in rows}


def test_each_outlet_takes_from_its_own_shelf_and_gives_back_to_it(any_shop: Town) -> None:
    town = any_shop
    here, there = town.hold("jam", 2, outlet="till"), town.hold("jam", 3, "bo", "till-2")
    assert shelves(town) == {"till": (3, 2), "till-2": (2, 3)}
    town.accepted(CancelHold(there))
    town.accepted(ConfirmHold(here, "till"))
    assert shelves(town) == {"till": (3, 0), "till-2": (5, 0)}
    town.accepted(RefundRedemption(here, "unwanted", quantity=1))
    assert shelves(town) == {"till": (4, 0), "till-2": (5, 0)}
    town.accepted(RefundRedemption(here, "broken", restock=False))
    assert shelves(town) == {"till": (4, 0), "till-2": (5, 0)}
    town.assert_sound()


def test_an_outlet_that_has_none_left_is_sold_out_whatever_the_others_have(shop: Town) -> None:
    shop.hold("jam", 5, outlet="till")
    assert shop.refused(PlaceHold("bo", "town", "jam", "till")) == "sold_out"
    assert shop.hold("jam", 5, "bo", "till-2")
    assert shop.refused(PlaceHold("lan", "town", "jam", "till-2")) == "sold_out"


def test_what_begins_with_nothing_is_sold_out_until_something_comes(shop: Town) -> None:
    assert shop.refused(PlaceHold("mei", "town", "honey", "till")) == "sold_out"
    moved = shop.accepted(MoveStock("town", "honey", "bought", 2, "till"))
    assert (moved["change"], moved["available"]) == (2, 2)
    assert shop.refused(PlaceHold("mei", "town", "honey", "till-2")) == "sold_out"
    shop.hold("honey", 2, outlet="till")
    shop.assert_sound()


def test_the_sweep_brings_items_back_to_their_shelf(shop: Town) -> None:
    code = shop.hold("jam", 4, outlet="till-2")
    shop.now += timedelta(minutes=31)
    shop.accepted(ExpireHold(code))
    assert shelves(shop) == {"till-2": (5, 0)}


def test_a_visit_takes_from_the_shelf_of_its_outlet(shop: Town) -> None:
    visit = shop.accepted(OpenVisit("mei", "till-2"))["visit"]
    shop.accepted(Redeem(visit, (RewardTaken("town", "jam", 2), RewardTaken("town", "cup"))))
    assert shelves(shop) == {"till-2": (3, 0)}
    assert shelves(shop, "cup") == {"": (4, 0)}
    visit = shop.accepted(OpenVisit("bo", "till-2"))["visit"]
    assert shop.refused(Redeem(visit, (RewardTaken("town", "jam", 4),))) == "sold_out"
    shop.assert_sound()


def test_items_go_from_one_outlet_to_another(any_shop: Town) -> None:
    town = any_shop
    town.hold("jam", 2, outlet="till")
    carried = town.accepted(CarryStock("town", "jam", 3, "till", "till-2", "none left there"))
    assert carried["left"] == {"outlet": "till", "available": 0, "on_shelf": 2}
    assert carried["arrived"] == {"outlet": "till-2", "available": 8, "on_shelf": 8}
    assert shelves(town) == {"till": (0, 2), "till-2": (8, 0)}
    moves = town.query("SELECT shelf, change, carried FROM stock_move WHERE kind = 'carried' ORDER BY change")
    assert [tuple(row) for row in moves] == [("till", -3, carried["move"]), ("till-2", 3, carried["move"])]
    with Reader(town.store, lambda: town.now).open() as view:
        (book,) = [each for each in books.stock(view) if each.reward == "jam"]
    assert (book.available, book.set_aside, book.explained, book.moves) == (8, 2, 10, {"opening": 10})
    assert [(each.outlet, each.moves) for each in book.shelves] == [
        ("till", {"opening": 5, "carried": -3}), ("till-2", {"opening": 5, "carried": 3}),
    ]  # fmt: skip
    assert all(each.explained == each.available + each.set_aside for each in book.shelves)
    town.assert_sound()


def test_carrying_again_with_the_same_key_carries_nothing(shop: Town) -> None:
    command = CarryStock("town", "jam", 2, "till", "till-2")
    first, again = shop.do(command, key="k"), shop.do(command, key="k")
    assert again.replayed
    assert first.result == again.result
    assert shelves(shop) == {"till": (3, 0), "till-2": (7, 0)}


def test_moves_belong_to_the_shelf_of_their_outlet(shop: Town) -> None:
    shop.accepted(MoveStock("town", "jam", "lost", 2, "till"))
    shop.accepted(MoveStock("town", "jam", "counted", 9, "till-2"))
    assert shelves(shop) == {"till": (3, 0), "till-2": (9, 0)}
    assert shop.refused(MoveStock("town", "jam", "lost", 4, "till")) == "sold_out"
    shop.assert_sound()


# ---- rules that change ---------------------------------------------------------------------------------------------


def test_rules_that_part_the_stock_leave_what_was_taken_where_it_came_from(any_shop: Town) -> None:
    town = any_shop
    kept, used = town.hold("cup", 1), town.hold("cup", 1, "bo", "till")
    town.accepted(ConfirmHold(used, "till"))
    assert shelves(town, "cup") == {"": (3, 1)}
    apart = packs.town(rules=SEPARATE, more=MORE)
    town.accepted(PublishPack(apart.canonical, date(2026, 3, 3)))
    assert town.hold("cup", 1, "lan"), "until that day the stock is in common"
    town.now += timedelta(minutes=20)
    assert shelves(town, "cup") == {"": (2, 2)}
    town.now += timedelta(days=1)
    assert town.refused(PlaceHold("mei", "town", "cup")) == "outlet_required"
    town.hold("cup", 1, "mei", "till-2")
    town.accepted(CancelHold(kept))
    town.accepted(RefundRedemption(used, "unwanted"))
    assert shelves(town, "cup") == {"": (4, 1), "till-2": (4, 1)}
    town.accepted(CarryStock("town", "cup", 4, "", "till"))
    assert shelves(town, "cup") == {"": (0, 1), "till": (9, 0), "till-2": (4, 1)}
    assert town.refused(CarryStock("town", "cup", 1, "till", "")) == "outlet_required"
    town.assert_sound()


def test_rules_that_join_the_stock_again_let_it_come_together(shop: Town) -> None:
    shop.hold("jam", 1, outlet="till")
    joined = packs.town(more=MORE.replace("  stock_each: outlet\n", "", 1))
    shop.accepted(PublishPack(joined.canonical, date(2026, 3, 3)))
    shop.now += timedelta(days=1)
    assert shop.refused(CarryStock("town", "jam", 1, "till", "till-2")) == "wrong_outlet"
    carried = shop.accepted(CarryStock("town", "jam", 4, "till", ""))
    assert carried["arrived"]["available"] == 9, "the rules begin with five in common"
    shop.hold("jam", 9, "bo")
    shop.assert_sound()


# ---- quotes --------------------------------------------------------------------------------------------------------


def quoted(town: Town, outlet: str, quantity: int = 1) -> tuple[str, int | None, dict[str, int]]:
    """What a quote of jam says: why not, how many there are, and where."""
    with Reader(town.store, lambda: town.now).open() as view:
        found = next(each for each in offers.quotes(view, "mei", outlet) if each.reward.id == "jam")
        asked = Wish("mei", "town", "jam", outlet, quantity)
        alone = offers.quote(view, found.pack, found.reward, asked)
    if quantity == 1:
        assert (alone.code, alone.available, alone.outlets) == (found.code, found.available, found.outlets)
    return alone.code, alone.available, alone.outlets


def test_a_quote_tells_what_an_outlet_has_and_without_one_where_it_can_be_had(shop: Town) -> None:
    assert quoted(shop, "") == ("", 10, {"till": 5, "till-2": 5})
    shop.hold("jam", 5, "bo", "till")
    assert quoted(shop, "till") == ("sold_out", 0, {})
    assert quoted(shop, "till-2") == ("", 5, {})
    assert quoted(shop, "") == ("", 5, {"till-2": 5})
    assert quoted(shop, "", 5)[0] == ""
    assert quoted(shop, "", 6)[0] == "sold_out"
    shop.hold("jam", 5, "lan", "till-2")
    assert quoted(shop, "") == ("sold_out", 0, {})


def test_rewards_are_listed_with_their_total_and_what_each_outlet_has(shop: Town) -> None:
    shop.hold("jam", 2, outlet="till")
    with Reader(shop.store, lambda: shop.now).open() as view:
        found = {each.reward.id: each.stock for each in rewards.rewards(view, rewards.newest(view, "town"))}
    assert (found["jam"].total, dict(found["jam"].outlets)) == (8, {"till": 3, "till-2": 5})
    assert (found["honey"].total, dict(found["honey"].outlets)) == (0, {"till": 0, "till-2": 0})
    assert (found["cup"].total, dict(found["cup"].outlets)) == (5, {})
    assert (found["perk"].total, dict(found["perk"].outlets)) == (None, {})


# ---- draws ---------------------------------------------------------------------------------------------------------


def test_a_draw_keeps_its_places_on_the_shelf_of_its_outlet(any_shop: Town) -> None:
    town = any_shop
    closes = town.now + timedelta(hours=1)
    town.accepted(OpenDraw("d", "town", "by_lot", closes, reward="jam", outlet="till-2"))
    assert shelves(town) == {"till-2": (3, 2)}
    town.all_accepted([EnterDraw("d", each) for each in ("mei", "bo", "lan")])
    town.now += timedelta(hours=2)
    winners = town.accepted(DrawNow("d"))["winners"]
    first, second = (("mei", "bo", "lan")[ticket - 1] for ticket in winners)
    assert town.refused(TakeUpOffer("d", first, "till")) == "wrong_outlet"
    voucher = town.accepted(TakeUpOffer("d", first))["redemption"]
    assert shelves(town) == {"till-2": (3, 2)}
    assert town.refused(ConfirmHold(voucher["code"], "till")) == "wrong_outlet"
    town.accepted(ConfirmHold(voucher["code"], "till-2"))
    assert shelves(town) == {"till-2": (3, 1)}
    town.accepted(DeclineOffer("d", second))
    assert shelves(town) == {"till-2": (3, 1)}, "it passes on"
    town.accepted(CancelDraw("d", "enough"))
    assert shelves(town) == {"till-2": (4, 0)}
    town.assert_sound()


# ---- a hot drop ----------------------------------------------------------------------------------------------------

CALLERS, TAKERS, ITEMS = 32, 160, 20


@pytest.fixture
def drop(database_url: str) -> Iterator[Town]:
    """Give a town with 20 jars at each of two outlets and 160 people who can each pay for one."""
    rules = packs.town(more=packs.SHELVES.format(stock=ITEMS))
    for town in closing(Town(open_store(database_url, create=True), town=rules)):
        people = [f"p{number}" for number in range(TAKERS)]
        town.all_accepted([RegisterVolunteer(each, each, date(2024, 1, 1)) for each in people])
        town.all_accepted([OpenBalance(each, "town", 10, 1) for each in people])
        yield town


def test_exactly_what_each_outlet_has_goes(drop: Town) -> None:
    asked = [
        drop.submission(PlaceHold(f"p{number}", "town", "jam", "till" if number % 4 else "till-2"))
        for number in range(TAKERS)
    ]
    with GroupCommit(drop.engine) as group, ThreadPoolExecutor(CALLERS) as callers:
        outcomes: list[Outcome] = list(callers.map(lambda each: group.submit(each).result(), asked))
    told = Counter(
        (number % 4 == 0, "" if outcome.error is None else outcome.error.code)
        for number, outcome in enumerate(outcomes)
    )
    few, many = TAKERS // 4, TAKERS - TAKERS // 4
    assert told == {
        (True, ""): ITEMS, (True, "sold_out"): few - ITEMS, (False, ""): ITEMS, (False, "sold_out"): many - ITEMS,
    }  # fmt: skip
    assert shelves(drop) == {"till": (0, ITEMS), "till-2": (0, ITEMS)}
    drop.assert_sound()
