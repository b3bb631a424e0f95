"""Vouchers that were taken without a network, and who bears those that could not be used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.model.books import SOME, Asked, Books, Held, No, Taken, day_of, told
from tests.model.counter import FUND, handed_over, seen, the_hold
from tests.model.rules import NEVER

ENDED = {
    "confirmed": "already_used", "refunded": "voucher_refunded", "released": "voucher_cancelled",
    "expired": "hold_expired",
}  # fmt: skip


def confirm_offline(books: Books, asked: Asked, code: str, outlet: str, device: str, at: datetime) -> dict[str, Any]:
    """What was handed over is confirmed as of then, or listed and borne by somebody."""
    partner = books.found("outlet", outlet)[0]
    held = the_hold(books, code)
    if held.partner != partner or held.outlet not in ("", outlet):
        raise No("wrong_outlet")
    brought = [each for each in books.taken if each.hold == held.id]
    mine = [each for each in brought if (each.outlet, each.device) == (outlet, device)]
    if mine:
        return _told(held, mine[0]) | {"entry": None, "again": True}
    if held.state == "confirmed" and held.used_at == outlet and all(each.conflict for each in brought):
        return seen(held) | {"offline_use": None, "conflict": None, "again": True}
    moment = min(max(at, held.placed_at), asked.now)
    day = day_of(moment)
    prize = books.edition(held.scheme, day).prizes.get(held.reward)
    most, _, charge = (prize.offline if prize is not None else None) or (0, 0, "outlet")
    before = sum(
        (each.device, each.scheme, each.reward, day_of(each.at)) == (device, held.scheme, held.reward, day)
        for each in books.taken
    )
    conflict = _why_not(held, asked, moment, most, before)
    pays, entry = 0, None
    is_unknowable = conflict in ("already_used", "voucher_refunded", "voucher_cancelled")
    if is_unknowable and charge == "fund" and before < most and books.total(f"fund/{FUND}", "CNY") >= held.pays:
        pays = held.pays
    if not conflict:
        entry = handed_over(books, held, outlet, moment)
    elif pays:
        entry = books.post(
            [(f"fund/{FUND}", "CNY", -pays, NEVER), (f"partner/{held.partner}/payable", "CNY", pays, NEVER)]
        )
    charged = "fund" if pays else "outlet" if conflict else ""
    taken = Taken(held.id, held.scheme, held.reward, outlet, device, moment, conflict, charged, pays)
    books.taken.append(taken)
    return _told(held, taken) | {"entry": entry, "again": False}


def _why_not(held: Held, asked: Asked, moment: datetime, most: int, before: int) -> str:
    if not most or held.brought_until is None:
        return "reward_not_offered"
    if held.ends < moment or held.brought_until < asked.now:
        return "hold_expired"
    if held.state != "open":
        return ENDED[held.state]
    return "limit_reached" if before >= most else ""


def _told(held: Held, taken: Taken) -> dict[str, Any]:
    return seen(held) | {
        "offline_use": SOME, "outlet": taken.outlet, "taken_at": told(taken.at), "conflict": taken.conflict or None,
        "charged": taken.charged or None, "pays": taken.pays,
    }  # fmt: skip
