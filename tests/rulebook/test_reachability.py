"""What can never come true, or was never shown, is found; what may come true is left alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from points_engine.rulebook.edges import Shown, edges_of, shown_by, shown_by_refusal
from points_engine.rulebook.loading import load_pack
from points_engine.rulebook.problems import CATALOGUE as KNOWN
from points_engine.rulebook.reachability import CATALOGUE, doubts
from tests.rulebook.packs import NEVER, PACK, RULES, a_pack

FOLDERS = sorted(path.parent for path in RULES.glob("*/pack.yaml"))


def found(rules: str) -> list[str]:
    return [f"{one.place.line}:{one.place.column} {one.severity} {one.code}" for one in doubts(a_pack(rules + NEVER))]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_published_packs_hold_nothing_out_of_reach(folder: Path) -> None:
    assert [str(one) for one in doubts(load_pack(folder))] == []


HOURLY = "- award: a\n  per: hour\n  amount: 1\n"
DAILY = "- cap: daily\n  limits: minutes\n  most: 8 h\n  over: day\n"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("- cap: c\n  limits: minutes\n  most: 25 h\n  over: day\n", []),
        ("- cap: c\n  limits: minutes\n  most: 26 h\n  over: day\n", ["1:3 warning cap_never_binds"]),
        (DAILY + "- cap: c\n  limits: minutes\n  most: 56 h\n  over: week\n", []),
        (DAILY + "- cap: c\n  limits: minutes\n  most: 57 h\n  over: week\n", ["5:3 warning cap_never_binds"]),
        (
            DAILY.replace("8 h", "8 h\n  excess: approve")
            + "- cap: c\n  limits: minutes\n  most: 57 h\n  over: week\n",
            [],
        ),
        (DAILY + "  same: host\n- cap: c\n  limits: minutes\n  most: 57 h\n  over: week\n", []),
        (DAILY + "  when: day.holiday\n- cap: c\n  limits: minutes\n  most: 57 h\n  over: week\n", []),
        (DAILY + "- cap: c\n  limits: minutes\n  most: 249 h\n  over: month\n", ["5:3 warning cap_never_binds"]),
        (DAILY + "- cap: c\n  limits: minutes\n  most: 249 h\n  over: lifetime\n", []),
        (HOURLY + DAILY + "- cap: c\n  limits: amount\n  most: 9\n  over: day\n", ["8:3 warning cap_never_binds"]),
        (HOURLY + DAILY + "- cap: c\n  limits: amount\n  most: 8\n  over: day\n", []),
        (HOURLY + DAILY + "- cap: c\n  limits: amount\n  most: 7\n  over: day\n", []),
        (HOURLY + "- factor: f\n  multiply: 2\n" + DAILY + "- cap: c\n  limits: amount\n  most: 9\n  over: day\n", []),
        (
            (
                "- cap: m\n  limits: times\n  at: redeem\n  most: 1\n  over: month\n"
                "- cap: y\n  limits: times\n  at: redeem\n  most: 13\n  over: year\n"
            ),
            ["6:3 warning cap_never_binds"],
        ),
        (
            (
                "- cap: m\n  limits: times\n  at: redeem\n  most: 1\n  over: month\n"
                "- cap: y\n  limits: times\n  at: redeem\n  most: 12\n  over: year\n"
            ),
            [],
        ),
    ],
)
def test_a_cap_above_what_the_others_let_through_never_binds(rules: str, expected: list[str]) -> None:
    assert found(rules) == expected


CEILING = "- cap: most\n  limits: balance\n  most: 100\n  excess: refuse\n"
REWARD = "- reward: r\n  category: commerce\n  partner: shop\n  price: "


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (CEILING + REWARD + "100\n", []),
        (CEILING + REWARD + "101\n", ["5:3 error reward_unreachable"]),
        (CEILING + REWARD + "[{points: 100, when: volunteer.age >= 60}, 101]\n", []),
        (REWARD + "101\n", []),
        (REWARD + "1\n  stock: 0\n", ["1:3 error reward_unreachable"]),
        (REWARD + "1\n  require: [{that: 1 > 2}]\n", ["1:3 error reward_unreachable"]),
        (REWARD + "1\n  require: [{that: volunteer.age > 2}]\n", []),
        (CEILING.replace("100", "limit") + "- parameter: limit\n  measured_in: points\n"
         "  values: {2019-07-01: 100, 2026-01-01: 200}\n" + REWARD + "150\n", []),
        (CEILING.replace("100", "limit") + "- parameter: limit\n  measured_in: points\n"
         "  values: {2019-07-01: 100, 2026-01-01: 120}\n" + REWARD + "150\n", ["8:3 error reward_unreachable"]),
    ],
)  # fmt: skip
def test_a_reward_above_the_ceiling_is_out_of_reach(rules: str, expected: list[str]) -> None:
    assert found(rules) == expected


def test_a_reward_that_costs_more_than_a_points_life_can_earn_is_out_of_reach() -> None:
    yearly = HOURLY + "- cap: c\n  limits: amount\n  most: 50\n  over: year\n" + REWARD
    ends = "- expiry: e\n  ends: end_of_year + 1\n"
    for price, expected in (("100", []), ("101", ["reward_unreachable"])):
        assert [one.code for one in doubts(a_pack(f"{yearly}{price}\n{ends}"))] == expected


def test_a_level_that_no_tier_gives_is_told() -> None:
    tier = "- tier: star\n  steps:\n    - {level: gold, title: {zh: 金, en: Gold}, reach: volunteer.age >= 1}\n"
    rule = "- award: a\n  amount: 1\n  when: volunteer.tier in ['gold', 'golden']\n"
    assert found(tier + rule) == ["6:36 error unknown_level"]
    assert found(rule) == []


TWO = "- award: a\n  amount: 1\n  when: {}\n- award: b\n  amount: 1\n  when: {}\n"


@pytest.mark.parametrize(
    ("one", "other", "is_told"),
    [
        ("activity.category == 'x'", "activity.category == 'y'", False),
        ("activity.category in ['x', 'z']", "activity.category in ['y', 'z']", True),
        ("activity.category == 'x'", "activity.category != 'x'", False),
        ("day.holiday", "not day.holiday", False),
        ("day.holiday", "day.working", True),
        ("volunteer.age >= 60", "volunteer.age < 60", False),
        ("volunteer.age >= 60", "volunteer.age <= 60", True),
        ("volunteer.age >= 60 and day.holiday", "day.working and not (volunteer.age >= 60)", False),
    ],
)
def test_awards_that_may_meet_say_how_they_combine(one: str, other: str, is_told: bool) -> None:
    rules = TWO.format(one, other)
    assert found(rules) == (["4:3 warning unstated_combination"] if is_told else [])
    assert found(rules + "- group: g\n  of: [a, b]\n  combine: best\n") == []


def test_awards_of_different_years_do_not_meet() -> None:
    assert found("- award: a\n  amount: 1\n  until: 2024-12-31\n- award: b\n  amount: 1\n  from: 2025-01-01\n") == []


def test_a_value_changed_before_the_versions_first_day_is_told() -> None:
    rules = "- parameter: p\n  values: {{2019-07-01: {}}}\n- award: a\n  amount: p\n" + NEVER
    before, later = a_pack(rules.format(1)), PACK.replace("2019-07-01", "2026-01-01")
    assert [one.code for one in doubts(a_pack(rules.format(2), later), before=before)] == ["past_value"]
    changed = "1, 2026-01-01: 2"
    assert doubts(a_pack(rules.format(changed), later), before=before) == ()


EDGES = (
    "- award: a\n  amount: 1\n  when: record.minutes >= 1 h\n"
    "- cap: c\n  limits: amount\n  most: 3\n  over: day\n"
    "- approve: p\n  measure: record.minutes\n  steps: [{upto: 8 h, by: rule}, {by: province}]\n"
)


def a_trace(**parts: object) -> str:
    return json.dumps({"scheme": "test", **parts})


def test_every_threshold_cap_and_step_is_an_edge() -> None:
    assert [(edge.rule_id, edge.source, edge.other) for edge in edges_of(a_pack(EDGES + NEVER))] == [
        ("a", "record.minutes >= 1 h", "below"),
        ("c", "3", "above"),
        ("p", "480", "above"),
    ]


def test_an_edge_needs_an_example_on_both_sides() -> None:
    pack = a_pack(EDGES + NEVER)
    none = [(one.place.line, one.code) for one in doubts(pack, shown=())]
    assert none == [(3, "edge_untested")] * 2 + [(6, "edge_untested")] * 2 + [(8, "edge_untested")] * 2
    shown = {
        Shown("a", "record.minutes >= 1 h", 60, 60),
        Shown("a", "record.minutes >= 1 h", 59, 60),
        Shown("c", "most", 0, 0),
        Shown("c", "most", 1, 0),
        Shown("p", "480", 480, 480),
    }
    left = doubts(pack, shown=shown)
    assert [one.en for one in left] == ["no example shows '480' above the bound"]
    assert doubts(pack, shown={*shown, Shown("p", "480", 481, 480)}) == ()


def test_traces_show_edges() -> None:
    pack = a_pack(EDGES + NEVER)
    shown = shown_by(pack, [
        a_trace(facts={"record.minutes": 60}, steps=[["cap_amount", "c", 3, 3]]),
        a_trace(facts={"record.minutes": 480}, steps=[["cap_amount", "c", 4, 3]]),
        json.dumps({"scheme": "another", "facts": {"record.minutes": 59}}),
    ])  # fmt: skip
    assert {(one.rule_id, one.side) for one in shown} == {
        ("a", "at"), ("a", "above"), ("c", "at"), ("c", "above"), ("p", "below"), ("p", "at"),
    }  # fmt: skip
    assert {one.offending for one in doubts(pack, shown=shown)} == {"record.minutes >= 1 h", "480"}


def test_a_refusal_with_its_numbers_shows_the_edge_of_its_rule() -> None:
    pack = load_pack(RULES / "guangzhou-time-bank")
    assert [*shown_by_refusal(pack, "redeem_after_threshold", 6000, 5999)] == [
        Shown("redeem_after_threshold", "lifetime_time >= hours_to_redeem", 5999, 6000)
    ]


def test_every_code_is_new_and_speaks_both_languages_with_the_same_blanks() -> None:
    assert not CATALOGUE.keys() & KNOWN.keys()
    for code, (zh, en) in CATALOGUE.items():
        blanks = [{blank.removesuffix("_zh") for blank in re.findall(r"{(\w+)}", text)} for text in (zh, en)]
        assert blanks[0] == blanks[1], code
