"""What came of playing: PASS, FAIL (the books say something else) or ERROR (it could not be played), with the place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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

    @property
    def is_green(self) -> bool:
        return self.status == "PASS"

    @property
    def text(self) -> str:
        """The report as people read it."""
        head = f"{self.status}  {self.spot.file}:{self.spot.line}  {self.title}"
        return "\n".join([head, *(f"  {line}" for finding in self.findings for line in finding.lines)])


@dataclass(frozen=True, slots=True)
class FolderReport:
    """What came of every example of one pack, and which of its rules no example exercised."""

    pack: str
    stories: tuple[StoryReport, ...]
    not_exercised: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())  # pages and packs that could not be read

    @property
    def is_green(self) -> bool:
        """Whether everything was read and every example passed; rules without an example do not change that."""
        return not self.problems and all(report.is_green for report in self.stories)

    @property
    def text(self) -> str:
        """The report as people read it."""
        passed = sum(report.is_green for report in self.stories)
        lines = [f"ERROR  {problem}" for problem in self.problems]
        lines += [report.text for report in self.stories]
        lines.append(f"{self.pack}: {passed} of {len(self.stories)} examples passed")
        if self.not_exercised:
            lines.append(f"{self.pack}: no example exercises {', '.join(self.not_exercised)}")
        return "\n".join(lines)
