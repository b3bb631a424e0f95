"""Measures: what history says on a day, without the occasion in hand unless a measure includes it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from points_engine.rulebook.acts import values_at
from points_engine.rulebook.kinds import ApprovalStep, Measure, Rule, Window
from points_engine.rulebook.occasions import FoldState, Occasion, Subject
from tests.rulebook.builders import (
    MEI,
    a_pack,
    approve,
    award,
    cap,
    credited,
    deed,
    e,
    fold_all,
    measure,
    points,
    record,
    rounding,
)

NOTHING = award("service", "1 points", per="hour")


def value(rule: Measure, *occasions: Occasion, day: str = "2026-06-15", subject: Subject = MEI, **facts: Any) -> object:
    """The measure on a day after these occasions."""
    pack = a_pack(NOTHING, rule)
    state = fold_all(pack, *occasions, subject=subject).state
    named = {name.replace("_", ".", 1): stated for name, stated in facts.items()}
    return values_at(pack, subject, state, date.fromisoformat(day), named).get(rule.id)


JUNE = [record(f"2026-06-{day:02}T09:00", 60 * day, host=f"u{day % 2}") for day in (1, 2, 3)]


def test_a_sum_adds_minutes_of_its_window() -> None:
    assert value(measure("m", "sum", "record.minutes", "month"), *JUNE) == 360
    assert value(measure("m", "sum", "record.minutes", "month"), *JUNE, day="2026-07-01") == 0
    assert value(measure("m", "sum", "record.minutes", Window("month", offset=1)), *JUNE, day="2026-07-01") == 360


def test_last_years_hours_are_known_in_the_next_year() -> None:
    rule = measure("m", "sum", "record.minutes", Window("year", offset=1))
    assert value(rule, *JUNE, record("2027-01-01T09:00", 10), day="2027-02-01") == 360
    assert value(rule, *JUNE, day="2028-02-01") == 0


def test_a_count_with_a_condition() -> None:
    rule = measure("m", "count", None, "lifetime", where=("record.minutes >= 2 h",))
    assert value(rule, *JUNE) == 2


def test_a_missing_fact_is_never_enough_to_be_counted() -> None:
    assert value(measure("m", "count", None, "lifetime", where=("not record.paid",)), *JUNE) == 0


def test_distinct_hosts_and_the_longest_record() -> None:
    assert value(measure("m", "distinct", "activity.host", "year"), *JUNE) == 2
    assert value(measure("m", "max", "record.minutes", "year"), *JUNE) == 180
    assert value(measure("m", "max", "record.minutes", "year")) is None


def test_one_tally_for_each_host() -> None:
    rule = measure("m", "sum", "record.minutes", "year", same=("host",))
    assert value(rule, *JUNE, activity_host="u1") == 240
    assert value(rule, *JUNE, activity_host="u0") == 120
    assert value(rule, *JUNE) is None


def test_keys_of_hosts_cannot_be_confused() -> None:
    rule = measure("m", "count", None, "year", same=("host", "category"))
    visits = (
        record("2026-06-01T09:00", 60, host="a|b", category="c"),
        record("2026-06-02T09:00", 60, host="a", category="b|c"),
    )
    assert value(rule, *visits, activity_host="a", activity_category="b|c") == 1


def test_a_rolling_window_loses_its_oldest_day_every_day() -> None:
    rule = measure("m", "sum", "record.minutes", Window("last", length=7, unit="day"))
    assert value(rule, *JUNE, day="2026-06-07") == 360
    assert value(rule, *JUNE, day="2026-06-08") == 300
    assert value(rule, *JUNE, day="2026-06-10") == 0


def test_a_window_since_an_event_starts_on_its_day() -> None:
    rule = measure("m", "sum", "record.minutes", Window("since", event="sanctioned_on"))
    sanctioned = Subject("mei", {"volunteer.sanctioned_on": ((date(2026, 6, 2), True),)})
    stated = Subject("mei", {"volunteer.sanctioned_on": ((date(2026, 1, 1), date(2026, 6, 3)),)})
    assert value(rule, *JUNE, subject=sanctioned) == 300
    assert value(rule, *JUNE, subject=stated) == 180
    assert value(rule, *JUNE) is None


def test_a_season_counts_only_its_days() -> None:
    rule = measure("m", "sum", "record.minutes", Window("season", season=((6, 2), (6, 30))))
    assert value(rule, *JUNE) == 300
    assert value(rule, *JUNE, day="2026-07-01") is None


def test_deeds_are_counted_where_a_measure_asks_for_them() -> None:
    rule = measure("m", "sum", "deed.quantity", "year", source=("deed",))
    assert value(rule, *JUNE, deed("2026-06-05T09:00", "blood", 2), deed("2026-06-06T09:00", "blood", 3)) == 5


def test_a_streak_counts_windows_in_a_row_for_which_a_condition_held() -> None:
    year = measure("this_year", "sum", "record.minutes", "year")
    streak = measure("m", "streak", e("this_year >= 50 h", this_year="duration"), "year")
    pack = a_pack(NOTHING, year, streak)

    def after(*visits: Occasion) -> object:
        return values_at(pack, MEI, fold_all(pack, *visits).state, date(2026, 6, 1), {})["m"]

    full = [record(f"{at}-03-01T00:00", 3000) for at in (2023, 2024, 2025)]
    assert after(*full) == 3
    assert after(*full, record("2026-05-01T00:00", 2999)) == 3
    assert after(*full, record("2026-05-01T00:00", 3000)) == 4
    assert after(full[0], record("2024-03-01T00:00", 2999), full[2]) == 1
    assert after(*full[:2]) == 0


def test_a_share_is_that_of_the_occasions_for_which_a_condition_holds() -> None:
    rule = measure("m", "share", "record.minutes >= 2 h", "year")
    assert value(rule, *JUNE) == Fraction(2, 3)
    assert value(rule) is None


def test_the_occasion_in_hand_is_included_only_where_a_measure_says_so() -> None:
    without = measure("so_far", "sum", "record.minutes", "day")
    included = measure("with_it", "sum", "record.minutes", "day", including=True)
    pack = a_pack(
        without,
        included,
        award("before", "1 points", when=e("so_far >= 1 h", so_far="duration")),
        award("after", "10 points", when=e("with_it >= 1 h", with_it="duration")),
    )
    assert points(pack, record("2026-06-01T09:00", 60), record("2026-06-01T12:00", 60)) == [10, 11]


def test_what_awaits_an_approval_is_in_no_measure() -> None:
    lifetime = measure("m", "sum", "record.minutes", "lifetime")
    gate = approve("gate", steps=(ApprovalStep(None, "steward"),))
    pack = a_pack(lifetime, gate, NOTHING)
    state = fold_all(pack, *JUNE[:2], record("2026-06-09T09:00", 30, granted=("steward",))).state
    assert values_at(pack, MEI, state, date(2026, 6, 15), {})["m"] == 30


def test_credited_points_are_whole_points_whatever_the_scale() -> None:
    rule = measure("m", "sum", "credited.points", "lifetime")
    pack = a_pack(NOTHING, rule, scale=2)
    state = fold_all(pack, record("2026-06-01T09:00", 90)).state
    assert values_at(pack, MEI, state, date(2026, 6, 15), {})["m"] == Fraction(3, 2)


def test_a_split_record_gives_each_day_its_minutes() -> None:
    rule = measure("m", "sum", "record.minutes", "day")
    pack = a_pack(NOTHING, rule, midnight="split")
    state = fold_all(pack, record("2026-06-01T22:00", 300)).state
    assert values_at(pack, MEI, state, date(2026, 6, 1), {})["m"] == 120
    assert values_at(pack, MEI, state, date(2026, 6, 2), {})["m"] == 180


def test_dated_facts_are_those_of_the_service_day() -> None:
    pack = a_pack(award("member", "1 points", when="'red' in volunteer.teams"))
    subject = Subject("mei", {"volunteer.teams": ((date(2026, 6, 2), ("red",)), (date(2026, 6, 3), ("blue",)))})
    assert points(pack, *JUNE, subject=subject) == [0, 1, 0]


def test_days_that_nothing_can_need_again_leave_the_state() -> None:
    rules: tuple[Rule, ...] = (
        NOTHING,
        measure("daily", "sum", "record.minutes", "day"),
        measure("rolling", "sum", "record.minutes", Window("last", length=3, unit="day")),
        cap("day", "8 h", "day"),
        cap("week", "40 h", "week"),
        rounding("whole", "amount", 1, "down", remainder="carry"),
    )
    pack = a_pack(*rules)
    short = fold_all(pack, record("2026-01-01T09:00", 61)).state
    long = fold_all(pack, *(record(f"2026-{1 + at // 28:02}-{1 + at % 28:02}T09:00", 61) for at in range(300))).state
    assert len(long.text) < len(short.text) + 60


def test_a_state_read_from_its_text_is_the_same_state() -> None:
    pack = a_pack(NOTHING, measure("hosts", "distinct", "activity.host", "year"), cap("day", "90 min", "day"))
    state = fold_all(pack, *JUNE).state
    assert FoldState.parse(state.text, state.last) == state
    assert FoldState.parse(state.text, state.last).slots == state.slots


def test_a_bare_fact_states_a_measure_beyond_the_volunteer() -> None:
    from dataclasses import replace

    pack = a_pack(
        measure("team_hours", "sum", "record.minutes", "year", each="group"),
        award("team_bonus", "5 points", when=e("team_hours >= 100 h", team_hours="duration")),
    )
    alone = record("2026-06-01T09:00", 60)
    known = replace(record("2026-06-02T09:00", 60), facts={"team_hours": 6000})
    assert [credit.points for credit in credited(pack, alone, known)] == [0, 5]


def test_the_longest_service_is_read_whole_where_a_night_is_split_into_days() -> None:
    longest = measure("m", "max", "record.minutes", "year")
    pack = a_pack(award("service", "1 points"), longest, midnight="split")
    state = fold_all(pack, record("2026-03-01T22:00", 240)).state
    assert values_at(pack, MEI, state, date(2026, 3, 3))["m"] == 240
