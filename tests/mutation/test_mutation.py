"""The mutants that are made of a source, and a small tree in which one is killed and one lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.mutation.campaign import sampled
from tests.mutation.operators import mutations
from tests.mutation.suite import ROOT

SOURCE = """
LIMIT = 0


def grade(points: int, bonus: int) -> int:
    total = points + bonus
    if total > LIMIT:
        return 2
    return 1
"""
TESTS = """
from small import grade


def test_a_bonus_is_added():
    assert (grade(-1, 0), grade(1, 9)) == (1, 2)
"""


def changed(source: str) -> list[str]:
    """The mutations of a source, as texts."""
    return [each.mutant.mutation for each in mutations("m.py", source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", ["a < b -> a <= b", "a < b -> a >= b"]),
        ("a <= b <= c", ["a <= b <= c -> a < b <= c", "a <= b <= c -> a > b <= c", "a <= b <= c -> a <= b < c",
                         "a <= b <= c -> a <= b > c"]),
        ("a and b", ["a and b -> a or b", "a and b -> b", "a and b -> a"]),
        ("x = 7", ["7 -> 8", "7 -> 6"]),
        ("x = not a", ["not a -> a"]),
        ("x += y", ["x += y -> x -= y", "x += y -> pass"]),
        ("x = [a for a in b if a]", ["for a in b if a -> for a in b"]),
        ("sorted(a, key=f)", ["sorted(a, key=f) -> pass", "sorted(a, key=f) -> list(a)"]),
        ("for a in b:\n    continue", ["continue -> break"]),
        ("if a:\n    raise b", ["if a: … -> if not a: …", "raise b -> pass"]),
        ("def f():\n    return a", ["return a -> return None"]),
        ("x = y[0] + y[0]", ["y[0] + y[0] -> y[0] - y[0]", "0 -> 1", "0 -> 1 #1"]),
    ],
)  # fmt: skip
def test_every_kind_of_place_is_changed_in_its_way(source: str, expected: list[str]) -> None:
    assert changed(source) == expected


def test_text_annotations_docstrings_and_assertions_are_left_alone() -> None:
    source = '''
    __all__ = ["a" + b]

    def f(a: int | None) -> list[int] | None:
        """Twice 2."""
        assert a > 2, a + 1
        return None
    '''
    assert changed(textwrap.dedent(source)) == []


def test_assertions_are_changed_where_they_are_the_law() -> None:
    found = [each.mutant.mutation for each in mutations("m.py", "assert a, b + c", asserts=True)]
    assert found == ["assert a, b + c -> pass"]


def test_a_mutant_is_found_again_after_lines_moved() -> None:
    before, after = mutations("m.py", SOURCE), mutations("m.py", "\n\n" + SOURCE)
    assert [each.mutant.key for each in before] == [each.mutant.key for each in after]
    assert before[0].mutant.line + 2 == after[0].mutant.line


def test_a_tree_is_put_back_after_a_mutant_was_compiled() -> None:
    found = mutations("m.py", SOURCE)
    sources = {each.source() for each in found}
    assert len(sources) == len(found)
    assert [each.mutant.key for each in mutations("m.py", SOURCE)] == [each.mutant.key for each in found]
    space: dict[str, int] = {}
    exec(next(each for each in found if each.mutant.mutation == "0 -> 1").code("m.py"), space)
    assert space["LIMIT"] == 1


def test_a_share_is_the_same_every_time_and_grows_with_its_size() -> None:
    found = mutations("m.py", SOURCE)
    some = {each.mutant.key for each in sampled(found, 0.4, "a")}
    more = {each.mutant.key for each in sampled(found, 0.8, "a")}
    assert some == {each.mutant.key for each in sampled(mutations("m.py", SOURCE), 0.4, "a")}
    assert some < more
    assert sampled(found, 1, "b") == found


def run_on(tree: Path, *options: str) -> tuple[int, str]:
    """Run the command on another tree."""
    words = [sys.executable, "-m", "tests.mutation", "run", "small.py", "--root", str(tree), "--tests", "test_small.py"]
    plain = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*words, *options], cwd=ROOT, env=plain, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def explained(tree: Path, scope: str, *changes: str) -> None:
    """Add an explanation to a tree."""
    place = tree / "tests" / "mutation" / "explained.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a") as file:
        file.write(f'[[explained]]\nmodule = "small.py"\nfunction = "{scope}"\nmutations = {json.dumps(changes)}\n')
        file.write('reason = "nobody asks"\n')


def test_a_mutant_that_lives_is_reported_until_a_test_kills_it_or_a_reason_explains_it(tmp_path: Path) -> None:
    (tmp_path / "small.py").write_text(SOURCE)
    (tmp_path / "test_small.py").write_text(TESTS)
    code, said = run_on(tmp_path)
    assert code == 1, said
    assert "killed    small.py:6 grade: points + bonus -> points - bonus" in said
    assert "survived  small.py:2 <module>: 0 -> 1" in said
    edge = "small.py:7 grade (lived through 1 tests)\n    if total > LIMIT:\n    total > LIMIT -> total >= LIMIT\n"
    assert edge in said
    assert said.count("lived through") == 2

    (tmp_path / "test_small.py").write_text(TESTS + "    assert grade(0, 0) == 1\n")
    explained(tmp_path, "grade", "9 -> 8")
    code, said = run_on(tmp_path, "--again", "survivors")
    assert code == 1, said
    assert "2 mutants to try" in said
    assert "explained, but not a mutant: small.py::grade: 9 -> 8" in said
    assert said.count("lived through") == 1
    assert "lived through 1 tests)\n    LIMIT = 0\n    0 -> 1\n" in said

    (tmp_path / "tests" / "mutation" / "explained.toml").unlink()
    explained(tmp_path, "<module>", "0 -> 1")
    code, said = run_on(tmp_path)
    assert code == 0, said
    assert "0 mutants to try" in said
    assert "100.0 %" in said
