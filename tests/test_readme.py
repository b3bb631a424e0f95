"""What the README says is so: its error table is the catalogue, its story is an example, its paths exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api import refusals
from points_engine.errors import catalogue

ROOT = Path(__file__).parent.parent
PAGES = {"README.md": "en", "README.zh-CN.md": "zh"}


@pytest.mark.parametrize("page", PAGES)
def test_the_error_table_is_the_catalogue(page: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (.+) \|$", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert refusals.WrongPin in catalogue(), "the refusals that only HTTP knows are in the catalogue too"
    kinds = [(kind.code, str(kind.status), kind.zh if PAGES[page] == "zh" else kind.en) for kind in catalogue()]
    assert rows == kinds


@pytest.mark.parametrize("page", PAGES)
def test_every_file_it_links_to_is_there(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text("utf-8"))
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_morning_is_one_of_the_examples() -> None:
    story = (ROOT / "README.md").read_text("utf-8").split("story: the morning", 1)[1].split("```", 1)[0]
    examples = (ROOT / "rules/huadu-residents/examples/earning.story").read_text("utf-8")
    assert story.strip() in examples


def test_every_sentence_has_both_languages() -> None:
    for kind in catalogue():
        fields = [set(re.findall(r"\{(\w+)\}", text)) for text in (kind.zh, kind.en)]
        assert fields[0] == fields[1], f"{kind.code} tells different facts in its two languages"
