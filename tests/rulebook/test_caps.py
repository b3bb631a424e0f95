"""Caps at their edges: what is let through, what is told, and which caps leave an occasion alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from points_engine.rulebook.fold import RuleHistory
from points_engine.rulebook.kinds import Window
from points_engine.rulebook.occasions import Credit, Subject
from tests.rulebook.builders import a_pack, award, cap, credited, deed, e, minutes, parameter, points, record, rounding
from tests.rulebook.packs import NEVER as FOR_EVER
from tests.rulebook.packs import problems_of

HOURLY = award("service", "60 points", per="hour")
"""A point a minute, so that points tell which minutes were paid for."""

LATER = parameter("later", {"2030-01-01": 45}, measured_in="minutes")
"""A number that is not known before 2030."""
UNKNOWN_MINUTES = e("later", later="duration")
NEVER = "activity.category == 'nothing'"
SUMMER = Window("season", season=((7, 1), (8, 31)))


def told(credit: Credit) -> dict[str, Any]:
    """The parts of a decision that caps write: its steps without the rates, and its reasons."""
    trace = json.loads(credit.trace)
    found: dict[str, Any] = {"steps": [step for step in trace.get("steps", ()) if step[0] != "rate"]}
    return {**found, "reasons": trace.get("reasons", []), "awaiting": credit.awaiting}


def visits(*day_and_minutes: tuple[str, int]) -> list[Any]:
    return [record(f"{day}T09:00", served) for day, served in day_and_minutes]


# What a window holds.


def test_a_cap_over_the_last_days_forgets_the_day_that_leaves_the_window() -> None:
    pack = a_pack(HOURLY, cap("weekly", "2 h", Window("last", length=7, unit="day")))
    days = visits(("2026-03-01", 90), ("2026-03-05", 90), ("2026-03-07", 60), ("2026-03-08", 100), ("2026-03-12", 60))
    assert minutes(pack, *days) == [90, 30, 0, 90, 30]


def test_a_cap_since_an_event_counts_from_its_day_on() -> None:
    pack = a_pack(HOURLY, cap("training", "1 h", Window("since", event="trained_on")))
    mei = Subject("mei", {"volunteer.trained_on": [(date(2026, 3, 5), date(2026, 3, 5))]})
    days = visits(("2026-03-04", 50), ("2026-03-05", 40), ("2026-03-06", 40), ("2026-03-07", 40))
    assert minutes(pack, *days, subject=mei) == [50, 40, 20, 0]


def test_a_cap_since_an_event_that_is_not_known_counts_all_of_history() -> None:
    pack = a_pack(HOURLY, cap("training", "1 h", Window("since", event="trained_on")))
    assert minutes(pack, *visits(("2024-03-04", 50), ("2026-03-05", 40))) == [50, 10]


def test_a_cap_of_a_season_says_nothing_outside_it() -> None:
    pack = a_pack(
        HOURLY,
        award("bonus", "5 points"),
        cap("summer", "1 h", SUMMER),
        cap("summer_points", "70 points", SUMMER, limits="amount"),
        cap("summer_times", "1", SUMMER, limits="times", applies_to=("bonus",)),
        cap("summer_paid", "1 h", SUMMER, applies_to=("service",)),
        cap("summer_training", None, SUMMER, skip_first="10 min"),
    )
    days = visits(("2026-06-30", 90), ("2026-07-01", 90), ("2026-08-31", 90), ("2026-09-01", 90))
    assert [(each.minutes, each.points) for each in credited(pack, *days)] == [(90, 95), (60, 55), (0, 0), (90, 95)]


def test_outside_its_season_a_cap_is_passed_by_and_the_next_is_not() -> None:
    for limits, most in (("amount", "20 points"), ("times", "0")):
        caps = (cap("a_summer", most, SUMMER, limits=limits), cap("b_yearly", most, "year", limits=limits))
        (found,) = credited(a_pack(HOURLY, *caps), record("2026-06-30T09:00", 60))
        assert [step[1] for step in told(found)["steps"]] == ["b_yearly"]


@pytest.mark.parametrize("limits", ["amount", "times"])
def test_a_cap_on_amounts_or_times_says_how_many(limits: str) -> None:
    rule = f"- cap: c\n  limits: {limits}\n  over: day\n"
    assert [one.code for one in problems_of(rule + "  skip_first: 5\n" + FOR_EVER)] == ["needs_key", "not_with"]
    assert problems_of(rule + "  most: 5\n" + FOR_EVER) == ()


@pytest.mark.parametrize(
    ("limits", "other"),
    [
        ("amount", "least"),
        ("amount", "skip_first"),
        ("times", "least"),
        ("times", "skip_first"),
        ("balance", "skip_first"),
    ],
)
def test_what_a_cap_would_pass_over_is_refused_beside_its_most(limits: str, other: str) -> None:
    rule = f"- cap: c\n  limits: {limits}\n  over: day\n  most: 5\n  {other}: 2\n"
    assert [one.code for one in problems_of(rule + FOR_EVER)] == ["not_with"]


def test_a_cap_on_time_may_have_a_shortest_stretch_and_a_first_part_beside_its_most() -> None:
    rule = "- cap: c\n  limits: minutes\n  over: day\n  most: 5 h\n  least: 10 min\n  skip_first: 20 min\n"
    assert problems_of(rule + FOR_EVER) == ()


def test_a_cap_that_two_versions_share_is_used_up_once_by_each_occasion() -> None:
    daily = cap("daily", "100 min", "month")
    old = a_pack(HOURLY, daily)
    new = a_pack(HOURLY, daily, cap("yearly", "9 h", "year"), effective_on=date(2026, 3, 3))
    both = RuleHistory(((old.effective_on, old), (new.effective_on, new)))
    assert minutes(both, *visits(("2026-03-01", 40), ("2026-03-02", 40), ("2026-03-03", 40))) == [40, 40, 20]


def test_a_cap_that_also_skips_the_first_part_is_used_up_once_by_each_occasion() -> None:
    pack = a_pack(HOURLY, cap("both", "2 h", "week", skip_first="1 h"))
    found = credited(pack, *visits(("2026-03-02", 60), ("2026-03-03", 50), ("2026-03-04", 60)))
    assert [(each.minutes, each.points) for each in found] == [(60, 0), (50, 50), (10, 10)]


# What is not known lets nothing through.


def test_while_its_number_is_not_known_a_cap_lets_no_time_through() -> None:
    pack = a_pack(HOURLY, LATER, cap("daily", UNKNOWN_MINUTES, "day"))
    assert minutes(pack, *visits(("2026-03-01", 60), ("2030-01-01", 60))) == [0, 45]


def test_while_its_number_is_not_known_a_cap_on_an_award_pays_for_no_time() -> None:
    pack = a_pack(HOURLY, LATER, cap("daily", UNKNOWN_MINUTES, "day", applies_to=("service",)))
    found = credited(pack, *visits(("2026-03-01", 60), ("2030-01-01", 60)))
    assert [(each.minutes, each.points) for each in found] == [(60, 0), (60, 45)]


def test_while_its_number_is_not_known_a_cap_on_amounts_pays_nothing() -> None:
    many = parameter("many", {"2030-01-01": 5}, measured_in="points")
    pack = a_pack(HOURLY, many, cap("daily", e("many", many="points"), "day", limits="amount"))
    assert points(pack, *visits(("2026-03-01", 60), ("2030-01-01", 60))) == [0, 5]


def test_while_its_number_is_not_known_a_cap_on_times_lets_nothing_earn() -> None:
    often = parameter("often", {"2030-01-01": 1})
    pack = a_pack(HOURLY, often, cap("daily", e("often", often="number"), "day", limits="times"))
    assert points(pack, *visits(("2026-03-01", 60), ("2030-01-01", 60))) == [0, 60]


def test_while_the_least_is_not_known_every_record_is_too_short() -> None:
    pack = a_pack(HOURLY, LATER, cap("stretch", None, least=UNKNOWN_MINUTES))
    assert minutes(pack, *visits(("2026-03-01", 60), ("2030-01-01", 45), ("2030-01-02", 44))) == [0, 45, 0]


def test_while_the_first_minutes_are_not_known_none_are_skipped() -> None:
    pack = a_pack(HOURLY, LATER, cap("training", None, "day", skip_first=UNKNOWN_MINUTES))
    first, second = credited(pack, *visits(("2026-03-01", 60), ("2030-01-01", 60)))
    assert (first.points, second.points) == (60, 15)
    assert told(first)["steps"] == []


# A cap whose conditions do not hold is passed by, and the next one is not.


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"most": "20 min", "over": "day"}, (20, 20)),
        ({"most": None, "least": "61 min"}, (0, 0)),
        ({"most": None, "least": "61 min", "over": "day"}, (0, 0)),
        ({"most": None, "skip_first": "20 min", "over": "day"}, (60, 40)),
        ({"most": "20 min", "over": "day", "applies_to": ("service",)}, (60, 20)),
        ({"most": "20 points", "over": "day", "limits": "amount"}, (60, 20)),
        ({"most": "0", "over": "day", "limits": "times"}, (60, 0)),
    ],
)
def test_a_cap_whose_conditions_do_not_hold_is_passed_by_and_the_next_is_not(
    settings: dict[str, Any], expected: tuple[int, int]
) -> None:
    visit = record("2026-03-01T09:00", 60)
    (alone,) = credited(a_pack(HOURLY, cap("other", **settings, when=NEVER)), visit)
    assert (alone.minutes, alone.points, told(alone)) == (60, 60, {"steps": [], "reasons": [], "awaiting": ""})
    (both,) = credited(a_pack(HOURLY, cap("a_other", **settings, when=NEVER), cap("b_own", **settings)), visit)
    assert (both.minutes, both.points) == expected


# The shortest stretch.


def test_a_record_that_is_too_short_says_so_and_earns_nothing() -> None:
    pack = a_pack(award("visit", "5 points"), cap("stretch", None, least="30 min"))
    (short,) = credited(pack, record("2026-03-01T09:00", 29))
    assert (short.minutes, short.points) == (0, 0)
    assert told(short) == {"steps": [["least", "stretch", 29, 0]], "reasons": [["short", "stretch"]], "awaiting": ""}


def test_a_deed_has_no_stretch_that_could_be_too_short() -> None:
    pack = a_pack(award("blood", "5 points", at="deed"), cap("stretch", None, least="30 min"))
    (given,) = credited(pack, deed("2026-03-01T09:00", "blood"))
    assert (given.points, told(given)["reasons"]) == (5, [])


def test_time_is_held_back_until_the_window_holds_the_least_and_is_then_credited_at_once() -> None:
    pack = a_pack(HOURLY, cap("monthly", None, "month", least="2 h"))
    days = visits(("2026-03-01", 60), ("2026-03-02", 70), ("2026-03-03", 50), ("2026-04-01", 119), ("2026-04-02", 1))
    found = credited(pack, *days)
    assert [(each.minutes, each.points) for each in found] == [(0, 0), (130, 130), (50, 50), (0, 0), (120, 120)]
    short = [["short", "monthly"]]
    assert [told(each) for each in found[:3]] == [
        {"steps": [["hold_back", "monthly", 60, 0]], "reasons": short, "awaiting": ""},
        {"steps": [["hold_back", "monthly", 70, 130]], "reasons": [], "awaiting": ""},
        {"steps": [], "reasons": [], "awaiting": ""},
    ]
    assert all({"id": "monthly"} in json.loads(each.trace)["rules"] for each in found)


def test_outside_its_season_no_time_is_held_back() -> None:
    pack = a_pack(HOURLY, cap("summer", None, SUMMER, least="2 h"))
    assert minutes(pack, *visits(("2026-06-30", 60), ("2026-07-01", 60), ("2026-08-31", 60))) == [60, 0, 120]


# Time.


def test_a_record_across_midnight_stays_under_a_cap_on_the_record_and_on_the_last_days() -> None:
    night = record("2026-03-01T22:00", 240)
    for over in (Window("record"), Window("last", length=7, unit="day"), Window("month")):
        (found,) = credited(a_pack(HOURLY, cap("most", "3 h", over), midnight="split"), night)
        assert found.minutes == 180, over
        assert told(found)["steps"] == [["midnight", "split", 240, 240, 120, 120], ["cap_time", "most", 240, 180]]


def test_a_cap_that_refuses_lets_through_what_stays_within_it() -> None:
    pack = a_pack(
        award("visit", "5 points"), cap("a_daily", "1 h", "day", excess="refuse"), cap("b_weekly", "9 h", "week")
    )
    found = credited(pack, record("2026-03-01T08:00", 60), record("2026-03-01T12:00", 1), record("2026-03-02T08:00", 1))
    assert [(each.minutes, each.points) for each in found] == [(60, 5), (0, 0), (1, 5)]
    assert told(found[1]) == {"steps": [["cap_time", "a_daily", 1, 0]], "reasons": [["cap", "a_daily"]], "awaiting": ""}


def test_what_is_above_a_cap_awaits_the_one_that_the_narrowest_names() -> None:
    pack = a_pack(
        award("visit", "100 points"),
        cap("daily", "1 h", "day", excess="approve", by="community"),
        cap("weekly", "30 min", "week", excess="approve", by="office"),
        cap("points", "50 points", "day", limits="amount", excess="approve", by="district"),
    )
    (found,) = credited(pack, record("2026-03-01T08:00", 90))
    assert (found.minutes, found.points, found.awaiting) == (30, 50, "community")
    granted = record("2026-03-01T08:00", 90, granted=("community", "office", "district"))
    (found,) = credited(pack, granted)
    assert (found.minutes, found.points, found.awaiting) == (90, 100, "")


def test_what_stays_within_a_cap_awaits_nobody() -> None:
    settings: dict[str, Any] = {"excess": "approve", "by": "community"}
    pack = a_pack(
        HOURLY, cap("daily", "1 h", "day", **settings), cap("points", "60 points", "day", limits="amount", **settings)
    )
    (found,) = credited(pack, record("2026-03-01T08:00", 60))
    assert (found.minutes, found.points, found.awaiting) == (60, 60, "")


# The first part earns nothing.


def test_the_first_minutes_are_skipped_once_in_their_window_and_every_step_is_told() -> None:
    pack = a_pack(HOURLY, cap("training", None, "month", skip_first="100 min"))
    found = credited(pack, *visits(("2026-03-01", 60), ("2026-03-02", 60), ("2026-03-03", 60), ("2026-04-01", 120)))
    assert [(each.minutes, each.points) for each in found] == [(60, 0), (60, 20), (60, 60), (120, 20)]
    skipped = [(60, 0), (60, 20), (60, 60), (120, 20)]
    assert [told(each)["steps"] for each in found] == [[["skip_first", "training", *each]] for each in skipped]


def test_where_nothing_is_left_to_earn_no_more_is_skipped() -> None:
    pack = a_pack(HOURLY, cap("day", None, "day", skip_first="1 h"), cap("month", None, "month", skip_first="2 h"))
    (found,) = credited(pack, record("2026-03-01T09:00", 60))
    assert told(found)["steps"] == [["skip_first", "day", 60, 0]]


# How often.


def test_a_cap_on_times_stops_only_the_awards_that_it_names_and_says_so() -> None:
    once = cap("once", "1", "day", limits="times", applies_to=("bonus",))
    pack = a_pack(award("visit", "5 points"), award("bonus", "7 points"), once)
    first, second = credited(pack, record("2026-03-01T08:00", 30), record("2026-03-01T12:00", 30))
    assert (first.points, second.points) == (12, 5)
    assert told(second) == {"steps": [["cap_times", "once", 1, 1]], "reasons": [["cap", "once"]], "awaiting": ""}


def test_an_occasion_that_earns_nothing_uses_up_no_time_of_a_cap_on_times() -> None:
    pack = a_pack(HOURLY, cap("once", "1", "day", limits="times"), cap("training", None, "day", skip_first="1 h"))
    day = [record(f"2026-03-01T{hour:02}:00", 60) for hour in (8, 10, 12)]
    assert points(pack, *day) == [0, 60, 0]


def test_a_cap_on_times_may_refuse_the_occasion() -> None:
    pack = a_pack(award("visit", "5 points"), cap("once", "1", "day", limits="times", excess="refuse"))
    first, second = credited(pack, record("2026-03-01T08:00", 30), record("2026-03-01T12:00", 30))
    assert [(each.minutes, each.points) for each in (first, second)] == [(30, 5), (0, 0)]
    assert told(second)["reasons"] == [["cap", "once"]]


def test_a_cap_on_times_may_ask_somebody_the_first_one_named() -> None:
    pack = a_pack(
        award("visit", "5 points"),
        award("bonus", "7 points"),
        cap("a", "1", "day", limits="times", excess="approve", by="community", applies_to=("visit",)),
        cap("b", "1", "day", limits="times", excess="approve", by="office", applies_to=("bonus",)),
    )
    first = record("2026-03-01T08:00", 30)
    asked = record("2026-03-01T12:00", 30)
    (_, second) = credited(pack, first, asked)
    assert (second.minutes, second.points, second.awaiting) == (30, 0, "community")
    (_, second) = credited(pack, first, replace(asked, granted=frozenset({"community", "office"})))
    assert (second.points, second.awaiting) == (12, "")


def test_a_cap_on_times_of_deeds_leaves_records_alone() -> None:
    pack = a_pack(
        award("visit", "5 points"),
        award("blood", "9 points", at="deed"),
        cap("once", "1", "day", limits="times", at="deed"),
    )
    day = [record("2026-03-01T08:00", 30), record("2026-03-01T12:00", 30)]
    gifts = [deed("2026-03-01T15:00", "blood"), deed("2026-03-01T16:00", "blood")]
    assert points(pack, *day, *gifts) == [5, 5, 9, 0]


# Amounts.


def test_an_amount_that_a_cap_cuts_awaits_nobody_unless_the_cap_says_so() -> None:
    pack = a_pack(HOURLY, cap("daily", "50 points", "day", limits="amount"))
    first, second = credited(pack, record("2026-03-01T08:00", 60), record("2026-03-01T12:00", 60))
    assert (first.points, told(first)["awaiting"], told(first)["reasons"]) == (50, "", [])
    assert (second.minutes, second.points) == (60, 0)
    assert told(second)["steps"] == [["cap_amount", "daily", 60, 0]]


def test_a_cap_on_amounts_may_give_all_or_nothing() -> None:
    pack = a_pack(HOURLY, cap("daily", "60 points", "day", limits="amount", excess="refuse"))
    first, second = credited(pack, record("2026-03-01T08:00", 60), record("2026-03-02T08:00", 61))
    assert (first.points, told(first)["reasons"]) == (60, [])
    assert (second.minutes, second.points, told(second)["reasons"]) == (61, 0, [["cap", "daily"]])


def test_what_a_cap_takes_from_a_sum_it_takes_from_the_last_awards_first() -> None:
    pack = a_pack(
        award("a_visit", "10 points"),
        award("b_bonus", "10 points"),
        award("c_extra", "10 points"),
        cap("daily", "15 points", "day", limits="amount"),
        cap("visits", "14 points", "month", limits="amount", applies_to=("a_visit",)),
        cap("bonuses", "6 points", "month", limits="amount", applies_to=("b_bonus", "c_extra")),
    )
    first, second = credited(pack, record("2026-03-01T08:00", 60), record("2026-03-02T08:00", 60))
    assert (first.points, second.points) == (15, 5)
    assert told(first)["steps"] == [
        ["cap_amount", "daily", 30, 15], ["cap_amount", "visits", 10, 10], ["cap_amount", "bonuses", 5, 5],
    ]  # fmt: skip
    assert told(second)["steps"] == [
        ["cap_amount", "daily", 30, 15], ["cap_amount", "visits", 10, 4], ["cap_amount", "bonuses", 5, 1],
    ]  # fmt: skip


def test_a_cap_takes_nothing_from_an_award_that_is_itself_a_deduction() -> None:
    pack = a_pack(
        award("a_visit", "10 points"),
        award("b_late", "-4 points"),
        cap("daily", "5 points", "day", limits="amount"),
        cap("visits", "9 points", "week", limits="amount", applies_to=("a_visit",)),
    )
    (found,) = credited(pack, record("2026-03-01T08:00", 60))
    assert told(found)["steps"] == [["cap_amount", "daily", 6, 5], ["cap_amount", "visits", 9, 9]]


def test_what_rounding_adds_to_a_sum_it_adds_to_the_last_award() -> None:
    pack = a_pack(
        award("a_visit", "1 points", per="hour"),
        award("b_bonus", "1 points", per="hour"),
        rounding("whole", "amount", 1, "up"),
        cap("bonuses", "1 points", "month", limits="amount", applies_to=("b_bonus",)),
    )
    (found,) = credited(pack, record("2026-03-01T08:00", 20))
    assert found.points == 1
    assert told(found)["steps"] == [["round_amount", "whole", "2/3", 1], ["cap_amount", "bonuses", "2/3", "2/3"]]


# Awards that are named.


def test_a_cap_on_some_awards_counts_the_minutes_that_they_were_paid_for() -> None:
    pack = a_pack(
        HOURLY,
        award("extra", "60 points", per="hour"),
        cap("paid", "100 min", "month", applies_to=("service",)),
        cap("training", None, "day", skip_first="1 h"),
    )
    found = credited(pack, *visits(("2026-03-01", 120), ("2026-03-02", 120), ("2026-03-03", 120)))
    assert [(each.minutes, each.points) for each in found] == [(120, 120), (120, 100), (120, 60)]
    assert [told(each)["steps"][1:] for each in found] == [
        [["cap_time", "paid", 60, 60]], [["cap_time", "paid", 60, 40]], [["cap_time", "paid", 60, 0]],
    ]  # fmt: skip
    assert {"id": "paid"} in json.loads(found[0].trace)["rules"]


def test_a_cap_that_names_an_award_which_does_not_pay_here_is_not_told() -> None:
    pack = a_pack(
        HOURLY,
        award("extra", "1 points", when=NEVER),
        cap("a_paid", "10 min", "day", applies_to=("extra",)),
        cap("b_paid", "20 min", "day", applies_to=("service",)),
    )
    (found,) = credited(pack, record("2026-03-01T08:00", 60))
    assert told(found)["steps"] == [["cap_time", "b_paid", 60, 20]]


def test_of_awards_under_one_cap_the_one_that_is_paid_for_most_is_told() -> None:
    pack = a_pack(
        HOURLY,
        award("extra", "60 points", per="hour"),
        cap("a_extra", "10 min", "day", applies_to=("extra",)),
        cap("b_both", "40 min", "week", applies_to=("extra", "service")),
    )
    (found,) = credited(pack, record("2026-03-01T08:00", 60))
    assert told(found)["steps"] == [["cap_time", "a_extra", 60, 10], ["cap_time", "b_both", 60, 40]]
    assert found.points == 50
