"""A small, sound set of books with one of everything that the audit looks at."""

from __future__ import annotations

from datetime import date, timedelta

from points_engine.flow.entities import (
    Award,
    Draw,
    Entrant,
    Fact,
    Fund,
    Hold,
    Scheme,
    Shelf,
    StockMove,
    Ticket,
    Trace,
    Volunteer,
    VolunteerNumber,
    Wins,
)
from points_engine.ledger.entries import Entry, Line
from points_engine.store import SqlStore
from tests.store.builders import NOW, commit_batch, journalled

SOON = date(2026, 12, 31)
POINTS = "points/s"


def an_entry_of(identity: str, kind: str, cause: str, *lines: Line, days: int = 0) -> Entry:
    """An entry with lines of any asset, `days` before NOW."""
    return Entry(identity, kind, cause, NOW - timedelta(days=days), lines)


def a_hold(identity: str, state: str, points: int, pays: int) -> Hold:
    """A hold of mei's for the cinema, paid by the fund."""
    return Hold(
        identity, f"CODE-{identity}", "mei", "s", "ticket", "cinema", "", 1, points, 0, pays, "benefits", "[]", state,
        NOW, NOW, None, "", 0, True, True, "{}",
    )  # fmt: skip


def sound_books(store: SqlStore) -> None:
    """Two awards, a donation, an open and a confirmed hold, in three batches."""
    traces = '{"minutes":%d,"points":%d,"说明":"服务"}'
    commit_batch(
        store,
        now=NOW - timedelta(days=2),
        rows=[
            Scheme(code="s", programme="p", title_zh="积分", title_en="Points", scale=0, keeps_time=True),
            Fund("benefits", "CNY", "基金", "Fund"),
            Volunteer("mei", "0001", "garden", None, date(2020, 1, 1), "good", None),
            VolunteerNumber("0001", "mei"),
            *(
                Fact(f"f{n}", f"n{n}", "mei", "record", "park", NOW, NOW, 60, "{}", "", "approved", date(2026, 11, 22),
                     "", "kiosk", "p")
                for n in (1, 2)
            ),
            Trace("t1", "e1", "f1", "s", traces % (60, 30)),
            Trace("t2", "e2", "f2", "s", traces % (90, 10)),
            Award("f1", "s", "mei", NOW, 60, 30, "[]", "", "t1", "e1", "[]"),
            Award("f2", "s", "mei", NOW, 90, 10, "[]", "", "t2", "e2", "[]"),
        ],
        entries=[
            an_entry_of("e1", "award", "c1", Line("programme/served", "minutes", -60),
                        Line("volunteer/mei", "minutes", 60), Line("scheme/s/issued", POINTS, -30),
                        Line("volunteer/mei", POINTS, 30, SOON), days=10),
            an_entry_of("e2", "award", "c2", Line("programme/served", "minutes", -90),
                        Line("volunteer/mei", "minutes", 90), Line("scheme/s/issued", POINTS, -10),
                        Line("volunteer/mei", POINTS, 10), days=5),
            an_entry_of("e3", "donation", "c3", Line("fund/benefits/donors", "CNY", -9000),
                        Line("fund/benefits", "CNY", 9000), days=4),
        ],
        accepted=[journalled("c1"), journalled("c2", 1), journalled("c3", 2)],
    )  # fmt: skip
    commit_batch(
        store,
        now=NOW - timedelta(days=1),
        rows=[
            a_hold("h1", "open", 12, 500),
            a_hold("h2", "confirmed", 5, 300),
            Shelf("s", "ticket", "", 8, 1),
            Draw("opera", "d1", "s", "by_lot", "reward", "ticket", "lottery", 2, 2, 0, False, 1, 48,
                 "00ff", NOW, NOW, None, "00", "", "open"),
            Ticket("opera", 1, "mei", "entered", "0", False, NOW),
            Entrant("opera", "mei", 1),
            Wins("mei", "s", "by_lot", "{}"),
            StockMove("m1", "s", "ticket", "", "opening", 10, "", NOW),
        ],
        entries=[
            an_entry_of("e4", "hold", "c4", Line("volunteer/mei", POINTS, -12, SOON),
                        Line("volunteer/mei/held", POINTS, 12, SOON), Line("fund/benefits", "CNY", -500),
                        Line("fund/benefits/reserved", "CNY", 500), days=2),
            an_entry_of("e5", "hold", "c5", Line("volunteer/mei", POINTS, -5, SOON),
                        Line("volunteer/mei/held", POINTS, 5, SOON), Line("fund/benefits", "CNY", -300),
                        Line("fund/benefits/reserved", "CNY", 300), days=2),
        ],
        accepted=[journalled("c4"), journalled("c5", 1)],
    )  # fmt: skip
    commit_batch(
        store,
        entries=[
            an_entry_of("e6", "confirm", "c6", Line("volunteer/mei/held", POINTS, -5, SOON),
                        Line("partner/cinema/redeemed", POINTS, 5), Line("fund/benefits/reserved", "CNY", -300),
                        Line("partner/cinema/payable", "CNY", 300), days=1),
        ],
        accepted=[journalled("c6")],
    )  # fmt: skip
