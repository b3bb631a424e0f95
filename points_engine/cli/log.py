"""The audit log at the terminal: `log`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, cast, get_args

import typer

from points_engine.cli.commands import command
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

Outcome = Literal["accepted", "refused"]


def log(
    terminal: Terminal,
    most: Annotated[int, typer.Option("--most", min=1, max=1_000, help="Lines at most, newest first. / 条数")] = 50,
    after: Annotated[str, typer.Option("--after", help="Go on after this place (SEQ.INDEX). / 从此处继续")] = "",
    who: Annotated[str, typer.Option("--who", help="Only what this one asked for. / 经办人")] = "",
    key: Annotated[str, typer.Option("--key", help="Only what was asked with this API key. / 密钥编号")] = "",
    kind: Annotated[str, typer.Option("--command", help="Only this command. / 命令")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="accepted or refused. / 结果")] = "",
    staff: Annotated[bool, typer.Option("--staff", help="Only people with keys of their own. / 仅工作人员")] = False,
    since: Annotated[str, typer.Option("--since", help="Recorded at this time or later. / 起")] = "",
    until: Annotated[str, typer.Option("--until", help="Recorded before this time. / 止")] = "",
) -> None:
    """Show who did what, with which key, and what became of it. / 操作日志"""
    from points_engine.reading import Reader, journal

    if outcome and outcome not in get_args(Outcome):
        raise BadInput("--outcome 应为 accepted 或 refused", "--outcome is accepted or refused")
    result = cast(Outcome, outcome) if outcome else None
    times = (_time("--since", since), _time("--until", until))
    wanted = journal.Wanted(who, key, kind, result, staff, *times)
    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        page = journal.actions(view, most, _place(after), wanted)
    titles = (
        ("时间", "when"),
        ("经办人", "who"),
        ("密钥", "key"),
        ("命令", "command"),
        ("关于", "about"),
        ("结果", "outcome"),
    )
    table = terminal.table("seq", *(terminal.say(*title) for title in titles))
    for each in page.items:
        about = ", ".join(f"{name}={value}" for name, value in each.content.items() if value not in (None, "", {}, []))
        table.add_row(
            f"{each.seq}.{each.index}", f"{each.recorded_at:%Y-%m-%d %H:%M:%S}", each.principal, each.credential,
            each.kind, about, each.code or terminal.say("已办", "accepted"),
        )  # fmt: skip
    rest = "" if page.next is None else ".".join(page.next)
    more = [terminal.say(f"还有更早的：--after {rest}", f"older lines: --after {rest}")] if rest else []
    terminal.show({"lines": page.items, "next": rest or None}, table, *more)


def _place(after: str) -> tuple[str, str] | None:
    seq, _, index = after.partition(".")
    if not after:
        return None
    if not (seq.isdigit() and index.isdigit()):
        raise BadInput(f"--after {after} 应写作 SEQ.INDEX", f"--after {after} is written SEQ.INDEX")
    return seq, index


def _time(option: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"{option} {text} 应为时间", f"{option} {text} is not a time such as 2026-03-01T09:00+08:00"
        ) from error
    return moment if moment.tzinfo is not None else moment.astimezone()


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    command(group, "log")(log)
