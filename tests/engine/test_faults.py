"""Faults: a defect, a write that fails, a lost connection and a conflict touch nobody but whom they must."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from points_engine import engine as engine_module
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Outcome
from points_engine.flow.port import Conflict, Journalled, Store, Transaction, UnknownCommit
from points_engine.flow.programme import RegisterUnit
from points_engine.flow.service.activities import SignUpFor, WithdrawSignUp
from points_engine.flow.steps import BY_COMMAND
from points_engine.limits import CONFLICT_RETRIES
from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore
from tests.engine.faults import Unruly
from tests.engine.towns import Town, dump


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL + 1, "points_engine")


@pytest.fixture(params=["sqlite", "postgresql"])
def unruly(request: pytest.FixtureRequest) -> Iterator[tuple[Town, Unruly]]:
    """Give a founded town and the unruly store in front of its books, still well behaved."""
    made: list[Unruly] = []

    def wrapped(store: SqlStore) -> Store:
        made.append(Unruly(store))
        return made[0]

    url = request.getfixturevalue(f"{request.param}_url")
    town = Town(open_store(url, create=True), wrapped=wrapped)
    made[0].sizes.clear()
    yield town, made[0]
    town.store.close()


def streets(town: Town, *codes: str) -> list[Outcome]:
    """Register streets in one batch."""
    return town.engine.execute([town.submission(RegisterUnit(code, "street", "街", code)) for code in codes])


def statuses(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.status for outcome in outcomes]


def broken_step(monkeypatch: pytest.MonkeyPatch, command: type, decide: Callable[..., Any]) -> None:
    """Put another decision in the place of a command's own."""
    steps = dict(BY_COMMAND)
    steps[command] = dataclasses.replace(steps[command], decide=decide)
    monkeypatch.setattr(engine_module, "BY_COMMAND", steps)


