"""A volunteer's own code: a new one every half minute on their phone (TOTP, RFC 6238, SHA-256, 8 digits).

What is scanned is `NUMBER#12345678`.  The phone gets a key once, at a kiosk; linking another phone ends the one before.
A code is good for its half minute and the ones beside it, and opens one visit only, so a photograph of it opens none.
8 digits with three good ones make a guess right once in 33 million.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from typing import Any, Final

from points_engine.errors import CardCodeWrong
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import CardLink, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import the_volunteer, volunteer_needs

STEP_SECONDS: Final = 30
"""seconds: how long one code stands on the phone."""

DIGITS: Final = 8
"""digits: typed by a cashier where nothing can be scanned."""

BESIDE: Final = (0, -1, 1)
"""Steps beside the present one whose codes are good too: clocks differ, and scanning takes a moment."""


def card_key(secret: bytes, volunteer_id: str, generation: int) -> bytes:
    """The 32 bytes that a phone is given: made from the engine's secret, so that they are kept nowhere."""
    return hmac(secret, f"card/{volunteer_id}/{generation}".encode(), sha256).digest()


def step_of(now: datetime) -> int:
    """The number of the half minute, from 1970 on."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(key: bytes, step: int) -> str:
    """The code of one step, by RFC 6238.

    >>> code_at(b"12345678901234567890123456789012", 59 // 30)
    '46119246'
    """
    digest = hmac(key, step.to_bytes(8, "big"), sha256).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def proof_at(key: bytes, step: int) -> str:
    """What a phone proves itself with where it asks for what is its volunteer's: of one step, and no counter takes it.

    >>> proof_at(b"12345678901234567890123456789012", 1)[:16]
    'be1843e2a3655e49'
    """
    return hmac(key, b"vouchers" + step.to_bytes(8, "big"), sha256).hexdigest()


def is_proved(key: bytes, now: datetime, proof: str) -> bool:
    """Whether a proof is of now, or of a step beside it."""
    return any(compare_digest(proof_at(key, step_of(now) + beside), proof) for beside in BESIDE)


@dataclass(frozen=True, slots=True)
class LinkPhone:
    """A phone may show this volunteer's codes from now on; the one linked before no longer may."""

    volunteer: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)


def link_needs(command: LinkPhone, desk: Desk) -> Iterator[Need]:
    yield from volunteer_needs(desk, command.volunteer)
    yield from card_needs(desk, command.volunteer)


def card_needs(desk: Desk, number: str) -> Iterator[Need]:
    """The link of the volunteer behind a number."""
    found = desk.peek(VolunteerNumber, number)
    if found is not None:
        yield OneRow(CardLink, (found.volunteer_id,))


def link_phone(command: LinkPhone, desk: Desk) -> dict[str, Any]:
    """Count the links of a volunteer up; the key itself is not in the books.

    Raises: NotFound.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    known = desk.find(CardLink, volunteer.id)

    # Nothing below this line may refuse.
    generation = 1 if known is None else known.generation + 1
    desk.put(CardLink(volunteer.id, generation, 0))
    return {"volunteer": volunteer.id, "generation": generation}


def check_card(desk: Desk, volunteer: Volunteer, shown: str) -> None:
    """Take a code that a phone shows; every later visit needs a newer one.

    Raises: CardCodeWrong (mistyped, too old, used, or no phone is linked: which of these is not told).
    """
    link = desk.find(CardLink, volunteer.id)
    if link is not None:
        key, now = card_key(desk.secret, volunteer.id, link.generation), step_of(desk.now)
        for step in (now + beside for beside in BESIDE):
            if step > link.seen_step and compare_digest(code_at(key, step), shown):
                desk.put(CardLink(volunteer.id, link.generation, step))
                return
    raise CardCodeWrong()
