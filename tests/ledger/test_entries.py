"""Entries: one that does not balance cannot be built."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from points_engine.ledger.entries import Entry, Line, merged
from points_engine.limits import AMOUNT_MAX, POSTINGS_PER_ENTRY

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MEI, ISSUED = "volunteer/mei", "scheme/town/issued"


def an_entry(*lines: Line) -> Entry:
    return Entry("e1", "award", "c1", NOW, lines)


def line(amount: int, asset: str = "points/town", account: str = MEI) -> Line:
    return Line(account, asset, amount)


UNBALANCED = {
    "no line": (),
    "one line": (line(5),),
    "a remainder": (line(5), line(-4)),
    "balanced only over two assets": (line(5), line(-5, "points/guild")),
    "one asset balanced, the other not": (line(5), line(-5), line(1, "CNY")),
    "a line that moves nothing": (line(5), line(-5), line(0)),
    "an amount above the column": (line(AMOUNT_MAX + 1), line(-AMOUNT_MAX - 1)),
}


@pytest.mark.parametrize("lines", UNBALANCED.values(), ids=UNBALANCED.keys())
def test_an_entry_that_does_not_balance_cannot_be_built(lines: tuple[Line, ...]) -> None:
    with pytest.raises(AssertionError):
        an_entry(*lines)


def test_an_entry_has_a_bounded_number_of_lines() -> None:
    pairs = [line(1), line(-1)] * (POSTINGS_PER_ENTRY // 2)
    assert len(an_entry(*pairs).lines) == POSTINGS_PER_ENTRY
    with pytest.raises(AssertionError):
        an_entry(*pairs, line(1), line(-1))


@pytest.mark.parametrize("amount", [AMOUNT_MAX, -AMOUNT_MAX])
def test_the_largest_amount_fits_a_line(amount: int) -> None:
    assert an_entry(line(amount), line(-amount)).lines[0].amount == amount


def test_an_entry_that_does_not_balance_says_what_is_left_of_each_asset() -> None:
    with pytest.raises(AssertionError, match=r"leaves \{'points/town': 1, 'CNY': -3\}"):
        an_entry(line(5), line(-4), line(-3, "CNY"))


lines = st.builds(
    Line,
    st.sampled_from([MEI, ISSUED, "volunteer/lea"]),
    st.sampled_from(["points/town", "minutes"]),
    st.integers(-5, 5).filter(bool),
    st.sampled_from([date(2026, 12, 31), date(2027, 12, 31)]),
)


@given(st.lists(lines, max_size=8))
def test_an_entry_can_be_built_exactly_when_every_asset_sums_to_zero(chosen: list[Line]) -> None:
    assets = {each.asset for each in chosen}
    balances = all(sum(each.amount for each in chosen if each.asset == asset) == 0 for asset in assets)
    try:
        an_entry(*chosen)
        built = True
    except AssertionError:
        built = False
    assert built is (len(chosen) >= 2 and balances)


@given(st.lists(lines, max_size=12))
@example([Line(MEI, "minutes", 5), Line(MEI, "minutes", -5), Line(MEI, "minutes", 5, date(2026, 12, 31))])
def test_merging_lines_keeps_every_sum_and_leaves_no_zero_and_no_twin(chosen: list[Line]) -> None:
    def sums(some: list[Line]) -> dict[tuple[str, str, date], int]:
        found: dict[tuple[str, str, date], int] = {}
        for each in some:
            place = (each.account, each.asset, each.expires_on)
            found[place] = found.get(place, 0) + each.amount
        return {place: amount for place, amount in found.items() if amount}

    together = list(merged(chosen))
    assert sums(together) == sums(chosen)
    assert len(together) == len(sums(chosen))
