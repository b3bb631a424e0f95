"""What is wrong with data from outside: at which line, in which field, and what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from points_engine.errors import EngineError

SHOWN_PROBLEMS: Final = 100
"""problems kept with their sentence: enough to see what is wrong; the rest is counted."""


class BadInput(Exception):
    """A file or an option that cannot be used at all; `str()` is the English sentence."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)

    def sentence(self, language: str) -> str:
        """The sentence in a language."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why one row did not get in. `str()` is `line N: code: sentence`."""

    line: int
    code: str
    zh: str
    en: str
    field: str = ""

    @classmethod
    def of(cls, line: int, error: EngineError) -> RowProblem:
        """The problem that a refusal makes of a row."""
        return cls(line, error.code, error.sentence("zh"), error.sentence("en"), str(error.facts.get("field", "")))

    def sentence(self, language: str) -> str:
        """The sentence in a language."""
        return self.zh if language.startswith("zh") else self.en

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}: {self.en}"


def broken(line: int, field: str, value: str, zh: str, en: str) -> RowProblem:
    """A field that cannot be read, with what would be right."""
    shown = value if len(value) <= 60 else value[:57] + "..."
    return RowProblem(
        line,
        "invalid_value",
        f"字段 {field} 的值 {shown or '(空)'} 无效：应为 {zh}。",
        f"The value {shown or '(empty)'} of {field} is not valid: expected {en}.",
        field,
    )


@dataclass(slots=True)
class Problems:
    """The problems of one file: counted all, kept the first, in the order in which they were found."""

    count: int = 0
    first: list[RowProblem] = field(default_factory=list)

    def add(self, problem: RowProblem) -> None:
        """Count a problem, and keep it if there are few yet."""
        self.count += 1
        if len(self.first) < SHOWN_PROBLEMS:
            self.first.append(problem)

    def __iter__(self) -> Iterator[RowProblem]:
        return iter(sorted(self.first, key=lambda problem: problem.line))
