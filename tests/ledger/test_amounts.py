"""Addresses of accounts: which are guarded, which may owe."""

from __future__ import annotations

from datetime import date

import pytest

from points_engine.ledger import amounts


@pytest.mark.parametrize(
    ("account", "is_guarded", "may_be_negative"),
    [
        (amounts.volunteer("v1"), True, False),
        (amounts.volunteer("v1", "held"), True, False),
        (amounts.volunteer("v1", "pending"), True, False),
        (amounts.volunteer("v1", "donate_only"), True, False),
        (amounts.volunteer("v1", "debt"), True, True),
        (amounts.fund("community"), True, False),
        (amounts.fund("community", "reserved"), True, False),
        (amounts.fund("community", "donors"), False, False),
        (amounts.scheme("town", "issued"), False, False),
        (amounts.scheme("town", "expired"), False, False),
        (amounts.partner("shop", "redeemed"), False, False),
        (amounts.partner("shop", "payable"), False, False),
        (amounts.SERVED, False, False),
    ],
)
def test_volunteers_and_funds_are_guarded_and_only_debt_is_negative(
    account: str, is_guarded: bool, may_be_negative: bool
) -> None:
    assert amounts.is_guarded(account) is is_guarded
    assert amounts.may_be_negative(account) is may_be_negative


def test_the_points_of_two_schemes_are_two_assets() -> None:
    assert amounts.points("town") != amounts.points("guild")
    assert amounts.MINUTES not in {amounts.points("minutes"), "CNY"}


def test_what_does_not_expire_stands_after_every_day_that_can_be_written() -> None:
    assert date.max == amounts.NEVER
