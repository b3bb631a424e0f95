"""rules/README.md names for every feature a test or an example that is there and fails when the feature is broken."""

from __future__ import annotations

import re

import pytest

from tests.rulebook.packs import RULES

TESTS = RULES.parent / "tests"
README = (RULES / "README.md").read_text(encoding="utf-8")
PAGE = re.compile(r"^(?:story|table): (.+)$", re.MULTILINE)
ROWS = dict(re.findall(r"^\| `(R\d+)` \| (.+) \|$", README, re.MULTILINE))


def test_every_feature_has_its_row_of_proofs() -> None:
    assert list(ROWS) == [f"R{number}" for number in range(1, 49)]


@pytest.mark.parametrize("feature", [f"R{number}" for number in range(1, 49)])
def test_the_proofs_of_a_feature_are_there(feature: str) -> None:
    tests = re.findall(r"`(test_\w+)::(test_\w+)`", ROWS[feature])
    stories = re.findall(r"`([\w-]+)/(\w+): ([^`]+)`", ROWS[feature])
    assert tests or stories
    for file, name in tests:
        text = (TESTS / "rulebook" / f"{file}.py").read_text(encoding="utf-8")
        assert f"\ndef {name}(" in text, f"{file} has no {name}"
    for pack, file, title in stories:
        path = RULES / pack / "examples" / f"{file}.story"
        assert title in PAGE.findall(path.read_text(encoding="utf-8")), f"{path} has no page {title!r}"
