"""From the text of a file to its stories and tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from points_engine.stories.grammar import act_of
from points_engine.stories.histories import MEASURE, as_dated, as_done, as_quantity, as_served, as_total, as_won
from points_engine.stories.notation import Line, Spot, StoryProblem, StoryProblems, lines_of, nearest
from points_engine.stories.pages import Act, Page, Repeat, Row, Story, Table
from points_engine.stories.rulings import ROW_QUESTIONS
from points_engine.stories.values import (
    as_count,
    as_day,
    as_earned,
    as_exact,
    as_minutes,
    as_moment,
    as_whole,
    fact_named,
    fact_value,
)

HEADS = ("story", "table", "pack")
OUTCOMES = (
    "minutes", "points", "awaits", "refused", "missing", "until", "cancelled", "level", "next", "by", "in_force",
    "money", "converts", "carries", "keeps", "loses", "passes", "reports", "after", "lots", "winners", "waiting", "out",
    "credited",
)  # fmt: skip
"""What a row of a table may expect."""

_TIMES = re.compile(r"repeat (?:(\S+) times|(daily|weekly) for (\S+) (?:days|weeks|times))")

GIVEN: dict[str, Callable[[str], Any]] = {
    "minutes": as_minutes,
    "at": as_moment,
    "day": as_day,
    "kind": str,
    "quantity": as_exact,
    "granted": lambda text: frozenset(text.split(",")),
    "born": as_day,
    "member": str,
    "served": as_served,
    "done": as_done,
    "earned": as_earned,
    "converted": as_earned,
    "redeemed": lambda text: tuple(as_day(day) for day in text.split(",")),
    "reached": str,
    "listed": as_day,
    "balance": as_quantity,
    "passed": as_whole,
    "people": as_whole,
    "give": as_quantity,
    "collected": as_quantity,
    "applicants": lambda text: tuple(text.split(",")),
    "won": as_won,
    "seed": str,
    **dict.fromkeys(ROW_QUESTIONS, str),
}
"""Columns of a table that are not facts: the occasion, the history before it, what is asked, and numbers for that."""


def parse(text: str, file: str = "story") -> Story:
    """The one story of a text.

    Raises: StoryProblems, with every problem as `file:line:column: sentence`.
    """
    pages = parse_pages(text, file)
    if len(pages) != 1 or not isinstance(pages[0], Story):
        raise StoryProblems([StoryProblem(Spot(file, 1), "expected exactly one story")])
    return pages[0]


def parse_pages(text: str, file: str, pack: str = "") -> list[Page]:
    """Every story and table of a file, in order; `pack` is whose rules those are about that name none.

    Raises: StoryProblems.
    """
    problems: list[StoryProblem] = []
    pages: list[Page] = []
    for head, body in _parts(lines_of(text, file, problems), problems):
        read = _story if head.words[0].text == "story:" else _table
        page: Page | None = read(head, body, pack, problems)
        if page is not None:
            pages.append(page)
    if not pages and not problems:
        problems.append(StoryProblem(Spot(file, 1), "there is no story here; begin with 'story: its title'"))
    if problems:
        raise StoryProblems(sorted(problems, key=lambda each: (each.spot.line, each.spot.column)))
    return pages


def _parts(lines: Sequence[Line], problems: list[StoryProblem]) -> list[tuple[Line, list[Line]]]:
    parts: list[tuple[Line, list[Line]]] = []
    for line in lines:
        if line.words[0].text in ("story:", "table:"):
            parts.append((line, []))
        elif parts:
            parts[-1][1].append(line)
        else:
            first = line.words[0]
            hint = nearest(first.text, [f"{head}:" for head in HEADS])
            problems.append(StoryProblem(first.spot, f"'story: its title' comes first{hint}"))
            return []
    return parts


def _title(head: Line) -> str:
    return head.source.partition(":")[2].strip()


def _packs(body: list[Line], pack: str) -> tuple[str, ...]:
    """The packs named by leading `pack:` lines, which are taken off the body."""
    named: list[str] = []
    while body and body[0].words[0].text == "pack:":
        named += [name for word in body.pop(0).words[1:] for name in word.text.split(",") if name]
    return tuple(named) or ((pack,) if pack else ())


# ---- stories -------------------------------------------------------------------------------------------------------


def _story(head: Line, body: list[Line], pack: str, problems: list[StoryProblem]) -> Story | None:
    before = len(problems)
    packs = _packs(body, pack)
    if not packs:
        problems.append(StoryProblem(head.spot, "the story names no pack; write 'pack: its-folder' below the title"))
    acts: list[Act | Repeat] = []
    while body:
        line = body.pop(0)
        if line.words[0].text == "repeat":
            block = _repeat(line, body, problems)
            acts += [block] if block is not None else []
            continue
        act = act_of(line, problems)
        if act is not None:
            acts.append(act)
    if not acts and len(problems) == before:
        problems.append(StoryProblem(head.spot, "nothing happens in this story"))
    return None if len(problems) > before else Story(head.spot, _title(head), packs, tuple(acts))


def _repeat(line: Line, body: list[Line], problems: list[StoryProblem]) -> Repeat | None:
    match = _TIMES.fullmatch(" ".join(word.text for word in line.words))
    inside: list[Line] = []
    while body and body[0].indent > line.indent:
        inside.append(body.pop(0))
    times = 0
    try:
        times = as_count((match[1] or match[3]) if match else "")
    except ValueError:
        problems.append(
            StoryProblem(line.spot, "write 'repeat 3 times', 'repeat daily for 12 days' or 'repeat weekly for 4 weeks'")
        )
    if not inside:
        problems.append(StoryProblem(line.spot, "the acts to repeat are indented below it"))
    nested = next((each for each in inside if each.words[0].text == "repeat"), None)
    if nested is not None:
        problems.append(StoryProblem(nested.spot, "a repeat cannot stand inside another"))
        return None
    acts = [act for each in inside if (act := act_of(each, problems)) is not None]
    if match is None or not times or not inside:
        return None
    return Repeat(line.spot, times, {"daily": 1, "weekly": 7}.get(match[2] or "", 0), tuple(acts))


# ---- tables --------------------------------------------------------------------------------------------------------


def _table(head: Line, body: list[Line], pack: str, problems: list[StoryProblem]) -> Table | None:
    before = len(problems)
    packs = _packs(body, pack)
    if len(packs) != 1:
        problems.append(StoryProblem(head.spot, "a table is about one pack; write 'pack: its-folder' below the title"))
    day = _table_day(body, problems)
    if len(body) < 2:
        problems.append(StoryProblem(head.spot, "a table has a row of column names and at least one row of values"))
        return None
    columns, outcomes = _columns(body[0], problems)
    if len(problems) > before:
        return None
    rows = [row for line in body[1:] if (row := _row(line, columns, outcomes, problems)) is not None]
    return None if len(problems) > before else Table(head.spot, _title(head), packs[0], day, tuple(rows))


def _table_day(body: list[Line], problems: list[StoryProblem]) -> date | None:
    if not body or body[0].words[0].text != "day" or body[0].expected is not None or len(body[0].words) != 2:
        return None
    word = body.pop(0).words[1]
    try:
        return as_day(word.text)
    except ValueError as expected:
        problems.append(StoryProblem(word.spot, f"expected {expected}, found '{word.text}'"))
        return None


def _columns(line: Line, problems: list[StoryProblem]) -> tuple[list[str], list[str]]:
    names = []
    for word in line.words:
        try:
            is_known = word.text in GIVEN or word.text.startswith(MEASURE)
            names.append(word.text if is_known else fact_named(word.text))
        except ValueError as expected:
            problems.append(StoryProblem(word.spot, f"expected {expected}"))
    outcomes = (line.expected or "").split()
    wrong = [name for name in outcomes if name not in OUTCOMES]
    if not outcomes or wrong:
        problems.append(
            StoryProblem(line.spot, f"the columns after the arrow are among {', '.join(OUTCOMES)}"
                         + (nearest(wrong[0], OUTCOMES) if wrong else ""))
        )  # fmt: skip
    return names, outcomes


def _row(line: Line, columns: list[str], outcomes: list[str], problems: list[StoryProblem]) -> Row | None:
    expected = (line.expected or "").split()
    if len(line.words) != len(columns) or len(expected) != len(outcomes):
        counts = f"{len(columns)} values, an arrow, and {len(outcomes)}"
        problems.append(StoryProblem(line.spot, f"a row has {counts}; '-' leaves one out"))
        return None
    given: dict[str, Any] = {}
    for name, word in zip(columns, line.words, strict=True):
        if word.text == "-":
            continue
        try:
            given[name] = _cell(name, word.text)
        except ValueError as wanted:
            problems.append(StoryProblem(word.spot, f"expected {wanted}, found '{word.text}'"))
            return None
    return Row(line.spot, given, dict(zip(outcomes, expected, strict=True)), line.source)


def _cell(name: str, text: str) -> Any:
    if name in GIVEN:
        return GIVEN[name](text)
    if name.startswith(MEASURE):
        return as_total(text)
    return as_dated(name, text) if name.startswith("volunteer.") else fact_value(name, text)
