"""A pack loads whole or tells everything that is wrong, each at its place."""

from __future__ import annotations

import json
import pickle
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.rulebook.kinds import (
    UNKNOWN,
    Admit,
    ApprovalStep,
    Approve,
    Award,
    Cap,
    Expiry,
    Factor,
    Measure,
    Parameter,
    Reward,
    Round,
    Rule,
    Tier,
    Window,
)
from points_engine.rulebook.loading import PACK_FILE, load_pack, pack_from_canonical, pack_from_texts
from points_engine.rulebook.problems import CATALOGUE, MOST_PROBLEMS, PackProblems
from points_engine.rulebook.schema import SCHEMA
from tests.rulebook.packs import NEVER, PACK, RULES, a_pack, problems_of

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))
EXPECTED = re.compile(r"# expect: (\d+):(\d+) (\w+)")


def the_only(rules: str) -> Rule:
    return list(a_pack(rules).rules.values())[-1]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_told_at_its_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = EXPECTED.match(text)
    assert expected, "the first line says what is expected"
    is_pack = path.name.startswith("pack_")
    problems = problems_of(pack=text) if is_pack else problems_of(text)
    file = PACK_FILE if is_pack else "rules.yaml"
    found = [f"{one.place.file}:{one.place.line}:{one.place.column} {one.code}" for one in problems]
    assert found == [f"{file}:{expected[1]}:{expected[2]} {expected[3]}"], "\n".join(map(str, problems))


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in RULES.glob("*/pack.yaml")), ids=lambda path: path.name
)
def test_a_published_pack_loads_again_from_its_canonical_text(folder: Path) -> None:
    pack = load_pack(folder)
    again = pack_from_canonical(pack.canonical)
    assert again == pack
    assert again.hash == pack.hash
    assert pickle.loads(pickle.dumps(pack)) == pack


def test_comments_places_and_layout_make_no_difference_to_the_hash() -> None:
    one = a_pack("- award: a\n  amount: 1   # one point\n  per: hour\n" + NEVER)
    other = a_pack("# A comment\n- {per: 'hour', award: a, amount: \"1\"}\n- expiry: never\n  ends: never\n")
    assert one.canonical == other.canonical
    assert one == other


def test_what_is_said_makes_a_difference_to_the_hash() -> None:
    assert a_pack("- award: a\n  amount: 1\n").hash != a_pack("- award: a\n  amount: 1.0\n").hash


def test_the_canonical_text_holds_what_was_typed() -> None:
    typed = json.loads(a_pack("- award: a\n  cite: 012\n  amount: 1\n").canonical)
    assert typed["rules.yaml"] == [{"award": "a", "cite": "012", "amount": "1"}]


def test_every_problem_of_every_file_is_told_at_once() -> None:
    with pytest.raises(PackProblems) as found:
        pack_from_texts({
            "pack.yaml": PACK.replace("Asia/Shanghai", "Asia/Canton"),
            "b.yaml": "- award: x\n  amount: ratee\n",
            "a.yaml": "- cap: c\n  limits: minuts\n  most: 8 h\n- awrd: z\n",
        })  # fmt: skip
    assert [str(problem).split(":")[0] + " " + problem.code for problem in found.value.problems] == [
        "pack.yaml bad_time_zone", "a.yaml unknown_choice", "a.yaml unknown_kind", "b.yaml unknown_name",
    ]  # fmt: skip


def test_rules_may_stand_in_any_order_and_file() -> None:
    pack = pack_from_texts({
        "pack.yaml": PACK,
        "a.yaml": "- award: x\n  when: years_running >= 2\n  amount: rate\n",
        "b.yaml": "- measure: years_running\n  fold: streak\n  of: this_year >= goal\n  over: year\n",
        "c.yaml": "- measure: this_year\n  fold: sum\n  of: credited.minutes\n  over: year\n",
        "d.yaml": "- parameter: goal\n  measured_in: duration\n  values: {2019-07-01: 50 h}\n"
                  "- parameter: rate\n  values: {2019-07-01: 1/3}\n",
    })  # fmt: skip
    assert list(pack.rules) == ["x", "years_running", "this_year", "goal", "rate"]
    rate = pack.rules["rate"]
    assert isinstance(rate, Parameter)
    assert rate.on(date(2020, 1, 1)) == Fraction(1, 3)


