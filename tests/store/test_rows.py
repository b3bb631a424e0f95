"""Rows, accounts and keys survive the round trip unchanged, and what another session did is noticed."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from points_engine.flow.desk import Children, Desk, OneAccount, OneRow, key_of
from points_engine.flow.entities import ENTITIES, Award, Fund, OpeningLine, Row, SignUp, Volunteer, VolunteerFact
from points_engine.flow.port import Conflict
from points_engine.ledger.amounts import NEVER
from points_engine.ledger.entries import Entry, Line
from points_engine.store import SqlStore
from tests.store.builders import NOW, a_claim, an_entry, commit_batch, count, journalled, loaded, odd_row, raw


def test_every_entity_comes_back_as_it_was(store: SqlStore) -> None:
    rows = [odd_row(kind, turn) for kind in ENTITIES for turn in range(5)]
    commit_batch(store, rows=rows)
    desk = loaded(store, *(OneRow(type(row), key_of(row)) for row in rows))
    for row in rows:
        found = desk.find(type(row), *key_of(row))
        assert found == row
        assert repr(found) == repr(row)


@pytest.mark.parametrize("kind", [kind for kind in ENTITIES if kind.PARENT], ids=lambda kind: kind.__name__)
def test_children_are_found_by_their_parent(store: SqlStore, kind: type[Row]) -> None:
    rows = [odd_row(kind, turn) for turn in range(5)]
    commit_batch(store, rows=rows)
    for row in rows:
        parent = tuple(getattr(row, name) for name in kind.PARENT)
        if None in parent:
            continue
        same = {key_of(each) for each in rows if tuple(getattr(each, name) for name in kind.PARENT) == parent}
        found = loaded(store, Children(kind, parent)).children(kind, *parent)
        assert {key_of(each) for each in found} == same


def an_award(number: int, start: datetime) -> Award:
    return Award(f"f{number}", "s", "v", start, 1, 1, "[]", "", "", "", "[]")


def test_children_can_be_loaded_from_a_moment_on(store: SqlStore) -> None:
    commit_batch(store, rows=[an_award(n, NOW + timedelta(microseconds=n)) for n in range(4)])
    since = NOW + timedelta(microseconds=2)
    elsewhere = since.astimezone(timezone(timedelta(hours=8)))
    for moment in (since, elsewhere):
        found = loaded(store, Children(Award, ("v",), moment)).children(Award, "v", since=moment)
        assert [award.fact_id for award in found] == ["f2", "f3"]
    both = loaded(store, Children(Award, ("v",), since), Children(Award, ("v",)))
    assert len(both.children(Award, "v")) == 4


def test_what_is_not_there_is_known_to_be_absent(store: SqlStore) -> None:
    needs = (OneRow(Fund, ("none",)), Children(VolunteerFact, ("none",)), OneAccount("volunteer/none", "minutes"))
    desk = loaded(store, *needs)
    assert desk.find(Fund, "none") is None
    assert desk.children(VolunteerFact, "none") == []
    assert desk.account("volunteer/none", "minutes").version == 0


def test_a_row_is_replaced_by_key(store: SqlStore) -> None:
    row = SignUp("garden", "v", "promised", NOW)
    commit_batch(store, rows=[row])
    after = dataclasses.replace(row, state="withdrawn")
    commit_batch(store, rows=[after], needs=[Children(SignUp, ("v",))])
    assert loaded(store, OneRow(SignUp, ("garden", "v"))).find(SignUp, "garden", "v") == after
    assert count(store, "sign_up") == 1


def test_a_row_that_another_session_made_is_a_conflict(store: SqlStore) -> None:
    commit_batch(store, rows=[OpeningLine("n", "f1")])
    with pytest.raises(Conflict):
        commit_batch(store, rows=[OpeningLine("n", "f2")])
    assert loaded(store, OneRow(OpeningLine, ("n",))).find(OpeningLine, "n") == OpeningLine("n", "f1")


def test_a_row_that_is_gone_is_a_conflict(store: SqlStore) -> None:
    row = SignUp("garden", "v", "promised", NOW)
    commit_batch(store, rows=[row])
    desk = Desk(NOW, {}, b"")
    with store.transaction() as transaction:
        transaction.load([OneRow(SignUp, key_of(row))], desk)
    raw(store, "DELETE FROM sign_up")
    with store.transaction() as transaction:
        transaction.load([], desk)
        transaction._there[SignUp] = {key_of(row)}
        desk.put(dataclasses.replace(row, state="withdrawn"))
        with pytest.raises(Conflict):
            transaction.write(desk, [], [], 0)


def test_accounts_and_lots_follow_their_postings(store: SqlStore) -> None:
    soon, mei = date(2026, 12, 31), "volunteer/mei"
    credit = Entry("e1", "award", "c1", NOW, (
        Line("scheme/s/issued", "points/s", -15), Line(mei, "points/s", 10, soon), Line(mei, "points/s", 5),
    ))  # fmt: skip
    commit_batch(store, entries=[credit])
    account = loaded(store, OneAccount(mei, "points/s")).account(mei, "points/s")
    assert (account.version, account.balance, dict(account.lots)) == (2, 15, {soon: 10, NEVER: 5})
    spend = Entry("e2", "hold", "c2", NOW, (
        Line(mei, "points/s", -10, soon), Line(f"{mei}/held", "points/s", 10, soon),
    ))  # fmt: skip
    commit_batch(store, entries=[spend])
    account = loaded(store, OneAccount(mei, "points/s")).account(mei, "points/s")
    assert (account.version, account.balance, dict(account.lots)) == (3, 5, {NEVER: 5})
    assert count(store, "lot") == 2


def test_leaving_without_commit_writes_nothing(store: SqlStore) -> None:
    desk = Desk(NOW, {}, b"")
    with pytest.raises(ZeroDivisionError), store.transaction() as transaction:
        transaction.claim([a_claim("k")])
        transaction.load([OneAccount("volunteer/v", "points/s")], desk)
        desk.post(an_entry("e1", ("scheme/s/issued", -1), ("volunteer/v", 1)))
        transaction.write(desk, [journalled("c1", key="k")], [], 1)
        raise ZeroDivisionError
    for table in ("entry", "posting", "account", "lot", "command", "command_key", "journal"):
        assert count(store, table) == 0
    assert commit_batch(store)[0] == 1


# ---- keys and the journal ----------------------------------------------------------------------------------------


def test_a_key_answers_with_the_first_outcome(store: SqlStore) -> None:
    place = commit_batch(store, accepted=[journalled("c1", key="k1"), journalled("c2", 1, key="k2")])
    with store.transaction() as transaction:
        found = transaction.claim([a_claim("k2", "other"), a_claim("k3"), a_claim("k2", "other")])
    assert list(found) == [("p", "k2")]
    stored = found["p", "k2"]
    assert (stored.id, stored.seq, stored.index, stored.recorded_at) == ("c2", place[0], 1, place[1])
    assert (stored.fingerprint, stored.content_json) == ("f", '{"值":1}')


def test_a_refusal_gives_its_key_back(store: SqlStore) -> None:
    for _ in range(2):
        with store.transaction() as transaction:
            assert transaction.claim([a_claim("k")]) == {}
            transaction.write(Desk(NOW, {}, b""), [], [a_claim("k")], 1)
            transaction.commit()
    assert count(store, "command_key") == 0
    assert count(store, "journal") == 2


def test_the_journal_is_dense_and_its_time_never_goes_back(store: SqlStore) -> None:
    places = [commit_batch(store, now=NOW + timedelta(seconds=step)) for step in (0, 5, 3)]
    assert [seq for seq, _ in places] == [1, 2, 3]
    assert [moment - NOW for _, moment in places] == [timedelta(0), timedelta(seconds=5), timedelta(seconds=5)]
    assert all(moment.tzinfo is UTC for _, moment in places)


def test_a_locked_parent_comes_with_its_children(store: SqlStore) -> None:
    volunteer = Volunteer("v", "1", None, None, date(2020, 1, 1), "good", None)
    commit_batch(store, rows=[volunteer, VolunteerFact("v", "volunteer.roles", date(2020, 1, 1), "[]")])
    desk = loaded(store, Children(VolunteerFact, ("v",)), OneRow(Volunteer, ("v",)))
    assert desk.find(Volunteer, "v") == volunteer
    assert len(desk.children(VolunteerFact, "v")) == 1
