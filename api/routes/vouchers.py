"""Vouchers as they are shown and printed, and the keys with which anybody can check what they say."""

from __future__ import annotations

import base64

from fastapi import APIRouter

from api import telling
from api.access import Site
from api.drawing import qr_svg
from api.gateway import Books
from api.problems import responses
from api.routes.counter import seen
from api.shapes import TypedCode
from api.told import RedemptionShown, VoucherKeyShown, VoucherShown
from points_engine.errors import WrongState
from points_engine.flow.counter.codes import TOKEN
from points_engine.flow.counter.tokens import VoucherKey
from points_engine.reading import View, counter

router = APIRouter(prefix="/v1", tags=["redemptions"])


@router.get("/redemptions/{code}/voucher", summary="A voucher to show or print", responses=responses(404, 409))
async def show_voucher(code: TypedCode, caller: Site, books: Books) -> VoucherShown:
    """What stands on it, with its signed token as text and as a QR code; there is none where the voucher is over."""
    found, _ = await seen(caller, books, code, "")
    shown = telling.redemption(found, valid_here=False)
    if shown.state not in ("open", "confirmed") or shown.used >= shown.uses:
        raise WrongState(state=shown.state, action="print")
    named = await books.read(lambda view: counter.names_on(view, found.hold))
    token = books.voucher_token(found.hold)
    return telling.voucher(found, named, token, qr_svg(token))


@router.get("/volunteers/{number}/vouchers", summary="Vouchers that can be used", responses=responses(404))
async def usable_vouchers(number: str, caller: Site, books: Books) -> list[RedemptionShown]:
    """The vouchers that somebody can still use, those that end first before the others."""

    def ask(view: View) -> list[counter.RedemptionView]:
        caller.open_to(view, number)
        return [each for each in counter.usable(view, number) if caller.sees_scheme(each.hold.scheme)]

    return [telling.redemption(each, valid_here=False) for each in await books.read(ask)]


@router.get("/voucher-keys", tags=["public"], summary="Keys that vouchers are signed with; needs no key")
async def voucher_keys(books: Books) -> list[VoucherKeyShown]:
    """The public keys with which a voucher's token is checked where there is no network; a token names its key."""
    return [key_shown(books.voucher_key())]


def key_shown(key: VoucherKey) -> VoucherKeyShown:
    """A public key as callers get it."""
    public = base64.urlsafe_b64encode(key.public).decode().rstrip("=")
    return VoucherKeyShown(key=key.id, algorithm="Ed25519", public_key=public, prefix=TOKEN)
