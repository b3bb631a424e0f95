"""Outlets without a network: what their devices keep, what they bring later, and what did not fit."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import AtCounter, Caller, SeesStock
from api.asked import Asked
from api.bulk import Item, ItemOutcomes, Malformed, Plan, WriteAll, planned
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Gateway
from api.problems import responses
from api.routes.vouchers import key_shown
from api.shapes import Code, Moment
from api.told import Listed, words
from api.told.offline import EndedVoucher, OfflineUseShown, OutletOffline, RewardTakenOffline
from points_engine.errors import EngineError, Refusal
from points_engine.flow.counter.codes import TOKEN
from points_engine.flow.counter.offline import ConfirmOffline
from points_engine.flow.entities import OfflineUse
from points_engine.limits import BULK_ITEMS, TOKEN_CHARACTERS
from points_engine.reading import View, counter, offline

router = APIRouter(prefix="/v1", tags=["redemptions"])


class TakenVoucher(Asked):
    """A voucher that a device took: `id` is made on the device, `at` is its clock's time.

    A short code does not do: without a network nobody can tell a good one from a guess.
    """

    id: Annotated[str, Field(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] = Field(
        examples=["0b6ff0d33f2b4d388f5c1a3a1b1f9b51"], description="the same id is carried out once"
    )
    token: Annotated[str, Field(max_length=TOKEN_CHARACTERS, pattern=rf"^{TOKEN}[A-Z2-7]+$")] = Field(
        description="what the QR code says", examples=["PO1T6ZQDXKA6QPVQ2AYHEEYSUAWDAGDMYAAB"]
    )
    at: Moment = Field(examples=["2026-11-20T10:05:00+08:00"])


class TakenVouchers(Asked):
    """What a device took while it had no network, in the order in which it happened."""

    items: list[Item[TakenVoucher]] = Field(min_length=1, max_length=BULK_ITEMS)
    outlet: Code | None = Field(None, description="a merchant's key says which it is", examples=["wangs-1"])


class TakenOutcomes(ItemOutcomes):
    """The outcomes of all vouchers. Those that could not be confirmed were accepted, and say why in `conflict`."""

    conflicts: int = Field(description="vouchers that could not be confirmed", examples=[0])


@router.get("/outlets/{outlet}/offline", summary="What an outlet keeps for offline", responses=responses(400, 404))
async def outlet_offline(outlet: str, caller: AtCounter, books: Books, cursor: Cursor = None) -> OutletOffline:
    """The public keys, the rewards that may be handed over without a network, and the vouchers that are over.

    Ask for it whenever there is a network, with the `next` of the last answer as `cursor`.
    """
    here, after = caller.at_outlet(outlet), key_of(cursor, datetime.fromisoformat, str)
    kept, now = await books.read(lambda view: (offline.kept_for(view, here, after), view.now))
    return OutletOffline(
        outlet=kept.outlet.code,
        partner=kept.outlet.partner,
        now=now,
        keys=[key_shown(books.voucher_key())],
        rewards=[_reward(each) for each in kept.rewards if caller.sees_scheme(each.scheme)],
        ended=[EndedVoucher(code=each.code, why=each.why) for each in kept.ended],
        is_all=kept.is_all,
        next=cursor_of(kept.next) or "",
    )


@router.post("/redemptions/offline", summary="What a device took offline", responses=responses(400, 404, 413))
async def bring_offline(asked: TakenVouchers, caller: AtCounter, books: Books, write: WriteAll) -> TakenOutcomes:
    """Up to 500 vouchers with their real times, each with its own outcome.

    A voucher is confirmed as of then, or listed as a conflict, borne by the outlet or the fund as its reward says. The
    device may forget every item whose status is `accepted` or `refused`. The key that is shown is the device: the
    bound of a reward is counted for it.
    """
    outlet = caller.at_outlet(asked.outlet)
    items: list[Any] = asked.items
    barred = await _barred(caller, books, [each.token for each in items if not isinstance(each, Malformed)])

    def taken(item: TakenVoucher) -> ConfirmOffline:
        if item.token in barred:
            raise barred[item.token]
        return ConfirmOffline(item.token, outlet, caller.key.id, item.at)

    plans: list[Plan] = [planned(each, taken) for each in items]
    keys = ["" if isinstance(each, Malformed) else f"offline:{caller.key.id}:{each.id}" for each in items]
    done = await write.submit(plans, caller.principal, keys)
    conflicts = sum(bool((each.result or {}).get("conflict")) for each in done.items)
    return TakenOutcomes(**dict(done), conflicts=conflicts)


async def _barred(caller: Caller, books: Gateway, tokens: list[str]) -> dict[str, EngineError]:
    """The vouchers that lie outside the key's unit or scheme; what else is wrong with one is told by the books."""
    if not caller.is_narrowed:
        return {}

    def ask(view: View) -> dict[str, EngineError]:
        barred: dict[str, EngineError] = {}
        for token in dict.fromkeys(tokens):
            try:
                hold = counter.redemption(view, books.short_code(token)).hold
                caller.reach_owner(view, hold.volunteer_id)
                caller.in_scheme(hold.scheme)
            except Refusal as refusal:
                barred[token] = refusal
        return barred

    return await books.read(ask)


@router.get("/offline-uses", summary="Vouchers taken offline", responses=responses(400))
async def list_offline_uses(
    caller: SeesStock,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[Literal["conflict", "all"], Query(description="`all`: confirmed ones too")] = "conflict",
    outlet: Annotated[str | None, Query(max_length=64, description="only what this outlet took")] = None,
) -> Listed[OfflineUseShown]:
    """What devices took without a network and brought later, oldest first; a merchant's own outlets'."""
    after = key_of(cursor, datetime.fromisoformat, str)
    own = {caller.key.outlet} if caller.key.outlet else set(caller.outlets)
    wanted = {caller.at_outlet(outlet)} if outlet else own

    def ask(view: View) -> Any:
        return offline.uses(
            view, limit, after, conflicts=state == "conflict", scheme=caller.key.scheme, outlets=wanted
        )  # fmt: skip

    page = await books.read(ask)
    return Listed(items=[_use(each) for each in page.items], next=cursor_of(page.next))


def _reward(found: offline.Taken) -> RewardTakenOffline:
    return RewardTakenOffline(
        scheme=found.scheme, reward=found.reward.id, title=words(found.reward.title), most=found.terms.most,
        within_minutes=found.terms.within, charge=found.terms.charge,
    )  # fmt: skip


def _use(found: OfflineUse) -> OfflineUseShown:
    return OfflineUseShown(
        offline_use=found.id, code=found.code, scheme=found.scheme, reward=found.reward, outlet=found.outlet,
        device=found.device, taken_at=found.taken_at, conflict=found.conflict or None,
        why=words(offline.WHY[found.conflict]) if found.conflict else None,
        charged={"outlet": "outlet", "fund": "fund"}.get(found.charged),
        pays=found.pays, brought_at=found.brought_at, brought_by=found.brought_by,
    )  # fmt: skip
