"""Rows of CSV and XLSX files: one at a time, each with its line, broken ones reported and passed over.

A quotation mark that is never closed spoils its own line only: what was read behind it is read again as rows.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Final

from points_engine.interchange.problems import BadInput, RowProblem, broken
from points_engine.limits import CSV_LINE_CHARACTERS

SHEET_BYTES: Final = 512 * 1024 * 1024
"""bytes of an unpacked workbook: more is a bomb, or belongs into a CSV file."""

_BOM: Final = b"\xef\xbb\xbf"
_WIDE_BOMS: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it begins (1 is the header) and its fields in the header's order."""

    line: int
    fields: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file opened for reading: the header, and the rows or what is wrong with them."""

    header: tuple[str, ...]
    rows: Iterator[Row | RowProblem]


def open_sheet(path: Path) -> Sheet:
    """Read a CSV file (UTF-8) or an XLSX workbook (first sheet), lazily.

    Raises: BadInput for a file that is not there, not of these kinds, or has no header.
    """
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise BadInput(f"无法读取 {path}：{error.strerror}", f"cannot read {path}: {error.strerror}") from error
    if start == b"PK\x03\x04":
        return _open_workbook(path)
    if start[:2] in _WIDE_BOMS:
        raise BadInput(
            f"{path.name} 是 UTF-16 编码；请另存为“CSV UTF-8”", f"{path.name} is UTF-16; save it as “CSV UTF-8”"
        )
    return _open_csv(path)


# ---- CSV -----------------------------------------------------------------------------------------------------------


def _open_csv(path: Path) -> Sheet:
    expected = _Expected()
    records = _records(path, expected)
    first = next(records, None)
    if first is None:
        raise BadInput(f"{path.name} 是空文件", f"{path.name} is empty")
    if isinstance(first, RowProblem):
        raise BadInput(
            f"{path.name} 的表头无法读取；文件应为 UTF-8 编码的 CSV",
            f"the header of {path.name} cannot be read; the file must be CSV in UTF-8",
        )
    expected.width = len(first.fields)
    return Sheet(_header(first.fields, path), _of_width(records, expected.width))


@dataclass(slots=True)
class _Expected:
    """How many fields a record has, once the header is read."""

    width: int = 0


def _records(path: Path, expected: _Expected) -> Iterator[Row | RowProblem]:
    """Records as the quotation marks cut them; empty lines are passed over."""
    with path.open("rb") as file:
        lines = _Lines(file)
        while (line := lines.take()) is not None:
            number, raw = line
            text = _text(raw)
            if text is None:
                yield _not_readable(number, raw)
            elif '"' not in text:
                text = text.rstrip("\r\n")
                if text:
                    yield Row(number, text.split(","))
            else:
                yield _quoted(number, text, lines, expected.width)


class _Lines:
    """Numbered lines of a file, some of which may be given back."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._back: deque[tuple[int, bytes]] = deque()
        self._number = 0

    def take(self) -> tuple[int, bytes] | None:
        if self._back:
            return self._back.popleft()
        raw = self._file.readline(CSV_LINE_CHARACTERS * 4 + 2)
        if not raw:
            return None
        self._number += 1
        if self._number == 1 and raw.startswith(_BOM):
            raw = raw[len(_BOM) :]
        rest = raw
        while not rest.endswith(b"\n") and (rest := self._file.readline(1 << 20)):
            pass  # the rest of a line that is too long is not kept
        return self._number, raw

    def give_back(self, lines: Sequence[tuple[int, bytes]]) -> None:
        self._back.extendleft(reversed(lines))


def _text(raw: bytes) -> str | None:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if len(text) <= CSV_LINE_CHARACTERS else None


def _not_readable(line: int, raw: bytes) -> RowProblem:
    if len(raw) > CSV_LINE_CHARACTERS:
        return broken(
            line, "line", f"{len(raw)}+", f"不超过 {CSV_LINE_CHARACTERS} 个字符的行",
            f"a line of at most {CSV_LINE_CHARACTERS} characters",
        )  # fmt: skip
    return broken(line, "line", repr(raw[:40]), "UTF-8 编码的文字", "text in UTF-8")


def _quoted(number: int, text: str, lines: _Lines, width: int) -> Row | RowProblem:
    """A record with quotation marks, which may go on over several lines if it then has the right width."""
    behind: list[tuple[int, bytes]] = []
    record, marks = text, text.count('"')
    while marks % 2 and len(record) <= CSV_LINE_CHARACTERS:
        line = lines.take()
        if line is None:
            break
        behind.append(line)
        more = _text(line[1])
        if more is None:
            break
        record, marks = record + more, marks + more.count('"')
    try:
        if marks % 2 == 0:
            fields = next(csv.reader(io.StringIO(record, newline=""), strict=True))
            if not behind or width in (0, len(fields)):
                return Row(number, fields)
    except csv.Error:
        pass
    lines.give_back(behind)
    return broken(number, "line", text.rstrip("\r\n"), "成对的引号", "quotation marks in pairs around a field")


def _of_width(records: Iterator[Row | RowProblem], width: int) -> Iterator[Row | RowProblem]:
    for record in records:
        if isinstance(record, RowProblem) or len(record.fields) == width:
            yield record
        else:
            found = ",".join(record.fields)
            yield broken(
                record.line, "line", found, f"{width} 列（实际 {len(record.fields)} 列）",
                f"{width} fields, not {len(record.fields)}",
            )  # fmt: skip


def _header(fields: Sequence[str], path: Path) -> tuple[str, ...]:
    header = tuple(field.strip() for field in fields)
    for name in header:
        if name and header.count(name) > 1:
            raise BadInput(f"{path.name} 的表头有两列 {name}", f"the header of {path.name} has two columns {name}")
    return header


# ---- XLSX ----------------------------------------------------------------------------------------------------------


def _open_workbook(path: Path) -> Sheet:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(path) as packed:
            if sum(member.file_size for member in packed.infolist()) > SHEET_BYTES:
                raise BadInput(f"{path.name} 过大；请另存为 CSV", f"{path.name} is too large; save it as CSV")
        book = load_workbook(path, read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        first = next(rows, ())
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise BadInput(f"{path.name} 不是 XLSX 工作簿", f"{path.name} is not an XLSX workbook") from error
    header = [_cell(value) for value in first]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise BadInput(f"{path.name} 没有表头", f"{path.name} has no header")
    return Sheet(_header(header, path), _cells(rows, len(header)))


def _cells(rows: Iterator[tuple[object, ...]], width: int) -> Iterator[Row]:
    for line, values in enumerate(rows, 2):
        fields = [_cell(value) for value in values[:width]]
        if any(fields):
            yield Row(line, fields + [""] * (width - len(fields)))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
