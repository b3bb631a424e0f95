"""`points webhook`: addresses that are told what happens. They are registered over HTTP, where their secret is told."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, done
from points_engine.cli.terminal import Terminal

Code = Annotated[str, typer.Argument(help="The webhook's code. / 推送地址编号", show_default=False)]

MOST = 200
"""lines of one list."""


class State(StrEnum):
    """What a webhook can be made."""

    active = "active"
    paused = "paused"
    removed = "removed"


STATES = {
    "active": ("推送中", "active"),
    "paused": ("已暂停", "paused"),
    "suspended": ("已停用（对方长期无应答）", "suspended: nobody answered"),
    "removed": ("已移除", "removed"),
}


def show(terminal: Terminal) -> None:
    """Show where they are, how far they were told, and what they did not take. / 推送地址及进度"""
    from points_engine.reading import Reader
    from points_engine.reading.public import head
    from points_engine.reading.webhooks import place_of, webhooks

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found, newest = webhooks(view, MOST, None).items, head(view)
    columns = (
        ("编号", "code"),
        ("状态", "state"),
        ("已推送至", "told until"),
        ("待重发", "waiting"),
        ("放弃", "given up"),
    )
    table = terminal.table(*(terminal.say(*each) for each in columns))
    for each in found:
        told = place_of(each.cursor)
        state = terminal.say(*STATES[each.webhook.state])
        table.add_row(each.webhook.code, state, told, str(each.waiting), str(each.given_up))
    document = [
        {
            "webhook": each.webhook.code, "url": each.webhook.url, "state": each.webhook.state,
            "seq": each.cursor.seq, "index": each.cursor.index, "taken": each.cursor.sent,
            "waiting": each.waiting, "given_up": each.given_up, "failures": each.cursor.failures,
            "last_status": each.cursor.last_status or None, "last_error": each.cursor.last_error or None,
        }
        for each in found
    ]  # fmt: skip
    nothing = terminal.say("还没有推送地址。", "There is no webhook yet.")
    terminal.show({"webhooks": document, "seq": newest}, table if found else nothing)


def missed(terminal: Terminal, code: Code) -> None:
    """Show the messages that a webhook did not take. / 未送达的消息"""
    from points_engine.reading import Reader
    from points_engine.reading import webhooks as reading

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found = reading.missed(view, code, MOST, None).items
    columns = (("位置", "place"), ("次数", "attempts"), ("下次", "next"), ("原因", "why"))
    table = terminal.table(*(terminal.say(*each) for each in columns))
    for each in found:
        upcoming = terminal.say("已放弃", "given up") if each.next_at is None else f"{each.next_at:%Y-%m-%d %H:%M}Z"
        why = each.last_error or str(each.last_status)
        table.add_row(f"{each.seq}-{each.index}", str(each.attempts), upcoming, why)
    document = [
        {
            "place": f"{each.seq}-{each.index}", "attempts": each.attempts, "first_at": each.first_at,
            "next_at": each.next_at, "last_status": each.last_status or None, "last_error": each.last_error or None,
        }
        for each in found
    ]  # fmt: skip
    nothing = terminal.say("没有未送达的消息。", "Everything was taken.")
    terminal.show({"webhook": code, "missed": document}, table if found else nothing)


def set_state(
    terminal: Terminal,
    code: Code,
    state: Annotated[State, typer.Argument(help="What it becomes. / 新状态", show_default=False)],
    key: Key = "",
) -> None:
    """Pause, resume or remove a webhook; a paused one goes on where it stopped. / 暂停、恢复或移除"""
    from points_engine.flow.access.webhooks import SetWebhookState

    result = terminal.submit(SetWebhookState(code, state.value), key)
    zh, en = STATES[result["state"]]
    done(terminal, result, f"{code}：{zh}", f"{code}: {en}")


def replay(
    terminal: Terminal,
    code: Code,
    seq: Annotated[int, typer.Argument(min=0, help="The place in the journal. / 流水位置", show_default=False)],
    key: Key = "",
) -> None:
    """Tell everything behind a place in the journal again, under the ids of before. / 重新推送"""
    from points_engine.flow.access.webhooks import ReplayWebhook

    result = terminal.submit(ReplayWebhook(code, seq), key)
    done(terminal, result, f"{code}：自流水 {seq} 起重新推送", f"{code} is told again what stands from {seq} on")


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (("list", show), ("missed", missed), ("state", set_state), ("replay", replay)):
        command(group, name)(function)
