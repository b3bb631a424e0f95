"""Bonuses, groups, month ends, and time that is held back until a window holds enough."""

from __future__ import annotations

import json
from datetime import date

import pytest

from points_engine.rulebook.moments import month_ends
from points_engine.rulebook.occasions import Occasion, Subject
from points_engine.rulebook.sentences import explanation
from tests.rulebook.builders import fold_all, points, record
from tests.rulebook.packs import NEVER, a_pack

HOUR = "- award: hour\n  per: hour\n  amount: 1\n"
TIME = "- measure: time\n  fold: sum\n  of: credited.minutes\n  over: lifetime\n"
STAR = """
- tier: star
  steps:
    - {level: one, title: {zh: 一, en: One}, reach: time >= 2 h}
    - {level: two, title: {zh: 二, en: Two}, reach: time >= 4 h}
"""


def visits(*minutes: int) -> list[Occasion]:
    return [record(f"2026-01-{day:02}T09:00", each) for day, each in enumerate(minutes, start=5)]


def test_a_bonus_is_paid_once_with_the_record_that_reaches_the_value() -> None:
    pack = a_pack(TIME + HOUR + "- award: bonus\n  at: reached\n  when: time >= 2 h\n  amount: 10\n" + NEVER)
    assert points(pack, *visits(60, 59, 61, 60)) == [1, 0, 11, 1]


def test_a_bonus_may_be_paid_once_in_every_window() -> None:
    rules = "- award: bonus\n  at: reached\n  over: year\n  when: time >= 1 h\n  amount: 10\n"
    pack = a_pack(TIME.replace("lifetime", "year") + HOUR + rules + NEVER)
    assert points(pack, *visits(60, 60), record("2027-01-05T09:00", 60)) == [11, 1, 11]


def test_a_bonus_for_a_level_is_in_the_trace_and_in_the_sum() -> None:
    rules = (
        "- award: bonus\n  at: tier\n  when: tier.reached == 'two'\n  amount: 10 * 1\n"
        "- award: welcome\n  at: tier\n  when: tier.step == 1\n  amount: 5\n"
    )
    pack = a_pack(TIME + STAR + HOUR + rules + NEVER)
    result = fold_all(pack, *visits(120, 60, 60))
    assert [credit.points for credit in result.credits] == [7, 1, 11]
    trace = json.loads(result.credits[2].trace)
    assert (trace["points"], trace["tiers"], trace["lots"]) == (11, [["star", "two"]], [["9999-12-31", 11]])
    assert ["rate", "bonus", 1, 10] in trace["steps"]
    assert any("bonus" in line for line in explanation(pack, result.credits[2].trace, "en"))


def test_a_measure_counts_a_bonus_only_where_it_names_its_kind() -> None:
    rules = """
- measure: without
  fold: sum
  of: credited.points
  over: lifetime
- measure: with
  fold: sum
  of: credited.points
  source: [record, reached]
  over: lifetime
- award: bonus
  at: reached
  when: time >= 1 h
  amount: 10
- award: more
  when: with >= 10 and without < 10
  amount: 100
"""
    assert points(a_pack(TIME + HOUR + rules + NEVER), *visits(60, 60)) == [11, 101]


def test_points_per_month_in_a_role() -> None:
    rules = "- award: leader\n  at: month_end\n  per: month\n  when: \"'leader' in volunteer.roles\"\n  amount: 3\n"
    pack = a_pack(rules + NEVER)
    ends = list(month_ends(pack, date(2026, 1, 31), date(2026, 4, 29)))
    assert [each.id for each in ends] == ["month_end:2026-01", "month_end:2026-02", "month_end:2026-03"]
    mei = Subject(
        "mei", {"volunteer.roles": [(date(2026, 2, 28), ("leader",)), (date(2026, 3, 31), ())]}
    )  # fmt: skip
    assert points(pack, *ends, subject=mei) == [0, 3, 0]
    assert list(month_ends(a_pack(HOUR + NEVER), date(2026, 1, 1), date(2026, 12, 31))) == []


@pytest.mark.parametrize(("combine", "expected"), [("stack", 7), ("first", 2), ("best", 5)])
def test_awards_in_a_group(combine: str, expected: int) -> None:
    rules = f"""
- award: small
  amount: 2
- award: large
  amount: 5
- group: one_of_them
  of: [small, large]
  combine: {combine}
"""
    pack = a_pack(rules + NEVER)
    (credit,) = fold_all(pack, *visits(60)).credits
    assert credit.points == expected
    assert any("One of a group" in line for line in explanation(pack, credit.trace, "en")) is (combine != "stack")


@pytest.mark.parametrize(("combine", "expected"), [("stack", 6), ("first", 2), ("best", 3)])
def test_factors_in_a_group(combine: str, expected: int) -> None:
    rules = f"""
- award: flat
  amount: 1
- factor: double
  multiply: 2
- factor: triple
  multiply: 3
- group: one_of_them
  of: [double, triple]
  combine: {combine}
"""
    assert points(a_pack(rules + NEVER), *visits(60)) == [expected]


def test_a_group_of_one_that_applies_leaves_it_alone() -> None:
    rules = "- award: small\n  when: record.paid\n  amount: 2\n- award: large\n  amount: 5\n"
    group = "- group: g\n  of: [small, large]\n  combine: first\n"
    assert points(a_pack(rules + group + NEVER), *visits(60)) == [5]


def test_a_window_that_falls_short_counts_when_it_no_longer_does() -> None:
    cap = "- cap: whole_day\n  limits: minutes\n  least: 3 h\n  over: month\n"
    pack = a_pack(HOUR + cap + NEVER)
    result = fold_all(pack, *visits(60, 60, 120, 30), record("2026-02-01T09:00", 179), record("2026-02-02T09:00", 1))
    assert [credit.minutes for credit in result.credits] == [0, 0, 240, 30, 0, 180]
    assert [credit.points for credit in result.credits] == [0, 0, 4, 0, 0, 3]


@pytest.mark.parametrize(
    ("cap", "without", "approved"),
    [
        ("limits: minutes\n  most: 1 h", (60, 1, "unit"), (120, 2, "")),
        ("limits: amount\n  most: 1", (120, 1, "unit"), (120, 2, "")),
        ("limits: times\n  most: 0", (120, 0, "unit"), (120, 2, "")),
    ],
)
def test_what_is_above_a_cap_may_be_approved(
    cap: str, without: tuple[int, int, str], approved: tuple[int, int, str]
) -> None:
    pack = a_pack(HOUR + f"- cap: c\n  {cap}\n  over: day\n  excess: approve\n  by: unit\n" + NEVER)
    for granted, expected in (((), without), (("steward",), without), (("unit",), approved)):
        (credit,) = fold_all(pack, record("2026-01-05T09:00", 120, granted=granted)).credits
        assert (credit.minutes, credit.points, credit.awaiting) == expected
