"""Files as people make them: byte order marks, quotation marks, long lines, workbooks."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from points_engine.interchange.columns import chosen, places
from points_engine.interchange.problems import BadInput, RowProblem
from points_engine.interchange.rows import Row, open_sheet
from points_engine.limits import CSV_LINE_CHARACTERS


def _rows(path: Path, content: bytes) -> list[tuple[int, tuple[str, ...] | str]]:
    path.write_bytes(content)
    return [(row.line, row.code if isinstance(row, RowProblem) else tuple(row.fields)) for row in open_sheet(path).rows]


def test_rows_know_their_lines_and_empty_lines_are_passed_over(tmp_path: Path) -> None:
    assert _rows(tmp_path / "a.csv", b"x,y\r\n1,2\r\n\r\n3,4") == [(2, ("1", "2")), (4, ("3", "4"))]


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("志愿者,活动\n梅,花园\n".encode("utf-8-sig"))
    assert open_sheet(path).header == ("志愿者", "活动")


def test_quoted_fields_may_hold_commas_quotes_and_line_ends(tmp_path: Path) -> None:
    found = _rows(tmp_path / "a.csv", b'x,y\n"a, ""b""","c\nd"\n1,2\n')
    assert found == [(2, ('a, "b"', "c\nd")), (4, ("1", "2"))]


def test_an_open_quotation_mark_spoils_its_own_line_only(tmp_path: Path) -> None:
    found = _rows(tmp_path / "a.csv", b'x,y\n1,2\n"3,4\n5,6\n7,8"\n9,10\n')
    assert found == [(2, ("1", "2")), (3, "invalid_value"), (4, ("5", "6")), (5, "invalid_value"), (6, ("9", "10"))]


def test_two_open_quotation_marks_do_not_swallow_what_is_between(tmp_path: Path) -> None:
    found = _rows(tmp_path / "a.csv", b'x,y\n"1,2\n3,4\n5,"6\n7,8\n')
    assert [line for line, fields in found if fields == "invalid_value"] == [2, 4]
    assert (3, ("3", "4")) in found
    assert (5, ("7", "8")) in found


def test_lines_that_are_too_long_or_not_utf8_are_broken(tmp_path: Path) -> None:
    long = b"9" * (CSV_LINE_CHARACTERS * 5)
    found = _rows(tmp_path / "a.csv", b"x,y\n" + long + b"\n\xff\xfe,1\n1,2\n")
    assert found == [(2, "invalid_value"), (3, "invalid_value"), (4, ("1", "2"))]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        ("x,y\n".encode("utf-16"), "UTF-16"),
        (b"\xc4\xe3\xba\xc3,y\n", "UTF-8"),
        (b"x,y,x\n", "two columns x"),
        (b"PK\x03\x04 but no workbook", "XLSX"),
    ],
)
def test_files_that_cannot_be_used_say_why(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=says):
        open_sheet(path)


def test_a_workbook_reads_like_a_csv_file(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["volunteer", "start", "points"])
    sheet.append(["mei", datetime(2026, 3, 1, 9, 30), 4])  # noqa: DTZ001 - workbooks know no offsets
    sheet.append([])
    sheet.append(["bo", "2026-03-01T09:00:00+08:00", 4.5])
    book.save(tmp_path / "a.xlsx")

    opened = open_sheet(tmp_path / "a.xlsx")
    rows = [(row.line, tuple(row.fields)) for row in opened.rows if isinstance(row, Row)]
    assert opened.header == ("volunteer", "start", "points")
    assert rows == [(2, ("mei", "2026-03-01T09:30:00", "4")), (4, ("bo", "2026-03-01T09:00:00+08:00", "4.5"))]


def test_columns_are_found_by_their_usual_names_or_as_told() -> None:
    header = ("编号", "签到时间", "bis", "活动")
    found = places(header, ("volunteer", "start", "end", "activity"), (), chosen(["end=bis"]))
    assert found == {"volunteer": 0, "start": 1, "end": 2, "activity": 3}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "missing: end"),
        (["end=nosuch"], "no column nosuch"),
        (["colour=a"], "no field colour"),
        (["end"], "FIELD=COLUMN"),
    ],
)
def test_columns_that_are_missing_or_misnamed_are_told(options: list[str], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        places(("volunteer", "start"), ("volunteer", "start", "end"), (), chosen(options))
