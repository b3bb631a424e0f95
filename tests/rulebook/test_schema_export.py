"""The JSON Schema accepts every pack and refuses files of the wrong form, and the files in rules/ are current."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from points_engine.rulebook.loading import PACK_FILE, PACK_KEYS
from points_engine.rulebook.problems import PackProblems
from points_engine.rulebook.reader import plain, read_text
from points_engine.rulebook.schema import SCHEMA
from points_engine.rulebook.schema_export import SCHEMA_FILES, pack_schema, rules_schema, text_of
from points_engine.rulebook.schema_forms import DatedForm, TextForm, form_of
from tests.rulebook.packs import NEVER, RULES, a_pack

RULE_FILES = sorted(RULES.glob("*/*.yaml"))
BROKEN = sorted((Path(__file__).parent / "broken").glob("*.yaml"))

STRUCTURAL = frozenset({
    "bad_calendar", "bad_currency", "bad_date", "bad_double_tap", "bad_expiry", "bad_forgotten", "bad_id",
    "bad_late_award", "bad_month_day",
    "bad_number", "bad_whole_number", "bad_window", "empty_list", "expression_empty", "expression_too_long",
    "missing_key", "no_division", "no_kind", "no_values", "not_a_list", "not_a_mapping", "not_text", "two_kinds",
    "unclosed_text", "unexpected_character", "unknown_choice", "unknown_key", "unknown_kind", "bad_boolean",
})  # fmt: skip
"""Problems of form: an editor can see them without knowing the pack."""


def validator(file: str) -> jsonschema_rs.Draft202012Validator:
    schema = pack_schema() if file == PACK_FILE else rules_schema()
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def typed(text: str) -> Any:
    """The file as it was typed: every scalar is text."""
    tree, problems = read_text("rules.yaml", text)
    return None if tree is None or problems else plain(tree)


def resolved(value: Any) -> Any:
    """The file as an editor sees it, by YAML 1.2: numbers and truth values are no longer text."""
    if isinstance(value, dict):
        return {key: resolved(each) for key, each in value.items()}
    if isinstance(value, list):
        return [resolved(each) for each in value]
    if value in ("true", "false"):
        return value == "true"
    if re.fullmatch(r"-?(0|[1-9]\d{0,15})", value):
        return int(value)
    return float(value) if re.fullmatch(r"-?(0|[1-9]\d*)\.\d+", value) else value


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_file_of_every_pack_is_valid(path: Path) -> None:
    content = typed(path.read_text(encoding="utf-8"))
    checked = validator(path.name)
    assert [error.message for error in checked.iter_errors(content)] == []
    assert [error.message for error in checked.iter_errors(resolved(content))] == []


def structural() -> list[Path]:
    chosen = []
    for path in BROKEN:
        text = path.read_text(encoding="utf-8")
        expected = text.split("\n", 1)[0].split()[-1]
        if expected in STRUCTURAL and typed(text) is not None:
            chosen.append(path)
    return chosen


@pytest.mark.parametrize("path", structural(), ids=lambda path: path.stem)
def test_a_file_of_the_wrong_form_is_refused(path: Path) -> None:
    content = typed(path.read_text(encoding="utf-8"))
    checked = validator(PACK_FILE if path.name.startswith("pack_") else "rules.yaml")
    assert not checked.is_valid(content)
    assert not checked.is_valid(resolved(content))


def test_most_broken_files_are_seen_by_an_editor_already() -> None:
    assert len(structural()) >= 35


@pytest.mark.parametrize(
    ("measured_in", "written"),
    [("duration", "100"), ("percent", "80"), ("money", "10.00"), ("points", "ten"), ("date", "2026-13-01")],
)
def test_a_value_follows_what_it_is_measured_in(measured_in: str, written: str) -> None:
    rules = f"- parameter: p\n  measured_in: {measured_in}\n  values: {{2019-07-01: {written}}}\n"
    with pytest.raises(PackProblems):
        a_pack(rules)
    assert not validator("rules.yaml").is_valid(typed(rules))


@pytest.mark.parametrize(
    "rules",
    [
        "- parameter: p\n  measured_in: duration\n  values: {2019-07-01: 1 h 30 min, 2020-01-01: 0}\n",
        "- parameter: p\n  measured_in: table\n  of: percent\n  values: {2019-07-01: {one: 80 %, two: 0}}\n",
        "- parameter: p\n  values: {2019-07-01: 1/3, 2020-02-29: -1.5}\n",
        "- parameter: p\n  measured_in: list\n  values: {2019-07-01: [a, 012]}\n",
        "- measure: m\n  fold: count\n  over: last(12, months)\n  same: [host, activity]\n",
        "- measure: m\n  fold: count\n  over: season(11-01, 03-31) - 1\n",
        "- approve: a\n  measure: record.minutes\n  steps: [{upto: 8 h, by: rule}, {by: province}]\n",
        "- reward: r\n  category: commerce\n  partner: shop\n  price: [{points: 5, when: volunteer.age >= 65}, 10]\n",
    ],
)
def test_what_loads_is_valid(rules: str) -> None:
    a_pack(rules + NEVER)
    content = typed(rules + NEVER)
    assert [error.message for error in validator("rules.yaml").iter_errors(content)] == []
    assert [error.message for error in validator("rules.yaml").iter_errors(resolved(content))] == []


@pytest.mark.parametrize("name", SCHEMA_FILES)
def test_the_files_beside_the_packs_are_current(name: str) -> None:
    written = (RULES / name).read_text(encoding="utf-8")
    assert written == text_of(SCHEMA_FILES[name]()), "write it again with: points rules schema"


@pytest.mark.parametrize("make", SCHEMA_FILES.values(), ids=list(SCHEMA_FILES))
def test_the_schema_is_a_schema_and_says_everything_in_both_languages(make: Any) -> None:
    schema = make()
    assert jsonschema_rs.meta.is_valid(schema)
    tables = list(schema["$defs"].values()) if "items" in schema else [schema]
    for table in tables:
        for key, one in table.get("properties", {}).items():
            if "$ref" not in one or "description" in one:
                assert " / " in one["description"], key


def test_every_key_of_the_schema_has_a_form() -> None:
    for kind in SCHEMA.values():
        for key in kind.keys:
            form = form_of(key.shape)
            assert form != TextForm("anything"), f"{kind.name}.{key.name}: schema_forms.py cannot read its shape"
            assert not isinstance(form, DatedForm) or key.name == "values"
    assert all(form_of(key.shape) for key in PACK_KEYS)
