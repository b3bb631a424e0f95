"""A pack is told in plain sentences, in both languages, with the values of a day and where they are written."""

from __future__ import annotations

from datetime import date

import pytest

from points_engine.rulebook.explaining import Explanation, as_markdown, as_plain_text, explain
from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.functions import FUNCTIONS
from points_engine.rulebook.glossary import KINDS
from points_engine.rulebook.idioms import CALLS
from points_engine.rulebook.kinds import Admit
from points_engine.rulebook.loading import load_pack
from points_engine.rulebook.phrasing import Speaker
from points_engine.rulebook.schema import SCHEMA
from tests.rulebook.packs import NEVER, RULES, a_pack

DAY = date(2026, 3, 1)
FOLDERS = sorted(path.parent for path in RULES.glob("*/pack.yaml"))
GUANGZHOU = load_pack(RULES / "guangzhou-time-bank")


def told(explanation: Explanation) -> dict[str, tuple[str, ...]]:
    return {saying.rule_id: saying.sentences for chapter in explanation.chapters for saying in chapter.sayings}


def test_the_time_bank_is_told_in_chinese() -> None:
    sentences = told(explain(GUANGZHOU, DAY, "zh"))
    assert sentences["service_hours"] == (
        "凡由签到机、本人自主定位或现场负责人记录的，服务记录每小时计 1 公益时（每小时积分）。",
        "告知志愿者：“服务 {duration}”。",
    )
    assert sentences["hours"] == ("服务记录由现场负责人认定后生效。",)
    assert sentences["redeem_after_threshold"] == (
        (
            "兑换时，须累计服务时长不少于 100 小时（兑换门槛）；不符合的不予办理，"
            "答复：“累计服务 {required} 后可以兑换，现有 {available}”。"
        ),
    )
    assert sentences["account_ceiling"][0] == (
        "每位志愿者账户余额至多 1500 公益时（账户上限），超出部分转为只能捐赠的积分。"
    )
    assert sentences["never_expires"] == ("积分长期有效。",)
    assert sentences["museum_ticket"][:3] == (
        "博物馆门票（文旅），由博物馆提供。",
        "价格 20 公益时（博物馆票价格）。",
        "每件由社区公益基金付给博物馆 10.00 元（博物馆票结算价）。",
    )
    assert sentences["tote_bag"][-2:] == ("每位志愿者每月兑换至多 1 次。", "库存：500；可退还天数：7。")
    assert sentences["points_per_hour"] == ("每小时积分：自 2019-07-01 起 1 公益时。",)


def test_the_time_bank_is_told_in_english() -> None:
    sentences = told(explain(GUANGZHOU, DAY, "en"))
    assert sentences["service_hours"][0] == (
        "Where it is recorded by the kiosk, own location or the steward: "
        "A service record earns 1 Time point (points per hour) per hour."
    )
    assert sentences["redeem_after_threshold"] == (
        (
            "Redeeming requires that lifetime service time is at least 100 h (hours before redeeming opens); "
            "otherwise it is refused with “redeeming opens at {required} of service; there are {available}”."
        ),
    )
    assert sentences["museum_ticket"][1] == "It costs 20 Time points (price of a museum ticket)."


def test_chapters_and_clauses_are_numbered_in_the_order_of_a_regulation() -> None:
    explanation = explain(GUANGZHOU, DAY, "zh")
    titles = [chapter.title for chapter in explanation.chapters]
    assert titles == [
        "准入与资格", "认定与公示", "积分获得", "上限与下限", "有效期", "兑换", "折算、转赠与抽签",
        "统计口径", "各项数值",
    ]  # fmt: skip
    assert [saying.number for saying in explanation.chapters[2].sayings] == ["3.1", "3.2"]
    assert ("生效日", "2019-07-01") in explanation.head


def test_a_document_is_written_in_markdown_and_in_plain_text() -> None:
    explanation = explain(GUANGZHOU, DAY, "zh")
    assert as_markdown(explanation).startswith("# 公益时间银行\n\n以下为 2026-03-01 适用的规定与数值。\n")
    assert "\n## 3 积分获得\n\n**3.1 服务时长积分**\n\n- 凡由签到机" in as_markdown(explanation)
    assert "- *依据：公益时间银行 2019*" in as_markdown(explanation)
    assert "\n3 积分获得\n\n  3.1 服务时长积分\n      凡由签到机" in as_plain_text(explanation)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_of_every_pack_is_told(folder: object, language: str) -> None:
    pack = load_pack(RULES / str(folder))
    sentences = told(explain(pack, DAY, language))
    assert sentences.keys() == pack.rules.keys()
    for said in sentences.values():
        assert said
        assert all(sentence.strip() and "None" not in sentence and "<" not in sentence for sentence in said)


RATES = (
    "- parameter: rate\n  title: {zh: 单价, en: Rate}\n  measured_in: points\n"
    "  values: {2019-07-01: 1, 2026-01-01: 2}\n- award: a\n  amount: rate\n"
)


