"""What came of playing: PASS, FAIL (the books say something else) or ERROR (it could not be played), with the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from points_engine.rulebook.edges import Shown
from points_engine.rulebook.problems import Problem
from points_engine.stories.notation import Spot

Status = Literal["PASS", "FAIL", "ERROR"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line that did not go as expected; `why` is the explanation of the decision that it is about."""

    spot: Spot
    source: str
    expected: str
    found: str
    why: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The finding as people read it."""
        return [
            f"{self.spot}: {self.source}",
            f"    expected  {self.expected}",
            f"    found     {self.found}",
            *(f"    | {line}" for line in self.why),
        ]


@dataclass(frozen=True, slots=True)
class StoryReport:
    """What came of one story or table."""

    spot: Spot
    title: str
    status: Status
    findings: tuple[Finding, ...] = ()
    acts: int = 0
    exercised: frozenset[str] = frozenset()  # ids of the rules that decided something
    shown: Mapping[str, frozenset[Shown]] = field(default_factory=dict)  # by scheme: where values stood against edges

    @property
    def is_green(self) -> bool:
        return self.status == "PASS"

    @property
    def text(self) -> str:
        """The report as people read it."""
        head = f"{self.status}  {self.spot.file}:{self.spot.line}  {self.title}"
        return "\n".join([head, *(f"  {line}" for finding in self.findings for line in finding.lines)])


@dataclass(frozen=True, slots=True)
class Covered:
    """How many of something the examples cover."""

    covered: int = 0
    of: int = 0

    def __str__(self) -> str:
        return f"{self.covered} of {self.of}"


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What came of every example of one pack, and which of its rules, clauses and edges no example shows."""

    pack: str
    stories: tuple[StoryReport, ...]
    not_exercised: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())  # pages and packs that could not be read
    rules: Covered = Covered()
    clauses: Covered = Covered()  # of the regulation, as the rules cite them
    edges: Covered = Covered()  # with an example on both sides
    not_cited: tuple[str, ...] = ()  # clauses whose rules no example exercised
    edges_untested: tuple[Problem, ...] = ()

    @property
    def is_green(self) -> bool:
        """Whether everything was read and every example passed; rules without an example do not change that."""
        return not self.problems and all(report.is_green for report in self.stories)

    @property
    def is_complete(self) -> bool:
        """Whether the examples show every rule, every clause and both sides of every edge."""
        return not (self.not_exercised or self.not_cited or self.edges_untested)

    @property
    def text(self) -> str:
        """The report in English."""
        return self.in_language("en")

    def in_language(self, language: str) -> str:
        """The report as people read it; what is not covered is told in their language."""
        passed = sum(report.is_green for report in self.stories)
        lines = [f"ERROR  {problem}" for problem in self.problems]
        lines += [report.text for report in self.stories]
        lines.append(f"{self.pack}: {passed} of {len(self.stories)} examples passed")
        lines.append(f"{self.pack}: covered are {self.rules} rules, {self.clauses} clauses, {self.edges} edges")
        if self.not_exercised:
            lines.append(f"{self.pack}: no example exercises {', '.join(self.not_exercised)}")
        lines += [f"{self.pack}: no example exercises what is cited as {clause}" for clause in self.not_cited]
        lines += [f"{self.pack}/{each.place}: {each.in_language(language)}" for each in self.edges_untested]
        return "\n".join(lines)
