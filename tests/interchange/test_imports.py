"""A log comes in whatever its order, once however often it is tried, and goes out again as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from points_engine.errors import AlreadyExists, InvalidValue, NotFound, StoreFault
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.service.corrections import ReverseRecord
from points_engine.interchange.imports import ImportOrder, run_import, steadily
from points_engine.interchange.problems import BadInput
from points_engine.interchange.undoing import undo_import
from tests.interchange.logs import RULES, SAMPLE, SCHEME, Books, a_log, a_row, shuffled


def test_a_real_log_goes_into_an_empty_database_in_one_go(books: Books) -> None:
    report = books.load(SAMPLE)

    assert (report.rows, report.imported, report.duplicates, report.problems.count) == (300, 300, 0, 0)
    assert (report.volunteers, report.published, report.is_clean) == (14, True, True)
    assert (report.minutes, report.points) == (24_318, {SCHEME: 399})
    assert sum(minutes for minutes, _ in books.balances().values()) == report.minutes
    books.assert_sound()


def test_the_order_of_rows_makes_no_difference(tmp_path: Path, books: Books) -> None:
    books.load(shuffled(SAMPLE, tmp_path / "shuffled.csv"), name="first")
    shuffled_balances = books.balances()
    again = books.load(SAMPLE, name="second")

    assert (again.imported, again.duplicates) == (0, 300)
    assert books.balances() == shuffled_balances
    assert sum(points for _, points in shuffled_balances.values()) == 399


def test_a_late_part_of_a_log_gives_the_same_books_as_the_whole(tmp_path: Path, books: Books) -> None:
    header, *rows = SAMPLE.read_text(encoding="utf-8").splitlines()
    books.load(a_log(tmp_path / "odd.csv", *rows[1::2], header=header))
    books.load(a_log(tmp_path / "even.csv", *rows[::2], header=header))

    assert sum(points for _, points in books.balances().values()) == 399
    books.assert_sound()


def test_the_second_time_everything_is_a_duplicate_and_nothing_changes(books: Books) -> None:
    first = books.load(SAMPLE)
    before, rows = books.balances(), books.counts()
    second = books.load(SAMPLE)

    assert (second.code, second.imported, second.duplicates, second.is_clean) == (first.code, 0, 300, True)
    assert books.balances() == before
    assert books.counts() | {"command": 0} == rows | {"command": 0}


def test_broken_rows_are_told_with_line_and_reason_and_the_rest_goes_in(tmp_path: Path, books: Books) -> None:
    path = a_log(
        tmp_path / "log.csv",
        a_row(day=1),
        "mei,yesterday,2026-03-02T10:00:00+08:00,care,garden",
        a_row(day=3),
        "mei,2026-03-04T09:00:00+08:00,2026-03-04T08:00:00+08:00,care,garden",
        "mei,2026-03-05T09:00:00,2026-03-05T10:00:00,care,garden",
        "mei,2026-03-06T09:00:00+08:00",
        a_row(day=7),
    )
    report = books.load(path)

    assert (report.rows, report.imported, report.problems.count) == (7, 3, 4)
    assert [(problem.line, problem.field) for problem in report.problems] == [
        (3, "start"), (5, ""), (6, "start"), (7, "line"),
    ]  # fmt: skip
    assert "2026-03-01T09:00:00+08:00" in next(iter(report.problems)).en
    assert [problem.code for problem in report.problems][1] == "time_out_of_range"
    assert report.rows == report.imported + report.duplicates + report.problems.count
    books.assert_sound()


def test_a_row_with_other_content_is_a_conflict_and_told(tmp_path: Path, books: Books) -> None:
    books.load(a_log(tmp_path / "one.csv", a_row(minutes=90)))
    report = books.load(a_log(tmp_path / "two.csv", a_row(minutes=100)))

    assert [problem.code for problem in report.problems] == ["conflicting_record"]
    assert books.balances()["mei"][0] == 90


def test_an_undone_import_leaves_nothing_and_can_come_again(books: Books) -> None:
    code = books.load(SAMPLE).code
    report = undo_import(books.engine, books.store, code, principal="clerk", reason="wrong file")

    assert (report.reversed, report.minutes, report.problems.count) == (300, -24_318, 0)
    assert set(books.balances().values()) == {(0, 0)}
    books.assert_sound()

    again = books.load(SAMPLE)
    assert (again.code, again.imported, again.points) == (code, 300, {SCHEME: 399})
    books.assert_sound()


def test_undoing_twice_changes_nothing_the_second_time(tmp_path: Path, sqlite_books: Books) -> None:
    code = sqlite_books.load(a_log(tmp_path / "log.csv", a_row())).code
    undo_import(sqlite_books.engine, sqlite_books.store, code, principal="clerk", reason="wrong")
    second = undo_import(sqlite_books.engine, sqlite_books.store, code, principal="clerk", reason="wrong")
    assert second.reversed == 0


def test_undoing_takes_only_what_the_import_brought(tmp_path: Path, sqlite_books: Books) -> None:
    sqlite_books.load(a_log(tmp_path / "kept.csv", a_row(day=1)))
    code = sqlite_books.load(a_log(tmp_path / "gone.csv", a_row(day=2))).code
    undo_import(sqlite_books.engine, sqlite_books.store, code, principal="clerk", reason="wrong")
    assert sqlite_books.balances()["mei"] == (90, 1)


def test_a_record_that_somebody_reversed_does_not_come_back_with_the_same_import(
    tmp_path: Path, sqlite_books: Books
) -> None:
    path = a_log(tmp_path / "log.csv", a_row())
    sqlite_books.load(path)
    with sqlite_books.store.reading() as connection:
        from sqlalchemy import text

        fact = connection.execute(text("SELECT id FROM fact WHERE kind = 'record'")).scalar_one()
    sqlite_books.do(ReverseRecord(fact, "she was not there"), "reverse")

    assert sqlite_books.load(path).duplicates == 1
    assert sqlite_books.balances()["mei"] == (0, 0)


def test_an_unknown_import_cannot_be_undone(sqlite_books: Books) -> None:
    with pytest.raises(NotFound):
        undo_import(sqlite_books.engine, sqlite_books.store, "nosuch", principal="clerk", reason="wrong")


def test_a_name_stands_for_one_file(tmp_path: Path, sqlite_books: Books) -> None:
    sqlite_books.load(a_log(tmp_path / "log.csv", a_row(day=1)), name="march")
    with pytest.raises(AlreadyExists):
        sqlite_books.load(a_log(tmp_path / "log.csv", a_row(day=2)), name="march")
    assert sqlite_books.balances() == {"mei": (90, 1)}


def test_volunteers_who_are_there_keep_their_names(tmp_path: Path, sqlite_books: Books) -> None:
    sqlite_books.load(a_log(tmp_path / "one.csv", a_row(volunteer="bo")))
    from datetime import date

    sqlite_books.do(RegisterVolunteer("mei", "Li Mei", date(2026, 1, 1)), "mei")
    report = sqlite_books.load(a_log(tmp_path / "two.csv", a_row(volunteer="mei"), a_row(volunteer="bo", day=2)))
    assert (report.imported, report.volunteers) == (2, 0)


def test_volunteers_join_on_the_day_of_their_first_row(tmp_path: Path, sqlite_books: Books) -> None:
    from sqlalchemy import text

    sqlite_books.load(a_log(tmp_path / "log.csv", a_row(day=9), a_row(day=4)))
    with sqlite_books.store.reading() as connection:
        assert str(connection.execute(text("SELECT joined_on FROM volunteer")).scalar_one()) == "2026-03-04"


def test_without_rules_nothing_is_imported(tmp_path: Path, sqlite_books: Books) -> None:
    order = ImportOrder(a_log(tmp_path / "log.csv", a_row()), "no-such-scheme", "kiosk", "clerk", rule_folders=[RULES])
    with pytest.raises(BadInput, match="no-such-scheme"):
        run_import(sqlite_books.engine, sqlite_books.store, order)
    assert sqlite_books.counts()["fact"] == 0


def test_an_unknown_way_of_recording_is_told_once_per_row_and_nothing_goes_in(
    tmp_path: Path, sqlite_books: Books
) -> None:
    report = sqlite_books.load(a_log(tmp_path / "log.csv", a_row()), recorded_by="guesswork")
    assert (report.imported, report.problems.count) == (0, 1)


def test_an_import_gives_up_when_the_store_is_gone(sqlite_books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = StoreFault(what="gone")
    monkeypatch.setattr("points_engine.interchange.imports.time.sleep", lambda seconds: None)
    monkeypatch.setattr(
        type(sqlite_books.engine), "execute", lambda engine, slice_: [Outcome("fault", error=fault) for _ in slice_]
    )
    with pytest.raises(StoreFault):
        steadily(sqlite_books.engine, [Submission(ReverseRecord("x", "y"), "clerk", "key")])


def test_an_import_code_must_be_a_code(tmp_path: Path, sqlite_books: Books) -> None:
    with pytest.raises(InvalidValue):
        sqlite_books.load(a_log(tmp_path / "log.csv", a_row()), name="not a code")
