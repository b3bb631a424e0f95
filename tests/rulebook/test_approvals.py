"""Approvals at their edges: who is asked, what waits, and what is counted meanwhile."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from points_engine.rulebook.acts import values_at
from points_engine.rulebook.fold import share_grants
from points_engine.rulebook.kinds import ApprovalStep, Window
from points_engine.rulebook.occasions import Credit, Occasion
from tests.rulebook.builders import (
    MEI,
    a_pack,
    approve,
    award,
    credited,
    deed,
    e,
    fold_all,
    history,
    measure,
    minutes,
    moment,
    parameter,
    points,
    record,
    rounding,
)

HOURLY = award("service", "60 points", per="hour")
LATER = parameter("later", {"2030-01-01": 45}, measured_in="minutes")
TODAY = measure("today", "sum", "record.minutes", "day", including=True)
TODAYS_TIME = e("today", today="duration")


def part(credit: Credit, name: str) -> Any:
    return json.loads(credit.trace).get(name, [])


def hour_alone(which: str = "whole", **settings: Any) -> Any:
    """An hour a day needs nobody, more needs the community, more than two hours the office."""
    steps = (ApprovalStep(60, "rule"), ApprovalStep(120, "community"), ApprovalStep(None, "office"))
    return approve("hours", measure=TODAYS_TIME, part=which, steps=steps, **settings)


def test_what_waits_as_a_whole_counts_nothing_and_says_what_was_granted() -> None:
    within, above = credited(
        a_pack(HOURLY, TODAY, hour_alone()), record("2026-03-01T08:00", 60), record("2026-03-02T08:00", 61)
    )
    assert (within.minutes, within.awaiting, part(within, "steps")[0]) == (60, "", ["approve", "hours", 60, 60, "rule"])
    assert (above.minutes, above.points, above.awaiting) == (0, 0, "community")
    assert part(above, "steps") == [["approve", "hours", 61, 60, "rule"]]
    assert {"id": "hours"} in part(above, "rules")


def test_where_nothing_is_granted_the_step_names_nobody() -> None:
    gate = approve("gate", steps=(ApprovalStep(None, "office"),))
    (waiting,) = credited(a_pack(HOURLY, gate), record("2026-03-01T08:00", 60))
    assert part(waiting, "steps") == [["approve", "gate", 60, 0]]


def test_one_minute_within_the_bound_is_enough_for_the_rest_to_wait_alone() -> None:
    pack = a_pack(HOURLY, TODAY, hour_alone("excess"))
    day = [record("2026-03-01T08:00", 59), record("2026-03-01T10:00", 30), record("2026-03-01T12:00", 30)]
    found = credited(pack, *day)
    assert [(each.minutes, each.points, each.awaiting) for each in found] == [
        (59, 59, ""), (1, 1, "community"), (0, 0, "community"),
    ]  # fmt: skip


def test_what_waits_is_read_by_the_next_approval_and_in_no_measure() -> None:
    total = measure("total", "sum", "record.minutes", "lifetime")
    pack = a_pack(TODAY, total, hour_alone(), award("told", e("total", total="points")))
    day = [
        record("2026-03-01T08:00", 90),
        record("2026-03-01T10:00", 40, granted=("community",)),
        record("2026-03-02T08:00", 10),
    ]
    found = credited(pack, *day)
    assert [(each.minutes, each.awaiting) for each in found] == [(0, "community"), (0, "office"), (10, "")]
    assert [each.points for each in found] == [0, 0, 0]


@pytest.mark.parametrize("which", ["whole", "excess"])
def test_time_that_counts_already_is_not_taken_back_when_an_earlier_occasion_is_approved(which: str) -> None:
    pack = a_pack(HOURLY, TODAY, hour_alone(which))
    first, second = record("2026-03-01T08:00", 90), record("2026-03-01T10:00", 40)
    before = credited(pack, first, second)
    after = credited(
        pack, *share_grants(history(pack), MEI, (replace(first, granted=frozenset({"community"})), second))
    )
    assert [(each.minutes, each.awaiting) for each in after] == [
        (90, ""),
        ({"whole": 0, "excess": 30}[which], "office"),
    ]
    assert all(old.minutes <= new.minutes for old, new in zip(before, after, strict=True))
    assert [each.awaiting for each in before] == ["community", "office"]


def test_an_approval_is_about_its_kind_of_occasion_and_its_conditions() -> None:
    gate = approve("gate", at="deed", when="deed.kind == 'blood'", steps=(ApprovalStep(None, "office"),))
    pack = a_pack(HOURLY, award("given", "5 points", at="deed"), gate)
    found = credited(
        pack, record("2026-03-01T08:00", 60), deed("2026-03-02T08:00", "blood"), deed("2026-03-03T08:00", "steps")
    )
    assert [(each.points, each.awaiting) for each in found] == [(60, ""), (0, "office"), (5, "")]


def test_an_approval_without_steps_asks_nobody() -> None:
    (found,) = credited(a_pack(HOURLY, approve("empty")), record("2026-03-01T08:00", 60))
    assert (found.minutes, found.awaiting) == (60, "")


def test_a_bound_that_is_not_known_cannot_be_kept_within() -> None:
    bounds = (ApprovalStep(e("later", later="duration"), "rule"), ApprovalStep(None, "office"))
    pack = a_pack(HOURLY, LATER, TODAY, approve("hours", measure=TODAYS_TIME, part="excess", steps=bounds))
    found = credited(pack, record("2026-03-01T08:00", 60), record("2030-01-01T08:00", 60))
    assert [(each.minutes, each.awaiting) for each in found] == [(0, "office"), (45, "office")]


def test_what_the_steps_are_read_by_may_be_unknown_and_then_the_last_one_is_asked() -> None:
    bounds = (ApprovalStep(3, "rule"), ApprovalStep(None, "office"))
    pack = a_pack(HOURLY, approve("large", measure=e("record.quantity"), part="excess", steps=bounds))
    stated = record("2026-03-01T08:00", 60, record_quantity=3)
    assert minutes(pack, stated, record("2026-03-02T08:00", 60)) == [60, 0]


def test_a_grant_reaches_only_occasions_of_its_own_scope_and_only_the_levels_that_are_asked_for() -> None:
    pack = a_pack(HOURLY, TODAY, hour_alone())
    granted = record("2026-03-01T08:00", 70, granted=("community", "someone_else"))
    same_day, next_day = record("2026-03-01T12:00", 40), record("2026-03-02T12:00", 70)
    shared = share_grants(history(pack), MEI, (granted, same_day, next_day))
    assert [set(each.granted) for each in shared] == [{"community", "someone_else"}, {"community"}, set()]
    assert minutes(pack, *shared) == [70, 40, 0]


def test_a_level_that_was_granted_holds_for_later_occasions_of_its_day() -> None:
    pack = a_pack(HOURLY, TODAY, hour_alone("excess"))
    day = [
        record("2026-03-01T08:00", 50, granted=("community",)),
        record("2026-03-01T09:00", 50),
        record("2026-03-01T10:00", 50),
        record("2026-03-02T08:00", 70),
    ]
    assert minutes(pack, *day) == [50, 50, 20, 60]
    assert [slot for slot in fold_all(pack, day[3]).state.slots if slot.startswith("a:")] == []


# Approvals that go by points.

POINTS_TODAY = measure("points_today", "sum", "credited.points", "day", including=True)


def large(name: str, by: str, which: str = "excess", upto: int | None = 50, **settings: Any) -> Any:
    return approve(
        name,
        measure=e("points_today", points_today="points"),
        part=which,
        steps=(ApprovalStep(upto, "rule"), ApprovalStep(None, by)),
        **settings,
    )


def test_points_above_the_bound_wait_and_the_step_tells_how_many_were_paid() -> None:
    pack = a_pack(HOURLY, POINTS_TODAY, large("large", "office"))
    first, second, third = credited(
        pack, record("2026-03-01T08:00", 40), record("2026-03-01T10:00", 40), record("2026-03-01T12:00", 40)
    )
    assert [(each.minutes, each.points, each.awaiting) for each in (first, second, third)] == [
        (40, 40, ""), (40, 10, "office"), (40, 0, "office"),
    ]  # fmt: skip
    assert part(second, "steps")[-1] == ["approve_amount", "large", 40, 10, "rule"]
    assert {"id": "large"} in part(second, "rules")


def test_points_of_a_record_across_midnight_wait_by_the_day_in_which_it_begins() -> None:
    pack = a_pack(HOURLY, POINTS_TODAY, large("large", "office"), midnight="split")
    (night,) = credited(pack, record("2026-03-01T23:00", 120))
    assert (night.minutes, night.points, night.awaiting) == (120, 50, "office")


def test_of_two_approvals_by_points_the_first_that_asks_is_awaited_and_both_cut() -> None:
    pack = a_pack(HOURLY, POINTS_TODAY, large("a", "community"), large("b", "office", upto=30))
    (found,) = credited(pack, record("2026-03-01T08:00", 60))
    assert (found.points, found.awaiting) == (30, "community")
    assert [step[1:4] for step in part(found, "steps")[1:]] == [["a", 60, 50], ["b", 50, 30]]


def test_an_approval_by_points_whose_conditions_do_not_hold_is_passed_by_and_the_next_is_not() -> None:
    other = large("a", "community", upto=10, when="activity.category == 'nothing'")
    (found,) = credited(a_pack(HOURLY, POINTS_TODAY, other, large("b", "office")), record("2026-03-01T08:00", 60))
    assert (found.points, found.awaiting) == (50, "office")


@pytest.mark.parametrize("order", [("whole", "excess"), ("excess", "whole")])
def test_where_one_approval_by_points_holds_back_the_whole_nothing_counts(order: tuple[str, str]) -> None:
    pack = a_pack(HOURLY, POINTS_TODAY, large("a", "community", order[0]), large("b", "office", order[1], upto=30))
    found = credited(pack, record("2026-03-01T08:00", 60), record("2026-03-02T10:00", 20))
    assert [(each.minutes, each.points) for each in found] == [(0, 0), (20, 20)]


@pytest.mark.parametrize("which", ["whole", "excess"])
def test_points_that_wait_are_counted_by_the_next_approval_so_that_nothing_paid_is_taken_back(which: str) -> None:
    pack = a_pack(HOURLY, POINTS_TODAY, large("large", "office", which, upto=50))
    first, second = record("2026-03-01T08:00", 60), record("2026-03-01T10:00", 20)
    waiting = credited(pack, first, second)
    assert [each.awaiting for each in waiting] == ["office", "office"]
    paid = points(pack, *share_grants(history(pack), MEI, (replace(first, granted=frozenset({"office"})), second)))
    assert all(before.points <= after for before, after in zip(waiting, paid, strict=True))


def test_a_bound_in_points_that_is_not_known_lets_nothing_be_paid() -> None:
    many = parameter("many", {"2030-01-01": 50}, measured_in="points")
    rule = approve(
        "large",
        measure=e("points_today", points_today="points"),
        part="excess",
        steps=(ApprovalStep(e("many", many="points"), "rule"), ApprovalStep(None, "office")),
    )
    pack = a_pack(HOURLY, POINTS_TODAY, many, rule)
    found = credited(pack, record("2026-03-01T08:00", 60), record("2030-01-01T08:00", 60))
    assert [(each.minutes, each.points, each.awaiting) for each in found] == [(60, 0, "office"), (60, 50, "office")]


def test_an_occasion_that_earns_nothing_asks_nobody_by_points() -> None:
    pack = a_pack(POINTS_TODAY, award("visit", "0 points"), large("large", "office", upto=0))
    assert [part(each, "steps") for each in credited(pack, record("2026-03-01T08:00", 60))] == [
        [["rate", "visit", 1, 0]]
    ]


# The first stages of a record.


def test_of_an_overlap_only_the_time_after_the_earlier_record_counts_and_is_told() -> None:
    first, second, third = credited(
        a_pack(HOURLY),
        record("2026-03-01T08:00", 60),
        record("2026-03-01T08:30", 60),
        record("2026-03-01T08:40", 30),
    )
    assert [each.minutes for each in (first, second, third)] == [60, 30, 0]
    assert part(second, "steps")[0] == ["duration", "overlap", 60, 30]
    assert part(third, "reasons") == [["overlap"]]
    assert points(a_pack(HOURLY), record("2026-03-01T08:00", 60), record("2026-03-01T09:00", 60)) == [60, 60]


def test_a_pause_that_was_taken_off_is_not_given_back_by_an_overlap() -> None:
    long = replace(record("2026-03-01T08:00", 120), minutes=30)
    later = replace(record("2026-03-01T09:30", 90), minutes=50)
    assert minutes(a_pack(HOURLY), long, later) == [30, 50]


def test_a_record_of_no_minutes_is_told_as_it_is() -> None:
    for begun in ("2026-03-01T08:00", "2026-03-01T23:30"):
        for midnight in ("start", "split"):
            (found,) = credited(a_pack(HOURLY, midnight=midnight), replace(record(begun, 60), minutes=0))
            assert (found.minutes, found.points, part(found, "reasons")) == (0, 0, [])


def test_of_a_record_across_midnight_each_part_is_read_with_those_before_it() -> None:
    week = measure("week", "sum", "record.minutes", "week", including=True)
    steps = (ApprovalStep(480, "rule"), ApprovalStep(None, "office"))
    rule = approve("hours", measure=e("week", week="duration"), part="excess", steps=steps)
    pack = a_pack(week, rule, measure("today", "sum", "record.minutes", "day"), HOURLY, midnight="split")
    night = record("2026-03-03T20:00", 600)
    assert minutes(pack, night) == [480]
    values = values_at(pack, MEI, fold_all(pack, night).state, date(2026, 3, 3))
    assert values["today"] == 240


def test_a_record_over_three_days_has_a_piece_for_each() -> None:
    pack = a_pack(HOURLY, midnight="split")
    (found,) = credited(pack, record("2026-03-01T23:00", 60 + 24 * 60 + 30))
    assert part(found, "steps")[0] == ["midnight", "split", 1530, 1530, 60, 1440, 30]


def test_a_day_that_a_clock_change_shortens_ends_an_hour_earlier() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = moment("2026-03-29T00:59", berlin)
    for served, pieces in ((1321, []), (1322, [["midnight", "split", 1322, 1322, 1321, 1]])):
        visit = Occasion("r1", "record", start, start + timedelta(minutes=served), served, {}, date(2026, 3, 29))
        (found,) = credited(a_pack(HOURLY, midnight="split", zone=berlin), visit)
        assert part(found, "steps")[:-1] == pieces


def test_a_record_until_midnight_is_not_split() -> None:
    pack = a_pack(HOURLY, midnight="split")
    (found,) = credited(pack, record("2026-03-01T23:00", 60))
    assert [step[0] for step in part(found, "steps")] == ["rate"]


def test_an_overlap_that_moves_a_record_past_midnight_moves_its_day() -> None:
    today = measure("today", "sum", "record.minutes", "day")
    pack = a_pack(today, award("told", e("today", today="points")), midnight="split")
    visits = (record("2026-03-01T22:00", 150), record("2026-03-01T23:50", 100), record("2026-03-02T09:00", 10))
    assert minutes(pack, *visits) == [150, 60, 10]
    assert points(pack, *visits)[2] == 90


@pytest.mark.parametrize(
    ("direction", "expected"), [("down", [45, 45, 60]), ("up", [45, 60, 60]), ("nearest", [45, 45, 60])]
)
def test_time_is_rounded_in_its_direction(direction: str, expected: list[int]) -> None:
    pack = a_pack(HOURLY, rounding("quarter", "time", 15, direction))
    visits = [record(f"2026-03-0{day}T08:00", served) for day, served in enumerate((45, 52, 60), start=1)]
    assert minutes(pack, *visits) == expected


def test_half_of_a_step_is_rounded_up_to_the_nearest() -> None:
    pack = a_pack(HOURLY, rounding("even", "time", 2, "nearest"))
    assert minutes(pack, record("2026-03-01T08:00", 51), record("2026-03-02T08:00", 53)) == [52, 54]


def test_while_the_step_is_not_known_nothing_is_rounded() -> None:
    pack = a_pack(HOURLY, LATER, rounding("forty_five", "time", e("later", later="duration"), "down"))
    assert minutes(pack, record("2026-03-01T08:00", 52), record("2030-01-01T08:00", 52)) == [52, 45]


def test_the_running_time_of_a_day_is_rounded_and_the_next_day_starts_anew() -> None:
    pack = a_pack(HOURLY, rounding("hours", "time", 60, "down", at="day"))
    visits = (
        record("2026-03-01T08:00", 50), record("2026-03-01T10:00", 50), record("2026-03-01T12:00", 50),
        record("2026-03-02T08:00", 50), record("2026-03-02T10:00", 10),
    )  # fmt: skip
    found = credited(pack, *visits)
    assert [each.minutes for each in found] == [0, 60, 60, 0, 60]
    assert [part(each, "steps")[0] for each in found[:3]] == [
        ["round_time", "hours", 50, 0, 50], ["round_time", "hours", 50, 60, 40], ["round_time", "hours", 50, 60, 30],
    ]  # fmt: skip


def test_without_any_grant_no_point_of_an_approval_by_points_is_paid() -> None:
    steps = (ApprovalStep(50, "community"), ApprovalStep(None, "office"))
    rule = approve("large", measure=e("points_today", points_today="points"), part="excess", steps=steps)
    found = credited(
        a_pack(HOURLY, POINTS_TODAY, rule),
        record("2026-03-01T08:00", 30),
        record("2026-03-02T08:00", 60, granted=("community",)),
    )
    assert [(each.points, each.awaiting) for each in found] == [(0, "community"), (50, "office")]


def test_a_record_of_one_minute_within_another_is_an_overlap() -> None:
    _, found = credited(a_pack(HOURLY), record("2026-03-01T08:00", 60), record("2026-03-01T08:30", 1))
    assert (found.minutes, part(found, "reasons")) == (0, [["overlap"]])


def test_a_step_of_nothing_rounds_nothing() -> None:
    nothing = parameter("nothing", {"2019-01-01": 0}, measured_in="minutes")
    pack = a_pack(HOURLY, nothing, rounding("none", "time", e("nothing", nothing="duration"), "down"))
    assert minutes(pack, record("2026-03-01T08:00", 52)) == [52]


def test_a_level_that_was_granted_is_not_lowered_by_a_later_grant_of_the_same_day() -> None:
    pack = a_pack(HOURLY, TODAY, hour_alone())
    first = record("2026-03-01T08:00", 130, granted=("office",))
    second = record("2026-03-01T12:00", 10, granted=("community",))
    found = credited(pack, first, second, record("2026-03-01T14:00", 10))
    assert [(each.minutes, each.awaiting) for each in found] == [(130, ""), (10, ""), (10, "")]


def test_a_rolling_window_shares_no_level_between_occasions() -> None:
    week = measure("week", "sum", "record.minutes", Window("last", length=7, unit="day"), including=True)
    steps = (ApprovalStep(60, "rule"), ApprovalStep(None, "community"))
    pack = a_pack(HOURLY, week, approve("hours", measure=e("week", week="duration"), part="whole", steps=steps))
    found = credited(pack, record("2026-03-01T08:00", 90, granted=("community",)), record("2026-03-01T12:00", 30))
    assert [(each.minutes, each.awaiting) for each in found] == [(90, ""), (0, "community")]


def test_what_waits_as_a_whole_stays_so_whatever_the_next_approval_lets_pass() -> None:
    whole, rest = large("whole", "office", "whole"), large("rest", "street")
    (found,) = credited(a_pack(HOURLY, POINTS_TODAY, whole, rest), record("2026-03-01T08:00", 90))
    assert (found.points, found.awaiting) == (0, "office")
    steps = [step for step in part(found, "steps") if step[0] == "approve_amount"]
    assert steps[0][:4] == ["approve_amount", "whole", 90, 0], "and nothing of it is told as paid"


@pytest.mark.parametrize(("at", "expected"), [("day", [60, 120]), ("period", [60, 120])])
def test_time_that_is_carried_goes_on_from_day_to_day(at: Any, expected: list[int]) -> None:
    pack = a_pack(HOURLY, rounding("hours", "time", 60, "down", at=at, remainder="carry"))
    assert minutes(pack, record("2026-03-01T09:00", 90), record("2026-03-02T09:00", 90)) == expected


def test_time_of_a_period_is_rounded_over_the_period_and_not_by_the_day() -> None:
    month = rounding("hours", "time", 60, "down", at="period", over=Window("month"), remainder="drop")
    days = [record(f"2026-{day}T09:00", 40) for day in ("03-01", "03-02", "04-01")]
    assert minutes(a_pack(HOURLY, month), *days) == [0, 60, 0]


SUMMER = Window("season", season=((6, 1), (8, 31)))


@pytest.mark.parametrize(
    "of",
    [
        measure("today", "sum", "record.minutes", "day", including=True, same=("host",)),
        measure("today", "sum", "record.minutes", SUMMER, including=True),
    ],
    ids=["no host is known", "outside the season"],
)
def test_where_it_is_not_known_what_shares_a_level_nothing_does(of: Any) -> None:
    first = record("2026-03-01T08:00", 10, granted=("office",))
    found = credited(a_pack(HOURLY, of, hour_alone()), first, record("2026-03-01T12:00", 10))
    assert [(each.minutes, each.awaiting) for each in found] == [(10, ""), (0, "office")]
