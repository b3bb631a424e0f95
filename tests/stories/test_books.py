"""The engine's own stories, each on an empty SQLite and an empty PostgreSQL database."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from points_engine.rulebook.loading import load_pack
from points_engine.rulebook.pack import Pack
from points_engine.stories import Story, parse_pages, run
from points_engine.stories.grammar import FORMS
from points_engine.stories.pages import Repeat

HERE = Path(__file__).parent
PACKS = HERE / "packs"


def stories() -> list[Story]:
    """Every story of the folder `books`."""
    pages = [
        page
        for path in sorted((HERE / "books").glob("*.story"))
        for page in parse_pages(path.read_text(encoding="utf-8"), path.name)
    ]
    return [page for page in pages if isinstance(page, Story)]


@cache
def a_pack(folder: Path) -> Pack:
    """A pack, read once."""
    return load_pack(folder)


def packs_for(story: Story) -> dict[str, Pack]:
    """The packs of a story by name."""
    return {name: a_pack(PACKS / name) for name in story.packs}


@pytest.mark.parametrize("story", stories(), ids=lambda story: f"{story.spot.file}:{story.spot.line}")
def test_the_books_say_what_the_story_says(story: Story, database_url: str) -> None:
    report = run(story, database_url, packs=packs_for(story))
    assert report.is_green, report.text


def test_every_act_of_the_notation_stands_in_a_story() -> None:
    written = set()
    for story in stories():
        for item in story.acts:
            written |= {act.name for act in item.acts} if isinstance(item, Repeat) else {item.name}
    assert set(FORMS) == written
