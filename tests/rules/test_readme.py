"""rules/README.md names every pack, every feature, and every rule of the packs whose clauses it lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from points_engine.rulebook.loading import load_pack
from points_engine.stories import pack_folders

RULES = Path(__file__).parents[2] / "rules"
README = (RULES / "README.md").read_text(encoding="utf-8")
LISTED = tuple(
    folder.name for folder in pack_folders(RULES) if not folder.name.startswith(("cookbook-", "huadu-", "oss-"))
)
"""The packs whose clauses stand one by one in the README; the others cite theirs rule by rule."""


def test_every_pack_is_named() -> None:
    assert {folder.name for folder in pack_folders(RULES)} == set(
        re.findall(r"^\| `([a-z-]+)` \|", README, re.MULTILINE)
    )


def test_every_feature_has_its_row_once() -> None:
    assert re.findall(r"^\| (R\d+) \|", README, re.MULTILINE) == [f"R{number}" for number in range(1, 49)]


@pytest.mark.parametrize("name", LISTED)
def test_every_rule_of_a_pack_stands_beside_its_clause(name: str) -> None:
    section = re.split(rf"### {name}\b(?!-)", README)[1].split("###")[0]
    named = set(re.findall(r"`([a-z_0-9]+)`", section))
    assert set(load_pack(RULES / name).rules) <= named


@pytest.mark.parametrize("name", LISTED)
def test_no_clause_names_a_rule_that_is_not_there(name: str) -> None:
    section = re.split(rf"### {name}\b(?!-)", README)[1].split("\n## ")[0].split("\n###")[0]
    assert set(re.findall(r"`([a-z]+_[a-z_]+)`", section)) <= {*load_pack(RULES / name).rules}


def test_what_the_coverage_table_names_is_there() -> None:
    table = README.split("## What the rule language must express")[1]
    for pack, rule in re.findall(r"(guangzhou-time-bank|izhiyuan|hailin|huadu-[a-z-]+) `([a-z_]+)`", table):
        assert rule in load_pack(RULES / pack).rules, f"{pack}: {rule}"
