"""`points jobs`: what runs by schedule, when it ran last and when it is due, and running it now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.cli.commands import Found, command, default_command
from points_engine.cli.terminal import Terminal

if TYPE_CHECKING:
    from points_engine.engine import PointsEngine
    from points_engine.jobs.running import JobRunner, JobState
    from points_engine.store import SqlStore
    from points_engine.store.job_runs import JobRun

STATES = {
    "running": ("运行中", "running"),
    "done": ("完成", "done"),
    "findings": ("有发现", "FINDINGS"),
    "failed": ("失败", "FAILED"),
}


def _runner(terminal: Terminal, engine: PointsEngine, store: SqlStore) -> JobRunner:
    """What runs jobs, with the deployment's networks."""
    from points_engine.jobs.running import JobRunner
    from points_engine.webhooks.targets import networks_of

    return JobRunner(engine, store, networks=networks_of(terminal.settings.webhook_networks))


def show_jobs(terminal: Terminal) -> None:
    """Show the jobs: last run, next run. / 定时任务:上次与下次运行"""
    with terminal.books() as (engine, store):
        runner = _runner(terminal, engine, store)
        states, zone = runner.states(), runner.zone()

    def local(moment: datetime) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")

    table = terminal.table(
        *(
            terminal.say(*each)
            for each in (("任务", "job"), ("说明", "what it does"), ("计划", "schedule"), ("上次运行", "last run"),
                         ("结果", "result"), ("下次运行", "next run"))
        )
    )  # fmt: skip
    for state in states:
        job, last = state.job, state.last
        ran = terminal.say("从未", "never") if last is None else f"{local(last.started_at)}  {last.process}"
        told = "" if last is None else _told(terminal, last)
        table.add_row(
            job.name, terminal.say(job.zh, job.en), terminal.say(*job.schedule.in_words()), ran, told,
            local(state.next_at),
        )  # fmt: skip
    terminal.show({"jobs": [_document(state) for state in states], "time_zone": str(zone)}, table)


def run_jobs(
    terminal: Terminal,
    names: Annotated[
        list[str] | None, typer.Argument(help="Names of jobs to run now; without any, what is due. / 任务名")
    ] = None,
) -> None:
    """Run what is due, or the named jobs now. / 运行到期任务,或立即运行指定任务"""
    from points_engine.jobs.table import the_job

    for name in names or ():
        the_job(name)
    with terminal.books() as (engine, store):
        runner = _runner(terminal, engine, store)
        runs = [runner.run(name, terminal.principal) for name in names] if names else runner.run_due()
    table = terminal.table(*(terminal.say(*each) for each in (("任务", "job"), ("处理", "handled"), ("拒绝", "refused"),
                                                              ("结果", "result"), ("发现", "findings"))))  # fmt: skip
    for run in runs:
        state = f"{terminal.say(*STATES[run.state])} {run.error}".strip()
        table.add_row(run.job, str(run.handled), str(run.refused), state, "\n".join(run.findings))
    nothing = terminal.say("没有到期任务。", "Nothing is due.")
    terminal.show({"jobs": [_run(run) for run in runs]}, table if runs else nothing)
    if any(run.state != "done" for run in runs):
        raise Found


def _told(terminal: Terminal, run: JobRun) -> str:
    counted = terminal.say(f"处理 {run.handled}，拒绝 {run.refused}", f"handled {run.handled}, refused {run.refused}")
    found = [terminal.say(f"发现 {len(run.findings)}", f"findings {len(run.findings)}")] if run.findings else []
    error = [run.error] if run.error else []
    return ", ".join([terminal.say(*STATES[run.state]), counted, *found, *error])


def _document(state: JobState) -> dict[str, Any]:
    zh, en = state.job.schedule.in_words()
    return {
        "name": state.job.name,
        "zh": state.job.zh,
        "en": state.job.en,
        "schedule": {"zh": zh, "en": en},
        "last": None if state.last is None else _run(state.last),
        "next_at": state.next_at,
    }


def _run(run: JobRun) -> dict[str, Any]:
    names = ("id", "job", "slot", "process", "asked_by", "started_at", "ended_at", "handled", "refused", "error")
    return {name: getattr(run, name) for name in names} | {"state": run.state, "findings": list(run.findings)}


def add_to(group: typer.Typer) -> None:
    """Add the commands about jobs to their group."""
    default_command(group)(show_jobs)
    command(group, "list")(show_jobs)
    command(group, "run")(run_jobs)
