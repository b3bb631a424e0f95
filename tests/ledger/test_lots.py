"""Lots: drawn soonest first, given back in reverse, and netted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.ledger.lots import draw, net, restored

TODAY = date(2026, 3, 1)
days = st.integers(-3, 6).map(lambda number: TODAY + timedelta(days=number))
lots = st.dictionaries(days, st.integers(0, 9), max_size=6)


@given(lots, st.data())
def test_a_draw_takes_exactly_the_amount_from_the_usable_lots_soonest_first(
    held: dict[date, int], data: st.DataObject
) -> None:
    usable = {day: amount for day, amount in held.items() if day >= TODAY}
    amount = data.draw(st.integers(0, sum(usable.values())))
    parts = draw(held, amount, TODAY)
    assert sum(part for _, part in parts) == amount
    assert [day for day, _ in parts] == sorted(day for day, _ in parts)
    assert all(0 < part <= usable[day] for day, part in parts)
    for day, _ in parts[:-1]:
        assert dict(parts)[day] == usable[day], "a later lot is touched only when the sooner one is empty"
    if parts:
        skipped = [day for day in usable if day < parts[-1][0] and usable[day] and day not in dict(parts)]
        assert not skipped


@given(lots)
def test_more_than_is_usable_cannot_be_drawn(held: dict[date, int]) -> None:
    usable = sum(amount for day, amount in held.items() if day >= TODAY)
    with pytest.raises(AssertionError):
        draw(held, usable + 1, TODAY)


drawn = st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(1, 9)), max_size=5, unique_by=lambda part: part[0])


@given(drawn, st.data())
def test_refunds_in_any_pieces_give_back_the_draw_from_its_end(
    parts: list[tuple[str, int]], data: st.DataObject
) -> None:
    total = sum(amount for _, amount in parts)
    given_back: dict[str, int] = {}
    already = 0
    while already < total:
        amount = data.draw(st.integers(1, total - already))
        piece = restored(parts, already, amount)
        assert sum(part for _, part in piece) == amount
        for place, part in piece:
            given_back[place] = given_back.get(place, 0) + part
        already += amount
        emptied = [place for place, amount in parts if given_back.get(place, 0) == amount]
        assert emptied == [place for place, _ in parts][len(parts) - len(emptied) :]
    assert given_back == dict(parts)


@given(drawn)
def test_no_more_is_given_back_than_was_drawn(parts: list[tuple[str, int]]) -> None:
    with pytest.raises(AssertionError):
        restored(parts, 0, sum(amount for _, amount in parts) + 1)


changes = st.lists(st.tuples(days, st.integers(-9, 9)), max_size=6)


@given(changes, changes)
def test_the_net_of_two_lists_leads_from_one_to_the_other(
    before: list[tuple[date, int]], after: list[tuple[date, int]]
) -> None:
    def sums(some: list[tuple[date, int]]) -> dict[date, int]:
        found: dict[date, int] = {}
        for day, amount in some:
            found[day] = found.get(day, 0) + amount
        return {day: amount for day, amount in found.items() if amount}

    change = net(before, after)
    assert all(change.values())
    assert sums([*before, *change.items()]) == sums(after)
    assert net(after, after) == {}
