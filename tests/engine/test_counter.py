"""The counter: holds, confirmations and refunds, with their lots, their stock, the fund and lent points."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.money.openings import OpenBalance
from tests.engine import packs
from tests.engine.towns import Town, at, closing


def stocked(town: Town, reward: str = "cup") -> int:
    rows = town.query("SELECT available FROM shelf WHERE reward = :r", r=reward)
    return int(rows[0][0])


def rich(town: Town, points: int = 20) -> Town:
    town.volunteer(joined="2026-01-01")
    town.accepted(OpenBalance("mei", "town", points, 1))
    return town


def test_a_hold_sets_points_stock_and_budget_aside_together(any_town: Town) -> None:
    held = rich(any_town).accepted(PlaceHold("mei", "town", "cup", "till", 2))
    assert (held["points"], held["state"]) == ("6", "open")
    assert held["expires_at"] == "2026-03-02T04:30:00.000000Z"
    assert (any_town.lots(), any_town.lots("held")) == ({"never": 15}, {"2026": 1, "never": 5})
    assert any_town.total("fund/community/reserved", "CNY") == 400
    assert stocked(any_town) == 3
    any_town.assert_sound()


def test_a_confirmation_pays_the_partner_and_is_answered_the_same_again(any_town: Town) -> None:
    code = rich(any_town).hold("cup", 2)
    first = any_town.accepted(ConfirmHold(code, "till"))
    again = any_town.accepted(ConfirmHold(code.lower(), "till"))
    assert (first["again"], again["again"]) == (False, True)
    assert again["confirmed_at"] == first["confirmed_at"]
    assert any_town.total("partner/shop/redeemed") == 6
    assert any_town.total("partner/shop/payable", "CNY") == 400
    assert any_town.total("fund/community/reserved", "CNY") == 0
    assert any_town.balance("held") == 0
    any_town.assert_sound()


@pytest.mark.parametrize(("command", "minutes", "state"), [(CancelHold, 0, "released"), (ExpireHold, 31, "expired")])
def test_a_hold_let_go_gives_everything_back(town: Town, command: type, minutes: int, state: str) -> None:
    code = rich(town).hold("cup", 2)
    town.now += timedelta(minutes=minutes)
    assert town.accepted(command(code))["state"] == state
    assert (town.lots(), town.lots("held"), stocked(town)) == ({"2026": 1, "never": 20}, {}, 5)
    assert town.total("fund/community/reserved", "CNY") == 0
    town.assert_sound()


def test_a_lapsed_hold_no_longer_uses_up_the_limit(town: Town) -> None:
    rich(town).hold("cup", 3)
    assert town.refused(PlaceHold("mei", "town", "cup")) == "limit_reached"
    town.now += timedelta(minutes=31)
    town.hold("cup", 2)


def test_a_refunded_item_no_longer_uses_up_the_limit(town: Town) -> None:
    code = rich(town).hold("cup", 3)
    town.accepted(ConfirmHold(code, "till"))
    town.accepted(RefundRedemption(code, "broken", quantity=2))
    town.hold("cup", 2)
    assert town.refused(PlaceHold("mei", "town", "cup")) == "limit_reached"


def test_a_hold_released_after_its_lots_have_expired_gives_back_what_then_expires(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.give_blood("2026-02-01 09:00")
    code = town.hold("class")
    town.now = at("2027-01-02 12:00")
    assert town.accepted(ExpireLots("mei", "town"))["expired"] == "0", "held lots stay until their hold ends"
    town.accepted(ExpireHold(code))
    assert town.lots() == {"2026": 5}
    assert town.refused(PlaceHold("mei", "town", "class", quantity=2)) == "insufficient_points"
    assert town.accepted(ExpireLots("mei", "town"))["expired"] == "5"
    town.assert_sound()


# ---- refunds ---------------------------------------------------------------------------------------------------------


def test_partial_refunds_give_back_the_lots_drawn_last_first(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.accepted(OpenBalance("mei", "town", 5, 1, date(2027, 12, 31)))
    town.accepted(OpenBalance("mei", "town", 5, 2, date(2028, 12, 31)))
    code = town.hold("cup", 3)
    town.accepted(ConfirmHold(code, "till"))
    seen = []
    for _ in range(3):
        refunded = town.accepted(RefundRedemption(code, "broken", "till", 1))
        seen.append((refunded["state"], town.lots()))
    assert seen == [
        ("confirmed", {"2028": 5}),
        ("confirmed", {"2027": 3, "2028": 5}),
        ("refunded", {"2026": 1, "2027": 5, "2028": 5}),
    ]
    assert town.total("partner/shop/redeemed") == 0
    assert town.total("partner/shop/payable", "CNY") == 0
    town.assert_sound()


@pytest.mark.parametrize(
    ("policy", "lots", "expired"), [("expire", {}, 5), ("restore", {"2026": 5}, 0), ("extend", {"2027": 5}, 0)]
)
def test_a_refund_of_an_expired_lot_follows_the_pack(policy: str, lots: dict[str, int], expired: int) -> None:
    for town in closing(Town(town=packs.town(on_expired_refund=policy))):
        town.volunteer(joined="2026-01-01")
        town.give_blood("2026-02-01 09:00")
        code = town.hold("class")
        town.accepted(ConfirmHold(code, "gate"))
        town.now = at("2027-01-02 12:00")
        town.accepted(RefundRedemption(code, "cancelled"))
        assert town.lots() == lots
        assert town.total("scheme/town/expired") == expired
        town.assert_sound()


def test_staff_may_refund_when_the_outlet_no_longer_can(town: Town) -> None:
    code = rich(town).hold("cup")
    town.accepted(ConfirmHold(code, "till"))
    town.now += timedelta(days=8)
    assert town.refused(RefundRedemption(code, "broken", "till")) == "refund_too_late"
    assert town.accepted(RefundRedemption(code, "broken"))["state"] == "refunded"


@pytest.mark.parametrize(("restock", "left"), [(True, 5), (False, 4)])
def test_a_refund_puts_back_on_the_shelf_what_can_be_sold_again(town: Town, restock: bool, left: int) -> None:
    code = rich(town).hold("cup")
    town.accepted(ConfirmHold(code, "till"))
    town.accepted(RefundRedemption(code, "unwanted", restock=restock))
    assert stocked(town) == left


# ---- lent points -----------------------------------------------------------------------------------------------------


def in_debt(town: Town) -> str:
    """Hold a cup of 3 with 1 point of one's own."""
    town.volunteer(joined="2026-01-01")
    code = town.hold("cup")
    assert (town.lots(), town.lots("debt"), town.lots("held")) == ({}, {"never": -2}, {"2026": 1, "never": 2})
    return code


