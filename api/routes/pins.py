"""PINs: a volunteer says who they are by number and PIN, at the kiosk and at the counter."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import Field

from api import telling
from api.access import SeesPins, Staff
from api.asked import Asked
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.refusals import WrongPin
from api.told import Done, Identified
from points_engine import pins
from points_engine.flow.access.pins import CountPinTry, NoteRightPin, SetPin, UnlockPin
from points_engine.flow.entities import Person
from points_engine.limits import KEY_CHARACTERS
from points_engine.reading import View, people

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])

Pin = Annotated[
    str,
    Field(description="six digits", examples=["407215"], json_schema_extra={"pattern": r"^[0-9]{6}$"}, max_length=64),
]
Once = Annotated[str, Header(alias="idempotency-key", max_length=KEY_CHARACTERS, include_in_schema=False)]


class NewPin(Asked):
    """A volunteer gets a PIN, or another one."""

    pin: Pin
    old_pin: Pin | None = Field(None, description="the PIN until now; staff may leave it out")


class SaidPin(Asked):
    """What a volunteer typed."""

    pin: Pin


async def _identify(books: Gateway, write: Write, principal: str, number: str, pin: str, once: str) -> str:
    """Count a try, then look whether the PIN is right; answers the volunteer's id.

    Raises, first that applies: NotFound, WrongState (no PIN), TooManyTries, WrongPin.
    """
    counted = await write.submit(CountPinTry(number, pins.proof(pin, books.pepper, once)), principal)
    volunteer_id = str(counted["volunteer"])
    person = await books.read(lambda view: view.the(Person, "volunteer", volunteer_id))
    async with books.hashing:
        is_right = await asyncio.to_thread(pins.is_pin, pin, volunteer_id, books.pepper, person.pin_hash)
    if not is_right:
        raise WrongPin(left=counted["left"])
    await write.also(NoteRightPin(number), principal, "right")
    return volunteer_id


@router.post(
    "/{number}/identifications", status_code=201, summary="Number and PIN", responses=responses(400, 404, 409, 429)
)
async def identify(
    number: str, asked: SaidPin, caller: SeesPins, books: Books, write: Write, idempotency_key: Once
) -> Identified:
    """A volunteer says their PIN. The answer is shown in the header `Identification`, for some minutes.

    After five wrong PINs it is locked, for longer each time; staff can unlock it.
    """
    await books.read(lambda view: caller.reach_person(view, number))
    volunteer_id = await _identify(books, write, caller.principal, number, asked.pin, idempotency_key)
    identification, until = books.identifications.begin(volunteer_id, caller.key.id, books.now())
    card = await books.read(lambda view: people.card(view, number))
    return Identified(identification=identification, until=until, volunteer=telling.volunteer(card))


@router.post("/{number}/pin", summary="Set a PIN", responses=responses(400, 404, 409, 429))
async def set_pin(
    number: str, asked: NewPin, caller: SeesPins, books: Books, write: Write, idempotency_key: Once
) -> Done:
    """Staff give a volunteer a PIN; at a kiosk or counter volunteers change it themselves, by saying the old one."""
    pins.check_pin(asked.pin)

    def ask(view: View) -> Person:
        caller.reach_person(view, number)
        return view.the(Person, "volunteer", people.volunteer(view, number).id)

    person = await books.read(ask)
    async with books.hashing:
        kept = await asyncio.to_thread(pins.hashed, asked.pin, person.volunteer_id, books.pepper, idempotency_key)
    if not caller.is_device and asked.old_pin is None:
        return Done(**await write.submit(SetPin(number, kept), caller.principal))
    if kept != person.pin_hash:  # else this very request has set it: the old PIN, which was right, no longer is
        await _identify(books, write, caller.principal, number, asked.old_pin or "", idempotency_key)
    return Done(**await write.also(SetPin(number, kept), caller.principal, "set"))


@router.post("/{number}/pin/unlock", summary="Unlock a PIN", responses=responses(400, 404, 409))
async def unlock_pin(number: str, caller: Staff, books: Books, write: Write) -> Done:
    """Staff who know the person let them try again at once."""
    await books.read(lambda view: caller.reach_person(view, number))
    return Done(**await write.submit(UnlockPin(number), caller.principal))
