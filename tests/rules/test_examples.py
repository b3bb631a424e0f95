"""Every example beside the rules: all on SQLite, those about the counter and about late changes on PostgreSQL too."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from points_engine.rulebook.loading import load_pack
from points_engine.stories import FolderReport, Table, example_files, pack_folders, run_folder
from points_engine.stories.folders import pages_of, played
from points_engine.stories.pages import Page

RULES = Path(__file__).parents[2] / "rules"

Example = tuple[Path, Page]


def examples() -> list[Example]:
    """Every page of every pack."""
    return [
        (folder, page)
        for folder in pack_folders(RULES)
        for path in example_files(folder)
        for page in pages_of(path, folder)
    ]


def named(example: Example | object) -> str:
    """`pack/file:line`."""
    return str(example[1].spot).rpartition(":")[0] if isinstance(example, tuple) else ""


@cache
def report_of(folder: Path) -> FolderReport:
    """All examples of a pack, each played once on an empty database in memory."""
    return run_folder(folder)


@pytest.mark.parametrize("example", examples(), ids=named)
def test_an_example_says_what_the_published_rules_say(example: Example) -> None:
    folder, page = example
    report = next(each for each in report_of(folder).stories if each.spot == page.spot)
    assert report.is_green, report.text


@pytest.mark.parametrize(
    "example",
    [each for each in examples() if not isinstance(each[1], Table) and each[1].spot.file.endswith("redeeming.story")],
    ids=named,
)
def test_the_counter_answers_the_same_on_postgresql(example: Example, postgresql_url: str) -> None:
    folder, page = example
    report = played(page, load_pack(folder), folder, postgresql_url)
    assert report.is_green, report.text


@pytest.mark.parametrize("folder", pack_folders(RULES), ids=lambda folder: folder.name)
def test_the_examples_of_a_pack_show_every_rule_every_clause_and_both_sides_of_every_edge(folder: Path) -> None:
    report = report_of(folder)
    assert (report.not_exercised, report.not_cited) == ((), ())
    assert [str(each) for each in report.edges_untested] == []
