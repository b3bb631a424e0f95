"""A slot of a job's schedule is run once; every run is recorded, with what it did and by whom."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from points_engine.errors import JobRunning, NotFound
from points_engine.jobs import BY_NAME, JOBS, Job, JobReport, JobRunner, scheduler
from points_engine.jobs.jobs import Daily, Every, Shift
from points_engine.store import job_locks, job_runs
from points_engine.store.job_locks import lock_job
from points_engine.store.job_runs import JobRun
from tests.interchange.logs import Books
from tests.jobs.conftest import Clock

MOMENT = datetime(2026, 3, 2, 9, 0, 10, tzinfo=UTC)


def runner_of(books: Books, process: str = "one") -> JobRunner:
    """A runner of a process of that name."""
    return JobRunner(books.engine, books.store, process=process)


def recorded(books: Books, job: str | None = None) -> list[JobRun]:
    """Every run that is kept, oldest first."""
    with books.store.reading() as connection:
        return job_runs.newest(connection, 100, job)[::-1]


def a_job(sweep: object, name: str = "expire_holds") -> Job:
    """A job with a sweep of the test's own."""
    return replace(BY_NAME[name], sweep=sweep)  # type: ignore[arg-type]


def test_a_slot_is_run_once_whoever_asks(timed: Books, clock: Clock) -> None:
    clock.now = MOMENT
    one, two = runner_of(timed, "one"), runner_of(timed, "two")
    assert [run.job for run in one.run_due()] == [job.name for job in JOBS]
    assert (one.run_due(), two.run_due()) == ([], [])

    clock.now += timedelta(seconds=20)
    again = [(run.job, run.process, run.asked_by) for run in two.run_due()]
    assert again == [("expire_holds", "two", "schedule"), ("tell_webhooks", "two", "schedule")]
    assert [run.state for run in recorded(timed)] == ["done"] * (len(JOBS) + 2)


def test_a_run_by_hand_is_beside_the_schedule_and_answers_a_retry(timed: Books, clock: Clock) -> None:
    clock.now = MOMENT
    runner = runner_of(timed)
    first = runner.run("expire_lots", "lea", "key-1")
    assert (first.state, first.asked_by) == ("done", "lea")
    assert runner.run("expire_lots", "lea", "key-1").id == first.id
    assert runner.run("expire_lots", "lea", "key-2").id != first.id
    assert "expire_lots" in [run.job for run in runner.run_due()], "its slot has still to be run"
    with pytest.raises(NotFound):
        runner.run("nosuch", "lea")


def test_a_job_that_runs_elsewhere_is_left_alone(timed: Books, clock: Clock) -> None:
    clock.now = MOMENT
    runner = runner_of(timed)
    lock = lock_job(timed.store, "audit", "somebody else")
    assert lock is not None
    assert lock.is_held()
    assert lock_job(timed.store, "audit", "a third") is None
    assert "audit" not in [run.job for run in runner.run_due()]
    with pytest.raises(JobRunning):
        runner.run("audit", "lea")
    lock.release()
    assert [run.job for run in runner.run_due()] == ["audit"]


def test_what_fails_is_told_and_tried_again_in_the_next_slot(timed: Books, clock: Clock) -> None:
    def broken(shift: Shift) -> JobReport:
        raise ZeroDivisionError("a defect")

    clock.now = MOMENT
    failed = runner_of(timed).run_if_due(a_job(broken))
    assert failed is not None
    assert (failed.state, failed.error) == ("failed", "ZeroDivisionError")
    assert runner_of(timed).run_if_due(BY_NAME["expire_holds"]) is None
    clock.now += timedelta(seconds=30)
    well = runner_of(timed).run_if_due(BY_NAME["expire_holds"])
    assert well is not None
    assert well.state == "done"


