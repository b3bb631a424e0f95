"""Keys: the same command again is answered with the first outcome, in one batch, in another, in another process."""

from __future__ import annotations

from datetime import timedelta

import pytest

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Submission
from points_engine.flow.programme import RegisterUnit
from points_engine.limits import COMMANDS_PER_BATCH
from points_engine.store.opening import open_store
from tests.engine.towns import SECRET, START, Town, dump

A_STREET = RegisterUnit("a", "street", "甲", "A")
NOWHERE = RegisterUnit("a", "street", "甲", "A", "nowhere")


def test_the_same_key_and_content_answers_the_first_outcome(any_town: Town) -> None:
    any_town.volunteer()
    any_town.accepted(OpenBalance("mei", "town", 9, 1))
    first = any_town.do(PlaceHold("mei", "town", "cup"), key="once")
    books = dump(any_town.store, placed=True)
    again = any_town.do(PlaceHold("mei", "town", "cup"), key="once")
    assert (first.replayed, again.replayed) == (False, True)
    assert again.result == first.result
    assert (again.seq, again.index, again.command_id) == (first.seq, first.index, first.command_id)
    assert dump(any_town.store, placed=True) == books, "an answer from the books writes nothing, not even a journal row"


def test_the_same_key_twice_in_one_batch_runs_once(any_town: Town) -> None:
    any_town.volunteer()
    any_town.accepted(OpenBalance("mei", "town", 9, 1))
    once = Submission(PlaceHold("mei", "town", "cup"), "till", "once")
    outcomes = any_town.engine.execute([once, once, once])
    assert [outcome.replayed for outcome in outcomes] == [False, True, True]
    assert len({outcome.result["hold"] for outcome in outcomes}) == 1
    assert any_town.balance("held") == 3
    any_town.assert_sound()


def test_other_content_under_the_key_is_refused_and_names_the_key(any_town: Town) -> None:
    any_town.accepted(A_STREET, key="once")
    outcome = any_town.do(RegisterUnit("b", "street", "乙", "B"), key="once")
    assert outcome.error is not None
    assert (outcome.error.code, outcome.error.facts) == ("key_reused", {"key": "once"})


def test_other_content_under_the_key_is_refused_in_the_same_batch(any_town: Town) -> None:
    other = RegisterUnit("b", "street", "乙", "B")
    outcomes = any_town.engine.execute([Submission(A_STREET, "p", "once"), Submission(other, "p", "once")])
    assert [outcome.status for outcome in outcomes] == ["accepted", "refused"]
    any_town.assert_sound()


def test_a_refusal_releases_the_key_for_the_same_content(any_town: Town) -> None:
    any_town.volunteer(joined="2026-01-01")
    hold = Submission(PlaceHold("mei", "town", "class", quantity=2), "till", "once")
    assert any_town.engine.submit(hold).status == "refused"
    any_town.accepted(OpenBalance("mei", "town", 9, 1))
    outcome = any_town.engine.submit(hold)
    assert (outcome.status, outcome.replayed) == ("accepted", False)


def test_a_refusal_releases_the_key_for_other_content(any_town: Town) -> None:
    assert any_town.do(NOWHERE, key="once").status == "refused"
    assert any_town.do(A_STREET, key="once").is_accepted


def test_a_refusal_releases_the_key_for_other_content_in_the_same_batch(any_town: Town) -> None:
    outcomes = any_town.engine.execute([Submission(NOWHERE, "p", "once"), Submission(A_STREET, "p", "once")])
    assert [outcome.status for outcome in outcomes] == ["refused", "accepted"]
    any_town.assert_sound()


def test_a_key_belongs_to_one_principal(town: Town) -> None:
    assert town.do(A_STREET, by="lea", key="once").is_accepted
    other = town.do(RegisterUnit("b", "street", "乙", "B"), by="bob", key="once")
    assert (other.status, other.replayed) == ("accepted", False)


def test_a_replay_and_new_commands_of_one_batch_take_their_places_in_the_journal(town: Town) -> None:
    first = [town.submission(RegisterUnit(f"u{n}", "street", "甲", "A")) for n in range(3)]
    town.engine.execute(first)
    new = town.submission(RegisterUnit("new", "street", "新", "New"))
    outcomes = town.engine.execute([*first, new])
    assert [outcome.replayed for outcome in outcomes] == [True, True, True, False]
    assert [outcome.index for outcome in outcomes] == [0, 1, 2, 0]
    town.assert_sound()


def test_a_till_that_comes_back_late_is_refused_and_does_not_charge(town: Town) -> None:
    town.volunteer()
    town.accepted(OpenBalance("mei", "town", 9, 1))
    late = Submission(PlaceHold("mei", "town", "cup"), "till", "once", START + timedelta(seconds=30))
    town.now = START + timedelta(seconds=30, microseconds=1)
    assert town.refused(late) == "command_expired"
    town.now = START + timedelta(seconds=30)
    assert town.engine.submit(late).is_accepted


def test_what_was_accepted_in_time_is_answered_however_late_it_is_asked_again(town: Town) -> None:
    town.volunteer()
    in_time = Submission(OpenBalance("mei", "town", 9, 1), "till", "once", START)
    assert town.engine.submit(in_time).is_accepted
    town.now += timedelta(days=1)
    assert town.engine.submit(in_time).replayed


@pytest.mark.parametrize("count", [COMMANDS_PER_BATCH - 1, COMMANDS_PER_BATCH, COMMANDS_PER_BATCH + 1])
def test_a_list_longer_than_a_batch_is_committed_in_several(town: Town, count: int) -> None:
    submissions = [town.submission(RegisterUnit(f"u{n}", "grid", "格", "Grid")) for n in range(count)]
    outcomes = town.engine.execute(submissions)
    assert [outcome.result["unit"] for outcome in outcomes] == [f"u{n}" for n in range(count)]
    assert len({outcome.seq for outcome in outcomes}) == 1 + (count > COMMANDS_PER_BATCH)


def test_an_empty_list_does_nothing(town: Town) -> None:
    books = dump(town.store, placed=True)
    assert town.engine.execute([]) == []
    assert dump(town.store, placed=True) == books


def test_another_process_answers_the_same_key_from_the_books(any_town: Town, database_url: str) -> None:
    submission = any_town.submission(A_STREET)
    first = any_town.engine.submit(submission)
    elsewhere = open_store(database_url)
    try:
        again = PointsEngine(elsewhere, secret=SECRET).submit(submission)
    finally:
        elsewhere.close()
    assert (again.result, again.seq, again.replayed) == (first.result, first.seq, True)
