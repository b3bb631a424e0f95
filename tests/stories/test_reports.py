"""Reports: what passes, what fails and why, what cannot be played, and which rules no example exercises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from points_engine.errors import StoreFault
from points_engine.rulebook.loading import load_pack
from points_engine.stories import StoryProblems, Table, parse, parse_pages, run, run_folder, run_folders, run_table
from points_engine.stories.histories import as_served, occasions
from points_engine.stories.reports import StoryReport

PACKS = Path(__file__).parent / "packs"
HEAD = "story: a title\npack: market\nday 2026-03-02\n"


def report_of(lines: str) -> StoryReport:
    return run(parse(HEAD + lines, "page.story"), rules=PACKS)


def test_a_story_that_goes_as_expected_passes() -> None:
    report = report_of("record mei garden 09:00-11:00 -> 2 points\n")
    assert (report.status, report.findings, report.acts) == ("PASS", (), 2)


def test_a_failure_shows_the_place_what_was_expected_what_was_found_and_why() -> None:
    report = report_of("record mei garden 09:00-11:00 -> 3 points\nbalance mei 3 points\n")
    assert report.status == "FAIL"
    assert "page.story:4:1: record mei garden 09:00-11:00 -> 3 points" in report.text
    assert "expected  3 points\n" in report.text
    assert "found     120 min, 120 min counted, 2 points, settled" in report.text
    assert "2 h of service" in report.text
    assert "found     2 points" in report.text


def test_a_refusal_that_nobody_expected_shows_its_sentence() -> None:
    report = report_of("hold h1 mei ticket\n")
    assert report.findings[0].found == "refused insufficient_points required 10 available 0 missing 10"
    assert report.findings[0].why == ("Not enough points: 10 required, 0 available, 10 missing.",)


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ("refused insufficient_points", True),
        ("refused insufficient_points missing 10 required 10", True),
        ("refused insufficient_points required 11", False),
        ("refused insufficient_points wanted 10", False),
        ("refused sold_out", False),
        ("refused", False),
        ("ok", False),
    ],
)
def test_a_refusal_is_compared_by_its_code_and_the_numbers_that_are_named(expected: str, holds: bool) -> None:
    assert report_of(f"hold h1 mei ticket -> {expected}\n").is_green is holds


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("approve mei garden\n", "no record 'mei garden' was made before this line"),
        ("confirm h1 at cinema\n", "no hold 'h1' was placed before this line"),
        ("time 09:00\ntime 08:00\n", "the clock does not go back"),
        ("day 2026-03-01\n", "the clock does not go back"),
        ("day soon\n", "'soon' is not possible"),
        ("balance mei 2 stars\n", "'2 stars' is not something that can be asked here"),
        ("record mei garden 09:00\n", "say until when (09:00-11:30) or how long (for 2h30)"),
        ("balance mei 2 points in nowhere\n", "there is no scheme 'nowhere' in this story"),
        ("opening mei 0.01\n", "0.01 is finer than the smallest unit"),
    ],
)
def test_what_cannot_be_played_is_an_error_at_its_line(lines: str, said: str) -> None:
    report = report_of(lines)
    assert report.status == "ERROR"
    assert said in report.findings[-1].found
    assert report.findings[-1].spot.file == "page.story"


def test_a_story_begins_with_its_day() -> None:
    report = run(parse("story: a\npack: market\nlapse mei\n"), rules=PACKS)
    assert "begin with 'day 2026-03-01'" in report.text


def test_a_story_played_twice_gives_the_same_report() -> None:
    story = parse(HEAD + "opening mei 30\nhold h1 mei ticket -> 11 points\n", "page.story")
    assert run(story, rules=PACKS) == run(story, rules=PACKS)


@pytest.mark.parametrize("name", ["nowhere", "../packs", "../../../rules/hailin", "/etc"])
def test_a_pack_is_a_folder_below_the_rules(name: str) -> None:
    with pytest.raises(StoryProblems, match="there is no pack"):
        run(parse(f"story: a\npack: {name}\nday 2026-03-02\n"), rules=PACKS)


def test_a_table_decides_each_row_for_somebody_without_a_history() -> None:
    text = (
        "table: hours\npack: market\nday 2026-03-02\n"
        "minutes kind quantity recorded_by granted -> minutes points awaits\n"
        "9h - - kiosk - -> 8h 8 -\n"
        "1h30 - - backfill - -> 0 0 steward\n"
        "1h30 - - backfill steward -> 1h30 1.5 -\n"
        "- blood_donation 200 - - -> 0 4 -\n"
    )
    (table,) = parse_pages(text, "page.story")
    assert isinstance(table, Table)
    report = run_table(table, load_pack(PACKS / "market"))
    assert report.is_green, report.text
    (wrong,) = parse_pages(text.replace("8h 8", "9h 9"), "page.story")
    assert isinstance(wrong, Table)
    failing = run_table(wrong, load_pack(PACKS / "market"))
    assert "page.story:5:1" in failing.text
    assert "expected  minutes 9h, points 9" in failing.text
    assert "found     minutes 480, points 8" in failing.text


def test_a_folder_reports_each_example_and_the_rules_that_none_exercises(tmp_path: Path) -> None:
    folder = _a_copy_of(PACKS / "second", tmp_path)
    (folder / "examples").mkdir()
    (folder / "examples" / "a.story").write_text("story: one\nday 2026-03-02\nvolunteer mei\nbalance mei 5 points\n")
    (folder / "examples.story").write_text("story: two\nday 2026-03-02\nvolunteer mei\nbalance mei 6 points\n")
    report = run_folder(folder)
    assert [(each.title, each.status) for each in report.stories] == [("one", "PASS"), ("two", "FAIL")]
    assert report.not_exercised == ("points_per_hour", "service_hours")
    assert not report.is_green
    assert "second: no example exercises points_per_hour, service_hours" in report.text
    assert [each.pack for each in run_folders(tmp_path)] == ["second"]


def test_a_folder_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    folder = _a_copy_of(PACKS / "second", tmp_path)
    (folder / "examples.story").write_text("story: one\nfly mei\n")
    assert run_folder(folder).problems == ("second/examples.story:2:1: 'fly' is not an act",)
    (folder / "earning.yaml").write_text("- awrad: x\n")
    report = run_folder(folder)
    assert not report.is_green
    assert "earning.yaml:1:3" in report.problems[0]


def _a_copy_of(pack: Path, tmp_path: Path) -> Path:
    folder = tmp_path / pack.name
    folder.mkdir()
    for path in pack.glob("*.yaml"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_a_story_is_not_played_on_books_that_are_in_use(sqlite_url: str) -> None:
    story = parse(HEAD + "opening mei 30\n", "page.story")
    assert run(story, sqlite_url, rules=PACKS).is_green
    with pytest.raises(StoreFault, match="empty database"):
        run(story, sqlite_url, rules=PACKS)


def test_a_story_ends() -> None:
    report = report_of("repeat 10000 times\n" + "  time 00:00\n" * 6)
    assert "a story plays at most 50000 acts" in report.text


def test_a_conversion_that_differs_shows_what_it_comes_to() -> None:
    rules = Path(__file__).parents[2] / "rules"
    text = "table: t\nconvert earned day -> money loses\nto_yen 2018-05-01:8200 2019-02-01 -> 8200 0\n"
    (page,) = parse_pages(text, "page.story", "yokohama-senior")
    assert isinstance(page, Table)
    report = run_table(page, load_pack(rules / "yokohama-senior"))
    assert (report.status, report.findings[0].found) == ("FAIL", "money 8000, loses 200")


STAR = "table: t\npack: guangdong-star\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("tier served -> level\nstar 99h -> one\n", "expected a history such as 2023-01-01:99h59"),
        ("tier served -> level\nstar 2023-01-01:visit -> one\n", "expected a duration such as 8h"),
        ("tier done -> level\nstar visit -> one\n", "expected a history such as 2023-01-01:visit*19"),
        ("tier served -> level\nstar 2023-01-01:1h[colour=red] -> one\n", "expected a declared fact, not 'colour'"),
        ("tier flags -> level\nstar 2024-01-01:a;b -> one\n", "expected values of volunteer.flags by day"),
        ("tier served -> level\nstar 2023-01-01:1h*0 -> one\n", "expected a whole number from 1 to 10000"),
    ],
)
def test_a_history_that_cannot_be_read_says_what_one_looks_like(rows: str, said: str) -> None:
    with pytest.raises(StoryProblems, match=re.escape(said)):
        parse_pages(STAR + rows, "page.story")


@pytest.mark.parametrize("column", ["tier", "notice", "standing", "reward", "convert", "close", "settle", "draw"])
def test_a_question_about_a_rule_that_is_none_is_refused(column: str) -> None:
    (table,) = parse_pages(f"{STAR}{column} -> refused\nlifetime_time -> no_{column}_lifetime_time\n", "page.story")
    assert isinstance(table, Table)
    report = run_table(table, load_pack(PACKS.parents[2] / "rules" / "guangdong-star"))
    assert report.is_green, report.text


def test_a_history_has_at_most_ten_hours_a_day_and_goes_on_after_what_was_served_that_day() -> None:
    pack = load_pack(PACKS.parents[2] / "rules" / "guangdong-star")
    given = {"served": (*as_served("2024-01-01:25h,2024-01-03:30min"), *as_served("2024-02-01:1h*3[category=park]"))}
    found = [
        (each.start.astimezone(pack.zone).strftime("%m-%d %H:%M"), each.minutes) for each in occasions(pack, given)
    ]
    assert found == [
        ("01-01 08:00", 600), ("01-02 08:00", 600), ("01-03 08:00", 300), ("01-03 13:00", 30),
        ("02-01 08:00", 60), ("02-02 08:00", 60), ("02-03 08:00", 60),
    ]  # fmt: skip
    assert occasions(pack, given)[-1].facts["activity.category"] == "park"
    assert occasions(pack, given)[0].granted == {"county", "city", "province"}
