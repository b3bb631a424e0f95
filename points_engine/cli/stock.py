"""Stock at the command line: `stock`, `stock-move`, `stock-carry`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, done
from points_engine.cli.terminal import Terminal


def stock(terminal: Terminal) -> None:
    """The books of stock: what came, what is gone, what lies there. / 库存账"""
    from points_engine.reading import Reader
    from points_engine.reading import stock as reading

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        books = reading.stock(view)
    told = [
        {
            "scheme": each.scheme, "reward": each.reward, "available": each.available, "set_aside": each.set_aside,
            "moves": each.moves, "redeemed": each.redeemed, "redeemed_at": each.redeemed_at,
            "shelves": [asdict(shelf) for shelf in each.shelves],
        }
        for each in books
    ]  # fmt: skip
    zh, en = [], []
    for each in books:
        zh.append(f"{each.reward}：可用 {each.available}，预留 {each.set_aside}，已兑 {each.redeemed}")
        en.append(f"{each.reward}: {each.available} available, {each.set_aside} set aside, {each.redeemed} redeemed")
        for shelf in each.shelves if any(shelf.outlet for shelf in each.shelves) else ():
            numbers = shelf.available, shelf.set_aside, shelf.redeemed
            zh.append("  {}：可用 {}，预留 {}，已兑 {}".format(shelf.outlet or "共有", *numbers))
            en.append("  {}: {} available, {} set aside, {} redeemed".format(shelf.outlet or "in common", *numbers))
    done(terminal, {"stock": told}, "\n".join(zh) or "没有库存账", "\n".join(en) or "no stock is kept")


def stock_move(
    terminal: Terminal,
    scheme: Annotated[str, typer.Argument(help="The scheme. / 账套", show_default=False)],
    reward: Annotated[str, typer.Argument(help="The reward. / 兑换品", show_default=False)],
    kind: Annotated[str, typer.Argument(help="donated, bought, counted or lost. / 类别", show_default=False)],
    items: Annotated[int, typer.Argument(min=0, help="How many. / 数量", show_default=False)],
    outlet: Annotated[str, typer.Option("--outlet", help="Where. / 兑换点")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why, or from whom. / 原因")] = "",
    key: Key = "",
) -> None:
    """Write down that items came, are gone, or were counted. / 库存变动"""
    from points_engine.flow.counter.stock import MoveStock

    result = terminal.submit(MoveStock(scheme, reward, kind, items, outlet, reason), key)
    change, left = result["change"], result["available"]
    done(terminal, result, f"{reward} {change:+}，可用 {left}", f"{reward} {change:+}, {left} available")


def stock_carry(
    terminal: Terminal,
    scheme: Annotated[str, typer.Argument(help="The scheme. / 账套", show_default=False)],
    reward: Annotated[str, typer.Argument(help="The reward. / 兑换品", show_default=False)],
    items: Annotated[int, typer.Argument(min=1, help="How many. / 数量", show_default=False)],
    there: Annotated[str, typer.Option("--from", help="From which outlet; none: in common. / 调出兑换点")] = "",
    here: Annotated[str, typer.Option("--to", help="To which outlet; none: in common. / 调入兑换点")] = "",
    reason: Annotated[str, typer.Option("--reason", help="Why. / 原因")] = "",
    key: Key = "",
) -> None:
    """Write down that items went from one outlet's shelf to another's. / 库存调拨"""
    from points_engine.flow.counter.carrying import CarryStock

    result = terminal.submit(CarryStock(scheme, reward, items, there, here, reason), key)
    left, arrived = (_told(result[name]) for name in ("left", "arrived"))
    zh, en = f"{reward} 调拨 {items}：{left[0]}，{arrived[0]}", f"{reward}: {items} carried; {left[1]}, {arrived[1]}"
    done(terminal, result, zh, en)


def _told(shelf: dict[str, Any]) -> tuple[str, str]:
    """What a shelf has, in both languages."""
    place, left = shelf["outlet"], shelf["available"]
    return f"{place or '共有'} 可用 {left}", f"{left} available {f'at {place}' if place else 'in common'}"


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for name, function in (("stock", stock), ("stock-move", stock_move), ("stock-carry", stock_carry)):
        command(group, name)(function)
