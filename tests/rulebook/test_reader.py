"""The reader keeps what was typed and refuses what a file could hide."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.rulebook.reader import MOST_BYTES, MOST_DEPTH, MOST_NODES, Listing, Scalar, Table, plain, read_text


def value_of(text: str) -> object:
    node, problems = read_text("a.yaml", text)
    assert not problems
    assert node is not None
    return plain(node)


def codes_of(text: str) -> list[str]:
    return [problem.code for problem in read_text("a.yaml", text)[1]]


@pytest.mark.parametrize(
    "typed", ["no", "on", "off", "yes", "null", "~", "012", "0x1F", "12:30", "1.50", "1e3", "2019-07-01", ".5", "1_000"]
)
def test_a_scalar_stays_what_was_typed(typed: str) -> None:
    assert value_of(f"key: {typed}") == {"key": typed}


def test_every_node_has_its_place() -> None:
    node, _ = read_text("a.yaml", "# comment\nrules:\n  - first: [x, 中, y]\n")
    assert isinstance(node, Table)
    key, rules = node.entries["rules"]
    assert isinstance(rules, Listing)
    first = rules.items[0]
    assert isinstance(first, Table)
    items = first.entries["first"][1]
    assert isinstance(items, Listing)
    assert str(key.place) == "a.yaml:2:1"
    assert [str(item.place) for item in items.items] == ["a.yaml:3:13", "a.yaml:3:16", "a.yaml:3:19"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("k: one bad", (1, 8)),
        ("k: 'one bad'", (1, 9)),
        ('k: "\\"e\\" bad"', (1, 11)),
        ("k: |\n  one\n  two bad\n", (3, 7)),
        ("k: >-\n  one\n\n    two bad\n", (4, 9)),
        ("k: one\n   two\n   bad\n", (3, 4)),
        ('k: "one\n   bad"', (2, 4)),
    ],
)
def test_a_place_inside_a_text_is_exact_in_every_style(text: str, expected: tuple[int, int]) -> None:
    node, _ = read_text("a.yaml", text)
    assert isinstance(node, Table)
    scalar = node.entries["k"][1]
    assert isinstance(scalar, Scalar)
    place = scalar.place_of(scalar.text.index("bad"))
    assert (place.line, place.column) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: &x 1", "alias"),
        ("a: *x", "alias"),
        ("a: &x [1]\nb: *x", "alias"),
        ("a: !!python/object/apply:os.system [x]", "tag"),
        ("a: ! 1", "tag"),
        ("!!map {a: 1}", "tag"),
        ("a: 1\na: 2", "duplicate_key"),
        ("? [a]\n: 1", "key_not_text"),
        ("a: 1\n---\nb: 2", "several_documents"),
        ("", "empty_file"),
        ("# only a comment\n", "empty_file"),
        ("a: 'x", "yaml"),
        ("a: \x07", "control_character"),
        ('a: "\\x07"', "control_character"),
        ('a: "\\ud800"', "control_character"),
        ('a: "\\U00110000"', "yaml"),
        ("%YAML 9.9\n---\na: 1", "yaml"),
    ],
)
def test_what_a_file_could_hide_is_refused(text: str, code: str) -> None:
    assert codes_of(text)[0] == code


def test_size_depth_and_number_are_bounded_at_their_edges() -> None:
    assert codes_of("a: " + "x" * (MOST_BYTES - 3)) == []
    assert codes_of("a: " + "x" * (MOST_BYTES - 2)) == ["too_large"]
    assert codes_of("[" * MOST_DEPTH + "]" * MOST_DEPTH) == []
    assert codes_of("[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1)) == ["too_deep"]
    assert codes_of("[" + "a," * (MOST_NODES - 1) + "]") == []
    assert codes_of("[" + "a," * MOST_NODES + "]") == ["too_many_nodes"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "- " * 100_000,
        "{" * 200_000,
        "a: " * 80_000,
        "? " * 100_000,
        "a: &a [" + "*a," * 50_000,
        '"' + "\\" * 200_000,
        "!" * 200_000,
        "a: |\n" + " " * 200_000,
        "'" * 200_000,
        "[? " * 60_000,
    ],
)
def test_a_hostile_file_is_answered_soon(text: str) -> None:
    started = perf_counter()
    read_text("a.yaml", text)
    assert perf_counter() - started < 5


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%@`,? \n\t\\01中\x85\u2028\ufeff"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    node, problems = read_text("a.yaml", text)
    assert node is not None or problems
    for problem in problems:
        assert str(problem).startswith("a.yaml:")
