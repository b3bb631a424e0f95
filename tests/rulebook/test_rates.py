"""Rates, tables, factors and roundings at their edges, and what stages before them let expressions read."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from points_engine.rulebook.kinds import ApprovalStep, Step, Window
from points_engine.rulebook.measures import whole
from points_engine.rulebook.occasions import NEVER, Credit, FoldState
from tests.rulebook.builders import (
    a_pack,
    admit,
    approve,
    award,
    cap,
    credited,
    deed,
    e,
    expiry,
    factor,
    fold_all,
    measure,
    minutes,
    must,
    parameter,
    points,
    record,
    rounding,
)

HOURLY = award("service", "60 points", per="hour")
LATER = parameter("later", {"2030-01-01": 2})
LATER_NUMBER = e("later", later="number")
NOTHING = "activity.category == 'nothing'"


def part(credit: Credit, name: str) -> Any:
    """One part of a decision; empty where it is left out."""
    return json.loads(credit.trace).get(name, [])


# Rates and tables.


@pytest.mark.parametrize("served", [59, 60, 61, 118, 119, 120, 121])
def test_every_minute_of_an_hourly_rate_is_paid_exactly(served: int) -> None:
    (found,) = credited(a_pack(award("service", "1 points", per="hour")), record("2026-03-01T08:00", served))
    (step,) = part(found, "steps")[:1]
    exact = Fraction(served, 60)
    assert step == ["rate", "service", served, exact.numerator if exact.denominator == 1 else str(exact)]


def test_a_fraction_may_be_the_rate_of_an_hour() -> None:
    rate = parameter("rate", {"2019-01-01": Fraction(3, 2)}, measured_in="points")
    pack = a_pack(rate, award("service", e("rate", rate="points"), per="hour"))
    assert points(pack, record("2026-03-01T08:00", 40), record("2026-03-02T08:00", 39)) == [1, 0]


def test_while_its_rate_is_not_known_an_award_pays_nothing_and_says_so() -> None:
    pack = a_pack(LATER, award("visit", LATER_NUMBER), award("other", "1 points"))
    before, after = credited(pack, record("2026-03-01T08:00", 60), record("2030-01-01T08:00", 60))
    assert (before.points, part(before, "reasons")) == (1, [["unknown", "visit"]])
    assert (after.points, part(after, "reasons")) == (3, [])


def test_a_table_is_read_by_its_edges_and_not_by_the_order_in_which_its_rows_stand() -> None:
    table = (Step(30, 3000), Step(10, 1000), Step(20, 2000))
    pack = a_pack(award("stamps", at="deed", steps=table, steps_by=e("deed.quantity")))
    asked = [9, 10, 19, 20, 29, 30]
    deeds = [deed(f"2026-03-{day:02}T09:00", "stamps", count) for day, count in enumerate(asked, start=1)]
    assert points(pack, *deeds) == [0, 1000, 1000, 2000, 2000, 3000]


@pytest.mark.parametrize(
    "unknown_row", [Step(20, LATER_NUMBER), Step(LATER_NUMBER, 5000), Step(LATER_NUMBER, LATER_NUMBER)]
)
def test_a_row_whose_numbers_are_not_known_is_as_if_it_were_not_there(unknown_row: Step) -> None:
    table = (Step(10, 1000), unknown_row)
    pack = a_pack(LATER, award("stamps", at="deed", steps=table, steps_by=e("deed.quantity")))
    assert points(pack, deed("2026-03-01T09:00", "stamps", 25)) == [1000]


# Factors.


def test_a_factor_that_has_nothing_to_multiply_is_not_told() -> None:
    pack = a_pack(HOURLY, factor("double", "2", applies_to=("another",)))
    (found,) = credited(pack, record("2026-03-01T08:00", 60))
    assert found.points == 60
    assert part(found, "rules") == [{"id": "service"}]


def test_a_factor_on_the_time_works_where_nothing_is_paid() -> None:
    pack = a_pack(award("other", "1 points", when=NOTHING), factor("half", e("ratio(1, 2)"), applies_to_time=True))
    (found,) = credited(pack, record("2026-03-01T08:00", 61))
    assert found.minutes == 30
    assert ["factor_time", "half", 61, 30, "1/2"] in part(found, "steps")


def test_a_factor_below_zero_never_makes_the_time_less_than_nothing() -> None:
    pack = a_pack(HOURLY, factor("penalty", "-1", applies_to_time=True))
    (found,) = credited(pack, record("2026-03-01T08:00", 61))
    assert (found.minutes, found.points) == (0, -61)


def test_a_factor_that_is_not_known_changes_nothing_and_the_next_one_still_applies() -> None:
    pack = a_pack(LATER, HOURLY, factor("a_later", LATER_NUMBER), factor("b_triple", "3"))
    before, after = credited(pack, record("2026-03-01T08:00", 60), record("2030-01-01T08:00", 60))
    assert (before.points, part(before, "reasons")) == (180, [["unknown", "a_later"]])
    assert (after.points, part(after, "reasons")) == (360, [])


def test_rules_after_a_factor_on_the_time_read_the_time_that_it_left() -> None:
    pack = a_pack(
        award("visit", "10 points"),
        factor("half", e("ratio(1, 2)"), applies_to=("another",), applies_to_time=True),
        cap("short", "3 points", "day", limits="amount", when="credited.minutes <= 30 min"),
    )
    assert points(pack, record("2026-03-01T08:00", 60), record("2026-03-02T08:00", 62)) == [3, 10]


# Rounding.


def test_a_rounding_whose_conditions_do_not_hold_is_passed_by_and_the_next_is_not() -> None:
    for what, expected in (("amount", (52, 50)), ("time", (50, 50))):
        other = rounding("a_other", what, 100, "up", when=NOTHING)
        pack = a_pack(HOURLY, other, rounding("b_tens", what, 10, "down"))
        (found,) = credited(pack, record("2026-03-01T08:00", 52))
        assert (found.minutes, found.points) == expected


# What each stage lets the next one read.


def test_a_record_is_admitted_by_the_minutes_that_no_other_covers() -> None:
    pack = a_pack(HOURLY, admit("long_enough", must("record.minutes >= 30 min")))
    visits = (record("2026-03-01T08:00", 60), record("2026-03-01T08:31", 60), record("2026-03-01T09:02", 60))
    assert minutes(pack, *visits) == [60, 31, 31]
    assert minutes(pack, visits[0], record("2026-03-01T08:29", 60)) == [60, 0]


def test_a_record_is_admitted_by_its_rounded_minutes() -> None:
    pack = a_pack(HOURLY, rounding("tens", "time", 10, "up"), admit("long", must("record.minutes >= 30 min")))
    assert minutes(pack, record("2026-03-01T08:00", 20), record("2026-03-02T08:00", 21)) == [0, 30]


EIGHT_HOURS_ALONE = approve(
    "long_days",
    measure=e("served_today", served_today="duration"),
    part="excess",
    steps=(ApprovalStep(480, "rule"), ApprovalStep(None, "unit")),
)
SERVED_TODAY = measure("served_today", "sum", "record.minutes", "day", including=True)


def test_awards_read_the_minutes_that_were_approved() -> None:
    pack = a_pack(SERVED_TODAY, EIGHT_HOURS_ALONE, award("normal_day", "7 points", when="record.minutes <= 8 h"))
    assert points(pack, record("2026-03-01T08:00", 540)) == [7]
    assert points(pack, record("2026-03-01T08:00", 540, granted=("unit",))) == [0]


def test_measures_of_the_record_count_by_day_what_was_approved() -> None:
    night, later = record("2026-02-28T14:30", 600), record("2026-03-02T08:00", 60)
    for offset, expected in ((0, 30), (1, 480)):
        month = measure("month", "sum", "record.minutes", Window("month", offset=offset))
        told = award("told", e("month", month="points"))
        pack = a_pack(SERVED_TODAY, EIGHT_HOURS_ALONE, month, told, midnight="split")
        assert minutes(pack, night) == [510]
        assert points(pack, night, later)[1] == expected


def test_a_measure_since_an_event_that_is_not_known_is_not_known_itself() -> None:
    since = measure("trained_time", "sum", "record.minutes", Window("since", event="trained_on"))
    long = e("trained_time >= 1 h", trained_time="duration")
    pack = a_pack(since, award("trained", "5 points", when=long), award("visit", "1 points"))
    assert points(pack, record("2026-03-01T08:00", 60), record("2026-03-02T08:00", 60)) == [1, 1]


@pytest.mark.parametrize("granularity", ["day", "month", "quarter", "year"])
def test_what_never_expires_never_does_whatever_the_granularity(granularity: str) -> None:
    pack = a_pack(HOURLY, expiry("never", "never", granularity=granularity))
    (found,) = credited(pack, record("2026-03-01T08:00", 60))
    assert found.lots == ((NEVER, 60),)


@pytest.mark.parametrize(
    ("granularity", "last"),
    [("day", "2027-02-10"), ("month", "2027-02-28"), ("quarter", "2027-03-31"), ("year", "2027-12-31")],
)
def test_the_last_usable_day_is_moved_to_the_end_of_its_granularity(granularity: str, last: str) -> None:
    pack = a_pack(HOURLY, expiry("year", "after", length=1, unit="year", granularity=granularity))
    (found,) = credited(pack, record("2026-02-10T08:00", 60))
    assert found.lots == ((date.fromisoformat(last), 60),)


# What a state keeps.


def test_a_record_across_new_year_belongs_to_the_year_in_which_it_begins() -> None:
    pack = a_pack(HOURLY)
    result = fold_all(pack, record("2025-12-31T23:00", 120), record("2026-01-02T08:00", 60))
    assert [checkpoint.day.isoformat() for checkpoint in result.checkpoints] == ["2026-01-01"]


def test_numbers_that_are_equal_have_the_same_text() -> None:
    assert [type(whole(each)) for each in (3, Fraction(6, 2), Fraction(3, 2))] == [int, int, Fraction]


def test_a_state_keeps_its_text_from_release_to_release() -> None:
    """Where a slot got another name, what stored states hold in it would be forgotten without a word."""
    pack = a_pack(
        HOURLY,
        measure("hosts", "distinct", "activity.host", "year"),
        measure("served", "sum", "record.minutes", "month", same=("host",)),
        cap("daily", "8 h", "day", same=("host",)),
        cap("month", None, "month", least="1 h"),
        rounding("whole", "amount", 7, "down", remainder="carry"),
    )
    state = fold_all(pack, record("2026-03-01T08:00", 65, host="u1"), record("2026-03-02T08:00", 65, host="u0")).state
    assert json.loads(state.text) == {
        "c:daily~8cebb4|u0": {"739677": 65},
        "c:daily~8cebb4|u1": {"739676": 65},
        "c:month~04ae6b": {"24314": 130},
        "h:month~04ae6b": {"24314": -1},
        "horizon": {"": 1772413500000000},
        "m:hosts~e9c525": {"2026": ["u0", "u1"]},
        "m:served~9bc290|u0": {"24314": 65},
        "m:served~9bc290|u1": {"24314": 65},
        "r:whole~7312b2": {"0": 4},
    }
    assert FoldState.parse(state.text, state.last) == state


def test_two_states_are_equal_when_their_texts_and_their_last_occasions_are() -> None:
    one = fold_all(a_pack(HOURLY), record("2026-03-01T08:00", 65)).state
    other = fold_all(a_pack(HOURLY), record("2026-03-01T08:00", 65)).state
    later = FoldState(one.slots, None)
    assert one == other
    assert hash(one) == hash(other)
    assert one != later
    assert one != fold_all(a_pack(HOURLY), record("2026-03-01T08:01", 64)).state
    assert one != one.text
    assert repr(one) == f"FoldState({one.text!r}, {one.last!r})"


def test_a_text_that_is_no_state_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a cell of a state"):
        FoldState.parse('{"m:served":{"1":null}}', None)
