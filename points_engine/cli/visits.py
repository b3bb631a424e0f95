"""The counter without a reservation at the command line: `link-phone`, `visit`, `redeem`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, done
from points_engine.cli.terminal import Terminal

if TYPE_CHECKING:
    from points_engine.flow.counter.visits import RewardTaken

Number = Annotated[str, typer.Argument(help="The volunteer's number. / 志愿者编号", show_default=False)]


def link_phone(terminal: Terminal, number: Number, key: Key = "") -> None:
    """Count a volunteer's phone as linked: those before no longer work. / 绑定手机"""
    from points_engine.flow.counter.cards import LinkPhone

    result = terminal.submit(LinkPhone(number), key)
    count = result["generation"]
    done(terminal, result, f"{number} 已绑定第 {count} 部手机", f"phone {count} of {number} is linked")


def visit(
    terminal: Terminal,
    number: Number,
    outlet: Annotated[str, typer.Option("--outlet", help="Where they stand. / 兑换点")],
    shown: Annotated[str, typer.Option("--shown", help="The 8 digits on the phone. / 手机动态码")] = "",
    fetched_by: Annotated[str, typer.Option("--fetched-by", help="Who fetches it. / 代领人编号")] = "",
    key: Key = "",
) -> None:
    """Somebody stands at the counter: rewards can be taken for some minutes. / 到店"""
    from points_engine.flow.counter.visits import OpenVisit

    result = terminal.submit(OpenVisit(number, outlet, shown, fetched_by), key)
    identity, until = result["visit"], result["expires_at"][:16] + "Z"
    done(terminal, result, f"到店 {identity}，{until} 前有效", f"visit {identity}, until {until}")


def redeem(
    terminal: Terminal,
    visit: Annotated[str, typer.Argument(help="The visit. / 到店编号", show_default=False)],
    scheme: Annotated[str, typer.Argument(help="The scheme. / 账套", show_default=False)],
    rewards: Annotated[
        list[str],
        typer.Argument(help="Rewards, each as REWARD, REWARD*2 or REWARD=CHOICE. / 兑换品", show_default=False),
    ],
    key: Key = "",
) -> None:
    """Take rewards in a visit: all of them, or none. / 现场兑换"""
    from points_engine.flow.counter.visits import Redeem

    result = terminal.submit(Redeem(visit, tuple(_taken(scheme, each) for each in rewards)), key)
    lines = [f"{each['reward']} × {each['quantity']}: {each['points']} ({each['code']})" for each in result["rewards"]]
    done(terminal, result, f"已兑换 {'、'.join(lines)}", f"redeemed {', '.join(lines)}")


def _taken(scheme: str, text: str) -> RewardTaken:
    """One reward as it is typed.

    Raises: BadInput, InvalidValue.
    """
    from points_engine.flow.counter.visits import RewardTaken
    from points_engine.interchange.problems import BadInput

    reward, _, choice = text.partition("=")
    reward, _, times = reward.partition("*")
    if times and not times.isdecimal():
        raise BadInput(f"{text} 中的数量应为整数", f"the quantity in {text} is not a whole number")
    return RewardTaken(scheme, reward, int(times or 1), choice)


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for name, function in (("link-phone", link_phone), ("visit", visit), ("redeem", redeem)):
        command(group, name)(function)
