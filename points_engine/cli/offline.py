"""`points offline`: what an outlet keeps for when there is no network, what it brings later, and what did not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.cli.commands import command
from points_engine.cli.service import Key, done, moment
from points_engine.cli.terminal import Terminal

if TYPE_CHECKING:
    from points_engine.flow.entities import OfflineUse

Outlet = Annotated[str, typer.Argument(help="The outlet. / 兑换点", show_default=False)]


def kept(terminal: Terminal, outlet: Outlet) -> None:
    """What a device checks vouchers with: the key, the rewards, those that are over. / 断网核销资料"""
    from points_engine.reading import Reader, offline

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        found, key = offline.kept_for(view, outlet), engine.voucher_key()
    rewards = [
        {"scheme": each.scheme, "reward": each.reward.id, "most": each.terms.most,
         "within_minutes": each.terms.within, "charge": each.terms.charge}
        for each in found.rewards
    ]  # fmt: skip
    told = {
        "outlet": outlet, "key": key.id, "public_key": key.public.hex(), "rewards": rewards,
        "ended": [{"code": each.code, "why": each.why} for each in found.ended], "is_all": found.is_all,
    }  # fmt: skip
    count = len(found.ended)
    lines = [f"{each['reward']} ({each['scheme']}): {each['most']}" for each in rewards]
    zh, en = f"验签公钥 {key.id}；已失效兑换券 {count} 张", f"key {key.id}; {count} vouchers are over"
    terminal.show(told, terminal.say(zh, en), *lines)


def bring(
    terminal: Terminal,
    code: Annotated[
        str, typer.Argument(help="The token that was scanned, or the code. / 令牌或兑换码", show_default=False)
    ],
    outlet: Annotated[str, typer.Option("--outlet", help="Where it was taken. / 兑换点")],
    device: Annotated[str, typer.Option("--device", help="What took it. / 设备")],
    at: Annotated[str, typer.Option("--at", help="When, by its clock. / 时间")],
    key: Key = "",
) -> None:
    """Bring a voucher that was taken without a network: confirmed as of then, or listed. / 补报断网核销"""
    from points_engine.flow.counter.offline import ConfirmOffline
    from points_engine.reading.offline import WHY

    taken = moment("--at", at)
    assert taken is not None, "an option that must be given is not empty"
    result = terminal.submit(ConfirmOffline(code, outlet, device, taken), key)
    what = f"{result['reward']} × {result['quantity']}"
    if not result["conflict"]:
        done(terminal, result, f"已兑换 {what}", f"{what} redeemed")
        return
    why, charged = WHY[result["conflict"]], result["charged"]
    bears = {"fund": ("基金", "the fund"), "outlet": ("兑换点", "the outlet")}[charged]
    done(terminal, result, f"{what} 未能兑换（{why.zh}），由{bears[0]}承担", f"{what}: {why.en}; {bears[1]} bears it")


def list_uses(
    terminal: Terminal,
    everything: Annotated[bool, typer.Option("--all", help="Confirmed ones too. / 包括已确认的")] = False,
    outlet: Annotated[str, typer.Option("--outlet", help="Only what this outlet took. / 兑换点")] = "",
    most: Annotated[int, typer.Option("--most", min=1, max=1_000, help="Lines at most, oldest first. / 条数")] = 50,
) -> None:
    """List vouchers taken without a network that could not be confirmed. / 列出断网核销异常"""
    from points_engine.reading import Reader, offline

    with terminal.books() as (engine, store), Reader(store, engine.clock).open() as view:
        page = offline.uses(view, most, conflicts=not everything, outlets=(outlet,) if outlet else ())
    titles = (("时间", "taken"), ("兑换码", "code"), ("兑换品", "reward"), ("兑换点", "outlet"), ("设备", "device"),
              ("原因", "why"), ("承担", "borne by"))  # fmt: skip
    table = terminal.table(*(terminal.say(*title) for title in titles))
    for use in page.items:
        why = offline.WHY.get(use.conflict)
        table.add_row(f"{use.taken_at:%Y-%m-%d %H:%M}Z", use.code, use.reward, use.outlet, use.device,
                      "—" if why is None else terminal.say(why.zh, why.en), use.charged or "—")  # fmt: skip
    terminal.show({"offline_uses": [_plain(each) for each in page.items]}, table)


def _plain(use: OfflineUse) -> dict[str, Any]:
    return {
        "offline_use": use.id, "code": use.code, "scheme": use.scheme, "reward": use.reward, "outlet": use.outlet,
        "device": use.device, "taken_at": use.taken_at, "conflict": use.conflict or None,
        "charged": use.charged or None, "pays": use.pays, "brought_at": use.brought_at, "brought_by": use.brought_by,
    }  # fmt: skip


def add_to(group: typer.Typer) -> None:
    """Add these commands to their group."""
    for name, function in (("list", list_uses), ("bring", bring), ("kept", kept)):
        command(group, name)(function)
