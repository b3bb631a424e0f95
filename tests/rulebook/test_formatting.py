"""Formatting makes one layout of a file: the same meaning, every comment, and nothing more to do the second time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points_engine.rulebook.formatting import FIRST, LAST, fmt
from points_engine.rulebook.layout import laid_out
from points_engine.rulebook.loading import PACK_FILE, load_pack, pack_from_texts
from points_engine.rulebook.problems import PackProblems
from points_engine.rulebook.reader import plain, read_text
from points_engine.rulebook.schema import SCHEMA
from tests.rulebook.packs import RULES

FOLDERS = sorted(path.parent for path in RULES.glob("*/pack.yaml"))
BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_formatted_pack_is_the_same_pack(folder: Path) -> None:
    texts = files_of(folder)
    formatted = {name: fmt(text, name) for name, text in texts.items()}
    assert pack_from_texts(formatted).canonical == load_pack(folder).canonical
    for name, text in texts.items():
        assert sorted(laid_out(formatted[name]).comments) == sorted(laid_out(text).comments)
        assert fmt(formatted[name], name) == formatted[name]
        assert max(map(len, formatted[name].splitlines())) <= 200


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_file_with_a_wrong_rule_is_formatted_as_long_as_it_is_yaml(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree, problems = read_text(path.name, text)
    if tree is None or problems:
        with pytest.raises(PackProblems):
            fmt(text)
        return
    once = fmt(text)
    again, _ = read_text(path.name, once)
    assert again is not None
    assert plain(again) == plain(tree)
    assert fmt(once) == once


def test_keys_stand_in_the_order_of_the_schema() -> None:
    text = "- because: {en: b, zh: a}\n  amount: 1\n  cite: c\n  award: x\n  per: hour\n  title: {zh: a, en: b}\n"
    assert fmt(text) == (
        "- award: x\n  title: {zh: a, en: b}\n  cite: c\n  per: hour\n  amount: 1\n  because: {zh: a, en: b}\n"
    )


def test_every_key_of_every_kind_has_its_place() -> None:
    for kind, one in SCHEMA.items():
        names = [key.name for key in one.keys]
        shuffled = {kind: "x", **dict.fromkeys(sorted(names, reverse=True), "1")}
        written = [line[2:].partition(":")[0] for line in fmt(json.dumps([shuffled])).splitlines()]
        assert written[0] == f'"{kind}"'
        bare = [name.strip('"') for name in written[1:]]
        own = [name for name in names if name not in (*FIRST, *LAST)]
        assert [name for name in bare if name in own] == own


def test_the_keys_of_pack_yaml_are_ordered_and_its_head_stays_on_top() -> None:
    text = "# Who we are\ntitle: {zh: 试, en: Test}\n# the id\nscheme: test\n"
    assert fmt(text, PACK_FILE) == "# Who we are\n# the id\nscheme: test\ntitle: {zh: 试, en: Test}\n"


def test_rules_stand_one_blank_line_apart() -> None:
    assert fmt("- award: a\n  amount: 1\n- award: b\n  amount: 1\n\n\n\n- award: c\n  amount: 1\n") == (
        "- award: a\n  amount: 1\n\n- award: b\n  amount: 1\n\n- award: c\n  amount: 1\n"
    )


def test_a_sentence_stands_on_one_line_where_it_fits() -> None:
    assert fmt("- award: a\n  title:\n      zh: 甲\n      en: A\n  amount: 1\n") == (
        "- award: a\n  title: {zh: 甲, en: A}\n  amount: 1\n"
    )
    long = "long " * 20 + "tail"
    assert fmt(f"- award: a\n  title: {{zh: {long}, en: {long}}}\n") == (
        f"- award: a\n  title:\n    zh: {long}\n    en: {long}\n"
    )


def test_a_sentence_that_needs_quotation_marks_gets_them() -> None:
    assert fmt("- award: a\n  title:\n    zh: 甲, 乙\n    en: 'A: B'\n") == (
        "- award: a\n  title: {zh: \"甲, 乙\", en: 'A: B'}\n"
    )


def test_comments_stay_with_what_they_speak_of() -> None:
    text = (
        "# The file\n\n"
        "# The rule\n"
        "- amount: 1       # one\n"
        "  # which award\n"
        "  award: a        # named\n"
        "  steps:  # a table\n"
        "    # the first\n"
        "    - {amount: 1, least: 1 h}   # an hour\n"
        "      # still the first\n"
        "  # the end of the rule\n"
        "# the second rule\n"
        "- award: b\n"
        "# the end\n"
    )
    assert fmt(text) == (
        "# The file\n\n"
        "# The rule\n"
        "# which award\n"
        "- award: a        # named\n"
        "  amount: 1       # one\n"
        "  steps:  # a table\n"
        "    # the first\n"
        "    - {least: 1 h, amount: 1}   # an hour\n"
        "      # still the first\n"
        "  # the end of the rule\n\n"
        "# the second rule\n"
        "- award: b\n\n"
        "# the end\n"
    )


def test_brackets_with_comments_inside_are_opened() -> None:
    assert fmt("- admit: a\n  at: [redeem, # the counter\n    record]  # and the kiosk\n") == (
        "- admit: a\n  at:  # and the kiosk\n    - redeem  # the counter\n    - record\n"
    )


def test_a_text_of_several_lines_keeps_its_lines() -> None:
    text = "- award: a\n  when:\n     - >\n          record.minutes >= 1 h\n          and day.working\n  amount: 1\n"
    assert fmt(text) == (
        "- award: a\n  when:\n    - >\n      record.minutes >= 1 h\n      and day.working\n  amount: 1\n"
    )


RULE_LINES = [
    "- award: a",
    "- {award: b, amount: 1}",
    "- parameter: p",
    "  amount: 1",
    "  title: {zh: 甲, en: A}",
    "  title:\n    en: A\n    zh: '甲, 乙'",
    "  when: day.working",
    "  when:\n    - day.working\n    - record.minutes >= 1 h",
    "  require:\n    - say: {en: x, zh: y}\n      that: day.working",
    "  values: {2019-07-01: 1, 2020-01-01: 2}",
    "  values:\n    2019-07-01: {b: 1,\n      a: 2}",
    "  at: [record,\n       redeem]",
    '  cite: "a # b"',
    "  cite: |\n    one\n\n      two",
    "  cite: >-\n    one\n    two",
    "  cite: plain\n    text",
    "  because:",
    "  steps:\n  - {by: x, upto: 1 h}\n  - by: y",
    "",
]
COMMENTS = ["", "", "", "  # beside", " # 旁注", "\n# own line", "\n  # indented", "\n      # deep", "\n\n    # after"]


@given(st.lists(st.tuples(st.sampled_from(RULE_LINES), st.sampled_from(COMMENTS)), max_size=14))
@settings(max_examples=400, deadline=None)
def test_any_file_with_any_comments_is_formatted_once_and_for_all(lines: list[tuple[str, str]]) -> None:
    text = "".join(line + comment + "\n" for line, comment in lines)
    tree, problems = read_text("rules.yaml", text)
    if tree is None or problems:
        return
    once = fmt(text)
    again, _ = read_text("rules.yaml", once)
    assert again is not None
    assert plain(again) == plain(tree)
    assert sorted(laid_out(once).comments) == sorted(laid_out(text).comments)
    assert fmt(once) == once


@pytest.mark.parametrize(("text", "written"), [("[-]", '- "-"\n'), ("a: [-, b]", 'a: ["-", b]\n'), ("{-: b}", None)])
def test_a_lone_dash_stays_a_text(text: str, written: str | None) -> None:
    once = fmt(text)
    assert written in (None, once)
    assert fmt(once) == once


@given(st.text(alphabet="abc-:#,[]{}'\"|> \n?%!", max_size=60))
@settings(max_examples=400, deadline=None)
def test_any_text_is_formatted_once_and_for_all_or_refused(text: str) -> None:
    try:
        once = fmt(text)
    except PackProblems:
        return
    assert fmt(once) == once
