"""Guarded accounts: dense versions, lots that never go below zero, debt that never goes above."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.ledger.accounts import Account, moved, posted
from points_engine.ledger.entries import Entry, Line

ASSET = "points/town"
MEI, ISSUED = "volunteer/mei", "scheme/town/issued"
SOON, LATE = date(2026, 12, 31), date(2027, 12, 31)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def line(amount: int, day: date = SOON, account: str = MEI) -> Line:
    return Line(account, ASSET, amount, day)


def an_account(lots: dict[date, int] | None = None, account: str = MEI) -> Account:
    held = lots or {}
    return Account(account, ASSET, 3, sum(held.values()), held)


def test_a_posting_moves_the_version_by_one_and_the_balance_by_its_amount() -> None:
    after = moved(an_account({SOON: 5}), line(3, LATE))
    assert (after.version, after.balance, after.lots) == (4, 8, {SOON: 5, LATE: 3})


def test_an_empty_lot_is_not_kept() -> None:
    assert moved(an_account({SOON: 5, LATE: 1}), line(-5)).lots == {LATE: 1}


def test_a_lot_cannot_go_below_zero_though_the_account_could_pay() -> None:
    with pytest.raises(AssertionError):
        moved(an_account({SOON: 5, LATE: 9}), line(-6))


@pytest.mark.parametrize(("amount", "is_possible"), [(-3, True), (2, True), (3, False)])
def test_debt_is_at_or_below_zero(amount: int, is_possible: bool) -> None:
    debt = an_account({SOON: -2}, f"{MEI}/debt")
    if is_possible:
        assert moved(debt, line(amount, account=f"{MEI}/debt")).balance == amount - 2
    else:
        with pytest.raises(AssertionError):
            moved(debt, line(amount, account=f"{MEI}/debt"))


def test_usable_are_the_lots_whose_last_day_has_not_passed() -> None:
    account = an_account({SOON: 5, LATE: 7})
    assert account.usable(SOON) == 12
    assert account.usable(date(2027, 1, 1)) == 7
    assert account.usable(date(2028, 1, 1)) == 0


def test_the_lines_of_an_entry_are_numbered_and_say_what_is_left() -> None:
    entry = Entry("e", "award", "c", NOW, (line(-4, account=ISSUED), line(3), line(1, LATE)))
    postings, accounts = posted(entry, {(MEI, ASSET): an_account({SOON: 5})})
    assert [(each.line, each.version, each.lot_after, each.balance_after) for each in postings] == [
        (0, None, None, None),
        (1, 4, 8, 8),
        (2, 5, 1, 9),
    ]
    assert [account.version for account in accounts] == [5]


def test_an_entry_that_touches_an_account_twice_moves_it_twice() -> None:
    entry = Entry("e", "move", "c", NOW, (line(-5), line(5, LATE)))
    postings, accounts = posted(entry, {(MEI, ASSET): an_account({SOON: 5})})
    assert [each.balance_after for each in postings] == [0, 5]
    assert accounts[0].lots == {LATE: 5}


@given(st.lists(st.tuples(st.sampled_from([SOON, LATE]), st.integers(-4, 4).filter(bool)), max_size=12))
def test_the_balance_is_always_the_sum_of_the_lots_and_versions_have_no_gap(moves: list[tuple[date, int]]) -> None:
    account = Account(MEI, ASSET)
    for number, (day, amount) in enumerate(moves):
        if account.lots.get(day, 0) + amount < 0:
            return
        account = moved(account, line(amount, day))
        assert account.balance == sum(account.lots.values())
        assert account.version == number + 1
        assert all(account.lots.values())
