"""The lint finds what a pack says but cannot mean."""

from __future__ import annotations

import pytest

from points_engine.rulebook.lint import lint
from points_engine.rulebook.loading import load_pack
from tests.rulebook.packs import NEVER, RULES, a_pack

RATE = "- parameter: rate\n  cite: x\n  values: {2019-07-01: 1}\n- award: service\n  amount: rate\n"


def found(rules: str) -> list[str]:
    return [f"{one.place.line}:{one.place.column} {one.severity} {one.code}" for one in lint(a_pack(rules))]


def test_a_sound_pack_has_nothing_to_say() -> None:
    assert found(RATE + NEVER) == []


@pytest.mark.parametrize("name", ["guangzhou-time-bank", "oss-time-bank"])
def test_the_time_banks_are_clean(name: str) -> None:
    assert lint(load_pack(RULES / name)) == ()


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("- award: a\n  from: 2020-01-02\n  until: 2020-01-01\n  amount: 1\n", ["1:3 error never_applies"]),
        ("- award: a\n  from: 2020-01-01\n  until: 2020-01-01\n  amount: 1\n", []),
        ("- award: a\n  when: day.working and false\n  amount: 1\n", ["2:9 error never_applies"]),
        ("- award: a\n  when: 1 > 1\n  amount: 1\n", ["2:9 error never_applies"]),
        ("- award: a\n  when: day.working or 1 == 1\n  amount: 1\n", []),
        (
            "- award: a\n  steps: [{least: 1 h, amount: 1}, {least: 1 h, amount: 2}]\n",
            ["1:3 error steps_not_ascending"],
        ),
        ("- award: a\n  steps: [{least: 1 h, amount: 1}, {least: 61 min, amount: 2}]\n", []),
        (
            "- approve: a\n  measure: record.minutes\n  steps: [{upto: 9 h, by: rule}, {upto: 8 h, by: x}]\n",
            ["1:3 error steps_not_ascending"],
        ),
        ("- award: a\n  amount: account.balance\n", ["2:11 error fact_out_of_reach"]),
        ("- award: a\n  when: act.quantity > 0\n  amount: 1\n", ["2:9 error fact_out_of_reach"]),
        ("- cap: c\n  limits: minutes\n  most: 8 h\n  when: account.held > 0\n", ["4:9 error fact_out_of_reach"]),
        ("- cap: c\n  limits: balance\n  most: account.held + 1\n  excess: refuse\n", []),
        ("- award: a\n  amount: 2\n", ["2:11 warning literal_number"]),
        ("- award: a\n  when: volunteer.age >= 65\n  amount: 1\n", ["2:26 warning literal_number"]),
        ("- award: a\n  when: record.minutes >= 1 h\n  amount: 1\n", []),
        ("- cap: c\n  limits: minutes\n  most: 8 h\n", []),
        ("- parameter: p\n  values: {2019-07-01: 5}\n- award: a\n  amount: p\n", ["1:3 warning missing_cite"]),
        (
            "- parameter: p\n  cite: x\n  values: {2020-01-01: 5}\n- award: a\n  amount: p\n",
            ["1:3 warning begins_late"],
        ),
        ("- parameter: p\n  cite: x\n  values: {2019-07-01: 5}\n", ["1:3 warning unused"]),
        ("- measure: m\n  fold: count\n", ["1:3 warning unused"]),
        (
            "- reward: r\n  category: commerce\n  partner: shop\n  price: 5\n  fund: comunity\n  pays: 1 yuan\n",
            ["1:3 error unknown_fund"],
        ),
        ("- reward: r\n  category: commerce\n  partner: shop\n  price: 5\n  pays: 1 yuan\n", ["1:3 error no_fund"]),
        ("- reward: r\n  category: commerce\n  partner: shp\n  price: 5\n", ["1:3 error unknown_partner"]),
        ("- award: a\n  amount: 1\n  because: {zh: '{hour}', en: '{hours}'}\n", ["1:3 warning unfilled_hole"]),
        ("- award: a\n  amount: 1\n  because: {zh: '{category}', en: '{record.minutes}'}\n", []),
        ("- expiry: other\n  ends: end_of_year\n  from: 2030-01-01\n", ["4:3 error two_expiries"]),
        ("- expiry: other\n  ends: end_of_year\n  when: activity.category == 'x'\n", []),
    ],
)
def test_a_doubtful_rule_is_told_at_its_place(rules: str, expected: list[str]) -> None:
    assert found(rules + NEVER) == expected


def test_expiries_that_follow_one_another_are_in_order() -> None:
    assert (
        found("- expiry: a\n  ends: never\n  until: 2024-12-31\n- expiry: b\n  ends: never\n  from: 2025-01-01\n") == []
    )


def test_a_pack_without_expiry_is_told() -> None:
    assert found(RATE) == ["1:1 error no_expiry"]


TIER = """
- parameter: one
  cite: x
  measured_in: duration
  values: {2019-07-01: 100 h, 2024-01-01: 400 h}
- parameter: two
  cite: x
  measured_in: duration
  values: {2019-07-01: 300 h}
- measure: total
  fold: sum
  of: credited.minutes
- tier: star
  steps:
    - {level: first, title: {zh: 一, en: One}, reach: total >= one}
    - {level: second, title: {zh: 二, en: Two}, reach: total >= two}
"""


def test_tier_steps_ascend_on_every_day_on_which_a_bound_changes() -> None:
    assert found(TIER + NEVER) == ["16:64 error steps_not_ascending"]
    assert found(TIER.replace("400 h", "200 h") + NEVER) == []


def test_a_level_is_given_once() -> None:
    assert found(TIER.replace("400 h", "200 h").replace("level: second", "level: first") + NEVER) == [
        "13:3 error duplicate_level"
    ]