def test_values_are_those_of_the_day() -> None:
    pack = a_pack(RATES + NEVER)
    assert told(explain(pack, date(2025, 12, 31), "en"))["a"] == ("A service record earns 1 point (rate) each time.",)
    assert told(explain(pack, date(2026, 1, 1), "en"))["a"] == ("A service record earns 2 points (rate) each time.",)
    assert told(explain(pack, date(2019, 1, 1), "zh"))["a"] == ("服务记录每次计 尚无规定（单价）。",)
    assert told(explain(pack, DAY, "zh"))["rate"] == ("单价：自 2019-07-01 起 1 分；自 2026-01-01 起 2 分。",)


def test_a_rule_that_is_not_in_force_says_so() -> None:
    pack = a_pack("- award: a\n  amount: 1\n  from: 2027-01-01\n" + NEVER)
    saying = explain(pack, DAY, "zh").chapters[0].sayings[0]
    assert not saying.is_in_force
    assert saying.sentences == ("自 2027-01-01 起，服务记录每次计 1 分。",)
    assert "（本日不适用）" in as_plain_text(explain(pack, DAY, "zh"))


NAMES = (
    "- measure: total\n  title: {zh: 总时长, en: Total time}\n  fold: sum\n  of: credited.minutes\n"
    "- parameter: hours\n  title: {zh: 门槛, en: Threshold}\n  measured_in: table\n  of: duration\n"
    "  values: {2019-07-01: {one: 100 h}}\n"
)


@pytest.mark.parametrize(
    ("condition", "zh", "en"),
    [
        ("record.recorded_by in ['kiosk']", "由签到机记录", "it is recorded by the kiosk"),
        ("not record.recorded_by in ['kiosk']", "不是由签到机记录", "it is not recorded by the kiosk"),
        ("record.recorded_by != 'backfill'", "不是由补录记录", "it is not recorded by back-filling"),
        ("not record.paid", "志愿者本人不领取报酬", "the volunteer is not paid"),
        (
            "record.minutes >= 90 min",
            "本次服务时长不少于 1 小时 30 分钟",
            "length of the service is at least 1 h 30 min",
        ),
        ("not record.minutes >= 1 h", "本次服务时长少于 1 小时", "length of the service is less than 1 h"),
        ("volunteer.age > 60", "当日周岁超过 60", "age on that day is more than 60"),
        ("day.date >= 2026-01-01", "服务日期不早于 2026-01-01", "the service day is on or after 2026-01-01"),
        ("'party' in volunteer.roles", "担任的职务中有“party”", "roles held include “party”"),
        (
            "day.holiday and record.paid or day.working",
            "（当日为法定节假日，且志愿者本人领取报酬），或者当日为工作日",
            "(it is a public holiday and the volunteer is paid), or it is a working day",
        ),
        (
            "not (day.holiday or record.paid)",
            "当日不是法定节假日，且志愿者本人不领取报酬",
            "it is not a public holiday and the volunteer is not paid",
        ),
        (
            "total >= table(hours, 'one')",
            "总时长不少于 100 小时（门槛·one）",
            "total time is at least 100 h (threshold, one)",
        ),
        ("contains(activity.name, '补录')", "活动名称中含有“补录”", "name of the activity contains “补录”"),
        ("not contains(activity.name, 'x')", "活动名称中不含“x”", "name of the activity does not contain “x”"),
        (
            "min(record.quantity, 5) < activity.days + 1",
            "本次服务的数量和5中较小的少于 活动天数加 1",
            "the smaller of how many items were done and 5 is less than length of the activity plus 1",
        ),
    ],
)
def test_a_condition_is_said_in_words(condition: str, zh: str, en: str) -> None:
    pack = a_pack(NAMES + f'- admit: a\n  at: record\n  require: [{{that: "{condition}"}}]\n' + NEVER)
    rule = pack.rules["a"]
    assert isinstance(rule, Admit)
    that = rule.require[0].that
    assert isinstance(that, CompiledExpression)
    assert [Speaker(pack, DAY, language).condition(that.tree) for language in ("zh", "en")] == [zh, en]


def test_a_kind_without_sentences_of_its_own_is_told_key_by_key() -> None:
    pack = a_pack(
        "- award: one\n  amount: 1\n- award: two\n  amount: 1\n"
        "- group: both\n  title: {zh: 取高, en: The better}\n  of: [one, two]\n  combine: best\n" + NEVER
    )
    assert told(explain(pack, DAY, "zh"))["both"] == ("哪些规则：one；two；合并方式：取最高的。",)
    assert told(explain(pack, DAY, "en"))["both"] == ("The rules combined: one; two; how they are combined: the best.",)


def test_every_kind_and_function_has_its_words() -> None:
    assert SCHEMA.keys() <= KINDS.keys()
    assert FUNCTIONS.keys() - CALLS.keys() <= {"table"}
