"""Voucher codes: short, confusion-proof, unguessable, with a check character; and how a token is told from one."""

from __future__ import annotations

from hashlib import sha256
from hmac import new as hmac
from typing import Final

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue
from points_engine.flow import shapes
from points_engine.limits import TOKEN_CHARACTERS

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""31 characters: none that is mistaken for another, and a prime number of them, so that the check character finds every
single wrong character and every swap of neighbours."""

DRAWN: Final = 9
"""characters drawn, which is 44 bits: at 10 guesses a minute a code is safe for longer than any hold lives."""

TOKEN: Final = "PO1"
"""how a signed token begins; the O is in no code."""


def voucher_code(secret: bytes, hold_id: str) -> str:
    """The code of a hold: the same id gives the same code, and nobody without the secret can tell it."""
    number = int.from_bytes(hmac(secret, hold_id.encode(), sha256).digest(), "big")
    drawn = ""
    for _ in range(DRAWN):
        number, place = divmod(number, len(ALPHABET))
        drawn += ALPHABET[place]
    return drawn + check_character(drawn)


def check_character(drawn: str) -> str:
    """The last character of a code: a weighted sum of the others modulo 31."""
    return ALPHABET[sum((place + 1) * ALPHABET.index(each) for place, each in enumerate(drawn)) % len(ALPHABET)]


def is_well_formed(code: str) -> bool:
    """Whether a typed code can be one of ours: right length, right characters, right check character."""
    return (
        len(code) == DRAWN + 1
        and all(each in ALPHABET for each in code)
        and check_character(code[:DRAWN]) == code[DRAWN]
    )


def check(field: str, value: str) -> None:
    """A voucher's code as somebody may type it: our characters, with spaces and dashes anywhere; or a signed token."""
    if isinstance(value, str) and is_token(value):
        if len(value) > TOKEN_CHARACTERS or not value.isprintable():
            most = Both(f"a token of at most {TOKEN_CHARACTERS} characters", f"最多 {TOKEN_CHARACTERS} 个字符的令牌")
            raise InvalidValue(field=field, value=TOKEN, expected=most)
        return
    shapes.code(field, as_typed(value) if isinstance(value, str) else value)


def is_token(text: str) -> bool:
    """Whether what was typed or scanned says that it is a signed token, and so no short code."""
    return as_typed(text).startswith(TOKEN)


def as_typed(text: str) -> str:
    """What a cashier meant: spaces and dashes dropped, letters made capital."""
    return "".join(each for each in text.upper() if each not in " -")
