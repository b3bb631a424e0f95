"""Several writers against one PostgreSQL database: nobody's work is lost, and whoever lost a race is told."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from points_engine.errors import StoreFault
from points_engine.flow.desk import Children, Desk, OneAccount, OneRow
from points_engine.flow.entities import Import, SignUp, Volunteer
from points_engine.flow.port import Conflict, UnknownCommit
from points_engine.store import SqlStore, open_store, opening
from tests.store.builders import NOW, a_claim, an_entry, commit_batch, count, journalled, loaded, raw

pytestmark = pytest.mark.concurrency

MEI = Volunteer("mei", "1", None, None, date(2020, 1, 1), "good", None)
LEA = Volunteer("lea", "2", None, None, date(2020, 1, 1), "good", None)
BALANCE = OneAccount("volunteer/mei", "points/s")


@pytest.fixture
def store(postgresql_url: str) -> Iterator[SqlStore]:
    """Give a PostgreSQL store with two volunteers and a sign-up."""
    opened = open_store(postgresql_url)
    commit_batch(opened, rows=[MEI, LEA, SignUp("garden", "mei", "promised", NOW)])
    yield opened
    opened.close()


def blocked(store: SqlStore) -> int:
    """How many sessions wait for a lock."""
    return int(raw(store, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")[0][0])


def wait_until_blocked(store: SqlStore) -> None:
    """Wait until another session waits for a lock."""
    for _ in range(500):
        if blocked(store):
            return
        time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_two_writers_share_a_dense_journal(store: SqlStore) -> None:
    def run(name: str) -> None:
        for number in range(15):
            for _ in range(50):
                desk = Desk(NOW, {}, b"")
                try:
                    with store.transaction() as transaction:
                        transaction.claim([a_claim(f"{name}{number}")])
                        transaction.load([OneRow(Volunteer, ("mei",)), BALANCE], desk)
                        entry = an_entry(f"e{name}{number}", ("scheme/s/issued", -1), ("volunteer/mei", 1))
                        desk.post(entry)
                        transaction.write(desk, [journalled(f"{name}{number}")], [], 1)
                        transaction.commit()
                    break
                except Conflict:
                    continue

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(run, "abc"))
    assert raw(store, "SELECT count(*), min(seq), max(seq) FROM journal") == [(46, 1, 46)]
    assert loaded(store, BALANCE).account("volunteer/mei", "points/s").balance == 45
    assert raw(store, "SELECT count(DISTINCT version), max(version) FROM posting") == [(45, 45)]


def test_a_second_claim_waits_and_finds_the_first_outcome(store: SqlStore) -> None:
    def second() -> str:
        with store.transaction() as transaction:
            return transaction.claim([a_claim("k")])["p", "k"].id

    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as transaction:
            transaction.claim([a_claim("k", command="first")])
            answer = pool.submit(second)
            wait_until_blocked(store)
            transaction.write(Desk(NOW, {}, b""), [journalled("first", key="k")], [], 1)
            transaction.commit()
        assert answer.result(10) == "first"


def test_a_claim_that_was_rolled_back_is_free(store: SqlStore) -> None:
    def second() -> int:
        with store.transaction() as transaction:
            return len(transaction.claim([a_claim("k")]))

    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as transaction:
            transaction.claim([a_claim("k")])
            answer = pool.submit(second)
            wait_until_blocked(store)
        assert answer.result(10) == 0


@pytest.mark.parametrize(
    "need", [OneRow(SignUp, ("garden", "mei")), Children(SignUp, ("mei",))], ids=["row", "children"]
)
def test_a_row_that_changed_before_its_parent_was_locked_is_a_conflict(
    store: SqlStore, need: OneRow | Children
) -> None:
    desk = Desk(NOW, {}, b"")
    with store.transaction() as transaction:
        transaction.load([need], desk)
        row = loaded(store, OneRow(SignUp, ("garden", "mei"))).find(SignUp, "garden", "mei")
        assert row is not None
        commit_batch(store, rows=[dataclasses.replace(row, state="withdrawn")], needs=[Children(SignUp, ("mei",))])
        with pytest.raises(Conflict):
            transaction.load([OneRow(Volunteer, ("mei",))], desk)


def test_another_commit_that_touches_nothing_of_ours_is_no_conflict(store: SqlStore) -> None:
    desk = Desk(NOW, {}, b"")
    with store.transaction() as transaction:
        transaction.load([Children(SignUp, ("mei",))], desk)
        commit_batch(store, rows=[SignUp("garden", "lea", "promised", NOW)])
        transaction.load([OneRow(Volunteer, ("mei",))], desk)
        assert desk.find(Volunteer, "mei") == MEI


MARCH = Import("march", "open", "", "lea", NOW)
OF_NOBODY = OneRow(Import, ("march",))
"""A row that no parent guards: nobody locks it until it is changed."""


def test_what_was_not_there_and_came_before_the_batch_had_its_place_is_a_conflict(store: SqlStore) -> None:
    with store.transaction() as transaction:
        transaction.load([OF_NOBODY], Desk(NOW, {}, b""))
        commit_batch(store, rows=[MARCH])
        with pytest.raises(Conflict):
            transaction.write(Desk(NOW, {}, b""), [], [a_claim("k")], 1)


@pytest.mark.parametrize("mine", [False, True], ids=["only read", "changed by both"])
def test_what_nobody_guards_and_another_has_changed_is_a_conflict(store: SqlStore, mine: bool) -> None:
    commit_batch(store, rows=[MARCH])
    desk = Desk(NOW, {}, b"")
    with store.transaction() as transaction:
        transaction.load([OF_NOBODY], desk)
        commit_batch(store, rows=[dataclasses.replace(MARCH, state="undone")], needs=[OF_NOBODY])
        if mine:
            desk.put(dataclasses.replace(MARCH, title="the second of March"))
        with pytest.raises(Conflict):
            transaction.write(desk, [], [], 1)


def test_a_batch_may_change_what_nobody_guards_while_others_commit(store: SqlStore) -> None:
    commit_batch(store, rows=[MARCH])
    desk = Desk(NOW, {}, b"")
    with store.transaction() as transaction:
        transaction.load([OF_NOBODY, OneRow(Import, ("may",)), OneRow(Volunteer, ("mei",))], desk)
        transaction.load([Children(SignUp, ("mei",))], desk)
        commit_batch(store, rows=[SignUp("garden", "lea", "promised", NOW)])
        desk.put(dataclasses.replace(MARCH, state="undone"))
        desk.put(dataclasses.replace(MARCH, code="may"))
        desk.put(SignUp("street", "mei", "promised", NOW))
        transaction.write(desk, [], [], 1)
        transaction.commit()
    there = loaded(store, OF_NOBODY, OneRow(Import, ("may",)))
    assert there.find(Import, "march") == dataclasses.replace(MARCH, state="undone")
    assert there.find(Import, "may") == dataclasses.replace(MARCH, code="may")


def test_two_postings_of_one_version_are_a_conflict(store: SqlStore) -> None:
    desk = Desk(NOW, {}, b"")
    with store.transaction() as transaction:
        transaction.load([BALANCE], desk)
        commit_batch(store, entries=[an_entry("e1", ("scheme/s/issued", -1), ("volunteer/mei", 1))])
        desk.post(an_entry("e2", ("scheme/s/issued", -2), ("volunteer/mei", 2)))
        with pytest.raises(Conflict):
            transaction.write(desk, [], [], 1)


def test_a_deadlock_is_a_conflict_for_one_of_two(store: SqlStore) -> None:
    def lock(first: str, second: str) -> str:
        try:
            with store.transaction() as transaction:
                transaction.load([OneRow(Volunteer, (first,))], Desk(NOW, {}, b""))
                for _ in range(500):
                    held.add(first)
                    if len(held) == 2:
                        break
                    time.sleep(0.01)
                transaction.load([OneRow(Volunteer, (second,))], Desk(NOW, {}, b""))
                return "locked"
        except Conflict:
            return "conflict"

    held: set[str] = set()
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lock, ("mei", "lea"), ("lea", "mei")))
    assert sorted(answers) == ["conflict", "locked"]


def test_many_sessions_lock_parents_in_one_order(store: SqlStore) -> None:
    def lock(turn: int) -> None:
        needs = [OneRow(Volunteer, ("mei",)), OneRow(Volunteer, ("lea",))]
        with store.transaction() as transaction:
            transaction.load(needs if turn % 2 else needs[::-1], Desk(NOW, {}, b""))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lock, range(60)))


def cut(store: SqlStore) -> None:
    """End every other session of the database, as a network fault would."""
    raw(store, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
               "WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip


def test_a_connection_lost_at_commit_is_unknown_and_the_store_goes_on(store: SqlStore) -> None:
    with pytest.raises(UnknownCommit), store.transaction() as transaction:
        transaction.claim([a_claim("k")])
        transaction.write(Desk(NOW, {}, b""), [journalled("c", key="k")], [], 1)
        cut(store)
        transaction.commit()
    with store.transaction() as transaction:
        assert transaction.claim([a_claim("k")]) == {}


def test_a_connection_lost_before_commit_is_a_fault_and_the_store_goes_on(store: SqlStore) -> None:
    with pytest.raises(StoreFault), store.transaction() as transaction:
        cut(store)
        transaction.claim([a_claim("k")])
    with pytest.raises(StoreFault), store.transaction() as transaction:
        transaction.claim([a_claim("k")])
        cut(store)
        transaction.write(Desk(NOW, {}, b""), [], [], 1)
    cut(store)
    assert commit_batch(store)[0] == 2
    assert count(store, "journal") == 2


def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    from sqlalchemy import text

    with store.reading() as connection:
        before = connection.execute(text("SELECT seq FROM journal_head")).scalar_one()
        commit_batch(store)
        assert connection.execute(text("SELECT seq FROM journal_head")).scalar_one() == before
        with pytest.raises(Exception, match="read-only"):
            connection.execute(text("UPDATE journal_head SET seq = seq + 1"))


def test_an_unreachable_server_is_a_fault() -> None:
    with pytest.raises(StoreFault, match="no connection"):
        open_store("postgresql+psycopg://nobody@/nothing?host=/nonexistent")


def test_a_reader_that_was_cut_while_it_lay_idle_is_replaced(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.reading() as connection:
        before = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    cut(store)
    monkeypatch.setattr(opening, "FRESH_SECONDS", 0.0)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != before


def test_a_reader_that_was_cut_a_moment_ago_is_replaced_for_the_server_said_so(store: SqlStore) -> None:
    with store.reading() as connection:
        before = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    cut(store)
    with store.reading() as connection:
        assert connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one() != before
