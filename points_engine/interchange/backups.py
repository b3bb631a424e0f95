"""Backups: the whole of the books at one moment in one file, which either database can be restored from.

The file is gzip of JSON lines: a header that says how many rows there are, for each table its columns and its rows, and
a last line with the SHA-256 of everything before it. A file that was cut off or edited is refused before anything is
written.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

import orjson

from points_engine.interchange.problems import BadInput
from points_engine.store import SqlStore
from points_engine.store.snapshots import Columns, Loading, TargetNotEmpty, loading, snapshot

FORMAT: Final = "points-backup"
VERSION: Final = 1
"""Of the format, not of the schema: what the lines of the file mean."""

ROWS_BETWEEN_WORDS: Final = 2_000
"""rows between two signs of progress."""

Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds: rows by table, the newest place in the journal, the schema, and the checksum."""

    file: str
    taken_at: str
    schema: str
    database: str
    seq: int
    rows: Mapping[str, int]
    sha256: str

    @property
    def total(self) -> int:
        """Rows of all tables."""
        return sum(self.rows.values())


class _Writer:
    """Lines into a compressed file, with the sum over them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sum = hashlib.sha256()

    def line(self, value: Any) -> None:
        content = orjson.dumps(value) + b"\n"
        self.sum.update(content)
        self._file.write(content)


def back_up(store: SqlStore, path: Path, now: datetime, schema: str, tell: Progress) -> BackupReport:
    """Write the books as they are now to a new file that only its owner can read, while others go on working.

    Raises: BadInput, if the file is there already or its folder is not.
    """
    if path.exists():
        raise BadInput(f"文件 {path} 已存在；请换一个名字", f"{path} is there already; choose another name")
    if not path.parent.is_dir():
        raise BadInput(f"没有文件夹 {path.parent}", f"there is no folder {path.parent}")
    part = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
            with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
                report = _written(store, path, now, schema, _Writer(packed), packed, tell)  # type: ignore[arg-type]
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return report


def _written(
    store: SqlStore, path: Path, now: datetime, schema: str, out: _Writer, packed: IO[bytes], tell: Progress
) -> BackupReport:
    with snapshot(store) as books:
        taken_at, total, done = now.isoformat(), sum(books.counts.values()), 0
        out.line(
            {
                "format": FORMAT, "version": VERSION, "schema": schema, "taken_at": taken_at,
                "database": store.dialect, "seq": books.seq, "rows": books.counts,
            }
        )  # fmt: skip
        for table in books.tables:
            out.line({"table": table.table, "columns": table.columns})
            count = 0
            for row in books.rows(table):
                out.line(row)
                count += 1
                done += 1
                if done % ROWS_BETWEEN_WORDS == 0:
                    tell("save", done, total)
            assert count == books.counts[table.table], "a snapshot does not change while it is read"
        tell("save", done, total)
        sha256 = out.sum.hexdigest()
        packed.write(orjson.dumps({"sha256": sha256}) + b"\n")
        return BackupReport(str(path), taken_at, schema, store.dialect, books.seq, books.counts, sha256)


# ---- reading ---------------------------------------------------------------------------------------------------


def examine(path: Path, tell: Progress) -> BackupReport:
    """Read a backup from its first line to its last and compare the sum.

    Raises: BadInput, for anything else than a whole backup that nobody has changed since it was written.
    """
    header, sum_, last = None, hashlib.sha256(), b""
    for number, line in enumerate(_lines(path), 1):
        if header is None:
            header = _header(path, line)
        if last:
            sum_.update(last)
        last = line
        if number % ROWS_BETWEEN_WORDS == 0:
            tell("verify", number, None)
    if header is None:
        raise _damaged(path, "是空的", "is empty")
    if not last.startswith(b'{"sha256":') or not last.endswith(b"\n"):
        raise _damaged(path, "不完整（末尾缺失）", "is not complete: its end is missing")
    if _document(path, last)["sha256"] != sum_.hexdigest():
        raise _damaged(path, "被改动过（校验和不符）", "was changed: its checksum does not agree")
    return BackupReport(
        str(path), header["taken_at"], header["schema"], header["database"], header["seq"], header["rows"],
        sum_.hexdigest(),
    )  # fmt: skip


def restore(url: str, path: Path, tell: Progress) -> BackupReport:
    """Fill an empty database from a backup of either database; it is examined first, and all or nothing is written.

    Raises: BadInput, for a file that is damaged and for a database that is not empty; StoreFault.
    """
    report = examine(path, tell)
    lines = _lines(path)
    next(lines)
    try:
        with loading(url, report.schema) as books:
            _load(books, path, lines, report, tell)
    except TargetNotEmpty as full:
        raise BadInput(
            f"目标数据库不是空的（{full.zh}）；请恢复到空数据库", f"{full.en}: restore into an empty database"
        ) from None
    return report


def _load(books: Loading, path: Path, lines: Iterator[bytes], report: BackupReport, tell: Progress) -> None:
    tables, loaded = _Tables(lines, report.total, tell), dict.fromkeys(report.rows, 0)
    for columns in tables:
        loaded[columns.table] = books.write(columns, tables.rows())
    for table, written in loaded.items():
        if written != report.rows.get(table):
            raise _damaged(
                path,
                f"的表 {table} 有 {written} 行，首行说 {report.rows.get(table)} 行",
                f"has {written} rows of {table}, and {report.rows.get(table)} by its first line",
            )


class _Tables:
    """The tables of a file, and the rows of the one at hand."""

    def __init__(self, lines: Iterator[bytes], total: int, tell: Progress) -> None:
        self._lines, self._total, self._tell = lines, total, tell
        self._done = 0
        self._next: Any = orjson.loads(next(lines))

    def __iter__(self) -> Iterator[Columns]:
        while "table" in self._next:
            yield Columns(self._next["table"], tuple((name, kind) for name, kind in self._next["columns"]))

    def rows(self) -> Iterator[list[Any]]:
        """The rows up to the next table."""
        for line in self._lines:
            value = orjson.loads(line)
            if isinstance(value, dict):
                self._next = value
                break
            self._done += 1
            if self._done % ROWS_BETWEEN_WORDS == 0:
                self._tell("load", self._done, self._total)
            yield value
        self._tell("load", self._done, self._total)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as file:
            yield from file
    except FileNotFoundError:
        raise BadInput(f"没有文件 {path}", f"there is no file {path}") from None
    except EOFError:
        raise _damaged(path, "不完整（末尾缺失）", "is not complete: its end is missing") from None
    except (gzip.BadGzipFile, zlib.error):
        raise _damaged(path, "不是备份，或已损坏", "is not a backup, or is damaged") from None


def _header(path: Path, line: bytes) -> dict[str, Any]:
    header = _document(path, line)
    if header.get("format") != FORMAT:
        raise _damaged(path, "不是备份", "is not a backup")
    if header["version"] != VERSION:
        raise _damaged(
            path, f"的格式版本是 {header['version']}，本版本只认 {VERSION}",
            f"has format {header['version']}; this version reads {VERSION}",
        )  # fmt: skip
    return header


def _document(path: Path, line: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise _damaged(path, "不是备份，或已损坏", "is not a backup, or is damaged")
    return found


def _damaged(path: Path, zh: str, en: str) -> BadInput:
    return BadInput(f"{path} {zh}；未写入任何数据", f"{path} {en}; nothing was written")
