"""Opening balances come in lot by lot, once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.interchange.openings import run_openings
from points_engine.interchange.packs import publish_folder
from points_engine.interchange.statements import balance
from tests.interchange.logs import RULES, SCHEME, Books, a_log

HEADER = "volunteer,scheme,points,expires_on"


def test_lots_are_booked_once_and_broken_rows_are_told(tmp_path: Path, books: Books) -> None:
    publish_folder(books.engine, RULES / SCHEME, "clerk")
    books.do(RegisterVolunteer("mei", "Mei", date(2026, 1, 1)), "mei")
    path = a_log(
        tmp_path / "openings.csv",
        f"mei,{SCHEME},12,2099-12-31",
        f"mei,{SCHEME},5,",
        f"nobody,{SCHEME},5,",
        f"mei,{SCHEME},0.5,",
        "mei,nosuch,5,",
        f"mei,{SCHEME},5,1999-12-31",
        f"mei,{SCHEME},5,soon",
        f"mei,{SCHEME},many,",
        header=HEADER,
    )
    report = run_openings(books.engine, books.store, path, principal="clerk", mapping={})
    assert (report.rows, report.booked, report.problems.count) == (8, 2, 6)
    assert [(problem.line, problem.code) for problem in report.problems] == [
        (4, "not_found"), (5, "invalid_value"), (6, "invalid_value"), (7, "invalid_value"), (8, "invalid_value"),
        (9, "invalid_value"),
    ]  # fmt: skip

    again = run_openings(books.engine, books.store, path, principal="clerk", mapping={})
    assert (again.booked, again.duplicates) == (0, 2)
    with books.store.reading() as connection:
        (found,) = balance(connection, "mei", books.engine.clock()).schemes
    assert found.usable == 17
    assert found.points.lots[date(2099, 12, 31)] == 12
    books.assert_sound()
