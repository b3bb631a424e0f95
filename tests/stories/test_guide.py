"""The guide: what it shows is played, and it names every act."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from points_engine.rulebook.loading import load_pack
from points_engine.stories import Table, parse_pages, run, run_table
from points_engine.stories.grammar import FORMS

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", re.findall(r"```story\n(.*?)```", GUIDE, re.DOTALL))
def test_what_the_guide_shows_is_true(text: str) -> None:
    for page in parse_pages(text, "docs/stories.md"):
        if isinstance(page, Table):
            report = run_table(page, load_pack(ROOT / "rules" / page.pack))
        else:
            report = run(page, rules=ROOT / "rules")
        assert report.is_green, report.text


@pytest.mark.parametrize("act", FORMS)
def test_the_guide_names_every_act(act: str) -> None:
    rows = [line.split("|")[1] for line in GUIDE.splitlines() if line.startswith("| ")]
    assert any(re.search(rf"\b{act}\b", row) for row in rows)


def test_every_line_that_the_guide_shows_can_be_read() -> None:
    shown = [text for line in GUIDE.splitlines() if line.startswith("| ") for text in re.findall(r"`([^`]+)`", line)]
    acts = [text for text in shown if " " in text and text.split()[0] in FORMS and "…" not in text]
    parse_pages("story: shown\npack: p\n" + "\n".join(acts), "guide")
    assert len(acts) > 30
