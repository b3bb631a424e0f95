"""The notation: what a page says, and what is said about a page that cannot be read."""

from __future__ import annotations

import pytest

from points_engine.stories import Story, StoryProblems, Table, parse, parse_pages
from points_engine.stories.pages import Act, Repeat

HEAD = "story: a title\npack: market\nday 2026-03-02\n"


def problems(text: str) -> list[str]:
    with pytest.raises(StoryProblems) as raised:
        parse_pages(text, "page.story")
    return [str(problem) for problem in raised.value.problems]


def test_a_story_has_a_title_packs_and_acts_in_order() -> None:
    story = parse("story: Mei's morning\npack: a, b\npack: c\nday 2026-03-02\nbalance mei 2 points\n")
    assert (story.title, story.packs) == ("Mei's morning", ("a", "b", "c"))
    assert [act.name for act in story.acts if isinstance(act, Act)] == ["day", "balance"]


def test_an_act_keeps_its_place_its_arguments_its_facts_and_what_is_expected() -> None:
    story = parse(HEAD + "record mei garden 09:00-11:30 by kiosk category=planting  -> 150 min, 2 points  # why not\n")
    act = story.acts[1]
    assert isinstance(act, Act)
    assert (act.spot.line, act.spot.column, act.name) == (4, 1, "record")
    assert (act["volunteer"], act["activity"], act["by"]) == ("mei", "garden", "kiosk")
    assert act.facts == {"activity.category": "planting"}
    assert act.expected == "150 min, 2 points"


def test_quotation_marks_keep_blanks_arrows_and_hashes_together() -> None:
    story = parse(HEAD + 'reject mei garden because "no -> at all # really"\n')
    act = story.acts[1]
    assert isinstance(act, Act)
    assert act["because"] == "no -> at all # really"


def test_indented_lines_are_repeated() -> None:
    story = parse(HEAD + "repeat daily for 12 days\n  record mei garden 09:00-11:30\n  approve mei garden\nlapse mei\n")
    block = story.acts[1]
    assert isinstance(block, Repeat)
    assert (block.times, block.days, len(block.acts), len(story.acts)) == (12, 1, 2, 3)


def test_a_table_has_named_columns_and_rows() -> None:
    text = (
        "table: hours\npack: p\nday 2026-03-02\n"
        "minutes granted record.paid -> minutes points\n8h01 a,b true -> 8h 8\n1h - - -> 0 0\n"
    )
    (table,) = parse_pages(text, "page.story")
    assert isinstance(table, Table)
    assert table.rows[0].given == {"minutes": 481, "granted": frozenset({"a", "b"}), "record.paid": True}
    assert table.rows[1].given == {"minutes": 60}
    assert table.rows[0].expected == {"minutes": "8h", "points": "8"}


def test_a_file_may_hold_several_pages_about_the_pack_that_it_stands_beside() -> None:
    pages = parse_pages("story: one\nday 2026-03-02\nstory: two\nday 2026-03-02\n", "f.story", "own-pack")
    assert [page.packs for page in pages if isinstance(page, Story)] == [("own-pack",), ("own-pack",)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("chekc_in mei garden 09:00", "page.story:4:1: 'chekc_in' is not an act; did you mean 'check_in'?"),
        ("  check_in mei garden", "page.story:4:3: check_in lacks moment; write: check_in VOLUNTEER ACTIVITY MOMENT"),
        ("check_in mei garden 9:00", "page.story:4:21: expected a time such as 09:00"),
        ("check_in mei garden 25:00", "page.story:4:21: expected a time such as 09:00"),
        ("record mei garden 09:00-11:3", "page.story:4:19: expected a time such as 09:00, or a span such as"),
        ("record mei garden 09:00 for 90", "page.story:4:29: expected a duration such as 8h, 8h01 or 90min"),
        ("record mei garden 09:00-10:00 catgory=x", "page.story:4:31: expected a declared fact, not 'catgory'"),
        ("record mei garden 09:00-10:00 record.paid=yes", "expected true or false for record.paid"),
        ("record mei garden 09:00-10:00 recorded_by=hand", "expected one of kiosk, self_located, steward, backfill"),
        ("deed mei x 1 activity.quantty=2", "expected a declared fact"),
        ("balance", "page.story:4:1: balance lacks volunteer"),
        ("confirm h1 at", "page.story:4:12: a word is missing after 'at'"),
        ("confirm h1 at a at b", "page.story:4:17: 'at' is given twice"),
        ("confirm h1 h2", "page.story:4:12: 'h2' is too much; write: confirm LABEL"),
        ("confirm h1 ->", "page.story:4:11: nothing stands after the arrow"),
        ("-> ok", "page.story:4:1: an act stands before the arrow"),
        ('reject mei garden because "no', "page.story:4:27: the quotation mark is not closed"),
        ("repeat often\n  lapse mei", "page.story:4:1: write 'repeat 3 times'"),
        ("repeat 0 times\n  lapse mei", "page.story:4:1: write 'repeat 3 times'"),
        ("repeat 3 times\nlapse mei", "page.story:4:1: the acts to repeat are indented below it"),
        ("repeat 3 times\n  repeat 2 times\n    lapse mei", "page.story:5:3: a repeat cannot stand inside another"),
        ("opening mei many", "page.story:4:13: expected a number such as 4.3, found 'many'"),
        ("opening mei 1 until 2026-13-01", "page.story:4:21: expected a day such as 2026-03-01"),
    ],
)
def test_a_problem_names_its_place_and_what_was_expected(line: str, said: str) -> None:
    assert said in problems(HEAD + line + "\n")[0]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "page.story:1:1: there is no story here"),
        ("stroy: a\n", "page.story:1:1: 'story: its title' comes first; did you mean 'story:'?"),
        ("story: a\nday 2026-03-02\n", "page.story:1:1: the story names no pack"),
        ("story: a\npack: p\n", "page.story:1:1: nothing happens in this story"),
        ("table: a\nminutes -> points\n1h -> 1\n", "page.story:1:1: a table is about one pack"),
        ("table: a\npack: p\nminutes -> points\n", "page.story:1:1: a table has a row of column names"),
        ("table: a\npack: p\nminuts -> points\n1h -> 1\n", "page.story:3:1: expected a declared fact"),
        ("table: a\npack: p\nminutes -> pionts\n1h -> 1\n", "did you mean 'points'?"),
        ("table: a\npack: p\nminutes -> points\n1h 2h -> 1\n", "page.story:4:1: a row has 1 values, an arrow, and 1"),
        ("table: a\npack: p\nminutes -> points\n1x -> 1\n", "page.story:4:1: expected a duration"),
    ],
)
def test_a_page_that_is_none_says_why(text: str, said: str) -> None:
    assert said in problems(text)[0]


def test_every_problem_of_a_file_is_reported_at_once() -> None:
    assert len(problems(HEAD + "fly mei\ncheck_in mei\nlapse\n")) == 3
