"""Lines and words of a page, each with its place; problems as `file:line:column: sentence`, all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

MOST_CHARACTERS = 500_000
"""Characters of one file of stories: a book, not a database."""

MOST_ACTS = 50_000
"""Acts that one story may play, repeats counted: a year of a busy street."""

_WORD = re.compile(r'(?:[^\s"#]|"[^"]*")+|#.*')
_ARROW = re.compile(r"(?:^|\s)->(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file, counted from 1."""

    file: str
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class StoryProblem:
    """What is wrong with a page, and where."""

    spot: Spot
    message: str

    def __str__(self) -> str:
        return f"{self.spot}: {self.message}"


class StoryProblems(Exception):
    """A page that cannot be read."""

    def __init__(self, problems: Iterable[StoryProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line; quotation marks are dropped."""

    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Line:
    """One line that says something: its words, its indent, and what stands after the arrow (None without one)."""

    spot: Spot
    indent: int
    words: tuple[Word, ...]
    expected: str | None
    source: str = field(repr=False)


def lines_of(text: str, file: str, problems: list[StoryProblem]) -> list[Line]:
    """The lines of a page that are not blank and not a comment."""
    if len(text) > MOST_CHARACTERS:
        problems.append(StoryProblem(Spot(file, 1), f"the file is longer than {MOST_CHARACTERS} characters"))
        return []
    found = []
    for number, raw in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        line = _line(raw.expandtabs(), Spot(file, number), problems)
        if line is not None:
            found.append(line)
    return found


def _line(raw: str, spot: Spot, problems: list[StoryProblem]) -> Line | None:
    if raw.count('"') % 2:
        opened = Spot(spot.file, spot.line, raw.rindex('"') + 1)
        problems.append(StoryProblem(opened, "the quotation mark is not closed"))
        return None
    spoken = _without_comment(raw)
    if not spoken.strip():
        return None
    arrow = _ARROW.search(_quotes_blanked(spoken))
    said, expected = (spoken, None) if arrow is None else (spoken[: arrow.start()], spoken[arrow.end() :].strip())
    words = tuple(
        Word(match[0].replace('"', ""), Spot(spot.file, spot.line, match.start() + 1)) for match in _WORD.finditer(said)
    )
    indent = len(raw) - len(raw.lstrip())
    if expected == "":
        assert arrow is not None, "an expectation follows an arrow"
        problems.append(StoryProblem(Spot(spot.file, spot.line, arrow.start() + 1), "nothing stands after the arrow"))
        return None
    if not words:
        problems.append(StoryProblem(spot, "an act stands before the arrow"))
        return None
    return Line(Spot(spot.file, spot.line, indent + 1), indent, words, expected, spoken.strip())


def _quotes_blanked(text: str) -> str:
    return re.sub(r'"[^"]*"', lambda quoted: "x" * len(quoted[0]), text)


def _without_comment(raw: str) -> str:
    """The line up to a `#` that stands at its start or after a space, outside quotation marks."""
    mark = re.search(r"(?:^|\s)#", _quotes_blanked(raw))
    return raw if mark is None else raw[: mark.start()]


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean 'check_in'?`, or nothing where no known word is near."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else ""