def test_examples_beside_the_rules_are_not_rules(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(NEVER, encoding="utf-8")
    (tmp_path / "examples.yaml").write_text("not: a rule file", encoding="utf-8")
    assert list(load_pack(tmp_path).rules) == ["never"]


def test_a_folder_without_a_pack_file_or_with_foreign_bytes_is_told(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes("- award: 积分".encode("gbk"))
    with pytest.raises(PackProblems) as found:
        load_pack(tmp_path)
    assert {problem.code for problem in found.value.problems} == {"missing_file", "not_utf8"}


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(PACK, encoding="utf-8-sig")
    (tmp_path / "rules.yaml").write_text(NEVER, encoding="utf-8-sig")
    assert load_pack(tmp_path) == a_pack()


def test_a_parameter_holds_from_its_day() -> None:
    rate = the_only("- parameter: p\n  measured_in: money\n  values: {2019-07-01: 10.00 yuan, 2024-01-01: 1250 fen}\n")
    assert isinstance(rate, Parameter)
    days = (date(2019, 6, 30), date(2019, 7, 1), date(2023, 12, 31), date(2024, 1, 1))
    assert [rate.on(day) for day in days] == [UNKNOWN, 1000, 1000, 1250]


@pytest.mark.parametrize(
    ("measured_in", "written", "expected"),
    [
        ("number", "1.50", Fraction(3, 2)),
        ("number", "-10", -10),
        ("duration", "1 h 30 min", 90),
        ("points", "4", 4),
        ("percent", "80 %", Fraction(4, 5)),
        ("text", "no", "no"),
        ("date", "2026-03-01", date(2026, 3, 1)),
        ("boolean", "true", True),
        ("list", "[a, 012]", ("a", "012")),
        ("table", "{planting: 1.5, reading: 0.5}", {"planting": Fraction(3, 2), "reading": Fraction(1, 2)}),
    ],
)
def test_a_parameter_is_typed_by_what_it_is_measured_in(measured_in: str, written: str, expected: object) -> None:
    rule = the_only(f"- parameter: p\n  measured_in: {measured_in}\n  values: {{2019-07-01: {written}}}\n")
    assert isinstance(rule, Parameter)
    assert rule.on(date(2026, 1, 1)) == expected


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("day", Window("day")),
        ("fiscal_year - 1", Window("fiscal_year", offset=1)),
        ("last(12, months)", Window("last", length=12, unit="month")),
        ("last(1, year)", Window("last", length=1, unit="year")),
        ("season(04-01, 07-31)", Window("season", season=((4, 1), (7, 31)))),
        ("season(11-01, 03-31) - 1", Window("season", offset=1, season=((11, 1), (3, 31)))),
        ("since(joined)", Window("since", event="joined")),
        ("lifetime", Window("lifetime")),
    ],
)
def test_a_window_is_read_as_written(text: str, window: Window) -> None:
    rule = the_only(f"- measure: m\n  fold: count\n  over: {text}\n")
    assert isinstance(rule, Measure)
    assert rule.over == window


@pytest.mark.parametrize(
    "text", ["record - 1", "year - 0", "year-1", "lifetime - 1", "last(0, days)", "Year", "since()"]
)
def test_what_is_no_window_is_refused(text: str) -> None:
    assert [one.code for one in problems_of(f"- measure: m\n  fold: count\n  over: {text}\n")] == ["bad_window"]


def test_approval_steps_take_literals_and_expressions_over_parameters() -> None:
    rule = the_only(
        "- parameter: automatic\n  measured_in: duration\n  values: {2019-07-01: 8 h}\n"
        "- measure: today\n  fold: sum\n  of: record.minutes\n  over: day\n  same: host\n  including: true\n"
        "- approve: long_days\n  measure: today\n  part: excess\n  steps:\n"
        "    - {upto: automatic, by: rule}\n    - {upto: 12 h, by: parent_unit}\n    - {by: province}\n"
    )
    assert isinstance(rule, Approve)
    assert [step.by for step in rule.steps] == ["rule", "parent_unit", "province"]
    assert getattr(rule.steps[0].upto, "source", None) == "automatic"
    assert rule.steps[1].upto == 720
    assert rule.steps[2].upto is None
    short = the_only("- approve: a\n  by: rule\n")
    assert isinstance(short, Approve)
    assert short.steps == (ApprovalStep(None, "rule"),)


def test_a_reward_is_read_whole() -> None:
    rule = the_only(
        "- reward: r\n  category: culture_tourism\n  partner: shop\n  outlets: gate\n"
        "  price:\n    - {points: 5, when: [volunteer.age >= 65]}\n    - {points: 10, money: 7.00 yuan}\n"
        "  fund: community\n  pays: 5.00 yuan\n  stock: 100\n  hold: 1 h\n  refund_days: 7\n"
        "  limits: [{most: 1, over: day}, {most: 2, over: month, each: household}]\n  on_expired_refund: extend\n"
    )
    assert isinstance(rule, Reward)
    assert [step.points({}) for step in rule.prices] == [5, 10]
    assert rule.prices[1].money is not None
    assert rule.prices[1].money({}) == 700
    assert (rule.pays, rule.stock, rule.hold_minutes, rule.outlets) == (500, 100, 60, ("gate",))
    assert [(cap.id, cap.limits, cap.at, cap.over.kind, cap.each) for cap in rule.limits] == [
        ("r_limit_1", "times", "redeem", "day", "volunteer"),
        ("r_limit_2", "times", "redeem", "month", "household"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("never", ("never", 0, "")),
        ("end_of_year", ("end_of_year", 0, "")),
        ("end_of_fiscal_year + 1", ("end_of_fiscal_year", 1, "")),
        ("after 24 months", ("after", 24, "month")),
        ("after 1 year", ("after", 1, "year")),
        ("2026-12-31", ("on_day", 0, "")),
    ],
)
def test_an_expiry_is_read_as_written(text: str, expected: tuple[str, int, str]) -> None:
    rule = the_only(f"- expiry: e\n  ends: {text}\n")
    assert isinstance(rule, Expiry)
    assert (rule.ends, rule.length, rule.unit) == expected
    assert rule.on_day == (date(2026, 12, 31) if rule.ends == "on_day" else None)


