"""Staging sorts any number of rows in bounded memory, and reads what columns state."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from points_engine.flow.shapes import code
from points_engine.interchange.rows import open_sheet
from points_engine.interchange.sorting import SortedRuns
from points_engine.interchange.staging import Staged, activity_code, stage
from tests.interchange.logs import a_log, a_row


def _staged(
    path: Path, runs: SortedRuns, zone: ZoneInfo | None = None, mapping: Mapping[str, str] | None = None
) -> Staged:
    return stage(open_sheet(path), runs, recorded_by="kiosk", mapping=mapping or {}, zone=zone)


@given(st.lists(st.tuples(st.integers(0, 9), st.text(max_size=3)), max_size=60), st.integers(1, 7))
def test_runs_come_back_in_order_whatever_the_size(items: list[tuple[int, str]], rows: int) -> None:
    with SortedRuns(rows) as runs:
        for place, item in enumerate(items):
            runs.add((*item, place, {"fact": "value"}))
        found = list(runs.in_order())
        assert found == list(runs.in_order())
    assert [each[:3] for each in found] == sorted((*item, place) for place, item in enumerate(items))


def test_more_runs_than_files_may_be_open_are_merged_on_the_way() -> None:
    numbers = list(range(500))
    random.Random(1).shuffle(numbers)
    with SortedRuns(3) as runs:
        for number in numbers:
            runs.add((number,))
        assert [item[0] for item in runs.in_order()] == list(range(500))


def test_records_come_in_the_order_of_service(tmp_path: Path) -> None:
    path = a_log(tmp_path / "log.csv", a_row("mei", 5), a_row("bo", 2), a_row("ann", 5))
    with SortedRuns() as runs:
        found = [(line, command.volunteer) for line, command in _staged(path, runs).records("kiosk", "march")]
    assert found == [(3, "bo"), (4, "ann"), (2, "mei")]


def test_times_without_an_offset_belong_to_the_zone_that_was_told(tmp_path: Path) -> None:
    path = a_log(tmp_path / "log.csv", "mei,2026-03-01T09:00:00,2026-03-01T10:00:00,care,garden")
    with SortedRuns() as runs:
        staged = _staged(path, runs, ZoneInfo("Asia/Shanghai"))
        (_, record), *_ = staged.records("kiosk", "march")
    assert record.start.isoformat() == "2026-03-01T01:00:00+00:00"


def test_further_columns_become_facts_of_their_type(tmp_path: Path) -> None:
    header = "volunteer,start,end,activity,mark,paid,people"
    path = a_log(
        tmp_path / "log.csv",
        "mei,2026-03-01T09:00:00Z,2026-03-01T10:00:00Z,garden,good,false,12",
        "mei,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,garden,good,perhaps,12",
        "mei,2026-03-03T09:00:00Z,2026-03-03T10:00:00Z,garden,good,,many",
        header=header,
    )
    mapping = {"record.evaluation": "mark", "record.paid": "paid", "activity.participants": "people"}
    with SortedRuns() as runs:
        staged = _staged(path, runs, mapping=mapping)
        records = list(staged.records("kiosk", "march"))
    assert [dict(record.facts) for _, record in records] == [
        {"record.evaluation": "good", "record.paid": False, "activity.participants": 12}
    ]
    assert [(problem.line, problem.field) for problem in staged.problems] == [
        (3, "record.paid"), (4, "activity.participants"),
    ]  # fmt: skip


@given(st.text(min_size=1, max_size=90).filter(lambda text: text.strip() == text and text.isprintable()))
def test_every_activity_name_has_a_code(name: str) -> None:
    code("activity", activity_code(name))


def test_names_that_differ_have_codes_that_differ() -> None:
    names = ["花城街 清洁", "花城街,清洁", "a b", "a_b", "-", "_-x", "x" * 70, "x" * 71]
    assert len({activity_code(name) for name in names}) == len(names)
