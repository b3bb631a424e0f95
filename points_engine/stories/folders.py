"""Every example of a pack, or of every pack below a folder: what `points rules test` reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from points_engine.rulebook.edges import Shown, edges_of, missing_sides
from points_engine.rulebook.loading import PACK_FILE, load_pack
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.problems import PackProblems
from points_engine.rulebook.reachability import doubts
from points_engine.stories.notation import StoryProblems
from points_engine.stories.pages import Page, Story, Table
from points_engine.stories.parsing import parse_pages
from points_engine.stories.playing import run
from points_engine.stories.reports import Covered, FolderReport, StoryReport
from points_engine.stories.shelves import packs_of
from points_engine.stories.tables import run_table


def example_files(folder: Path) -> list[Path]:
    """The files of examples beside a pack's rules, in name order."""
    return sorted([*folder.glob("*.story"), *folder.glob("examples/*.story")])


def pack_folders(rules: Path) -> list[Path]:
    """The folder itself where it is a pack, else the packs directly below it, in name order."""
    if (rules / PACK_FILE).is_file():
        return [rules]
    return sorted(path.parent for path in rules.glob(f"*/{PACK_FILE}"))


def run_folder(folder: Path) -> FolderReport:
    """Play every example of one pack, each on empty books in memory; what none of them shows is named."""
    name = folder.name
    try:
        pack = load_pack(folder)
    except PackProblems as problems:
        return FolderReport(name, (), problems=tuple(str(problem) for problem in problems.problems))
    reports: list[StoryReport] = []
    wrong: list[str] = []
    for path in example_files(folder):
        try:
            reports += [played(page, pack, folder) for page in pages_of(path, folder)]
        except (StoryProblems, PackProblems) as problems:
            wrong += [str(problem) for problem in problems.problems]
    return _covered(pack, FolderReport(name, tuple(reports), problems=tuple(wrong)))


def _covered(pack: Pack, report: FolderReport) -> FolderReport:
    exercised = frozenset[str]().union(*(each.exercised for each in report.stories))
    shown = frozenset[Shown]().union(*(each.shown.get(pack.scheme, frozenset()) for each in report.stories))
    edges = edges_of(pack)
    one_sided = sum(bool(missing_sides(edge, shown)) for edge in edges)
    clauses = dict.fromkeys(rule.cite for rule in pack.rules.values() if rule.cite)
    cited = {rule.cite for rule in pack.rules.values() if rule.id in exercised}
    left = tuple(rule for rule in pack.rules if rule not in exercised)
    not_cited = tuple(clause for clause in clauses if clause not in cited)
    return replace(
        report,
        not_exercised=left,
        rules=Covered(len(pack.rules) - len(left), len(pack.rules)),
        clauses=Covered(len(clauses) - len(not_cited), len(clauses)),
        edges=Covered(len(edges) - one_sided, len(edges)),
        not_cited=not_cited,
        edges_untested=tuple(each for each in doubts(pack, shown=shown) if each.code == "edge_untested"),
    )


def run_folders(rules: Path) -> Iterator[FolderReport]:
    """`run_folder` for each pack of a rules folder, one after another."""
    for folder in pack_folders(rules):
        yield run_folder(folder)


def pages_of(path: Path, folder: Path) -> list[Page]:
    """The stories and tables of a file of examples; places are relative to where the pack's folder stands.

    Raises: StoryProblems.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    return parse_pages(text, path.relative_to(folder.parent).as_posix(), folder.name)


def played(page: Page, pack: Pack, folder: Path, store_url: str = "sqlite://") -> StoryReport:
    """Play a page of a pack's examples; other packs are looked for beside its folder.

    Raises: StoryProblems, PackProblems.
    """
    if isinstance(page, Table):
        return run_table(page, pack if page.pack == folder.name else _beside(page, folder))
    if page.packs == (folder.name,):
        return run(page, store_url, packs={folder.name: pack})
    return run(page, store_url, rules=folder.parent)


def _beside(table: Table, folder: Path) -> Pack:
    story = Story(table.spot, table.title, (table.pack,), ())
    return packs_of(story, folder.parent)[table.pack]