def test_the_other_kinds_are_read_whole() -> None:
    pack = a_pack(
        "- award: steps\n  per: occasion\n  steps: [{least: 30 min, amount: 1}, {least: 1 h, amount: 2}]\n"
        "- award: bands\n  per: hour\n  bands_by: total\n  bands: [{least: 0, amount: 1}, {least: 100 h, amount: 2}]\n"
        "- measure: total\n  fold: sum\n  of: credited.minutes\n"
        "- round: quarters\n  what: time\n  to: 15 min\n  direction: up\n"
        "- cap: daily\n  limits: minutes\n  most: 2 h\n  over: day\n  skip_first: 30 min\n"
        "- tier: star\n  steps:\n    - {level: one, title: {zh: 一, en: One}, reach: total >= 100 h}\n"
        "    - {level: two, title: {zh: 二, en: Two}, reach: [total >= 300 h, volunteer.age >= 18], mode: any}\n"
        "- factor: holiday\n  when: day.holiday\n  multiply: 1 + 1\n  applies_to: steps\n"
        "- admit: fair\n  at: [record, redeem]\n  require: [{that: not record.paid}]\n"
    )
    awards, rounds = pack.of_kind(Award), pack.of_kind(Round)
    assert [(step.least, step.amount) for step in awards[0].steps] == [(30, 1), (60, 2)]
    assert [(step.least, step.amount) for step in awards[1].bands] == [(0, 1), (6000, 2)]
    assert rounds[0].to == 15
    cap = pack.of_kind(Cap)[0]
    assert cap.skip_first is not None
    assert cap.skip_first({}) == 30
    assert [step.mode for step in pack.of_kind(Tier)[0].steps] == ["all", "any"]
    assert pack.of_kind(Factor)[0].applies_to == ("steps",)
    assert pack.of_kind(Admit)[0].at == ("record", "redeem")
    assert pack.of_kind(Admit)[0].require[0].say is None


def test_every_kind_of_the_schema_is_loaded_by_a_test_or_a_pack() -> None:
    here = "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("test_*.py")))
    packs = "".join(path.read_text(encoding="utf-8") for path in RULES.glob("*/*.yaml"))
    assert [kind for kind in SCHEMA if f"- {kind}: " not in here + packs] == []


def test_every_code_has_a_sentence_in_both_languages_with_the_same_blanks() -> None:
    for code, (zh, en) in CATALOGUE.items():
        blanks = [set(re.findall(r"{(\w+)}", text)) for text in (zh, en)]
        assert {blank.removesuffix("_zh") for blank in blanks[0]} <= blanks[1] | {"offending"}, code


def test_a_canonical_text_that_is_none_is_refused() -> None:
    for text in ("", "[]", "{", '{"pack.yaml": 3}', '{"pack.yaml": {"a": null}}', "[" * 100_000, '{"a.yaml": []}'):
        with pytest.raises(PackProblems):
            pack_from_canonical(text)


@given(st.text(max_size=200))
def test_any_rule_file_loads_or_is_refused(text: str) -> None:
    problems_of(text)


@pytest.mark.parametrize(
    "rules",
    [
        "- award: a\n  when:\n" + "    - ratee > 1\n" * 12_000,
        "- award: a\n" + "".join(f"  amuont{n}: 1\n" for n in range(9_000)),
        "- awrd: a\n" * 9_000,
        "- award: a\n  amount: ratee\n" * 4_000,
        "- just text\n" * 12_000,
    ],
)
def test_a_file_full_of_mistakes_is_answered_soon(rules: str) -> None:
    started = perf_counter()
    assert 1 <= len(problems_of(rules)) <= MOST_PROBLEMS
    assert perf_counter() - started < 10


KEYS = sorted({key.name for kind in SCHEMA.values() for key in kind.keys} | set(SCHEMA))
WORDS = [
    "a",
    "1",
    "2.5",
    "8 h",
    "80 %",
    "record.minutes",
    "a > 1",
    "year",
    "never",
    "true",
    "no",
    "2019-07-01",
    "",
    "min",
]


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> object:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(WORDS))
    inside = trees(depth=depth - 1)
    return draw(
        st.one_of(st.lists(inside, max_size=3), st.dictionaries(st.sampled_from([*KEYS, *WORDS]), inside, max_size=4))
    )


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), trees(), min_size=1, max_size=6), max_size=4))
def test_any_tree_of_known_keys_loads_or_is_refused(tree: list[object]) -> None:
    for problem in problems_of(json.dumps(tree)):
        assert problem.zh
        assert problem.en
        assert "{" not in problem.code