@pytest.mark.parametrize("error", [AssertionError, KeyError, TypeError, ZeroDivisionError, ValueError])
def test_a_defect_in_one_decision_is_a_fault_of_that_command_only(
    town: Town, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    step = BY_COMMAND[RegisterUnit]

    def decide(command: Any, desk: Any) -> dict[str, Any]:
        done = step.decide(command, desk)
        if command.code == "bad":
            raise error("a defect after the rows were put")
        return done

    broken_step(monkeypatch, RegisterUnit, decide)
    outcomes = streets(town, "a", "bad", "b")
    assert statuses(outcomes) == ["accepted", "fault", "accepted"]
    assert outcomes[1].error is not None
    assert outcomes[1].error.code == "store_fault"
    assert [row[0] for row in town.query("SELECT code FROM unit WHERE kind = 'street' ORDER BY 1")] == ["a", "b"]
    town.assert_sound()


def test_a_fault_releases_the_key(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def decide(command: Any, desk: Any) -> dict[str, Any]:
        raise AssertionError

    submission = town.submission(RegisterUnit("a", "street", "街", "A"))
    with monkeypatch.context() as patch:
        broken_step(patch, RegisterUnit, decide)
        assert town.engine.submit(submission).status == "fault"
    assert town.engine.submit(submission).is_accepted


def test_an_error_that_nobody_foresaw_is_isolated_by_halving(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    step = BY_COMMAND[RegisterUnit]

    def decide(command: Any, desk: Any) -> dict[str, Any]:
        if command.code == "bad":
            raise MemoryError
        return step.decide(command, desk)

    broken_step(monkeypatch, RegisterUnit, decide)
    assert statuses(streets(town, "a", "b", "bad", "c", "d")) == ["accepted"] * 2 + ["fault"] + ["accepted"] * 2
    town.assert_sound()


def test_a_command_that_keeps_asking_for_rows_is_a_fault(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from points_engine.flow.desk import NotLoaded, OneRow
    from points_engine.flow.entities import Unit

    def decide(command: Any, desk: Any) -> dict[str, Any]:
        raise NotLoaded(OneRow(Unit, ("riverside",)))

    broken_step(monkeypatch, RegisterUnit, decide)
    assert statuses(streets(town, "a")) == ["fault"]


def test_a_batch_that_cannot_be_written_is_halved_until_the_culprit_is_alone(unruly: tuple[Town, Unruly]) -> None:
    town, store = unruly

    def refuse_bad(accepted: Sequence[Journalled]) -> None:
        if any('"bad"' in done.content_json for done in accepted):
            raise RuntimeError("this row cannot be written")

    store.before_write = refuse_bad
    outcomes = streets(town, "a", "b", "c", "d", "e", "bad", "f", "g")
    assert statuses(outcomes) == ["accepted"] * 5 + ["fault"] + ["accepted"] * 2
    assert store.sizes == [8, 4, 4, 2, 1, 1, 2]
    town.assert_sound()


def test_an_unknown_commit_that_did_happen_is_answered_once(unruly: tuple[Town, Unruly]) -> None:
    town, store = unruly
    town.volunteer()
    lost: list[None] = []

    def commit_and_lose(transaction: Transaction) -> None:
        transaction.commit()
        if not lost:
            lost.append(None)
            raise UnknownCommit

    store.commit = commit_and_lose
    asked = [town.submission(OpenBalance("mei", "town", 5, line)) for line in range(3)]
    asked.insert(1, town.submission(OpenBalance("nobody", "town", 5, 1)))
    outcomes = town.engine.execute(asked)
    assert statuses(outcomes) == ["accepted", "refused", "accepted", "accepted"]
    assert town.balance() == 16
    assert [outcome.result for outcome in town.engine.execute(asked)] == [outcome.result for outcome in outcomes]
    town.assert_sound()


def test_what_a_batch_with_a_lost_answer_refused_stays_refused(unruly: tuple[Town, Unruly]) -> None:
    """The place that the last command of the batch gives back is not there for the one before it, answer or not."""
    town, store = unruly
    for each in ("mei", "bo"):
        town.volunteer(each)
    lost: list[None] = []

    def commit_and_lose(transaction: Transaction) -> None:
        transaction.commit()
        if not lost:
            lost.append(None)
            raise UnknownCommit

    store.commit = commit_and_lose
    commands = [SignUpFor("mei", "library"), SignUpFor("bo", "library"), WithdrawSignUp("mei", "library")]
    outcomes = town.engine.execute([town.submission(each) for each in commands])
    assert lost
    assert statuses(outcomes) == ["accepted", "refused", "accepted"]
    assert outcomes[1].error is not None
    assert outcomes[1].error.code == "activity_full"
    assert [(outcome.seq, outcome.index) for outcome in outcomes] == [(outcomes[0].seq, place) for place in range(3)]
    town.assert_sound()


def test_a_batch_of_refusals_with_a_lost_answer_is_decided_again(unruly: tuple[Town, Unruly]) -> None:
    town, store = unruly
    lost: list[None] = []

    def commit_and_lose(transaction: Transaction) -> None:
        transaction.commit()
        if not lost:
            lost.append(None)
            raise UnknownCommit

    store.commit = commit_and_lose
    outcomes = town.engine.execute([town.submission(SignUpFor("nobody", "library")) for _ in range(2)])
    assert statuses(outcomes) == ["refused", "refused"]
    assert all(outcome.seq is not None for outcome in outcomes)
    town.assert_sound()


def test_an_unknown_commit_that_did_not_happen_is_done_again(unruly: tuple[Town, Unruly]) -> None:
    town, store = unruly
    town.volunteer()
    lost: list[None] = []

    def lose(transaction: Transaction) -> None:
        if not lost:
            lost.append(None)
            raise UnknownCommit
        transaction.commit()

    store.commit = lose
    outcome = town.do(OpenBalance("mei", "town", 5, 1))
    assert (outcome.status, outcome.replayed) == ("accepted", False)
    assert town.balance() == 6
    town.assert_sound()


def test_a_conflict_is_tried_again_with_the_same_ids_and_a_fresh_now(unruly: tuple[Town, Unruly]) -> None:
    from datetime import timedelta

    town, store = unruly
    town.volunteer()
    tries: list[str] = []

    def conflict(accepted: Sequence[Journalled]) -> None:
        tries.append(accepted[0].id)
        town.now += timedelta(seconds=1)
        if len(tries) < 3:
            raise Conflict

    store.before_write = conflict
    outcome = town.do(OpenBalance("mei", "town", 5, 1))
    assert outcome.is_accepted
    assert tries == [outcome.command_id] * 3
    (occurred,) = town.query("SELECT occurred_at FROM entry WHERE id = :i", i=outcome.result["entry"])[0]
    assert str(occurred).replace("T", " ").startswith("2026-03-02 04:00:02")


def test_endless_conflicts_end_in_faults_and_leave_nothing(unruly: tuple[Town, Unruly]) -> None:
    town, store = unruly
    before = dump(town.store, placed=True)

    def conflict(accepted: Sequence[Journalled]) -> None:
        raise Conflict

    store.before_write = conflict
    assert statuses(streets(town, "a", "b")) == ["fault", "fault"]
    assert len(store.sizes) == 3 * CONFLICT_RETRIES
    assert dump(town.store, placed=True) == before


def test_a_store_that_cannot_be_reached_raises_and_is_not_taken_for_an_outcome(town: Town) -> None:
    from contextlib import contextmanager

    from points_engine.errors import StoreFault

    @contextmanager
    def unreachable() -> Iterator[Transaction]:
        raise StoreFault(what="no connection")
        yield

    store = Unruly(town.store)
    store.transaction = unreachable  # type: ignore[method-assign]
    town.engine.store = store
    with pytest.raises(StoreFault):
        streets(town, "a")
