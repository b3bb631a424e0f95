"""`points unit`: the organisation tree, now and on a day; units added and moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, done
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

if TYPE_CHECKING:
    from points_engine.flow.entities import Unit

Code = Annotated[str, typer.Argument(help="The unit's code. / 组织编号", show_default=False)]


def day_of(option: str, text: str) -> date:
    """A day given as an option.

    Raises: BadInput.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        zh, en = f"{option} {text} 应为日期，如 2026-03-01", f"{option} {text} is not a day such as 2026-03-01"
        raise BadInput(zh, en) from None


def tree(
    terminal: Terminal,
    top: Annotated[str, typer.Argument(help="Only this unit and what is below it. / 从此组织起")] = "",
    on: Annotated[str, typer.Option("--on", help="As it was on this day. / 某日的组织树")] = "",
) -> None:
    """Show the tree of units. / 组织树"""
    from points_engine.flow.entities import Unit
    from points_engine.reading import Reader
    from points_engine.reading.units import parent_on

    day = day_of("--on", on) if on else None
    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        if top:
            view.the(Unit, "unit", top)
        parents = {unit.code: (unit, parent_on(view, unit, day)) for unit in view.where(Unit)}
    found = list(_below(parents, top))
    lines = [
        f"{'  ' * depth}{unit.code}  {terminal.say(unit.name_zh, unit.name_en)}  ({unit.kind})" for depth, unit in found
    ]
    document = [
        {"unit": unit.code, "parent": parents[unit.code][1], "kind": unit.kind, "zh": unit.name_zh, "en": unit.name_en}
        for _, unit in found
    ]
    terminal.show({"units": document}, *lines)


def to_whose_credit(
    terminal: Terminal,
    since: Annotated[str, typer.Option("--since", help="First day of service. / 首日", show_default=False)],
    until: Annotated[str, typer.Option("--until", help="Last day of service. / 末日", show_default=False)],
    role: Annotated[str, typer.Option("--role", help="home or work. / 居住地 home，单位 work")] = "home",
    scheme: Annotated[str, typer.Option("--scheme", help="Only this scheme. / 账套")] = "",
) -> None:
    """Show to which units' credit points were awarded; the rows add up to all of them. / 积分记入哪些组织"""
    from points_engine.ledger.amounts import shown
    from points_engine.reading import Reader
    from points_engine.reading.attributions import Role, attributed

    if role not in ("home", "work"):
        raise BadInput(f"--role {role} 应为 home 或 work", f"--role {role} is neither home nor work")
    whose: Role = "home" if role == "home" else "work"
    first, last = day_of("--since", since), day_of("--until", until)
    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found = attributed(view, first, last, whose, scheme=scheme)
    lines = [
        f"{each.scheme.code}  {each.unit or '—'}  "
        + terminal.say(
            f"{each.awards} 次，{each.minutes} 分钟，{shown(each.points, each.scheme.scale)} 分",
            f"{each.awards} awards, {each.minutes} min, {shown(each.points, each.scheme.scale)} points",
        )
        for each in found
    ]
    document = [
        {"scheme": each.scheme.code, "unit": each.unit or None, "awards": each.awards, "minutes": each.minutes,
         "points": shown(each.points, each.scheme.scale)}
        for each in found
    ]  # fmt: skip
    terminal.show({"credits": document}, *lines)


def _below(parents: dict[str, tuple[Unit, str | None]], top: str) -> Iterator[tuple[int, Unit]]:
    """Units from the top down, each with its depth; a unit is told once, whatever its way up."""
    below: dict[str, list[Unit]] = {}
    for unit, parent in parents.values():
        below.setdefault(parent or "", []).append(unit)
    waiting = [(0, parents[top][0])] if top else [(0, unit) for unit in reversed(_sorted(below.get("", [])))]
    while waiting:
        depth, unit = waiting.pop()
        yield depth, unit
        waiting += [(depth + 1, each) for each in reversed(_sorted(below.get(unit.code, [])))]


def _sorted(units: list[Unit]) -> list[Unit]:
    return sorted(units, key=lambda unit: unit.code)


def add(
    terminal: Terminal,
    code: Code,
    kind: Annotated[str, typer.Argument(help="district, street, community, grid, building, … / 类别")],
    zh: Annotated[str, typer.Option("--zh", help="Its name in Chinese. / 中文名称")],
    en: Annotated[str, typer.Option("--en", help="Its name in English. / 英文名称")],
    parent: Annotated[str, typer.Option("--under", help="The unit above it. / 上级组织")] = "",
    key: Key = "",
) -> None:
    """Add a unit. / 新增组织"""
    from points_engine.flow.programme import RegisterUnit

    result = terminal.submit(RegisterUnit(code, kind, zh, en, parent or None), key)
    done(terminal, result, f"组织 {code} 已登记", f"unit {code} is registered")


def move(
    terminal: Terminal,
    code: Code,
    parent: Annotated[str, typer.Option("--under", help="The unit above it; none: the top. / 上级组织")] = "",
    since: Annotated[str, typer.Option("--since", help="From this day on. / 自哪天起")] = "",
    key: Key = "",
) -> None:
    """Let a unit stand under another one, from a day on (today, where none is given). / 调整上级"""
    from points_engine.flow.rules import today
    from points_engine.flow.units import MoveUnit
    from points_engine.reading import Reader

    if since:
        day = day_of("--since", since)
    else:
        with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
            day = view.ask(today)
    result = terminal.submit(MoveUnit(code, parent or None, day), key)
    above = parent or terminal.say("最上级", "the top")
    done(terminal, result, f"组织 {code} 自 {day} 起隶属 {above}", f"unit {code} stands under {above} from {day}")


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (("tree", tree), ("credits", to_whose_credit), ("add", add), ("move", move)):
        command(group, name)(function)
