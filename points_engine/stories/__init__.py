"""Story tests: pages of the books, one act a line, played through the engine and compared word for word.

```
story: Mei's morning
pack: guangzhou-time-bank
day 2026-03-02
check_in   mei  garden  09:00                  -> open
check_out  mei  garden  11:30                  -> 150 min, awaits steward
approve    mei  garden  by lea                 -> awarded 2 points
balance    mei  2 points
hold       h1   mei  museum_ticket             -> refused not_eligible  required 100h available 2h30
```

A line is an act, its words in order, then options by keyword and facts as `name=value`; `#` begins a comment.  Behind
`->` stands what is expected: claims separated by commas, each of which the outcome must make word for word, or
`refused CODE` with the numbers that are to be compared.  Without an arrow the act has only to be accepted.  `day`,
`time` and `later` move the clock, which never goes back; indented lines under `repeat` are played several times.  What
a line names and nobody has set up is set up for it.  docs/stories.md lists every act.
"""

from __future__ import annotations

from points_engine.stories.folders import example_files, pack_folders, run_folder, run_folders
from points_engine.stories.notation import StoryProblem, StoryProblems
from points_engine.stories.pages import Story, Table
from points_engine.stories.parsing import parse, parse_pages
from points_engine.stories.playing import run
from points_engine.stories.reports import Finding, FolderReport, StoryReport
from points_engine.stories.tables import run_table

__all__ = [
    "Finding",
    "FolderReport",
    "Story",
    "StoryProblem",
    "StoryProblems",
    "StoryReport",
    "Table",
    "example_files",
    "pack_folders",
    "parse",
    "parse_pages",
    "run",
    "run_folder",
    "run_folders",
    "run_table",
]
