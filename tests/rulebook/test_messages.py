"""The corpus of broken and doubtful files: each is wrong in one way, and told exactly so, in both languages.

`broken/` holds what does not load, `doubtful/` what the lint finds in what does; `messages.txt` beside them holds every
message.  A message that changes is read again before it is written down: `python -m tests.rulebook.test_messages`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from points_engine.rulebook import problems, reachability
from points_engine.rulebook.lint import lint
from points_engine.rulebook.problems import Problem
from points_engine.rulebook.reachability import doubts
from tests.rulebook.packs import a_pack, problems_of

HERE = Path(__file__).parent
FILES = sorted([*(HERE / "broken").glob("*.yaml"), *(HERE / "doubtful").glob("*.yaml")])

NOT_IN_A_FILE = frozenset({"past_value", "edge_untested"})
"""Findings about two versions, or about examples: test_reachability has them."""

LINTS = frozenset(
    {
        "never_applies", "steps_not_ascending", "tier_gap", "tier_overlap", "missing_cite", "no_expiry", "two_expiries",
        "fact_out_of_reach", "literal_number", "unknown_fund", "no_fund", "unknown_partner", "one_shelf",
        "duplicate_level", "unused", "begins_late", "unfilled_hole", *reachability.CATALOGUE,
    }
) - NOT_IN_A_FILE  # fmt: skip


def found_in(path: Path) -> tuple[Problem, ...]:
    """Everything that is wrong with a file of the corpus."""
    text = path.read_text(encoding="utf-8")
    if path.parent.name == "broken":
        return problems_of(pack=text) if path.name.startswith("pack_") else problems_of(text)
    pack = a_pack(text)
    return (*lint(pack), *doubts(pack))


def told(path: Path) -> str:
    """A file's part of `messages.txt`."""
    lines = [f"{path.parent.name}/{path.name}"]
    for each in found_in(path):
        lines += [f"  {each.place.line}:{each.place.column} {each.severity}", f"    en {each.in_language('en')}"]
        lines += [f"    zh {each.in_language('zh')}"]
    return "\n".join(lines)


def golden() -> dict[str, str]:
    """The parts of `messages.txt` by file."""
    parts = (HERE / "messages.txt").read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return {part.partition("\n")[0]: part for part in parts}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_that_is_wrong_in_one_way_is_told_so_exactly(path: Path) -> None:
    assert len(found_in(path)) == 1
    assert told(path) == golden()[f"{path.parent.name}/{path.name}"]


def test_every_message_belongs_to_a_file() -> None:
    assert set(golden()) == {f"{path.parent.name}/{path.name}" for path in FILES}
    assert len(FILES) >= 100


def test_every_lint_has_a_file() -> None:
    codes = {each.code for path in FILES if path.parent.name == "doubtful" for each in found_in(path)}
    assert codes == LINTS
    assert set(problems.CATALOGUE) >= LINTS - set(reachability.CATALOGUE)


if __name__ == "__main__":
    (HERE / "messages.txt").write_text("\n\n".join(map(told, FILES)) + "\n", encoding="utf-8")
