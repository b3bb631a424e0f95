"""The fold on real schemes: the expected values are those of the published texts, edges in pairs."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from points_engine.rulebook.fold import RuleHistory, share_grants
from points_engine.rulebook.kinds import ApprovalStep, Step, Window
from points_engine.rulebook.occasions import NEVER, Occasion, Subject
from points_engine.rulebook.pack import Pack
from tests.rulebook.builders import (
    MEI,
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
    history,
    measure,
    minutes,
    must,
    parameter,
    points,
    record,
    rounding,
)

HOUR_IS_A_POINT = award("service", "1 points", per="hour")
WHOLE = rounding("whole", "amount", 1, "down")


def test_guangzhou_an_hour_is_a_point_and_only_whole_points_count() -> None:
    pack = a_pack(HOUR_IS_A_POINT, WHOLE)
    assert points(pack, record("2019-08-01T09:00", 150)) == [2]
    assert points(pack, record("2019-08-01T09:00", 59)) == [0]


def test_a_carried_remainder_becomes_a_point_when_it_is_full() -> None:
    pack = a_pack(HOUR_IS_A_POINT, rounding("whole", "amount", 1, "down", remainder="carry"))
    visits = [record(f"2026-03-0{day}T09:00", 130) for day in range(1, 7)]
    assert points(pack, *visits) == [2, 2, 2, 2, 2, 3]


def test_a_remainder_carried_within_a_year_does_not_cross_it() -> None:
    pack = a_pack(HOUR_IS_A_POINT, rounding("whole", "amount", 1, "down", remainder="carry", over=Window("year")))
    assert points(pack, record("2025-12-30T09:00", 30), record("2025-12-31T09:00", 30)) == [0, 1]
    assert points(pack, record("2025-12-31T09:00", 30), record("2026-01-01T09:00", 30)) == [0, 0]


def test_rounding_a_day_rounds_its_total() -> None:
    pack = a_pack(HOUR_IS_A_POINT, rounding("whole", "amount", 1, "down", at="day"))
    day = [record("2026-03-01T09:00", 40), record("2026-03-01T14:00", 40), record("2026-03-02T09:00", 40)]
    assert points(pack, *day) == [0, 1, 0]


I_VOLUNTEER = (
    measure("day_at_host", "sum", "record.minutes", "day", same=("host",)),
    approve(
        "hours_of_a_day",
        measure=e("day_at_host", day_at_host="duration"),
        steps=(ApprovalStep(480, "rule"), ApprovalStep(720, "parent_unit"), ApprovalStep(None, "province")),
        part="excess",
    ),
)


@pytest.mark.parametrize(
    ("served", "counted", "awaiting"),
    [(480, 480, ""), (481, 480, "parent_unit"), (720, 480, "parent_unit"), (721, 480, "province")],
)
def test_i_volunteer_the_level_that_a_days_hours_need(served: int, counted: int, awaiting: str) -> None:
    (credit,) = credited(a_pack(*I_VOLUNTEER), record("2026-03-01T06:00", served, host="u1"))
    assert (credit.minutes, credit.awaiting) == (counted, awaiting)


def test_i_volunteer_a_granted_level_counts_up_to_its_bound_in_service_order() -> None:
    pack = a_pack(*I_VOLUNTEER)
    one = record("2026-03-01T00:00", 420, host="u1", granted=("parent_unit",))
    two = record("2026-03-01T08:00", 420, host="u1")
    assert minutes(pack, one, two) == [420, 300]
    assert minutes(pack, record("2026-03-01T06:00", 800, host="u1", granted=("province",))) == [800]


def test_i_volunteer_every_host_and_every_day_has_its_own_hours() -> None:
    pack = a_pack(*I_VOLUNTEER)
    hosts = (record("2026-03-01T00:00", 480, host="u1"), record("2026-03-01T09:00", 480, host="u2"))
    assert minutes(pack, *hosts, record("2026-03-02T09:00", 480, host="u1")) == [480, 480, 480]


def test_i_volunteer_hours_across_midnight_belong_to_their_days() -> None:
    pack = a_pack(*I_VOLUNTEER, midnight="split")
    assert minutes(pack, record("2026-03-01T16:00", 960, host="u1")) == [960]
    (credit,) = credited(pack, record("2026-03-01T15:00", 960, host="u1"))
    assert (credit.minutes, credit.awaiting) == (900, "parent_unit")


def test_i_volunteer_a_level_granted_on_a_later_occasion_of_the_day_reaches_the_earlier_ones() -> None:
    pack = a_pack(*I_VOLUNTEER)
    one = record("2026-03-01T00:00", 540, host="u1")
    two = record("2026-03-01T10:00", 60, host="u1", granted=("parent_unit",))
    elsewhere = record("2026-03-01T12:00", 540, host="u2")
    assert minutes(pack, *share_grants(history(pack), MEI, (one, two, elsewhere))) == [540, 60, 480]


def test_a_level_that_is_asked_for_one_by_one_is_not_shared() -> None:
    pack = a_pack(*I_VOLUNTEER, approve("each", steps=(ApprovalStep(None, "parent_unit"),)))
    one = record("2026-03-01T00:00", 540, host="u1")
    two = record("2026-03-01T10:00", 60, host="u1", granted=("parent_unit",))
    assert minutes(pack, *share_grants(history(pack), MEI, (one, two))) == [0, 60]


@pytest.mark.parametrize(("part", "paid", "counted"), [("whole", 0, 0), ("excess", 5, 480)])
def test_an_approval_may_go_by_points(part: str, paid: int, counted: int) -> None:
    pack = a_pack(
        HOUR_IS_A_POINT,
        approve(
            "large",
            measure=e("credited.points"),
            part=part,
            steps=(ApprovalStep(5, "rule"), ApprovalStep(None, "unit")),
        ),
    )
    small, large = credited(pack, record("2026-03-01T09:00", 300), record("2026-03-02T09:00", 480))
    assert (small.points, small.awaiting) == (5, "")
    assert (large.points, large.minutes, large.awaiting) == (paid, counted, "unit")
    assert points(pack, record("2026-03-02T09:00", 480, granted=("unit",))) == [8]


def test_what_is_refused_or_awaits_leaves_no_remainder() -> None:
    pack = a_pack(
        HOUR_IS_A_POINT,
        rounding("half", "time", 30, "down", remainder="carry"),
        approve("gate", steps=(ApprovalStep(None, "steward"),)),
        scale=1,
    )
    granted = ("steward",)
    visits = (record("2026-03-02T09:00", 50, granted=granted), record("2026-03-03T09:00", 10, granted=granted))
    assert points(pack, record("2026-03-01T09:00", 50), *visits) == [0, 5, 5]


def test_nothing_counts_until_the_one_level_is_granted() -> None:
    pack = a_pack(
        HOUR_IS_A_POINT,
        approve("confirmed", steps=(ApprovalStep(None, "steward"),)),
        measure("times", "count", None, "lifetime"),
        award("habit", e("times", times="points")),
    )
    waiting, granted = credited(
        pack, record("2026-03-01T09:00", 60), record("2026-03-02T09:00", 60, granted=("steward",))
    )
    assert (waiting.minutes, waiting.points, waiting.awaiting) == (0, 0, "steward")
    assert (granted.minutes, granted.points, granted.awaiting) == (60, 1, "")


def hailin() -> Pack:
    return a_pack(
        award("service", "1 points", per="hour"),
        award("referral", "2 points", at="referral"),
        cap("activity", "2 h", "lifetime", same=("activity",)),
        factor("voided", "0", when="record.evaluation in ['misconduct', 'complaint']", applies_to_time=True),
    )


def test_hailin_an_activity_counts_two_hours_at_most() -> None:
    assert points(hailin(), record("2026-03-01T09:00", 300, name="a", activity_name="x")) == [2]
    day = (
        record("2026-03-01T09:00", 90, activity_name="x"),
        record("2026-03-01T13:00", 90, activity_name="x"),
        record("2026-03-01T16:00", 60, activity_name="y"),
    )
    assert minutes(hailin(), *day) == [90, 30, 60]


def test_hailin_a_referral_earns_two_points_and_no_time() -> None:
    (credit,) = credited(hailin(), deed("2026-03-01T09:00", "", source="referral"))
    assert (credit.points, credit.minutes) == (2, 0)


def test_hailin_an_evaluation_voids_the_time_and_the_points_of_one_activity() -> None:
    good = record("2026-03-01T09:00", 60, activity_name="x", record_evaluation="good")
    bad = record("2026-03-02T09:00", 60, activity_name="y", record_evaluation="misconduct")
    assert [(c.minutes, c.points) for c in credited(hailin(), good, bad)] == [(60, 1), (0, 0)]


def yokohama() -> Pack:
    old_enough = must("volunteer.age >= 65", "from 65 on")
    return a_pack(
        award("visit", "200 points", when="record.minutes >= 30 min", require=(old_enough,)),
        cap("daily", "200 points", "day", limits="amount"),
        expiry("conversion", "end_of_year", length=1),
    )


SENIOR = Subject("hana", born_on=date(1950, 5, 5))


def test_yokohama_a_visit_of_half_an_hour_earns_and_a_shorter_one_does_not() -> None:
    assert points(yokohama(), record("2018-05-01T09:00", 29), subject=SENIOR) == [0]
    assert points(yokohama(), record("2018-05-01T09:00", 30), subject=SENIOR) == [200]


def test_yokohama_a_day_earns_two_hundred_at_most() -> None:
    stints = (record("2018-05-01T09:00", 40), record("2018-05-01T14:00", 40), record("2018-05-02T09:00", 40))
    assert points(yokohama(), *stints, subject=SENIOR) == [200, 0, 200]


def test_yokohama_points_can_be_used_until_the_end_of_the_next_year() -> None:
    (credit,) = credited(yokohama(), record("2018-05-01T09:00", 40), subject=SENIOR)
    assert credit.lots == ((date(2019, 12, 31), 200),)


def test_yokohama_age_is_that_of_the_day_of_service() -> None:
    born = Subject("ken", born_on=date(1961, 3, 2))
    day_before, birthday = credited(
        yokohama(), record("2026-03-01T09:00", 40), record("2026-03-02T09:00", 40), subject=born
    )
    assert (day_before.points, birthday.points) == (0, 200)
    assert json.loads(day_before.trace)["reasons"] == [["require", "visit", 0]]


def test_who_has_no_known_birth_date_is_not_old_enough() -> None:
    (credit,) = credited(yokohama(), record("2026-03-01T09:00", 40))
    assert (credit.minutes, credit.points) == (0, 0)
    assert json.loads(credit.trace)["reasons"] == [["unknown", "visit", 0]]


def test_norcal_rounds_time_up_to_the_quarter_hour() -> None:
    pack = a_pack(award("hours", "1 points", per="hour"), rounding("quarter", "time", 15, "up"), scale=2)
    found = credited(pack, record("2026-03-01T09:00", 52), record("2026-03-02T09:00", 70))
    assert [(credit.minutes, credit.points) for credit in found] == [(60, 100), (75, 125)]


def test_public_good_hour_adds_blood_and_steps_exactly() -> None:
    pack = a_pack(
        award("blood", "4 points", at="deed", per="item", when="deed.kind == 'blood_200ml'"),
        award("steps", e("a_tenth", a_tenth="points"), at="deed", per="item", when="deed.kind == 'steps'"),
        parameter("a_tenth", {"2019-01-01": Fraction(1, 10)}, measured_in="points"),
        scale=1,
    )
    deeds = (deed("2026-03-01T09:00", "blood_200ml"), deed("2026-03-01T10:00", "steps", 3))
    assert points(pack, *deeds) == [40, 3]


def test_huangshi_typed_in_hours_count_as_hours_and_never_as_points() -> None:
    pack = a_pack(
        award("credit_hours", "1 points", per="hour", when="record.recorded_by in ['kiosk', 'self_located']"),
        expiry("year", "end_of_year"),
    )
    typed = record("2026-12-31T09:00", 180, record_recorded_by="backfill")
    checked = record("2026-12-31T13:00", 180, record_recorded_by="kiosk")
    found = credited(pack, typed, checked)
    assert [(credit.minutes, credit.points) for credit in found] == [(180, 0), (180, 3)]
    assert found[1].lots == ((date(2026, 12, 31), 3),)


def test_overlapping_time_counts_once_for_the_earlier_record() -> None:
    pack = a_pack(HOUR_IS_A_POINT)
    found = credited(
        pack,
        record("2026-03-01T09:00", 120),
        record("2026-03-01T10:00", 120),
        record("2026-03-01T10:30", 30),
        record("2026-03-01T12:00", 60),
    )
    assert [credit.minutes for credit in found] == [120, 60, 0, 60]
    assert json.loads(found[2].trace)["reasons"] == [["overlap"]]


def test_a_refused_record_does_not_take_time_from_a_later_one() -> None:
    pack = a_pack(HOUR_IS_A_POINT, admit("unpaid", must("not record.paid")))
    paid = record("2026-03-01T09:00", 120, record_paid=True)
    free = record("2026-03-01T10:00", 60, record_paid=False)
    unstated = record("2026-03-01T15:00", 60)
    assert minutes(pack, paid, free, unstated) == [0, 60, 0]


def test_members_of_a_household_do_not_overlap_each_other() -> None:
    from dataclasses import replace

    pack = a_pack(
        HOUR_IS_A_POINT,
        cap("own_day", "2 h", "day"),
        cap("family_year", "3 h", "year", each="household"),
        fold_scope="household",
    )
    mother = replace(record("2026-03-01T09:00", 180, "a"), volunteer="mother")
    father = replace(record("2026-03-01T09:00", 180, "b"), volunteer="father")
    assert minutes(pack, mother, father) == [120, 60]


def test_a_stretch_shorter_than_the_least_counts_nothing() -> None:
    pack = a_pack(award("visit", "1 points"), cap("stretch", None, least="30 min"))
    assert points(pack, record("2026-03-01T09:00", 29), record("2026-03-02T09:00", 30)) == [0, 1]


def test_caps_apply_from_narrow_to_wide() -> None:
    pack = a_pack(HOUR_IS_A_POINT, cap("monthly", "5 h", "month"), cap("daily", "3 h", "day"))
    (first, second) = credited(pack, record("2026-03-01T09:00", 240), record("2026-03-02T09:00", 240))
    assert (first.minutes, second.minutes) == (180, 120)
    steps = [step[1] for step in json.loads(second.trace)["steps"] if step[0] == "cap_time"]
    assert steps == ["daily", "monthly"]


def test_a_day_cap_splits_a_record_at_midnight_or_gives_it_to_one_day() -> None:
    night = record("2026-03-01T20:00", 480)
    rules = (HOUR_IS_A_POINT, cap("daily", "3 h", "day"))
    assert minutes(a_pack(*rules, midnight="split"), night) == [360]
    assert minutes(a_pack(*rules, midnight="start"), night) == [180]
    ended = credited(a_pack(*rules, midnight="end"), night)
    assert (ended[0].minutes, ended[0].day) == (180, date(2026, 3, 2))


def test_a_year_cap_starts_again_on_new_years_day_of_the_scheme() -> None:
    pack = a_pack(HOUR_IS_A_POINT, cap("yearly", "2 h", "year"))
    visits = (record("2025-12-31T21:00", 150), record("2026-01-01T00:30", 150))
    assert minutes(pack, *visits) == [120, 120]


def test_a_split_record_counts_in_the_year_of_each_part() -> None:
    pack = a_pack(HOUR_IS_A_POINT, cap("yearly", "1 h", "year"), midnight="split")
    assert minutes(pack, record("2025-12-31T22:00", 240)) == [120]


def test_the_first_hours_earn_nothing_but_count() -> None:
    pack = a_pack(HOUR_IS_A_POINT, cap("training", None, "lifetime", skip_first="10 h"))
    found = credited(pack, record("2026-03-01T09:00", 540), record("2026-03-02T09:00", 120))
    assert [(credit.minutes, credit.points) for credit in found] == [(540, 0), (120, 1)]


def test_only_so_many_occasions_of_a_day_earn() -> None:
    pack = a_pack(award("visit", "5 points"), cap("pairs", "3", "day", limits="times"))
    visits = [record(f"2026-03-01T{hour:02}:00", 30) for hour in (8, 10, 12, 14)]
    assert points(pack, *visits) == [5, 5, 5, 0]
    assert minutes(pack, *visits) == [30, 30, 30, 30]


def test_a_cap_on_one_award_leaves_the_others() -> None:
    pack = a_pack(
        award("service", "1 points", per="hour"),
        award("bonus", "10 points"),
        cap("paid_hours", "2 h", "day", applies_to=("service",)),
        cap("bonus_cap", "15 points", "year", limits="amount", applies_to=("bonus",)),
    )
    found = credited(pack, record("2026-03-01T09:00", 240), record("2026-03-02T09:00", 60))
    assert [(credit.minutes, credit.points) for credit in found] == [(240, 12), (60, 6)]


BANDS = (Step(0, 1), Step(600, 2))


@pytest.mark.parametrize(("straddle", "second"), [("split", 6), ("start", 4), ("end", 8)])
def test_a_record_that_straddles_a_threshold(straddle: str, second: int) -> None:
    pack = a_pack(
        measure("lifetime", "sum", "credited.minutes", "lifetime"),
        award("service", per="hour", bands=BANDS, bands_by=e("lifetime", lifetime="duration"), straddle=straddle),
    )
    assert points(pack, record("2026-03-01T09:00", 480), record("2026-03-02T09:00", 240)) == [8, second]


def test_a_step_table_pays_by_the_row_that_is_reached() -> None:
    table = (Step(10, 1000), Step(20, 2000), Step(30, 3000), Step(40, 4000), Step(50, 5000))
    pack = a_pack(award("stamps", at="deed", steps=table, steps_by=e("deed.quantity")))
    asked = [9, 10, 19, 20, 49, 50, 73]
    deeds = [deed(f"2026-03-{day:02}T09:00", "stamps", count) for day, count in enumerate(asked, start=1)]
    assert points(pack, *deeds) == [0, 1000, 1000, 2000, 4000, 5000, 5000]


def test_factors_multiply_exactly_and_only_what_they_name() -> None:
    pack = a_pack(
        award("service", "1 points", per="hour"),
        award("bonus", "1 points"),
        parameter("holiday_rate", {"2019-01-01": Fraction(3, 2)}),
        factor("holiday", e("holiday_rate", holiday_rate="number"), when="day.holiday", applies_to=("service",)),
        scale=1,
    )
    assert points(pack, record("2024-10-01T09:00", 60), record("2024-10-09T09:00", 60)) == [25, 20]


def test_a_parameter_is_that_of_the_service_day() -> None:
    pack = a_pack(
        parameter("rate", {"2019-01-01": 1, "2026-03-02": 3}, measured_in="points", cite="2026 No. 3"),
        award("service", e("rate", rate="points"), per="hour"),
    )
    before, after = credited(pack, record("2026-03-01T09:00", 60), record("2026-03-02T09:00", 60))
    assert (before.points, after.points) == (1, 3)
    assert json.loads(after.trace)["parameters"] == {"rate": {"value": 3, "since": "2026-03-02", "cite": "2026 No. 3"}}


def test_a_rule_holds_from_its_first_to_its_last_day() -> None:
    bonus = award("bonus", "5 points", from_day=date(2026, 3, 2), until_day=date(2026, 3, 3))
    visits = [record(f"2026-03-0{day}T09:00", 60) for day in (1, 2, 3, 4)]
    assert points(a_pack(bonus), *visits) == [0, 5, 5, 0]


def test_the_version_in_force_when_the_record_took_effect_decides() -> None:
    old = a_pack(award("service", "1 points", per="hour"))
    new = a_pack(award("service", "2 points", per="hour"), effective_on=date(2026, 1, 1))
    both = RuleHistory(((date(2019, 1, 1), old), (date(2026, 1, 1), new)))
    late = record("2025-12-30T09:00", 60, effective_on=date(2026, 1, 5))
    assert points(both, record("2025-12-29T09:00", 60), late) == [1, 2]


def test_a_cap_of_the_new_version_knows_what_the_old_one_let_through() -> None:
    old = a_pack(HOUR_IS_A_POINT)
    new = a_pack(HOUR_IS_A_POINT, cap("yearly", "3 h", "year"))
    both = RuleHistory(((date(2019, 1, 1), old), (date(2026, 6, 1), new)))
    assert minutes(both, record("2026-05-01T09:00", 120), record("2026-06-01T09:00", 120)) == [120, 60]


def test_the_state_before_each_new_year_is_kept() -> None:
    pack = a_pack(HOUR_IS_A_POINT, measure("lifetime", "sum", "credited.minutes", "lifetime"))
    visits = [record(f"{year}-05-01T09:00", 60) for year in (2023, 2025, 2026)]
    result = fold_all(pack, *visits)
    assert [checkpoint.day for checkpoint in result.checkpoints] == [date(2025, 1, 1), date(2026, 1, 1)]
    again = fold_all(pack, *visits[1:], state=result.checkpoints[0].state)
    assert again.credits == result.credits[1:]
    assert again.state == result.state


def test_points_without_an_expiry_rule_never_expire() -> None:
    (credit,) = credited(a_pack(HOUR_IS_A_POINT), record("2026-03-01T09:00", 60))
    assert credit.lots == ((NEVER, 1),)


def test_an_occasion_out_of_order_is_not_folded() -> None:
    pack = a_pack(HOUR_IS_A_POINT)
    later: Occasion = record("2026-03-02T09:00", 60)
    state = fold_all(pack, later).state
    with pytest.raises(ValueError, match="not after"):
        fold_all(pack, record("2026-03-01T09:00", 60), state=state)