def test_an_account_may_go_below_zero_to_its_floor_and_no_further(town: Town) -> None:
    in_debt(town)
    assert town.refused(PlaceHold("mei", "town", "class")) == "insufficient_points"
    town.hold("cup")
    town.assert_sound()


def test_lent_points_go_back_to_the_debt(town: Town) -> None:
    town.accepted(CancelHold(in_debt(town)))
    assert (town.lots(), town.lots("debt")) == ({"2026": 1}, {})
    town.assert_sound()


def test_lent_points_whose_debt_was_paid_meanwhile_can_be_spent(town: Town) -> None:
    code = in_debt(town)
    town.give_blood("2026-03-01 09:00")
    assert (town.lots(), town.lots("debt")) == ({"2026": 2}, {})
    town.accepted(CancelHold(code))
    assert (town.lots(), town.lots("debt"), town.lots("held")) == ({"2026": 5}, {}, {})
    town.assert_sound()


def test_a_refund_of_lent_points_whose_debt_was_paid_meanwhile_can_be_spent(town: Town) -> None:
    code = in_debt(town)
    town.accepted(ConfirmHold(code, "till"))
    town.give_blood("2026-03-01 09:00")
    town.accepted(RefundRedemption(code, "broken"))
    assert (town.lots(), town.lots("debt")) == ({"2026": 5}, {})
    town.assert_sound()


# ---- edges that no test had noticed --------------------------------------------------------------------------------


def test_a_fund_sets_aside_for_every_item_of_a_hold(town: Town) -> None:
    reserved = []
    for number, quantity in (("mei", 1), ("lea", 3)):
        town.volunteer(number, joined="2026-01-01")
        town.give_blood("2026-02-01 09:00", 5, number)
        town.hold("seat", quantity, number)
        reserved.append(town.total("fund/community/reserved", "CNY"))
    assert reserved[0] > 0
    assert reserved[1] == 4 * reserved[0]


def test_a_hold_that_lapsed_is_refused_as_such_whether_or_not_the_sweep_has_seen_it(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.give_blood("2026-02-01 09:00", 5)
    swept, unseen = town.hold("class"), town.hold("class")
    town.now += timedelta(minutes=91)
    town.accepted(ExpireHold(swept))
    assert [town.refused(ConfirmHold(code, "gate")) for code in (swept, unseen)] == ["hold_expired", "hold_expired"]


def test_what_was_refunded_in_full_cannot_be_refunded_again(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.give_blood("2026-02-01 09:00", 5)
    code = town.hold("cup", 2)
    town.accepted(ConfirmHold(code, "till"))
    town.accepted(RefundRedemption(code, "broken", quantity=1))
    town.accepted(RefundRedemption(code, "broken", quantity=1))
    assert town.refused(RefundRedemption(code, "broken", quantity=1)) == "wrong_state"
