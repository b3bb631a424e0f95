"""A backup of either database is restored into either, with the same books; one that is not whole is refused."""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.flow.outcomes import Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.interchange.backups import back_up, examine, restore
from points_engine.interchange.problems import BadInput
from points_engine.interchange.statements import balance
from points_engine.store import open_store, schema
from points_engine.store.audit import audit
from points_engine.store.snapshots import NOT_KEPT
from points_engine.store.tables import METADATA
from tests.interchange.logs import SAMPLE, SCHEME, Books
from tests.store.test_upgrades import first_books

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = b"a secret of the tests" * 2


def silent(stage: str, done: int, total: int | None) -> None:
    """Progress that nobody looks at."""


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    """Give books with service, points, money, a hold, and a run of a job."""
    store = open_store(database_url, create=True)
    made = Books(PointsEngine(store, secret=SECRET), store)
    made.load(SAMPLE)
    made.do(ReceiveDonation("community", 100_000, "a friend"), "donation")
    made.do(PlaceHold("S-00002", SCHEME, "museum_ticket"), "hold")
    yield made
    store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def target_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of another empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'restored.db'}"
    return str(request.getfixturevalue("postgresql_url_again"))


@pytest.fixture
def postgresql_url_again(postgres: Any) -> Iterator[str]:
    """Give a second fresh PostgreSQL database."""
    name = "restored"
    yield postgres.create_database(name)
    postgres.drop_database(name)


def saved(books: Books, tmp_path: Path) -> Path:
    """A backup of the books."""
    path = tmp_path / "books.points"
    back_up(books.store, path, NOW, schema.HEAD, silent)
    return path


def everything(store: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with store.reading() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=str)
            for table in METADATA.sorted_tables
            if table.name not in NOT_KEPT
        }


