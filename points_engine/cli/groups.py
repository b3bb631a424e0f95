"""`points group`: teams and organisations that are given points, and give them on."""

from __future__ import annotations

from typing import Annotated

import typer

from points_engine.cli.commands import command
from points_engine.cli.counter import receiver_of
from points_engine.cli.service import Key, done
from points_engine.cli.terminal import Terminal

Code = Annotated[str, typer.Argument(help="The group's code. / 团体编号", show_default=False)]


def show(terminal: Terminal) -> None:
    """Show the groups, and what they can give on. / 团体及其可捐积分"""
    from points_engine.reading import Reader
    from points_engine.reading.groups import groups

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found = groups(view)
    table = terminal.table(
        *(terminal.say(*each) for each in (("团体", "group"), ("名称", "name"), ("积分", "points")))
    )  # fmt: skip
    for each in found:
        points = ", ".join(f"{amount} ({scheme})" for scheme, amount in each.points.items()) or "0"
        table.add_row(each.group.code, terminal.say(each.group.name_zh, each.group.name_en), points)
    document = [
        {"group": each.group.code, "zh": each.group.name_zh, "en": each.group.name_en, "points": each.points}
        for each in found
    ]
    nothing = terminal.say("还没有团体。", "There is no group yet.")
    terminal.show({"groups": document}, table if found else nothing)


def add(
    terminal: Terminal,
    code: Code,
    zh: Annotated[str, typer.Option("--zh", help="Its name in Chinese. / 中文名称")],
    en: Annotated[str, typer.Option("--en", help="Its name in English. / 英文名称")],
    key: Key = "",
) -> None:
    """Add a group. / 新增团体"""
    from points_engine.flow.programme import RegisterGroup

    result = terminal.submit(RegisterGroup(code, zh, en), key)
    done(terminal, result, f"团体 {code} 已登记", f"group {code} is registered")


def give(
    terminal: Terminal,
    code: Code,
    scheme: Annotated[str, typer.Argument(help="The scheme. / 账套", show_default=False)],
    points: Annotated[str, typer.Argument(help="How many points. / 积分", show_default=False)],
    to: Annotated[str, typer.Option("--to", help="The receiver's number. / 受赠人编号")] = "",
    fund: Annotated[str, typer.Option("--fund", help="Or the fund. / 或基金")] = "",
    group: Annotated[str, typer.Option("--group", help="Or another group. / 或另一团体")] = "",
    key: Key = "",
) -> None:
    """Let a group give points on. / 团体捐赠积分"""
    from points_engine.flow.money.gifts import GiveFromGroup
    from points_engine.flow.shapes import exact_number

    kind, receiver = receiver_of(to, fund, group)
    result = terminal.submit(GiveFromGroup(code, scheme, exact_number("points", points), kind, receiver), key)
    given = result["points"]
    done(terminal, result, f"团体 {code} 捐赠 {given} 分给 {receiver}", f"{code} gave {given} points to {receiver}")


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (("list", show), ("add", add), ("give", give)):
        command(group, name)(function)
