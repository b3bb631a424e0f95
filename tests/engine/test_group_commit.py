"""The queue in front of the engine: order, lanes, back-pressure, faults and a clean end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import pytest

from points_engine.engine import PointsEngine
from points_engine.errors import Overloaded
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.programme import RegisterUnit
from points_engine.group_commit import Commit, GroupCommit
from points_engine.limits import BULK_PATIENCE_BATCHES, IMPORT_SLICE_COMMANDS
from points_engine.store.opening import open_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Gate:
    """An engine whose commits wait until the gate is opened, and that remembers its batches."""

    def __init__(self, engine: PointsEngine) -> None:
        self.engine = engine
        self.open = threading.Event()
        self.started = threading.Event()
        self.batches: list[list[str]] = []
        self.breaks = False

    def execute(self, submissions: Sequence[Submission]) -> list[Outcome]:
        self.batches.append([each.key for each in submissions])
        self.started.set()
        assert self.open.wait(20), "the test opens the gate"
        if self.breaks:
            self.breaks = False
            raise OSError("the disk is gone")
        return self.engine.execute(submissions)


@pytest.fixture
def gate(sqlite_url: str) -> Iterator[Gate]:
    store = open_store(sqlite_url, create=True)
    yield Gate(PointsEngine(store, secret=b"0" * 16, clock=lambda: NOW))
    store.close()


def unit(code: str, principal: str = "console") -> Submission:
    return Submission(RegisterUnit(code, "street", code, code), principal, code)


def a_busy_queue(gate: Gate, group: GroupCommit) -> None:
    """One command is being committed and the gate is shut: everything from now on queues."""
    group.submit(unit("first"))
    assert gate.started.wait(20)


def test_what_queued_while_a_commit_ran_is_committed_together(gate: Gate) -> None:
    with GroupCommit(gate) as group:
        a_busy_queue(gate, group)
        futures = [group.submit(unit(f"u{number}")) for number in range(50)]
        gate.open.set()
        assert all(future.result(20).is_accepted for future in futures)
    assert [len(batch) for batch in gate.batches] == [1, 50]


def test_a_caller_is_served_in_order_and_callers_take_turns(gate: Gate) -> None:
    with GroupCommit(gate) as group:
        a_busy_queue(gate, group)
        for number in range(3):
            group.submit(unit(f"a{number}", "anna"))
        group.submit(unit("b0", "bo"))
        gate.open.set()
    assert gate.batches[1] == ["a0", "b0", "a1", "a2"]


def test_bulk_work_waits_for_counters_but_not_for_ever(gate: Gate) -> None:
    commits: list[Commit] = []
    with GroupCommit(gate, on_commit=commits.append) as group:
        a_busy_queue(gate, group)
        group.submit_all(unit(f"bulk{number}", "import") for number in range(IMPORT_SLICE_COMMANDS + 1))
        group.submit(unit("counter"))
        gate.open.set()
    assert [commit.lane for commit in commits] == ["interactive", "interactive", "bulk", "bulk"]
    assert [commit.commands for commit in commits] == [1, 1, IMPORT_SLICE_COMMANDS, 1]


def test_bulk_work_that_was_passed_over_long_enough_goes_in_between(gate: Gate) -> None:
    with GroupCommit(gate) as group:
        a_busy_queue(gate, group)
        group.submit_all([unit("bulk", "import")])
        gate.open.set()
        busy = 0
        while not any("bulk" in batch for batch in list(gate.batches)):
            group.submit(unit(f"counter{busy}")).result(20)
            busy += 1
            assert busy <= BULK_PATIENCE_BATCHES + 2, "bulk work starves"


def test_a_full_queue_refuses_with_a_hint_and_takes_nothing(gate: Gate) -> None:
    with GroupCommit(gate, capacity=2) as group:
        a_busy_queue(gate, group)
        futures = [group.submit(unit("u1")), group.submit(unit("u2"))]
        with pytest.raises(Overloaded) as refused:
            group.submit(unit("u3"))
        assert refused.value.facts["retry_after_seconds"] >= 1
        with pytest.raises(Overloaded):
            group.submit_all([unit("u4")] * 3)
        gate.open.set()
        assert all(future.result(20).is_accepted for future in futures)
    assert [key for batch in gate.batches for key in batch] == ["first", "u1", "u2"]


def test_closing_answers_what_was_taken_and_takes_nothing_more(gate: Gate) -> None:
    group = GroupCommit(gate)
    a_busy_queue(gate, group)
    futures = [group.submit(unit(f"u{number}")) for number in range(10)]
    closing = threading.Thread(target=group.close)
    closing.start()
    gate.open.set()
    closing.join(20)
    assert all(future.done() and future.result().is_accepted for future in futures)
    with pytest.raises(Overloaded):
        group.submit(unit("late"))


def test_a_batch_that_fails_as_a_whole_is_answered_and_the_writer_goes_on(gate: Gate) -> None:
    gate.breaks = True
    gate.open.set()
    with GroupCommit(gate) as group:
        assert group.submit(unit("broken")).result(20).status == "fault"
        assert group.submit(unit("broken")).result(20).is_accepted


def test_a_refusal_fails_nobody_else(gate: Gate) -> None:
    gate.open.set()
    with GroupCommit(gate) as group:
        wrong = RegisterVolunteer("mei", "梅", date(2026, 1, 1), home_unit="nowhere")
        outcomes = [
            future.result(20)
            for future in group.submit_all([unit("u1"), Submission(wrong, "console", "mei"), unit("u2")])
        ]
    assert [outcome.status for outcome in outcomes] == ["accepted", "refused", "accepted"]


def test_coroutines_wait_for_their_outcomes(gate: Gate) -> None:
    gate.open.set()

    async def ask_many(group: GroupCommit) -> list[Outcome]:
        return list(await asyncio.gather(*(group.ask(unit(f"u{number}", f"c{number}")) for number in range(200))))

    with GroupCommit(gate) as group:
        outcomes = asyncio.run(ask_many(group))
    assert all(outcome.is_accepted for outcome in outcomes)
    assert sum(len(batch) for batch in gate.batches) == 200
    assert len(gate.batches) < 200, "commands were committed together"


def test_a_coroutine_that_gave_up_does_not_stop_its_command(gate: Gate) -> None:
    async def give_up(group: GroupCommit) -> None:
        task = asyncio.create_task(group.ask(unit("u1")))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        gate.open.set()

    with GroupCommit(gate) as group:
        a_busy_queue(gate, group)
        asyncio.run(give_up(group))
    again = gate.engine.submit(unit("u1"))
    assert again.replayed
