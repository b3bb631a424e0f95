"""Two versions are compared in sentences: what changes, from which day, and for whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from points_engine.rulebook.comparing import Change, Comparison, diff, touched_by
from points_engine.rulebook.loading import load_pack, pack_from_texts
from tests.rulebook.packs import RULES

FOLDERS = sorted(path.parent for path in RULES.glob("*/pack.yaml"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in (RULES / "guangzhou-time-bank").glob("*.yaml")}
FROM_2026 = {"effective_on: 2019-07-01": "effective_on: 2026-01-01"}


def compared(changes: dict[str, str], more: str = "") -> Comparison:
    """The time bank against itself with texts replaced, in force from 2026."""
    texts = dict(TEXTS)
    for before, after in {**FROM_2026, **changes}.items():
        assert any(before in text for text in texts.values()), before
        texts = {name: text.replace(before, after) for name, text in texts.items()}
    texts["redeeming.yaml"] += more
    return diff(pack_from_texts(TEXTS), pack_from_texts(texts))


def changes(changes: dict[str, str], more: str = "") -> list[Change]:
    """What changes beside the first day of the version."""
    return [one for one in compared(changes, more).changes if one.key != "effective_on"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_pack_does_not_differ_from_itself(folder: Path) -> None:
    assert diff(load_pack(folder), load_pack(folder)).changes == ()


def test_a_new_value_is_told_with_its_day_and_whom_it_touches() -> None:
    only = changes({"values: {2019-07-01: 1}": "values: {2019-07-01: 1, 2026-01-01: 2}"})
    assert [(one.what, one.rule_id, one.since, one.until) for one in only] == [
        ("value", "points_per_hour", date(2026, 1, 1), None)
    ]
    assert only[0].touches == ("service_hours",)
    assert only[0].sentence.zh == (
        "从 2026-01-01 起，每小时积分由 1 公益时改为 2 公益时；"
        "影响：“服务时长积分”（由签到机、本人自主定位或现场负责人记录）。"
    )
    assert only[0].sentence.en.startswith(
        "From 2026-01-01 on “Points per hour” changes from 1 Time point to 2 Time points"
    )


def test_values_of_the_past_and_of_later_years_are_told_apart() -> None:
    found = changes({"values: {2019-07-01: 1500}": "values: {2019-07-01: 1500, 2025-01-01: 1000, 2027-01-01: 1500}"})
    assert [(one.what, str(one.since), str(one.until)) for one in found] == [
        ("past_value", "2025-01-01", "2025-12-31"),
        ("value", "2026-01-01", "2026-12-31"),
    ]
    assert "（只影响补记的服务）" in found[0].sentence.zh


def test_the_same_values_written_with_other_days_are_no_change() -> None:
    assert changes({"values: {2019-07-01: 1}": "values: {2019-07-01: 1, 2026-01-01: 1}"}) == []


def test_a_changed_condition_is_told_in_words() -> None:
    only = changes({"['kiosk', 'self_located', 'steward']": "['kiosk', 'steward']"})
    assert [one.sentence.zh for one in only] == [
        (
            "从 2026-01-01 起，服务时长积分的“适用条件”"
            "由“由签到机、本人自主定位或现场负责人记录”改为“由签到机或现场负责人记录”。"
        )
    ]


def test_an_expiry_that_changes_is_told_as_a_whole() -> None:
    only = changes({"ends: never": "ends: end_of_year + 1"})
    assert [one.sentence.zh for one in only] == [
        "从 2026-01-01 起，长期有效的“到期”由“积分长期有效。”改为“积分自获得之日起至次年年底有效。”。"
    ]


def test_rules_that_are_new_or_gone_are_told_whole() -> None:
    more = "\n- award: referral\n  title: {zh: 介绍, en: Referral}\n  at: referral\n  amount: 1\n"
    added = changes({}, more)
    assert [(one.what, one.rule_id) for one in added] == [("added", "referral")]
    assert added[0].sentence.zh == "从 2026-01-01 起，新增“介绍”：介绍新志愿者每次计 1 公益时。"
    old = pack_from_texts({**TEXTS, "redeeming.yaml": TEXTS["redeeming.yaml"] + more})
    removed = diff(old, pack_from_texts(TEXTS)).changes
    assert [(one.what, one.rule_id) for one in removed] == [("removed", "referral")]
    assert removed[0].sentence.en == (
        "From 2019-07-01 on “Referral” is gone: Bringing a new volunteer earns 1 Time point each time."
    )


def test_a_rule_under_another_name_is_no_new_rule() -> None:
    found = changes({"reward: tote_bag\n": "reward: bag\n", "hours_to_redeem": "hours_needed"})
    assert [(one.what, one.before.en, one.after.en) for one in found] == [
        ("renamed", "hours_to_redeem", "hours_needed"),
        ("renamed", "tote_bag", "bag"),
    ]


def test_wording_is_told_apart_from_rules() -> None:
    assert [one.what for one in changes({"zh: 只计整分, en: Whole points only": "zh: 整分, en: Whole points"})] == [
        "wording"
    ]


def test_the_head_is_compared_too() -> None:
    head = [one for one in compared({"on_decrease: debt": "on_decrease: block"}).changes if one.what == "head"]
    assert [(one.key, one.before.zh, one.after.zh) for one in head if one.key == "on_decrease"] == [
        ("on_decrease", "记为欠分", "暂停兑换")
    ]


def test_comments_and_layout_are_no_change() -> None:
    assert changes({"# 累计服务满": "# 服务满"}) == []


def test_what_a_parameter_touches_is_followed_through_measures() -> None:
    pack = pack_from_texts(TEXTS)
    assert touched_by("lifetime_time", pack) == ("redeem_after_threshold",)
    assert touched_by("hours_to_redeem", pack) == ("redeem_after_threshold",)
