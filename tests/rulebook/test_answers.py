"""Why: a level, a price and a refusal, each as trace, as steps and as a sentence, in both languages."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from points_engine.rulebook.acts import admission
from points_engine.rulebook.answering import answer
from points_engine.rulebook.answers import refusal_answer, reward_answer, tier_answers
from points_engine.rulebook.conversions import conversion
from points_engine.rulebook.sentences import explanation
from tests.rulebook.schemes import folded, hours, known, person, scheme, served

DAY = date(2024, 5, 1)
STAR, BANK = scheme("guangdong-star"), scheme("guangzhou-time-bank")


def level_of(served_hours: int, minutes: int = 0) -> str:
    state = folded(STAR, hours(STAR, "2018-01-01", served_hours, minutes)).state
    (trace,) = tier_answers(STAR, person(), state, DAY)
    return trace


def content(trace: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(trace)
    return found


@pytest.mark.parametrize(
    ("served_hours", "zh", "en"),
    [
        (97, "星级志愿者：尚无等级，还差 3 小时到一星", "Star volunteer: no level yet, 3 h more for One star"),
        (100, "星级志愿者：一星，还差 200 小时到二星", "Star volunteer: One star, 200 h more for Two stars"),
        (1500, "星级志愿者：五星，已是最高一级", "Star volunteer: Five stars, the highest"),
    ],
)
def test_a_level_says_what_is_missing_for_the_next_one(served_hours: int, zh: str, en: str) -> None:
    trace = level_of(served_hours)
    assert (answer(STAR, trace, "zh"), answer(STAR, trace, "en")) == (zh, en)


def test_the_trace_of_a_level_names_rule_fact_parameter_with_source_and_what_is_missing() -> None:
    trace = content(level_of(97))
    assert (trace["tier"], trace["level"], trace["next"], trace["facts"]) == (
        "star",
        "",
        "one",
        {"lifetime_time": 5820},
    )
    assert trace["missing"] == [
        {"available": 5820, "kind": "require", "missing": 180, "required": 6000, "rule": "star", "unit": "min"}
    ]
    assert trace["parameters"]["star_hours"]["value"] == {"one": 6000}
    assert trace["parameters"]["star_hours"]["since"] == "2016-01-01"
    assert trace["pack"] == STAR.hash
    clause = "广东省星级志愿者评定办法：累计 100、300、600、1000、1500 小时为一至五星，不因兑换下降"
    assert explanation(STAR, level_of(97), "en") == [
        "Level (Star volunteer): none → One star",
        "Facts: Lifetime service time = 97 h",
        f"Hours of each star = one: 100 h (since 2016-01-01, {clause})",
        f"Rules: Star volunteer ({clause})",
    ]


def test_a_standing_that_keeps_a_level_back_is_named() -> None:
    mei = person(flags=[("2024-03-10", ("inflated_hours_serious",))])
    state = folded(STAR, hours(STAR, "2024-03-12", 100), mei).state
    (trace,) = tier_answers(STAR, mei, state, date(2024, 6, 1))
    assert answer(STAR, trace, "en").endswith("“Inflated hours, serious” keeps One star back")
    assert answer(STAR, trace, "zh").endswith("因“虚报时长（情节较重）”暂不能升为一星")
    assert [each["id"] for each in content(trace)["rules"]] == ["star", "inflated_hours_serious"]


def test_who_is_of_another_group_is_told_what_their_own_asks_for() -> None:
    pack, ann = scheme("us-presidents-award"), person("1984-06-30")
    state = folded(pack, hours(pack, "2010-03-01", 100), ann).state
    (trace,) = tier_answers(pack, ann, state, date(2010, 6, 30))
    assert answer(pack, trace, "en") == "President's volunteer service award: Bronze, 150 h more for Silver"
    assert "volunteer.age" not in trace


def test_a_price_is_told_with_the_row_that_applies_and_where_its_numbers_come_from() -> None:
    trace = reward_answer(STAR, "scenic_ticket", DAY, known(STAR, hours(STAR, "2018-01-01", 300), "2024-05-01"))
    assert answer(STAR, trace, "zh") == "A 级景区优惠门票：0 分，另付 42.00 CNY"
    assert answer(STAR, trace, "en") == "Ticket of an A-grade scenic spot: 0 points and CNY 42.00"
    steps = explanation(STAR, trace, "en")
    assert steps[0] == "Price (Ticket of an A-grade scenic spot): no. 1: 0 points and 42 CNY"
    clause = "志愿者守信联合激励 2016：A 级景区一至四星 80、70、60、50 %，五星免票"
    assert steps[2:4] == [
        "Full price of the ticket = 60 CNY (since 2016-01-01, 演示 / demonstration)",
        f"Share of the ticket that is paid = two: 70 % (since 2016-01-01, {clause})",
    ]


def test_a_refusal_says_in_the_rules_words_why_and_how_much_is_missing() -> None:
    values = known(BANK, [], "2024-05-01")
    trace = reward_answer(BANK, "museum_ticket", DAY, values)
    assert answer(BANK, trace, "en") == (
        "Museum ticket: not possible yet: redeeming opens at 100 h of service; there are 0 min (100 h more)"
    )
    assert answer(BANK, trace, "zh").endswith("现有 0 分钟（还差 100 小时）")
    assert explanation(BANK, trace, "en")[0] == "Not met (Redeeming opens at 100 hours): 100 h required, 0 min there"
    assert content(trace)["missing"][0]["missing"] == 6000
    act = refusal_answer(BANK, "redeem", DAY, values, admission(BANK, "redeem", DAY, values))
    assert answer(BANK, act, "en").startswith("not possible yet: redeeming opens at 100 h")


def test_an_award_and_a_conversion_are_told_by_the_same_function() -> None:
    pack = scheme("yokohama-senior")
    trained = person("1950-01-01", qualifications=[("2016-01-01", ("senior_volunteer_training",))])
    (credit,) = folded(pack, [served(pack, "2018-05-01", 40)], trained).credits
    assert "200" in answer(pack, credit.trace, "en")
    assert explanation(pack, credit.trace, "en")[-1].startswith("Rules: ")
    asked = conversion(pack, "to_yen", date(2019, 2, 1), {date(2018, 5, 1): 8200})
    assert "JPY 8000" in answer(pack, asked.trace, "en")
