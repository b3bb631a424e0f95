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


def cited_as_a_whole() -> list[str]:
    """The packs of which some rule cites a document and no place or words in it."""
    return [
        folder.name
        for folder in pack_folders(RULES)
        if not folder.name.startswith("cookbook-")
        and any(
            rule.cite and "演示" not in rule.cite and not re.search("[:：;；（§]|第.+条", rule.cite)
            for rule in load_pack(folder).rules.values()
        )
    ]


def test_a_pack_that_cites_a_document_as_a_whole_says_so_in_its_header_and_in_the_table() -> None:
    assert {"guangzhou-time-bank", "huadu-residents", "huadu-party-members"} <= {*cited_as_a_whole()}
    for name in cited_as_a_whole():
        header = (RULES / name / "pack.yaml").read_text(encoding="utf-8").partition("scheme:")[0]
        assert "整篇引用" in header, name
        assert "as a whole" in header, name
        assert re.search(rf"^\| `{name}` \|.*as a whole", README, re.MULTILINE), name


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
