"""The volunteer's own phone: it asks for what is its volunteer's, with a proof made from the key that it was given."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from api import telling
from api.asked import Asked
from api.drawing import qr_svg
from api.gateway import Books
from api.shapes import Code
from api.told import VoucherShown, Words, words
from api.told.answers import Told
from points_engine.reading import phones

router = APIRouter(include_in_schema=False)


class PhoneAsks(Asked):
    """Whose phone it is, and that it is theirs just now."""

    volunteer: Code
    proof: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class OfferShown(Told):
    """A place of a draw to be taken up."""

    draw: str
    title: Words
    ticket: int
    lapses_at: datetime
    where: Words | None


class PhoneShown(Told):
    """What the phone shows."""

    vouchers: list[VoucherShown]
    offers: list[OfferShown]


@router.post("/phone/vouchers")
async def phone_vouchers(asked: PhoneAsks, books: Books, response: Response) -> PhoneShown:
    """The vouchers that can be used, with their codes, and the places that are offered; for the linked phone alone."""
    found = await books.read(lambda view: phones.on_the_phone(view, asked.volunteer, asked.proof, books.card_key))
    response.headers["Cache-Control"] = "no-store"
    vouchers = []
    for each, named in found.vouchers:
        token = books.voucher_token(each.hold)
        vouchers.append(telling.voucher(each, named, token, qr_svg(token)))
    return PhoneShown(
        vouchers=vouchers,
        offers=[
            OfferShown(
                draw=each.draw, title=words(each.title), ticket=each.ticket, lapses_at=each.lapses_at,
                where=None if each.where is None else words(each.where),
            )
            for each in found.offers
        ],
    )  # fmt: skip
