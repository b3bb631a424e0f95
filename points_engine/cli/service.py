"""Service at the command line: `record`, `approve`, `reject`, `correct`, `reverse`; and `do`, for every command."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from points_engine.bilingual import in_language
from points_engine.cli.commands import command
from points_engine.cli.exchange import RecordedBy
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

Key = Annotated[str, typer.Option("--key", help="Idempotency key: makes trying again safe. / 幂等键")]
Record = Annotated[str, typer.Argument(help="The record's id. / 记录编号", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", help="Why. / 原因")]


def done(terminal: Terminal, result: Mapping[str, Any], zh: str, en: str) -> None:
    """Answer what a command did."""
    terminal.show(dict(result), terminal.say(zh, en))


def _awarded(terminal: Terminal, result: Mapping[str, Any]) -> str:
    points = ", ".join(f"{amount:+d} ({scheme})" for scheme, amount in result["awarded"].items()) or "0"
    waits = ", ".join(result["awaiting"])
    chinese = "、".join(str(in_language(level, "zh")) for level in result["awaiting"])
    said = terminal.say(f"记录 {result['fact']}：{result['minutes']:+d} 分钟，积分 {points}",
                        f"record {result['fact']}: {result['minutes']:+d} minutes, points {points}")  # fmt: skip
    return said + (terminal.say(f"；待{chinese}认定", f"; awaits {waits}") if waits else "")


def moment(option: str, text: str) -> datetime | None:
    """A time given as an option; none where it is empty.

    Raises: BadInput.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput(
            f"{option} {text} 应为带时区的时间", f"{option} {text} is not a time such as 2026-03-01T09:00+08:00"
        )
    return moment


def facts_of(options: list[str] | None) -> dict[str, Any]:
    """Facts given as NAME=VALUE; whole numbers, true and false are taken as such.

    Raises: BadInput.
    """
    facts: dict[str, Any] = {}
    for option in options or ():
        name, sign, value = option.partition("=")
        if not sign or not name:
            raise BadInput(f"--fact {option} 应写作 名称=值", f"--fact {option} is written NAME=VALUE")
        if value in ("true", "false"):
            facts[name] = value == "true"
        else:
            facts[name] = int(value) if value.isascii() and value.lstrip("-").isdigit() else value
    return facts


Facts = Annotated[list[str] | None, typer.Option("--fact", help="NAME=VALUE, such as record.evaluation=good. / 事实")]


def record(
    terminal: Terminal,
    number: Annotated[str, typer.Argument(help="The volunteer's number. / 志愿者编号", show_default=False)],
    activity: Annotated[str, typer.Argument(help="The activity. / 活动", show_default=False)],
    start: Annotated[str, typer.Argument(help="From, with UTC offset. / 开始时间", show_default=False)],
    end: Annotated[str, typer.Argument(help="To, with UTC offset. / 结束时间", show_default=False)],
    recorded_by: Annotated[RecordedBy, typer.Option("--recorded-by", help="How. / 记录方式")] = RecordedBy.BACKFILL,
    fact: Facts = None,
    key: Key = "",
) -> None:
    """Record a stretch of service. / 登记服务"""
    from points_engine.flow.service.records import RecordService

    began, ended = moment("start", start), moment("end", end)
    if began is None or ended is None:
        raise BadInput("需要开始和结束时间", "a start and an end are needed")
    result = terminal.submit(RecordService(number, activity, began, ended, recorded_by.value, facts_of(fact)), key)
    terminal.show(dict(result), _awarded(terminal, result))


def approve(
    terminal: Terminal,
    code: Record,
    level: Annotated[str, typer.Option("--level", help="Approval level, such as steward. / 认定层级")],
    key: Key = "",
) -> None:
    """Approve a record at a level. / 认定"""
    from points_engine.flow.service.approvals import ApproveFact

    result = terminal.submit(ApproveFact(code, level), key)
    terminal.show(dict(result), _awarded(terminal, result))


def reject(terminal: Terminal, code: Record, reason: Reason, key: Key = "") -> None:
    """Say that a record does not count. / 不予认定"""
    from points_engine.flow.service.approvals import RejectFact

    result = terminal.submit(RejectFact(code, reason), key)
    terminal.show(dict(result), _awarded(terminal, result))


def correct(
    terminal: Terminal,
    code: Record,
    reason: Reason,
    start: Annotated[str, typer.Option("--start", help="The right start. / 正确的开始时间")] = "",
    end: Annotated[str, typer.Option("--end", help="The right end. / 正确的结束时间")] = "",
    fact: Facts = None,
    key: Key = "",
) -> None:
    """Correct a record; what follows from it is posted. / 更正"""
    from points_engine.flow.service.corrections import CorrectRecord

    command = CorrectRecord(code, reason, moment("--start", start), moment("--end", end), facts_of(fact))
    result = terminal.submit(command, key)
    terminal.show(dict(result), _awarded(terminal, result))


def reverse(terminal: Terminal, code: Record, reason: Reason, key: Key = "") -> None:
    """Take a record out of force. / 冲正"""
    from points_engine.flow.service.corrections import ReverseRecord

    result = terminal.submit(ReverseRecord(code, reason), key)
    terminal.show(dict(result), _awarded(terminal, result))


def do(
    terminal: Terminal,
    name: Annotated[
        str, typer.Argument(help="Name of a command, such as register_volunteer. / 命令名", show_default=False)
    ],
    fields: Annotated[str, typer.Argument(help="Its fields as a JSON object. / 字段（JSON）", show_default=False)],
    key: Key = "",
) -> None:
    """Execute any command of the engine from its JSON fields. / 执行任一命令"""
    from points_engine.flow.steps import BY_NAME
    from points_engine.flow.wire import decoded

    step = BY_NAME.get(name)
    if step is None:
        raise BadInput(
            f"没有命令 {name}；可用：{', '.join(BY_NAME)}", f"there is no command {name}; use {', '.join(BY_NAME)}"
        )
    try:
        values = json.loads(fields)
    except ValueError as error:
        raise BadInput(f"字段不是 JSON:{error}", f"the fields are not JSON: {error}") from error
    if not isinstance(values, dict):
        raise BadInput("字段应为 JSON 对象", "the fields must be a JSON object")
    result = terminal.submit(decoded(step.command, values), key)
    terminal.show(dict(result), *(f"{field}: {value}" for field, value in result.items()))


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    commands: dict[str, Callable[..., None]] = {
        "record": record,
        "approve": approve,
        "reject": reject,
        "correct": correct,
        "reverse": reverse,
        "do": do,
    }
    for name, function in commands.items():
        command(group, name)(function)