def test_a_process_that_stops_ends_its_run_and_another_takes_the_slot(timed: Books, clock: Clock) -> None:
    clock.now = MOMENT
    runner = runner_of(timed)
    sweeps = 0

    def long(shift: Shift) -> JobReport:
        nonlocal sweeps
        sweeps += 1
        if sweeps == 2:
            runner.stop()
        shift.go_on()
        return JobReport(handled=1, more=True)

    stopped = runner.run_if_due(a_job(long))
    assert stopped is not None
    assert (stopped.error, stopped.handled) == ("interrupted", 1)
    assert runner.run_if_due(BY_NAME["expire_holds"]) is None, "a process that stops begins nothing"
    taken = runner_of(timed, "two").run_if_due(BY_NAME["expire_holds"])
    assert taken is not None
    assert taken.state == "done"
    assert [run.process for run in recorded(timed)] == ["one", "two"]


def test_a_run_whose_lock_was_lost_ends(timed: Books, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_locks, "JOB_LEASE_SECONDS", 0.6)
    clock.now = MOMENT

    def robbed(shift: Shift) -> JobReport:
        if timed.store.dialect == "postgresql":
            ours = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            with timed.store.operating() as connection:
                connection.execute(text(ours))
        else:
            with timed.store.operating() as connection:
                connection.execute(text("DELETE FROM job_lease"))
        deadline = threading.Event()
        for _ in range(100):
            shift.go_on()
            deadline.wait(0.05)
        return JobReport(handled=1)

    run = runner_of(timed).run_if_due(a_job(robbed))
    assert run is not None
    assert run.error == "interrupted"


def test_the_audits_findings_are_recorded(timed: Books, clock: Clock) -> None:
    clock.now = MOMENT
    runner = runner_of(timed)
    assert runner.run("audit", "lea").state == "done"
    with timed.store.operating() as connection:
        connection.execute(
            text("INSERT INTO account (account, asset, version, balance) VALUES ('volunteer/x','minutes',1,7)")
        )
    clock.now += timedelta(days=1)
    runner.run_due()
    (state,) = [state for state in runner.states() if state.job.name == "audit"]
    assert state.ended is not None
    assert state.ended.state == "findings"
    assert any("balance_is_sum" in finding for finding in state.ended.findings)


def test_the_oldest_runs_are_forgotten(timed: Books, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_runs, "JOB_RUNS_KEPT", 3)
    runner = runner_of(timed)
    for _ in range(6):
        clock.now += timedelta(seconds=30)
        runner.run_if_due(BY_NAME["expire_holds"])
    assert [run.started_at for run in recorded(timed)] == [clock.now - timedelta(seconds=30 * n) for n in (2, 1, 0)]


def test_the_states_say_when_a_job_is_due(timed: Books, clock: Clock) -> None:
    clock.now = MOMENT
    runner = runner_of(timed)
    never = runner.states()
    assert all(state.last is None and state.next_at <= clock.now for state in never), "due, since they never ran"
    runner.run_due()
    due = {state.job.name: state.next_at for state in runner.states()}
    assert due["expire_holds"] == datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)
    assert due["expire_lots"] == datetime(2026, 3, 2, 9, 10, tzinfo=UTC)
    assert due["audit"] == datetime(2026, 3, 3, 3, 0, tzinfo=UTC)


def test_a_day_with_a_change_of_clocks_has_one_slot() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    schedule = Daily(time(2, 30))  # this time does not exist on 29 March 2026
    slots = {schedule.begun(datetime(2026, 3, 28, 12, tzinfo=UTC) + timedelta(hours=n), berlin) for n in range(48)}
    assert len(slots) == 3
    assert Every(timedelta(seconds=30)).next(MOMENT, berlin) == datetime(2026, 3, 2, 9, 0, 30, tzinfo=UTC)


def test_the_scheduler_runs_what_is_due(timed: Books) -> None:
    runner = runner_of(timed)
    made = scheduler(runner)
    assert {job.id for job in made.get_jobs()} == set(BY_NAME)
    for job in made.get_jobs():
        job.func(*job.args)
    assert [run.job for run in recorded(timed)] == [job.name for job in JOBS]
