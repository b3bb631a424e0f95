"""`points draw`: draws of scarce things, and drawing them again from what is published, with no books at hand."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.service import Key, done, moment
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

Draw = Annotated[str, typer.Argument(help="The draw's code. / 抽签编号", show_default=False)]
PUBLISHED_BYTES = 4 << 20
"""bytes of a published draw: as many tickets as one may have, and room to spare."""


def open_draw(
    terminal: Terminal,
    draw: Draw,
    scheme: Annotated[str, typer.Option("--scheme", help="The scheme. / 账套")],
    rule: Annotated[str, typer.Option("--rule", help="The draw of the rules that it goes by. / 抽签规则")],
    closes_at: Annotated[str, typer.Option("--closes-at", help="Until when can be entered. / 报名截止")],
    reward: Annotated[str, typer.Option("--reward", help="The reward given out. / 兑换品")] = "",
    activity: Annotated[str, typer.Option("--activity", help="The activity given out. / 活动")] = "",
    places: Annotated[int, typer.Option("--places", min=0, help="How many; 0: as the rule says. / 名额")] = 0,
    offer_hours: Annotated[int, typer.Option("--offer-hours", min=1, help="To take a place up. / 保留小时数")] = 48,
    outlet: Annotated[str, typer.Option("--outlet", help="Whose stock, if each outlet has its own. / 兑换点")] = "",
    key: Key = "",
) -> None:
    """Open a draw; its seed is committed to, what it gives out is kept aside. / 开放抽签"""
    from points_engine.flow.scarce.draws import OpenDraw

    until = moment("--closes-at", closes_at)
    if until is None:
        raise BadInput("请给出 --closes-at", "--closes-at is needed")
    asked = OpenDraw(draw, scheme, rule, until, reward, activity, places or None, offer_hours, outlet)
    result = terminal.submit(asked, key)
    count, seal = result["places"], result["commitment"] or "—"
    done(
        terminal,
        result,
        f"抽签 {draw}：{count} 个名额，承诺值 {seal}",
        f"draw {draw}: {count} places, committed to {seal}",
    )


def draw_now(terminal: Terminal, draw: Draw, key: Key = "") -> None:
    """Draw, once nobody can enter any more. / 抽签"""
    from points_engine.flow.scarce.draws import DrawNow

    result = terminal.submit(DrawNow(draw), key)
    winners = ", ".join(map(str, result["winners"])) or "—"
    done(
        terminal,
        result,
        f"中签签号 {winners}；候补 {result['waiting']}",
        f"winners {winners}; {result['waiting']} wait",
    )


def cancel(
    terminal: Terminal,
    draw: Draw,
    reason: Annotated[str, typer.Option("--reason", help="Why. / 原因")],
    key: Key = "",
) -> None:
    """Cancel a draw; what was kept aside is free again, what was taken up stays. / 取消抽签"""
    from points_engine.flow.scarce.cancelling import CancelDraw

    result = terminal.submit(CancelDraw(draw, reason), key)
    void = result["void"]
    done(terminal, result, f"抽签 {draw} 已取消，{void} 个签号作废", f"draw {draw} cancelled; {void} tickets are void")


def list_draws(
    terminal: Terminal,
    scheme: Annotated[str, typer.Option("--scheme", help="Only of this scheme. / 账套")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1_000, help="Lines at most, newest first. / 条数")] = 50,
) -> None:
    """List draws, newest first. / 抽签列表"""
    from points_engine.reading import Reader, scarce

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        page = scarce.draws(view, most, scheme=scheme)
    titles = (("编号", "draw"), ("账套", "scheme"), ("分配", "gives out"), ("方式", "order"), ("状态", "state"),
              ("名额", "places"), ("签数", "entries"), ("截止", "closes"))  # fmt: skip
    table = terminal.table(*(terminal.say(*title) for title in titles))
    for each in page.items:
        table.add_row(each.code, each.scheme, each.about, each.order, each.state, str(each.places),
                      str(each.tickets), f"{each.closes_at:%Y-%m-%d %H:%M}Z")  # fmt: skip
    terminal.show({"draws": [scarce.head(each) for each in page.items]}, table)


def show(terminal: Terminal, draw: Draw) -> None:
    """Show a draw as it is published; with --json, what `verify` reads. / 公布内容"""
    from points_engine.reading import Reader, scarce

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        document = scarce.published(scarce.a_draw(view, draw))
    terminal.show(document, *_told(terminal, document))


def verify(
    terminal: Terminal,
    file: Annotated[str, typer.Argument(help="A published draw as JSON; - reads it from stdin. / 公布的 JSON")],
) -> None:
    """Draw again from the published document alone; exit code 1 where something does not hold. / 核验"""
    from points_engine.flow.scarce.proof import HOW, faults

    document = _read(file)
    try:
        found = faults(document)
    except (KeyError, TypeError, ValueError):
        raise BadInput("不是公布的抽签", "this is not a published draw") from None
    said = [terminal.say(each.zh, str(each)) for each in found]
    if document["drawn_at"] is not None:
        good = terminal.say("结果相同：种子、排名和名额都对得上", "the same: seed, ranking and places hold")
    else:
        good = terminal.say("尚未抽签，编号连续", "not drawn yet; the tickets are numbered without a hole")
    told = {"draw": document.get("draw"), "holds": not found, "faults": said}
    terminal.show(told, terminal.say(HOW.zh, str(HOW)), *(said or [good]))
    if found:
        raise Found


def _read(file: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read(PUBLISHED_BYTES + 1) if file == "-" else Path(file).read_text(encoding="utf-8")
        document = json.loads(text) if len(text) <= PUBLISHED_BYTES else None
    except (OSError, ValueError) as error:
        raise BadInput(f"无法读取 {file}：{error}", f"{file} cannot be read: {error}") from None
    if not isinstance(document, dict):
        raise BadInput(f"{file} 不是公布的抽签", f"{file} is not a published draw")
    return document


def _told(terminal: Terminal, document: dict[str, Any]) -> list[Any]:
    title, about = document["title"], document["about_title"]
    head = f"{document['draw']}  {terminal.say(title['zh'], title['en'])} · {terminal.say(about['zh'], about['en'])}"
    said = terminal.say("承诺值", "committed to"), terminal.say("种子", "seed")
    lines: list[Any] = [head, f"{said[0]}: {document['commitment'] or '—'}", f"{said[1]}: {document['seed'] or '—'}"]
    titles = (("签号", "ticket"), ("组别", "group"), ("排名", "place"), ("状态", "state"))
    table = terminal.table(*(terminal.say(*each) for each in titles))
    for each in sorted(document["tickets"], key=lambda each: each["place"] or len(document["tickets"]) + 1):
        table.add_row(str(each["ticket"]), str(each["group"]), str(each["place"] or "—"), each["state"])
    return [*lines, table]


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (
        ("list", list_draws), ("show", show), ("open", open_draw), ("draw", draw_now), ("cancel", cancel),
        ("verify", verify),
    ):  # fmt: skip
        command(group, name)(function)