def test_a_backup_restores_the_same_books_into_either_database(books: Books, target_url: str, tmp_path: Path) -> None:
    path = saved(books, tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    report = restore(target_url, path, silent)
    restored = open_store(target_url)
    assert everything(restored) == everything(books.store)
    assert report.rows["fact"] == books.counts()["fact"]
    assert audit(restored).is_sound, "with the triggers that refuse changes"
    again = Books(PointsEngine(restored, secret=SECRET), restored)
    assert again.balances() == books.balances()
    again.do(RegisterVolunteer("new", "New", date(2026, 1, 1)), "goes on")
    assert audit(restored).seq == report.seq + 1
    restored.close()


def test_a_backup_under_load_is_the_books_at_one_moment(books: Books, tmp_path: Path) -> None:
    stop, asked = threading.Event(), 0

    def rush() -> None:
        nonlocal asked
        while not stop.is_set():
            asked += 1
            command = ReceiveDonation("community", 100, "a friend")
            books.engine.submit(Submission(command, "clerk", f"rush-{asked}")).expect()

    rushing = threading.Thread(target=rush)
    rushing.start()
    seen: list[int] = []
    try:
        path = tmp_path / "books.points"
        while asked < 5:
            pass
        before = asked
        report = back_up(books.store, path, NOW, schema.HEAD, lambda stage, done, total: seen.append(done))
        while asked < before + 5:
            pass
    finally:
        stop.set()
        rushing.join()
    assert seen[-1] == report.total
    url = f"sqlite:///{tmp_path / 'other.db'}"
    restore(url, path, silent)
    restored = open_store(url)
    found = audit(restored)
    assert found.is_sound
    assert found.seq == report.seq < audit(books.store).seq
    with restored.reading() as connection, books.store.reading() as source:
        count = "SELECT count(*) FROM entry WHERE seq <= :seq"
        there = [each.execute(text(count), {"seq": report.seq}).scalar_one() for each in (connection, source)]
        assert there[0] == there[1]
        assert balance(connection, "S-00002", NOW) == balance(source, "S-00002", NOW)
    restored.close()


# ---- files that are not whole ----------------------------------------------------------------------------------


def unpacked(path: Path) -> list[bytes]:
    """The lines of a backup."""
    return gzip.decompress(path.read_bytes()).splitlines(keepends=True)


def packed(path: Path, lines: list[bytes]) -> None:
    """Write a backup of these lines."""
    path.write_bytes(gzip.compress(b"".join(lines)))


def sealed(lines: list[bytes]) -> list[bytes]:
    """Lines with a last line that agrees with them."""
    return [
        *lines,
        json.dumps({"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}).encode().replace(b" ", b"") + b"\n",
    ]


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def without_its_end(path: Path) -> None:
    packed(path, unpacked(path)[:-3])


def without_a_row(path: Path) -> None:
    lines = unpacked(path)
    del lines[-20]
    packed(path, lines)


def with_another_amount(path: Path) -> None:
    packed(path, [line.replace(b"100000", b"100001") for line in unpacked(path)])


def with_a_byte_flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def something_else(path: Path) -> None:
    path.write_text("dear diary")


def something_else_that_is_packed(path: Path) -> None:
    packed(path, [b"dear diary\n"])


def nothing(path: Path) -> None:
    packed(path, [])


def of_a_later_format(path: Path) -> None:
    header, *rest = unpacked(path)[:-1]
    packed(path, sealed([header.replace(b'"version":1', b'"version":2'), *rest]))


def missing(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (cut_off, "end is missing"),
        (without_its_end, "end is missing"),
        (without_a_row, "checksum"),
        (with_another_amount, "checksum"),
        (with_a_byte_flipped, "damaged|checksum|missing"),
        (something_else, "not a backup"),
        (something_else_that_is_packed, "not a backup"),
        (nothing, "empty"),
        (of_a_later_format, "format 2"),
        (missing, "no file"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_and_nothing_is_made(
    sqlite_url: str, tmp_path: Path, spoil: Callable[[Path], None], says: str
) -> None:
    store = open_store(sqlite_url, create=True)
    books = Books(PointsEngine(store, secret=SECRET), store)
    books.load(SAMPLE)
    books.do(ReceiveDonation("community", 100_000, "a friend"), "donation")
    path = saved(books, tmp_path)
    store.close()
    spoil(path)
    with pytest.raises(BadInput, match=says) as told:
        restore(f"sqlite:///{tmp_path / 'other.db'}", path, silent)
    assert told.value.zh != told.value.en
    assert not (tmp_path / "other.db").exists()


def test_a_file_whose_rows_were_taken_out_with_care_is_refused_too(sqlite_url: str, tmp_path: Path) -> None:
    store = open_store(sqlite_url, create=True)
    books = Books(PointsEngine(store, secret=SECRET), store)
    books.load(SAMPLE)
    path = saved(books, tmp_path)
    store.close()
    lines = unpacked(path)[:-1]
    place = next(number for number, line in enumerate(lines) if line.startswith(b'{"table":"posting"'))
    packed(path, sealed([*lines[: place + 1], *lines[place + 2 :]]))
    with pytest.raises(BadInput, match="rows of posting"):
        restore(f"sqlite:///{tmp_path / 'other.db'}", path, silent)
    assert not (tmp_path / "other.db").exists()


def test_a_target_that_is_not_empty_is_refused_and_stays_as_it_was(books: Books, tmp_path: Path) -> None:
    path = saved(books, tmp_path)
    before = everything(books.store)
    with pytest.raises(BadInput, match="not empty"):
        restore(books.store.url, path, silent)
    assert everything(books.store) == before
    assert audit(books.store).is_sound
    with pytest.raises(BadInput, match="already"):
        back_up(books.store, path, NOW, schema.HEAD, silent)


def test_books_that_were_only_set_up_may_be_filled(books: Books, target_url: str, tmp_path: Path) -> None:
    open_store(target_url, create=True).close()
    restore(target_url, saved(books, tmp_path), silent)
    restored = open_store(target_url)
    assert audit(restored).is_sound
    restored.close()


def test_a_database_of_something_else_is_refused(books: Books, target_url: str, tmp_path: Path) -> None:
    other = create_engine(target_url)
    with other.begin() as connection:
        connection.execute(text("CREATE TABLE recipe (id integer)"))
    with pytest.raises(BadInput, match="something else"):
        restore(target_url, saved(books, tmp_path), silent)
    other.dispose()


def test_a_backup_of_the_first_schema_is_restored_under_this_one(empty_database_url: str, tmp_path: Path) -> None:
    kinds = {"Text": "text", "Whole": "whole", "Flag": "flag", "Day": "day", "Instant": "instant"}
    kept = first_books()
    tables = {name: rows for name, rows in kept.items() if name in METADATA.tables and rows}
    header = {
        "format": "points-backup", "version": 1, "schema": "0001_books", "taken_at": NOW.isoformat(),
        "database": "sqlite", "seq": kept["journal_head"][0]["seq"],
        "rows": {name: len(rows) for name, rows in tables.items()},
    }  # fmt: skip
    lines: list[Any] = [header]
    for name, rows in tables.items():
        types = {column.name: kinds[type(column.type).__name__] for column in METADATA.tables[name].columns}
        types |= {column: "text" for column in rows[0] if column not in types}  # it has another name by now
        lines.append({"table": name, "columns": [[column, types[column]] for column in rows[0]]})
        lines += [[bool(value) if types[column] == "flag" else value for column, value in row.items()] for row in rows]
    path = tmp_path / "old.points"
    packed(path, sealed([json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines]))
    assert examine(path, silent).schema == "0001_books"
    restore(empty_database_url, path, silent)
    store = open_store(empty_database_url)
    assert audit(store).is_sound
    store.close()
