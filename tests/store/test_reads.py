"""What is read back: balances now and then, statements page by page, entries with their reasons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection

from points_engine.flow.entities import TierHeld, VolunteerNumber
from points_engine.ledger.amounts import NEVER
from points_engine.store import SqlStore
from points_engine.store.reads import assets_of, balance, minutes, outcome_of, tiers_as_of, volunteer_by_number
from points_engine.store.statements import Place, balances_of_sources, entry, every_entry, statement
from tests.store.books import SOON, sound_books
from tests.store.builders import NOW, commit_batch

DAY = timedelta(days=1)


@pytest.fixture
def books(store: SqlStore) -> Iterator[Connection]:
    """Give a snapshot of sound books with two tiers and a second number."""
    sound_books(store)
    tiers = [
        TierHeld("s", "mei", "mei", "star", level, date(2026, month, 1), NOW + month * DAY, is_void)
        for level, month, is_void in (("1", 3, False), ("2", 6, False), ("3", 7, True))
    ]
    commit_batch(store, rows=[*tiers, VolunteerNumber("0002", "mei")])
    with store.reading() as connection:
        yield connection


def test_a_balance_has_its_parts(books: Connection) -> None:
    now = balance(books, "mei", "s")
    assert (now.spendable, now.held, now.pending, now.donate_only, now.debt) == (23, 12, 0, 0, 0)
    assert dict(now.lots) == {SOON: 13, NEVER: 10}
    assert now.usable(date(2027, 1, 1)) == 10
    assert minutes(books, "mei") == 150
    assert assets_of(books, "mei") == ["minutes", "points/s"]
    assert balance(books, "nobody", "s").spendable == 0


def test_a_balance_as_of_what_had_occurred(books: Connection) -> None:
    found = [balance(books, "mei", "s", occurred_until=NOW - days * DAY) for days in (11, 10, 5, 2, 1)]
    assert [(each.spendable, each.held) for each in found] == [(0, 0), (30, 0), (40, 0), (23, 17), (23, 12)]
    assert minutes(books, "mei", occurred_until=NOW - 7 * DAY) == 60


def test_a_balance_as_of_what_was_recorded(books: Connection) -> None:
    found = [balance(books, "mei", "s", recorded_until=NOW - days * DAY) for days in (3, 2, 1, 0)]
    assert [(each.spendable, each.held) for each in found] == [(0, 0), (40, 0), (23, 17), (23, 12)]


def test_a_balance_as_of_now_is_the_balance(books: Connection) -> None:
    assert balance(books, "mei", "s", recorded_until=NOW) == balance(books, "mei", "s")


def test_a_statement_is_read_page_by_page(books: Connection) -> None:
    first = statement(books, "mei", limit=3)
    assert [each.id for each in first.entries] == ["e6", "e5", "e4"]
    assert first.next is not None
    rest = statement(books, "mei", after=Place.parse(str(first.next)), limit=3)
    assert [each.id for each in rest.entries] == ["e2", "e1"]
    assert rest.next is None
    assert {line.account for each in first.entries for line in each.lines} == {"volunteer/mei", "volunteer/mei/held"}
    assert statement(books, "nobody").entries == ()


def test_an_entry_has_postings_traces_and_its_command(books: Connection) -> None:
    found = entry(books, "e1")
    assert found is not None
    assert [line.amount for line in found.lines] == [-60, 60, -30, 30]
    assert [trace.fact_id for trace in found.traces] == ["f1"]
    assert found.command is not None
    assert (found.command.id, found.command.seq) == ("c1", 1)
    assert found.occurred_at == NOW - 10 * DAY
    assert entry(books, "nothing") is None


def test_sources_are_summed_from_postings(books: Connection) -> None:
    sums = {(each.account, each.asset): each.amount for each in balances_of_sources(books)}
    assert sums == {
        ("fund/benefits/donors", "CNY"): -9000,
        ("partner/cinema/payable", "CNY"): 300,
        ("partner/cinema/redeemed", "points/s"): 5,
        ("programme/served", "minutes"): -150,
        ("scheme/s/issued", "points/s"): -40,
    }
    assert len(balances_of_sources(books, seq_until=2)) == 3


def test_every_entry_comes_in_the_order_of_the_journal(books: Connection) -> None:
    found = list(every_entry(books))
    assert [each.id for each in found] == ["e1", "e2", "e3", "e4", "e5", "e6"]
    assert [(each.seq, each.idx) for each in found] == [(1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (3, 0)]
    assert sum(len(each.lines) for each in found) == 22
    assert [each.id for each in every_entry(books, after_seq=1, until_seq=2)] == ["e4", "e5"]


def test_a_volunteer_is_found_by_any_number(books: Connection) -> None:
    for number in ("0001", "0002"):
        found = volunteer_by_number(books, number)
        assert found is not None
        assert found.id == "mei"
    assert volunteer_by_number(books, "0003") is None


def test_tiers_are_those_in_force_on_the_day(books: Connection) -> None:
    for month, levels in ((2, []), (3, ["1"]), (6, ["1", "2"]), (12, ["1", "2"])):
        assert [tier.level for tier in tiers_as_of(books, "mei", "s", date(2026, month, 1))] == levels
    known = tiers_as_of(books, "mei", "s", date(2026, 12, 1), recorded_until=NOW + 4 * DAY)
    assert [tier.level for tier in known] == ["1"]


def test_a_key_answers_its_outcome(books: Connection) -> None:
    found = outcome_of(books, "p", "c4")
    assert found is not None
    assert (found.seq, found.index, found.outcome_json) == (2, 0, '{"ok":true}')
    assert outcome_of(books, "p", "c99") is None
