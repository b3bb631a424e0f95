"""What outlets took without a network: confirmed as of then, or listed, and borne by whom the rule says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.offline import ConfirmOffline
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.store import open_store
from tests.engine import packs
from tests.engine.towns import Town, closing

REWARDS = """
- reward: loaf
  category: commerce
  partner: shop
  price: per_hour
  fund: community
  pays: rates
  stock: 20
  refund_days: 7
  offline: {most: 2, within: 24 h, charge: fund}
- reward: roll
  category: commerce
  partner: shop
  price: per_hour
  fund: community
  pays: rates
  offline: {most: 2}
"""
OWED = "SELECT coalesce(sum(amount), 0) FROM posting WHERE account = 'partner/shop/payable'"


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    """Give a town with bread for those who take it without a network, and Mei with twenty points."""
    yield from closing(with_points(Town(open_store(database_url, create=True), town=packs.town(more=REWARDS))))


def with_points(town: Town) -> Town:
    """Mei has twenty points."""
    town.volunteer("mei")
    town.give_blood("2026-02-01 09:00", 5, "mei")
    return town


def bread(town: Town, reward: str = "loaf") -> str:
    """A voucher for bread: its token."""
    return town.token(town.accepted(PlaceHold("mei", "town", reward)))


def brought(
    town: Town, token: str, device: str = "phone-1", outlet: str = "till", *, ago: float = 0
) -> Mapping[str, Any]:
    """What becomes of a voucher that a device took some minutes ago."""
    return town.accepted(ConfirmOffline(token, outlet, device, town.now - timedelta(minutes=ago)))


def owed(town: Town) -> int:
    """What the fund owes the shop."""
    return int(town.query(OWED)[0][0])


def test_it_is_confirmed_as_of_then(town: Town) -> None:
    token, taken = bread(town), town.now + timedelta(minutes=10)
    town.now += timedelta(hours=20)
    done = town.accepted(ConfirmOffline(token, "till", "phone-1", taken))
    assert (done["state"], done["conflict"], done["charged"], done["again"]) == ("confirmed", None, None, False)
    (row,) = town.query("SELECT confirmed_at, confirmed_outlet FROM hold")
    assert str(row[0])[:16].replace("T", " ") == f"{taken:%Y-%m-%d %H:%M}"
    assert owed(town) == 200
    assert town.query("SELECT count(*) FROM entry WHERE kind = 'confirm' AND occurred_at = recorded_at") == [(0,)]


def test_the_points_stay_set_aside_until_it_can_be_brought_no_more(town: Town) -> None:
    token = bread(town)
    town.now += timedelta(hours=24)
    assert town.refused(ExpireHold(token)) == "wrong_state"
    assert town.refused(ConfirmHold(token, "till")) == "hold_expired", "with a network its time is over"
    town.now += timedelta(hours=1)
    late = brought(town, token, ago=24 * 60)
    assert (late["conflict"], late["charged"], late["state"]) == ("hold_expired", "outlet", "open")
    town.accepted(ExpireHold(token))
    assert brought(town, token, device="phone-2", ago=24 * 60)["conflict"] == "hold_expired"
    assert owed(town) == 0


def test_what_was_over_when_it_was_taken_is_the_outlets_own_to_bear(town: Town) -> None:
    token = bread(town)
    town.now += timedelta(hours=2)
    done = brought(town, token, ago=60)
    assert (done["conflict"], done["charged"], done["pays"]) == ("hold_expired", "outlet", 0)


def test_what_was_over_or_comes_too_late_is_never_the_funds_though_it_was_used_elsewhere(town: Town) -> None:
    first, second = bread(town), bread(town)
    for each in (first, second):
        town.accepted(ConfirmHold(each, "till-2"))
    town.now += timedelta(hours=2)
    assert brought(town, first, ago=60)["conflict"] == "hold_expired"
    town.now += timedelta(hours=23)
    assert brought(town, second, ago=25 * 60)["conflict"] == "hold_expired"
    assert owed(town) == 400, "what was confirmed, and no more"


@pytest.mark.parametrize(("reward", "charged", "paid"), [("loaf", "fund", 200), ("roll", "outlet", 0)])
def test_a_double_use_is_listed_and_borne_as_the_rule_says(town: Town, reward: str, charged: str, paid: int) -> None:
    token = bread(town, reward)
    first = brought(town, token, "phone-1")
    second = brought(town, token, "phone-2", "till-2")
    assert (first["conflict"], second["conflict"]) == (None, "already_used")
    assert (second["charged"], second["pays"], owed(town)) == (charged, paid, 200 + paid)
    assert (second["entry"] is not None) == bool(paid)
    rows = town.query("SELECT outlet, device, conflict, charged, pays FROM offline_use ORDER BY id")
    assert [tuple(row) for row in rows] == [
        ("till", "phone-1", "", "", 0), ("till-2", "phone-2", "already_used", charged, paid),
    ]  # fmt: skip


def test_two_devices_of_one_outlet_are_a_double_use_too(town: Town) -> None:
    token = bread(town)
    assert brought(town, token, "phone-1")["conflict"] is None
    assert brought(town, token, "phone-2")["conflict"] == "already_used"


def test_a_device_that_brings_it_again_gets_the_first_answer(town: Town) -> None:
    token = bread(town)
    first, again = brought(town, token), brought(town, token)
    assert again == {**first, "again": True, "entry": None}
    town.accepted(RefundRedemption(token, "dropped"))
    elsewhere = brought(town, token, "phone-2", "till-2")
    assert brought(town, token, "phone-2", "till-2") == {**elsewhere, "again": True, "entry": None}
    assert owed(town) == 200


def test_what_the_outlet_had_confirmed_with_a_network_is_no_conflict(town: Town) -> None:
    token = bread(town)
    town.accepted(ConfirmHold(token, "till"))
    done = brought(town, token)
    assert (done["conflict"], done["again"], done["offline_use"]) == (None, True, None)
    assert brought(town, token, "phone-2", "till-2")["conflict"] == "already_used"


def test_what_was_let_go_or_undone_meanwhile(town: Town) -> None:
    cancelled, undone = bread(town), bread(town)
    town.accepted(CancelHold(cancelled))
    town.accepted(ConfirmHold(undone, "till-2"))
    town.accepted(RefundRedemption(undone, "dropped"))
    assert brought(town, cancelled)["conflict"] == "voucher_cancelled"
    assert brought(town, undone)["conflict"] == "voucher_refunded"
    assert owed(town) == 400, "the fund bears both"


def test_beyond_the_bound_of_a_device_and_day_the_outlet_bears_it(town: Town) -> None:
    first, second, third, used = bread(town), bread(town), bread(town), bread(town)
    assert [brought(town, each)["conflict"] for each in (first, second, third)] == [None, None, "limit_reached"]
    assert brought(town, used, "phone-2", "till-2")["conflict"] is None
    beyond = brought(town, used)
    assert (beyond["conflict"], beyond["charged"]) == ("already_used", "outlet")
    town.accepted(ConfirmHold(third, "till"))
    assert brought(town, bread(town, "roll"))["conflict"] is None, "each reward has a bound of its own"


def test_the_bound_is_of_the_day_on_which_it_was_taken(town: Town) -> None:
    tokens = [bread(town) for _ in range(4)]
    for each in tokens[:2]:
        brought(town, each)
    town.now += timedelta(minutes=20)
    assert brought(town, tokens[2], ago=15)["conflict"] == "limit_reached"
    town.now += timedelta(hours=12)  # after midnight: it was taken yesterday, wherever the clock stands now
    assert brought(town, tokens[3], ago=12 * 60 + 5)["conflict"] == "limit_reached"


def test_a_clock_that_is_wrong_takes_nothing_before_the_voucher_or_after_now(town: Town) -> None:
    behind, ahead = bread(town), bread(town)
    assert brought(town, behind, ago=600)["taken_at"] == brought(town, ahead, ago=-600)["taken_at"]


def test_a_fund_that_cannot_pay_leaves_it_with_the_outlet() -> None:
    poor = Town(bare=True)
    founding = Town.founding(packs.town(more=REWARDS))
    donation = next(each for each in founding if isinstance(each, ReceiveDonation))
    poor.all_accepted([replace(each, amount_minor=300) if each is donation else each for each in founding])
    for town in closing(with_points(poor)):
        token = bread(town)
        brought(town, token)
        done = brought(town, token, "phone-2", "till-2")
        assert (done["conflict"], done["charged"], done["pays"]) == ("already_used", "outlet", 0)


@pytest.mark.parametrize("reward", ["cup", "seat"])
def test_a_reward_that_did_not_opt_in_is_listed_and_confirms_nothing(town: Town, reward: str) -> None:
    partner = {"cup": "till", "seat": "gate"}[reward]
    done = brought(town, bread(town, reward), outlet=partner)
    assert (done["conflict"], done["charged"], done["state"]) == ("reward_not_offered", "outlet", "open")


def test_what_an_outlet_could_have_checked_is_refused(town: Town) -> None:
    token = bread(town)
    for_one = town.token(town.accepted(PlaceHold("mei", "town", "loaf", "till")))
    wrong = token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:]

    def refusal(code: str, outlet: str) -> str:
        return town.refused(ConfirmOffline(code, outlet, "phone-1", town.now))

    assert refusal(token, "moon") == "not_found"
    assert refusal(wrong, "till") == "voucher_signature_wrong"
    assert refusal("2222222223", "till") == "voucher_mistyped"
    assert refusal("2222222222", "till") == "not_found"
    assert refusal(token, "gate") == "wrong_outlet"
    assert refusal(for_one, "till-2") == "wrong_outlet"


def test_a_batch_with_a_double_use_is_decided_as_one_by_one(town: Town) -> None:
    token = bread(town)
    first, second = town.all_accepted([
        ConfirmOffline(token, "till", "phone-1", town.now), ConfirmOffline(token, "till-2", "phone-2", town.now),
    ])  # fmt: skip
    assert (first["conflict"], second["conflict"]) == (None, "already_used")
