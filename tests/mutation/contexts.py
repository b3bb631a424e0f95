"""Which tests touch which lines: every test is run once, traced, without a mutant."""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

from tests.mutation.suite import Suite

WATCHED_CALLS: Final = 25
"""How many calls of one function are watched in one test; what only a later call runs is not seen."""


class Tracer:
    """Notes which lines of some files are run, in the first calls of every function."""

    def __init__(self, root: Path, files: Sequence[str]) -> None:
        self.files = {str(root / name): name for name in files}
        self.lines: dict[CodeType, set[int]] = {}
        self.calls: Counter[CodeType] = Counter()

    def __call__(self, frame: FrameType, event: str, argument: Any) -> Any:
        code = frame.f_code
        if code.co_filename not in self.files:
            return None
        self.calls[code] += 1
        if self.calls[code] > WATCHED_CALLS:
            return None
        self.lines.setdefault(code, set()).add(frame.f_lineno)
        return self._on_line

    def _on_line(self, frame: FrameType, event: str, argument: Any) -> Any:
        self.lines[frame.f_code].add(frame.f_lineno)
        return self._on_line

    def taken(self) -> dict[str, list[int]]:
        """The lines seen since the last time, by file."""
        found: dict[str, set[int]] = {}
        for code, lines in self.lines.items():
            found.setdefault(self.files[code.co_filename], set()).update(lines)
        self.lines = {}
        self.calls.clear()
        return {name: sorted(lines) for name, lines in found.items()}


def trace(suite: Suite, root: Path, files: Sequence[str], nodeids: Sequence[str], tell: Any) -> None:
    """Run tests traced, and tell of each: its id, whether it passed, its seconds and the lines of `files` it ran."""
    tracer = Tracer(root, files)
    sys.settrace(tracer)
    threading.settrace(tracer)
    suite.run(nodeids, {}, lambda nodeid, passed, seconds: tell([nodeid, passed, seconds, tracer.taken()]))
    sys.settrace(None)


@dataclass(slots=True)
class Contexts:
    """What tracing found, kept in a file: per test whether it passed, its seconds and the lines it ran."""

    path: Path
    tests: dict[str, tuple[bool, float, dict[str, list[int]]]]
    digests: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> Contexts:
        """What was kept, or nothing."""
        if not path.exists():
            return cls(path, {}, {})
        kept = json.loads(path.read_text())
        return cls(path, kept["tests"], kept["digests"])

    def forget_what_changed(self, root: Path, sources: Sequence[str]) -> None:
        """Forget the tests of files that are not as they were; all of them when a file of `sources` changed."""
        names = [*sources, *sorted({nodeid.partition("::")[0] for nodeid in self.tests})]
        now = {name: digest(root / name) for name in names}
        changed = {name for name in names if now[name] != self.digests.get(name)}
        if changed.intersection(sources):
            self.tests = {}
        self.tests = {nodeid: kept for nodeid, kept in self.tests.items() if nodeid.partition("::")[0] not in changed}
        self.digests = now

    def write(self, root: Path, sources: Sequence[str]) -> None:
        """Keep what is known."""
        names = [*sources, *sorted({nodeid.partition("::")[0] for nodeid in self.tests})]
        self.digests = {name: digest(root / name) for name in names}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"tests": self.tests, "digests": self.digests}))

    def touching(self, file: str, lines: Iterable[int]) -> dict[str, float]:
        """The tests that passed and ran one of the lines of a file, with their seconds."""
        wanted = set(lines)
        return {
            nodeid: seconds
            for nodeid, (passed, seconds, ran) in self.tests.items()
            if passed and not wanted.isdisjoint(ran.get(file, ()))
        }

    def of_file(self, name: str) -> dict[str, float]:
        """The tests that passed of the files with this name, with their seconds."""
        return {
            nodeid: seconds
            for nodeid, (passed, seconds, _) in self.tests.items()
            if passed and nodeid.partition("::")[0].endswith(f"/{name}")
        }


def digest(path: Path) -> str:
    """What tells one state of a file from another; empty where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""
