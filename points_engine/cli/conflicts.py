"""`points conflict`: what devices sent that did not fit, and what people say really happened."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, Reason, done, moment
from points_engine.cli.terminal import Terminal

if TYPE_CHECKING:
    from points_engine.reading.conflicts import ConflictView

Identity = Annotated[str, typer.Argument(help="The conflict's id. / 异常编号", show_default=False)]


class State(StrEnum):
    """Which conflicts are listed."""

    OPEN = "open"
    SOLVED = "solved"
    ALL = "all"


class Resolution(StrEnum):
    """What becomes of one."""

    KEEP = "keep"
    RETRY = "retry"
    RECORD = "record"
    CORRECT = "correct"


def list_conflicts(
    terminal: Terminal,
    state: Annotated[State, typer.Option("--state", help="Which. / 状态")] = State.OPEN,
    unit: Annotated[str, typer.Option("--unit", help="Only of this unit, and below it. / 组织")] = "",
    number: Annotated[str, typer.Option("--volunteer", help="Only this volunteer's. / 志愿者编号")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1_000, help="Lines at most, oldest first. / 条数")] = 50,
) -> None:
    """List taps that were set aside, oldest first. / 列出对不上的签到"""
    from points_engine.reading import Reader, conflicts, people

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        whose = people.volunteer(view, number).id if number else ""
        kept = "" if state is State.ALL else state.value
        page = conflicts.conflicts(view, most, state=kept, volunteer_id=whose, unit=unit)
    titles = (("编号", "conflict"), ("时间", "when"), ("志愿者", "volunteer"), ("动作", "action"), ("活动", "activity"),
              ("原因", "why"), ("处理", "solved by"))  # fmt: skip
    table = terminal.table(*(terminal.say(*title) for title in titles))
    for each in page.items:
        row = each.conflict
        action = terminal.say(*_ACTIONS[row.action])
        table.add_row(row.id, f"{row.at:%Y-%m-%d %H:%M}Z", each.number or row.number, action, row.activity,
                      terminal.say(each.why.zh, each.why.en), row.resolution or "—")  # fmt: skip
    terminal.show({"conflicts": [_plain(each) for each in page.items]}, table)


_ACTIONS = {"check_in": ("签到", "check-in"), "check_out": ("签退", "check-out")}


def _plain(found: ConflictView) -> dict[str, Any]:
    row = found.conflict
    return {
        "conflict": row.id, "code": row.code, "action": row.action, "number": row.number, "volunteer": found.number,
        "activity": row.activity, "unit": row.unit, "at": row.at, "record": row.fact_id, "state": row.state,
        "resolution": row.resolution,
    }  # fmt: skip


def solve(
    terminal: Terminal,
    conflict: Identity,
    resolution: Annotated[
        Resolution,
        typer.Argument(help="keep it as it is, retry, record the stretch, or correct the record. / 处理方式"),
    ],
    reason: Reason,
    number: Annotated[str, typer.Option("--volunteer", help="Another number. / 志愿者编号")] = "",
    activity: Annotated[str, typer.Option("--activity", help="Another activity. / 活动")] = "",
    at: Annotated[str, typer.Option("--at", help="Another time, for retry. / 时间")] = "",
    start: Annotated[str, typer.Option("--start", help="From. / 开始")] = "",
    end: Annotated[str, typer.Option("--end", help="To. / 结束")] = "",
    key: Key = "",
) -> None:
    """Say what really happened; the books follow. / 处理一条"""
    from points_engine.flow.service.solving import SolveConflict

    asked = SolveConflict(
        conflict, resolution.value, reason, number, activity, moment("--at", at), moment("--start", start),
        moment("--end", end),
    )  # fmt: skip
    result = terminal.submit(asked, key)
    done(terminal, result, f"异常 {conflict} 已处理", f"conflict {conflict} is solved")


def reopen(terminal: Terminal, conflict: Identity, key: Key = "") -> None:
    """Look again at one that was left as it was. / 重新打开"""
    from points_engine.flow.service.solving import ReopenConflict

    result = terminal.submit(ReopenConflict(conflict), key)
    done(terminal, result, f"异常 {conflict} 已重新打开", f"conflict {conflict} is open again")


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (("list", list_conflicts), ("solve", solve), ("reopen", reopen)):
        command(group, name)(function)
