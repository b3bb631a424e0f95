"""The same stories, with the same expectations, through the application, on an empty SQLite and PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.flow.steps import STEPS
from points_engine.store import open_store
from points_engine.stories import Story, run
from points_engine.stories.folders import example_files, pack_folders, pages_of
from tests.stories.over_http import NOT_OFFERED, SAYS, HttpStage
from tests.stories.test_books import a_pack, packs_for, stories

RULES = Path(__file__).parents[2] / "rules"

ASKED: set[str] = set()
"""Commands of the stories played so far that went over HTTP."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The application; each story gives it books of its own: making it anew would take longer than playing."""
    engine = PointsEngine(open_store("sqlite://", create=True), secret=b"a secret for tests only")
    with TestClient(create_app(engine, close=True), raise_server_exceptions=False) as opened:
        yield opened


@pytest.mark.parametrize("story", stories(), ids=lambda story: f"{story.spot.file}:{story.spot.line}")
def test_the_application_says_what_the_story_says(story: Story, database_url: str, client: TestClient) -> None:
    report = run(story, database_url, packs=packs_for(story), stage_of=partial(HttpStage, client=client, asked=ASKED))
    assert report.is_green, report.text


@cache
def examples() -> list[tuple[Path, Story]]:
    """The stories beside the rules, each with the folder of its pack."""
    return [
        (folder, page)
        for folder in pack_folders(RULES)
        for path in example_files(folder)
        for page in pages_of(path, folder)
        if isinstance(page, Story)
    ]


@pytest.mark.parametrize("folder", sorted({folder for folder, _ in examples()}), ids=lambda folder: folder.name)
def test_the_application_says_what_the_examples_say(folder: Path, client: TestClient) -> None:
    for beside, story in examples():
        if beside == folder:
            packs = {name: a_pack(RULES / name) for name in story.packs}
            report = run(story, packs=packs, stage_of=partial(HttpStage, client=client, asked=ASKED))
            assert report.is_green, report.text


def test_every_command_that_a_request_makes_is_said() -> None:
    names = {step.name for step in STEPS}
    assert SAYS.keys() | NOT_OFFERED.keys() <= names
    assert not SAYS.keys() & NOT_OFFERED.keys()
