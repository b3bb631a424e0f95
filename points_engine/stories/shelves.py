"""Where packs stand: folders below the rules folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from points_engine.rulebook.loading import PACK_FILE, load_pack
from points_engine.rulebook.pack import Pack
from points_engine.stories.notation import StoryProblem, StoryProblems
from points_engine.stories.pages import Story


def packs_of(story: Story, rules: Path) -> Mapping[str, Pack]:
    """The packs that a story names, by that name.

    Raises: StoryProblems for a folder that is none, PackProblems for a pack that cannot be loaded.
    """
    return {name: load_pack(folder_of(name, rules, story)) for name in story.packs}


def folder_of(name: str, rules: Path, story: Story) -> Path:
    """The folder of a pack; it must lie below the rules folder.

    Raises: StoryProblems.
    """
    folder = (rules / name).resolve()
    if not folder.is_relative_to(rules.resolve()) or not (folder / PACK_FILE).is_file():
        known = ", ".join(sorted(path.parent.name for path in rules.glob(f"*/{PACK_FILE}"))) or "none"
        raise StoryProblems([StoryProblem(story.spot, f"there is no pack '{name}' (there are: {known})")])
    return folder
