"""A new pack is complete at once: it loads, has no problem, is formatted, and its examples pass."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from points_engine.rulebook.formatting import fmt
from points_engine.rulebook.lint import lint
from points_engine.rulebook.loading import load_pack
from points_engine.rulebook.reachability import doubts
from points_engine.rulebook.scaffolding import new_pack
from points_engine.stories import run_folder

DAY = date(2026, 3, 2)


def written(tmp_path: Path) -> Path:
    folder = tmp_path / "our-street"
    for name, text in new_pack("our-street", DAY).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_a_new_pack_loads_without_a_problem(tmp_path: Path) -> None:
    pack = load_pack(written(tmp_path))
    assert pack.scheme == "our-street"
    assert pack.effective_on == DAY
    assert lint(pack) == ()
    assert doubts(pack) == ()


def test_a_new_pack_is_formatted() -> None:
    for name, text in new_pack("our-street", DAY).items():
        if name.endswith(".yaml"):
            assert fmt(text, name) == text


def test_the_examples_of_a_new_pack_pass_and_exercise_every_rule(tmp_path: Path) -> None:
    report = run_folder(written(tmp_path))
    assert report.is_green, report.text
    assert len(report.stories) == 2
    assert report.not_exercised == ()


@pytest.mark.parametrize("name", ["", "Our", "a b", "../etc", "a/b", "x" * 65, "名"])
def test_a_name_that_cannot_be_a_scheme_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a scheme"):
        new_pack(name, DAY)
