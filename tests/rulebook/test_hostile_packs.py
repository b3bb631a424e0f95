"""A hostile pack is refused soon, in both languages, and reads nothing outside its folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest

from points_engine.rulebook.loading import MOST_FILES, MOST_RULES, load_pack
from points_engine.rulebook.problems import MOST_PROBLEMS, PackProblems, Problem
from points_engine.rulebook.reader import MOST_BYTES
from tests.rulebook.packs import NEVER, PACK

LAUGHS = "a0: &a0 [lol, lol]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
AWARD = "- award: a\n  amount: 1\n  when: "


def refused(folder: Path) -> tuple[Problem, ...]:
    """The problems of a folder, which come within five seconds and say something in each language."""
    started = perf_counter()
    with pytest.raises(PackProblems) as found:
        load_pack(folder)
    assert perf_counter() - started < 5
    problems = found.value.problems
    assert 1 <= len(problems) <= MOST_PROBLEMS
    for each in problems:
        zh, en = each.in_language("zh"), each.in_language("en")
        assert len({"", zh, en}) == 3
        assert "{" not in zh + en, "every hole is filled"
    return problems


def codes(folder: Path) -> set[str]:
    return {each.code for each in refused(folder)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pack"
    made.mkdir()
    (made / "pack.yaml").write_text(PACK, encoding="utf-8")
    (made / "rules.yaml").write_text(NEVER, encoding="utf-8")
    load_pack(made)
    return made


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 5_000, "too_deep"),
        ("- " * 5_000 + "x", "too_deep"),
        (LAUGHS, "alias"),
        ("- &x a\n" + "- *x\n" * 20_000, "alias"),
        ("- <<: *base\n", "alias"),
        ("- award: a\n  amount: 1\n  amount: 2\n", "duplicate_key"),
        (AWARD + "record.minutes > 1" + " and record.minutes > 1" * 2_000 + "\n", "expression_too_long"),
        (AWARD + "(" * 400 + "true" + ")" * 400 + "\n", "expression_too_deep"),
        (AWARD + "record.minutes > " + "9" * 900 + "\n", "number_too_long"),
        (AWARD + "__import__('os')\n", "unknown_function"),
        (AWARD + "volunteer.__class__\n", "unknown_fact"),
        ("- !!python/object/apply:os.system [x]\n", "tag"),
        ("- award: a\n  title: \u202eevil\n", "control_character"),
        ("- {a: 1}\n" * 4_000, "unknown_kind"),
        ("- {a: 1}\n" * 28_000, "too_many_nodes"),
        ("#" + "x" * MOST_BYTES + "\n", "too_large"),
    ],
)
def test_a_hostile_text_is_refused_soon(folder: Path, text: str, code: str) -> None:
    (folder / "rules.yaml").write_text(text, encoding="utf-8")
    assert code in codes(folder)


@pytest.mark.parametrize(
    "content", ["- award: 积分".encode("gbk"), "- award: x".encode("utf-16"), b"\xff\xfe\x00", b"- \xc3("]
)
def test_foreign_bytes_are_refused(folder: Path, content: bytes) -> None:
    (folder / "rules.yaml").write_bytes(content)
    assert codes(folder) == {"not_utf8"}


def test_too_many_files_are_refused(folder: Path) -> None:
    for number in range(MOST_FILES):
        (folder / f"r{number}.yaml").write_text(NEVER, encoding="utf-8")
    assert codes(folder) == {"too_large"}


def test_too_many_rules_are_refused(folder: Path) -> None:
    for part in range(2):
        rules = "".join(f"- award: a{part}_{number}\n  amount: 1\n" for number in range(MOST_RULES // 2 + part))
        (folder / f"r{part}.yaml").write_text(rules, encoding="utf-8")
    (only,) = refused(folder)
    assert only.code == "too_large"
    assert str(MOST_RULES) in only.in_language("en")


def _outside(path: Path) -> None:
    secret = path.parents[1] / "secret.yaml"
    secret.write_text("- secret: words\n", encoding="utf-8")
    path.symlink_to(secret)


def _nowhere(path: Path) -> None:
    path.symlink_to(path.parent / "nothing")


def _itself(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("make", [_outside, _nowhere, _itself, os.mkfifo, Path.mkdir], ids=lambda make: make.__name__)
def test_what_is_no_plain_file_of_the_folder_is_never_read(folder: Path, make: Callable[[Path], None]) -> None:
    make(folder / "x.yaml")
    problems = refused(folder)
    assert [(each.code, each.place.file) for each in problems] == [("not_a_file", "x.yaml")]
    assert "secret" not in "".join(each.in_language("en") for each in problems)


def test_a_link_inside_the_folder_is_read(folder: Path) -> None:
    (folder / "rules.yaml").rename(folder / "kept.txt")
    (folder / "rules.yaml").symlink_to("kept.txt")
    assert list(load_pack(folder).rules) == ["never"]
