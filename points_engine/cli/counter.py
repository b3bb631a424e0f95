"""The counter at the command line: `hold`, `voucher`, `confirm`, `cancel`, `refund`, `donate`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, done
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

Code = Annotated[str, typer.Argument(help="The voucher's code. / 兑换码", show_default=False)]


def hold(
    terminal: Terminal,
    number: Annotated[str, typer.Argument(help="The volunteer's number. / 志愿者编号", show_default=False)],
    scheme: Annotated[str, typer.Argument(help="The scheme. / 账套", show_default=False)],
    reward: Annotated[str, typer.Argument(help="The reward. / 兑换品", show_default=False)],
    quantity: Annotated[int, typer.Option("--quantity", min=1, help="How many. / 数量")] = 1,
    outlet: Annotated[str, typer.Option("--outlet", help="Only at this outlet. / 兑换点")] = "",
    choice: Annotated[str, typer.Option("--choice", help="Which of a bundle. / 所选的一种")] = "",
    asked_minor: Annotated[
        int | None, typer.Option("--asked-minor", min=0, help="The outlet's price of one, in fen. / 标价（分）")
    ] = None,
    offered: Annotated[str, typer.Option("--offered", help="Points given for one of them. / 每件支出积分")] = "",
    key: Key = "",
) -> None:
    """Set points aside for a reward and issue a voucher. / 预留兑换品"""
    from points_engine.flow.counter.holds import PlaceHold
    from points_engine.flow.shapes import exact_number

    given = exact_number("offered", offered) if offered else None
    command = PlaceHold(number, scheme, reward, outlet, quantity, choice, asked_minor, given)
    result = terminal.submit(command, key)
    with terminal.books() as (engine, _):
        result = {**result, "token": engine.voucher_token(result)}
    points, code, until = result["points"], result["code"], result["expires_at"][:16] + "Z"
    done(
        terminal,
        result,
        f"预留 {reward} × {quantity}，{points} 分；兑换码 {code}，{until} 前有效",
        f"{reward} x {quantity} held for {points} points; code {code}, until {until}",
    )


def voucher(
    terminal: Terminal,
    code: Code,
    svg: Annotated[Path | None, typer.Option("--svg", help="Write the QR code to this file. / 二维码写入文件")] = None,
) -> None:
    """Show a voucher with its QR code, which says its signed token. / 显示兑换券"""
    import segno

    from api.drawing import qr_svg
    from points_engine.reading import Reader
    from points_engine.reading import counter as reading

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found = reading.redemption(view, engine.short_code(code))
        token = engine.voucher_token(found.hold)
    if svg is not None:
        svg.write_text(qr_svg(token), encoding="utf-8")
    hold, until = found.hold, f"{found.hold.expires_at:%Y-%m-%d %H:%M}Z"
    picture = StringIO()
    segno.make(token, error="m", micro=False).terminal(picture, compact=True)
    what = terminal.say(f"{found.title.zh} × {hold.quantity}", f"{found.title.en} x {hold.quantity}")
    terminal.show(
        {"code": hold.code, "token": token, "reward": hold.reward, "state": hold.state, "expires_at": hold.expires_at},
        what,
        terminal.say(f"兑换码 {hold.code}，{until} 前有效", f"code {hold.code}, until {until}"),
        *([] if svg is not None else [picture.getvalue()]),
    )


def confirm(
    terminal: Terminal,
    code: Code,
    outlet: Annotated[str, typer.Option("--outlet", help="The outlet that hands it over. / 兑换点")],
    key: Key = "",
) -> None:
    """Confirm a voucher at an outlet: it is used. / 确认兑换"""
    from points_engine.flow.counter.redemptions import ConfirmHold

    result = terminal.submit(ConfirmHold(code, outlet), key)
    what = f"{result['reward']} × {result['quantity']}"
    if result.get("again"):
        done(terminal, result, f"此前已兑换 {what}", f"{what} was redeemed here before")
    else:
        points = result["points"]
        done(terminal, result, f"已兑换 {what}，{points} 分", f"{what} redeemed for {points} points")


def cancel(terminal: Terminal, code: Code, key: Key = "") -> None:
    """Cancel a hold: points, stock and budget return. / 取消预留"""
    from points_engine.flow.counter.holds import CancelHold

    done(terminal, terminal.submit(CancelHold(code), key), f"{code} 已取消", f"{code} is cancelled")


def refund(
    terminal: Terminal,
    code: Code,
    reason: Annotated[str, typer.Option("--reason", help="Why. / 原因")],
    outlet: Annotated[str, typer.Option("--outlet", help="The outlet that takes it back; none: staff. / 兑换点")] = "",
    quantity: Annotated[int | None, typer.Option("--quantity", min=1, help="How many; default all. / 数量")] = None,
    restock: Annotated[bool, typer.Option(help="Put the items back on the shelf. / 退回库存")] = True,
    key: Key = "",
) -> None:
    """Refund a redemption, whole or in part. / 退换"""
    from points_engine.flow.counter.redemptions import RefundRedemption

    result = terminal.submit(RefundRedemption(code, reason, outlet, quantity, restock), key)
    done(terminal, result, f"{code} 退回 {result['points']} 分", f"{result['points']} points of {code} are refunded")


def give(
    terminal: Terminal,
    number: Annotated[str, typer.Argument(help="Who gives. / 转赠人编号", show_default=False)],
    scheme: Annotated[str, typer.Argument(help="The scheme. / 账套", show_default=False)],
    points: Annotated[str, typer.Argument(help="How many points. / 积分", show_default=False)],
    to: Annotated[str, typer.Option("--to", help="The receiver's number. / 受赠人编号")] = "",
    fund: Annotated[str, typer.Option("--fund", help="Or the fund. / 或基金")] = "",
    group: Annotated[str, typer.Option("--group", help="Or the group. / 或团体")] = "",
    kinship: Annotated[str, typer.Option("--kinship", help="What they are to the giver. / 亲属关系")] = "",
    key: Key = "",
) -> None:
    """Give points to somebody, to a group or a fund. / 转赠积分"""
    from points_engine.flow.money.gifts import GivePoints
    from points_engine.flow.shapes import exact_number

    kind, receiver = receiver_of(to, fund, group)
    command = GivePoints(number, scheme, exact_number("points", points), kind, receiver, kinship)
    result = terminal.submit(command, key)
    given = result["points"]
    done(terminal, result, f"{number} 转赠 {given} 分给 {receiver}", f"{number} gave {given} points to {receiver}")


def receiver_of(to: str, fund: str, group: str) -> tuple[str, str]:
    """Who is given points, by the one option that names them.

    Raises: BadInput.
    """
    named = [(kind, code) for kind, code in (("volunteer", to), ("fund", fund), ("group", group)) if code]
    if len(named) != 1:
        zh = "请用 --to、--fund 或 --group 之一指明受赠方"
        raise BadInput(zh, "name the receiver by one of --to, --fund and --group")
    return named[0]


def donate(
    terminal: Terminal,
    fund: Annotated[str, typer.Argument(help="The fund. / 基金", show_default=False)],
    amount: Annotated[str, typer.Argument(help="Amount, such as 1000.00. / 金额", show_default=False)],
    donor: Annotated[str, typer.Option("--donor", help="Who gives it. / 捐赠人")],
    key: Key = "",
) -> None:
    """Book a donation into a fund. / 基金收到捐赠"""
    from points_engine.flow.money.funds import ReceiveDonation

    minor = _minor(terminal, fund, amount)
    result = terminal.submit(ReceiveDonation(fund, minor, donor), key)
    done(terminal, result, f"基金 {fund} 收到 {amount}", f"the fund {fund} received {amount}")


def allot(
    terminal: Terminal,
    fund: Annotated[str, typer.Argument(help="The fund. / 基金", show_default=False)],
    points: Annotated[str, typer.Argument(help="Points, such as 1000 or 1/2. / 积分", show_default=False)],
    scheme: Annotated[str, typer.Option("--scheme", help="Of which scheme. / 账套")],
    reason: Annotated[str, typer.Option("--because", help="By whose decision. / 依据")],
    key: Key = "",
) -> None:
    """Allot points to a fund: the budget of the grants that rules pay from it. / 向基金拨付积分"""
    from points_engine.flow.money.funds import AllotPoints
    from points_engine.flow.shapes import exact_number

    result = terminal.submit(AllotPoints(fund, scheme, exact_number("points", points), reason), key)
    left = result["points"]
    done(terminal, result, f"基金 {fund} 现有积分 {left}", f"the fund {fund} holds {left} points")


def _minor(terminal: Terminal, fund: str, amount: str) -> int:
    """An amount of money in the minor units of a fund's currency."""
    from sqlalchemy import select

    from points_engine.flow.entities import Fund
    from points_engine.interchange.books import MINOR_DIGITS
    from points_engine.store.tables import table_of

    table = table_of(Fund)
    with terminal.books() as (_, store), store.reading() as connection:
        currency: Any = connection.execute(select(table.c.currency).where(table.c.code == fund)).scalar()
    digits = MINOR_DIGITS.get(currency, 2)
    try:
        minor = Decimal(amount).scaleb(digits)
        if minor != minor.to_integral_value():
            raise InvalidOperation
        return int(minor)
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise BadInput(
            f"金额 {amount} 应为至多 {digits} 位小数的数", f"{amount} is not an amount with at most {digits} decimals"
        ) from error


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for name, function in (
        ("hold", hold),
        ("voucher", voucher),
        ("confirm", confirm),
        ("cancel", cancel),
        ("refund", refund),
        ("give", give),
        ("donate", donate),
        ("allot", allot),
    ):
        command(group, name)(function)
