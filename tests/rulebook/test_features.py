"""Features that regulations need and that no listed case shows by itself: tables, multipliers, windows, extensions."""

from __future__ import annotations

from datetime import date

import pytest

from points_engine.rulebook.acts import expiry_of, limits_of
from points_engine.rulebook.kinds import Award, Reward
from tests.rulebook.builders import credited, deed, points, record
from tests.rulebook.packs import NEVER, PACK, a_pack
from tests.rulebook.schemes import scheme

HOUR = "- award: hour\n  per: hour\n  amount: 1\n"


@pytest.mark.parametrize(("category", "expected"), [("planting", 4), ("reading", 2), ("unheard_of", 0)])
def test_a_rate_by_category(category: str, expected: int) -> None:
    rules = """
- parameter: rates
  cite: x
  measured_in: table
  of: points
  values: {2019-07-01: {planting: 2, reading: 1}}
- award: hour
  per: hour
  amount: table(rates, activity.category)
"""
    assert points(a_pack(rules + NEVER), record("2026-01-05T09:00", 120, category=category)) == [expected]


def test_an_organiser_earns_a_bonus() -> None:
    bonus = "- award: organiser\n  when: record.role == 'organiser'\n  amount: 5\n"
    pack = a_pack(HOUR + bonus + NEVER)
    led = record("2026-01-05T09:00", 60, record_role="organiser")
    helped = record("2026-01-06T09:00", 60, record_role="helper")
    assert points(pack, led, helped) == [6, 1]


@pytest.mark.parametrize(("level", "expected"), [("city", 15), ("street", 12), ("community", 10)])
def test_a_coefficient_with_decimals_by_level(level: str, expected: int) -> None:
    rules = """
- parameter: weights
  cite: x
  measured_in: table
  values: {2019-07-01: {city: 1.5, street: 1.2, community: 1}}
- factor: weight
  multiply: table(weights, activity.level)
"""
    assert points(a_pack(HOUR + rules + NEVER), record("2026-01-05T09:00", 600, level=level)) == [expected]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-09-30", 1),
        ("2026-10-01", 3),  # National Day
        ("2026-10-10", 1),  # a Saturday that is worked
        ("2026-10-17", 2),  # a Saturday
    ],
)
def test_a_multiplier_on_holidays_and_days_off(day: str, expected: int) -> None:
    rules = """
- factor: holiday
  when: day.holiday
  multiply: 3
- factor: day_off
  when: not day.working and not day.holiday
  multiply: 2
"""
    pack = a_pack(HOUR + rules + NEVER, PACK + "calendar: CN\n")
    assert points(pack, record(f"{day}T09:00", 60)) == [expected]


@pytest.mark.parametrize(
    ("window", "last_inside", "first_outside"),
    [
        ("week", "2026-03-08", "2026-03-09"),
        ("month", "2026-03-31", "2026-04-01"),
        ("quarter", "2026-03-31", "2026-04-01"),
        ("half_year", "2026-06-30", "2026-07-01"),
        ("year", "2026-12-31", "2027-01-01"),
        ("fiscal_year", "2026-09-30", "2026-10-01"),
    ],
)
def test_a_cap_per_window_ends_with_the_window(window: str, last_inside: str, first_outside: str) -> None:
    cap = f"- cap: c\n  limits: amount\n  most: 1\n  over: {window}\n"
    pack = a_pack(HOUR + cap + NEVER, PACK + "fiscal_year_starts: 10-01\n")
    days = ("2026-03-03", last_inside, first_outside)
    assert points(pack, *(record(f"{day}T09:00", 60) for day in days)) == [1, 0, 1]


def test_a_joining_bonus() -> None:
    pack = a_pack("- award: welcome\n  at: joined\n  amount: 5\n" + HOUR + NEVER)
    assert points(pack, deed("2026-01-05T09:00", "joined", source="joined")) == [5]


@pytest.mark.parametrize(
    ("earned", "last"), [("2021-12-31", "2022-12-31"), ("2022-01-01", "2024-06-30"), ("2023-01-01", "2023-12-31")]
)
def test_a_one_off_extension(earned: str, last: str) -> None:
    rules = """
- expiry: extended
  from: 2022-01-01
  until: 2022-12-31
  ends: 2024-06-30
- expiry: before
  until: 2021-12-31
  ends: end_of_year + 1
- expiry: after
  from: 2023-01-01
  ends: end_of_year
"""
    assert expiry_of(a_pack(HOUR + rules), date.fromisoformat(earned)) == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("ends", "last"),
    [
        ("end_of_year", "2026-12-31"), ("end_of_year + 1", "2027-12-31"), ("after 2 years", "2028-03-02"),
        ("after 18 months", "2027-09-02"), ("never", "9999-12-31"),
    ],
)  # fmt: skip
def test_how_long_points_can_be_used(ends: str, last: str) -> None:
    (credit,) = credited(a_pack(HOUR + f"- expiry: e\n  ends: {ends}\n"), record("2026-03-02T09:00", 60))
    assert credit.lots == ((date.fromisoformat(last), 1),)


def test_everything_may_be_gone_on_redeeming() -> None:
    pack = a_pack(HOUR + "- expiry: e\n  ends: never\n  on_redeem: zero\n")
    assert pack.rules["e"].on_redeem == "zero"  # type: ignore[attr-defined]


def test_a_household_has_its_own_quota() -> None:
    rules = """
- reward: rice
  category: commerce
  partner: shop
  price: 5
  limits:
    - {most: 2, over: month, each: household}
    - {most: 1, over: month}
"""
    pack = a_pack(rules + NEVER)
    found = limits_of(pack, pack.of_kind(Reward)[0], date(2026, 3, 5), {})
    assert [(limit.each, limit.most) for limit in found] == [("household", 2), ("volunteer", 1)]


def test_an_award_is_attributed_to_home_and_work_unit() -> None:
    (award,) = scheme("qishan").of_kind(Award)
    assert award.credit == ("home", "work")
