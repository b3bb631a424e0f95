"""Traces and the sentences made from them."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from points_engine.rulebook.kinds import ApprovalStep, Text
from points_engine.rulebook.occasions import Subject
from points_engine.rulebook.sentences import explanation, sentence
from points_engine.rulebook.traces import canonical, number
from tests.rulebook.builders import (
    a_pack,
    admit,
    approve,
    award,
    cap,
    credited,
    e,
    factor,
    measure,
    must,
    parameter,
    record,
    rounding,
)

SMALL = a_pack(
    parameter("points_per_hour", {"2019-07-01": 1}, measured_in="points", cite="公益时间银行 2019"),
    measure("lifetime", "sum", "credited.minutes", "lifetime"),
    award(
        "service",
        e("points_per_hour", points_per_hour="points"),
        per="hour",
        when="record.recorded_by in ['kiosk', 'self_located']",
    ),
    rounding("whole", "amount", 1, "down", remainder="carry"),
    cap("daily", "8 h", "day"),
)
VISIT = record("2026-03-01T09:00", 130, "01J9ZQ4T8R", record_recorded_by="kiosk", category="care", host="u1")


def test_a_trace_is_canonical_and_carries_what_decided() -> None:
    (credit,) = credited(SMALL, VISIT)
    trace = json.loads(credit.trace)
    assert credit.trace == canonical(trace)
    assert len(credit.trace.encode()) < 800
    assert trace == {
        "day": "2026-03-01",
        "facts": {"record.recorded_by": "kiosk"},
        "lots": [["9999-12-31", 2]],
        "minutes": 130,
        "occasion": "01J9ZQ4T8R",
        "pack": SMALL.hash,
        "parameters": {"points_per_hour": {"cite": "公益时间银行 2019", "since": "2019-07-01", "value": 1}},
        "points": 2,
        "rules": [{"id": "service"}, {"id": "daily"}, {"id": "whole"}],
        "scheme": "test",
        "steps": [
            ["cap_time", "daily", 130, 130],
            ["rate", "service", 130, "13/6"],
            ["round_amount", "whole", "13/6", 2, "1/6"],
        ],
    }


def test_stages_stand_in_the_fixed_order() -> None:
    pack = a_pack(
        rounding("quarter", "time", 15, "down"),
        award("service", "1 points", per="hour"),
        factor("double", "2"),
        rounding("whole", "amount", 1, "down"),
        cap("points", "5 points", "day", limits="amount"),
        cap("first", None, "lifetime", skip_first="1 h"),
        cap("week", "20 h", "week"),
        cap("day", "8 h", "day"),
        cap("stretch", None, least="10 min"),
        approve("gate", steps=(ApprovalStep(None, "rule"),)),
        midnight="split",
    )
    (credit,) = credited(pack, record("2026-03-01T20:00", 301))
    stages = [step[0] for step in json.loads(credit.trace)["steps"]]
    assert stages == [
        "midnight", "round_time", "approve", "cap_time", "cap_time", "skip_first", "rate", "factor", "round_amount",
        "cap_amount",
    ]  # fmt: skip
    assert credit.points == 5


def test_names_of_people_and_free_text_stay_out_of_a_trace() -> None:
    pack = a_pack(
        award(
            "kin",
            "1 points",
            when="activity.name != '补录' and volunteer.guardian != 'li' and record.relation != 'son'",
        )
    )
    facts = {"activity.name": "visit of Wang Fang", "volunteer.guardian": "Wang Wu", "record.relation": "Wang Liu"}
    from dataclasses import replace

    (credit,) = credited(pack, replace(VISIT, facts=facts))
    assert credit.points == 1
    assert "Wang" not in credit.trace


def test_of_a_table_only_the_rows_in_question_are_kept() -> None:
    rates = {"care": 2, "tutoring": Fraction(3, 2), "wok": 3}
    table = parameter("rates", {"2019-01-01": rates}, measured_in="table")
    pack = a_pack(table, award("item", e("table(rates, activity.category)", rates="table of points"), per="hour"))
    (credit,) = credited(pack, VISIT)
    assert json.loads(credit.trace)["parameters"]["rates"]["value"] == {"care": 2}


@pytest.mark.parametrize("value", [0, -3, Fraction(1, 3)])
def test_a_number_comes_back_from_its_text(value: int | Fraction) -> None:
    assert number(json.loads(canonical(value))) == value


def test_the_sentence_for_a_volunteer() -> None:
    _, second = credited(SMALL, record("2026-02-01T09:00", 110, record_recorded_by="kiosk"), VISIT)
    assert sentence(SMALL, second.trace, "zh-CN") == "服务 2 小时 10 分，得 3 分"
    (first,) = credited(SMALL, VISIT)
    assert sentence(SMALL, first.trace, "zh-CN") == "服务 2 小时 10 分，得 2 分，余 10 分钟转入下次"
    assert sentence(SMALL, first.trace, "en") == "2 h 10 min of service: 2 points, 10 minutes carry over"


def test_a_rules_own_words_are_filled_from_the_decision() -> None:
    pack = a_pack(award("service", "1 points", per="hour", because=Text("服务 {hours} 小时", "{hours} h of {category}"),
                        when="activity.category == 'care'"), scale=1)  # fmt: skip
    (credit,) = credited(pack, record("2026-03-01T09:00", 90, category="care"))
    assert sentence(pack, credit.trace, "zh") == "服务 1.5 小时，得 1.5 分"
    assert sentence(pack, credit.trace, "en") == "1.5 h of care: 1.5 points"


def test_the_explanation_names_value_day_and_citation() -> None:
    (credit,) = credited(SMALL, VISIT)
    assert explanation(SMALL, credit.trace, "en") == [
        "Limit on time (daily): 2 h 10 min → 2 h 10 min",
        "Points (service): 2 h 10 min → 2 1/6",
        "Points rounded (whole): 2 1/6 → 2, 1/6 left",
        "Facts: how it was recorded = kiosk",
        "points_per_hour = 1 (since 2019-07-01, 公益时间银行 2019)",
        "Rules: service; daily; whole",
    ]
    assert explanation(SMALL, credit.trace, "zh")[0] == "时长上限（daily）：2 小时 10 分 → 2 小时 10 分"


def test_a_refusal_is_told_in_the_words_of_the_rule() -> None:
    pack = a_pack(admit("unpaid", must("not record.paid", "paid work does not count")), award("service", "1 points"))
    (credit,) = credited(pack, record("2026-03-01T09:00", 60, record_paid=True))
    assert "paid work does not count" in sentence(pack, credit.trace, "en")
    (unknown,) = credited(pack, record("2026-03-01T09:00", 60))
    assert json.loads(unknown.trace)["reasons"] == [["unknown", "unpaid", 0]]


def test_a_refusal_states_its_numbers_but_never_a_persons_age() -> None:
    long_enough = must("record.minutes >= 30 min", "needs {required}, was {available}")
    pack = a_pack(admit("stretch", long_enough), admit("grown", must("volunteer.age >= 18", "from 18 on")))
    child = Subject("ann", born_on=date(2014, 5, 1))
    (credit,) = credited(pack, record("2026-03-01T09:00", 29), subject=child)
    trace = json.loads(credit.trace)
    assert trace["reasons"] == [["require", "stretch", 0, 30, 29, "min"], ["require", "grown", 0]]
    assert trace["facts"] == {"record.minutes": 29}
    assert "needs 30 min, was 29 min" in sentence(pack, credit.trace, "en")


def test_what_awaits_an_approval_says_whose() -> None:
    pack = a_pack(award("service", "1 points", per="hour"), approve("gate", steps=(ApprovalStep(None, "steward"),)))
    (credit,) = credited(pack, record("2026-03-01T09:00", 60))
    assert sentence(pack, credit.trace, "en") == "1 h of service: awaits approval by steward"
    assert sentence(pack, credit.trace, "zh") == "服务 1 小时，待现场负责人认定"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_decision_can_be_told(language: str) -> None:
    visits = (
        record("2026-03-01T09:00", 60, record_recorded_by="kiosk"),
        record("2026-03-01T09:10", 20, record_recorded_by="kiosk"),
        record("2026-03-01T10:00", 600, record_recorded_by="backfill"),
    )
    for credit in credited(SMALL, *visits):
        assert sentence(SMALL, credit.trace, language)
        assert all(explanation(SMALL, credit.trace, language))
