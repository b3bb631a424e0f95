"""Signed vouchers: what the QR code of a voucher says, so that an outlet can check it with a public key and no network.

A token is `PO1` and the base32 text (RFC 4648, without padding) of

* 4 bytes: the key's id, the beginning of SHA-256 of the public key,
* numbers (LEB128): the code's nine characters as digits of base 31, the last second (Unix), quantity, money (fen),
* texts (a number of bytes, then UTF-8): scheme, reward, outlet, partner (empty where the outlet says it), choice,
* 64 bytes: an Ed25519 signature (RFC 8032) of `PO1` and everything before.

Letters and digits alone go into a QR code as 5.5 bits each, through any scanner's keyboard and into any address.
"""

from __future__ import annotations

import binascii
import hmac
from base64 import b32decode, b32encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, reduce
from hashlib import sha256
from itertools import islice
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from points_engine.errors import VoucherSignatureWrong
from points_engine.flow.counter.codes import ALPHABET, DRAWN, TOKEN, as_typed, check_character, is_token
from points_engine.flow.entities import Hold

ID_BYTES: Final = 4
SIGNATURE_BYTES: Final = 64
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a token says of a voucher; without an `outlet`, any of the partner's may take it."""

    code: str
    expires_at: datetime  # in whole seconds
    quantity: int
    money: int  # minor units to pay in cash
    scheme: str
    reward: str
    outlet: str
    partner: str
    choice: str


@dataclass(frozen=True, slots=True)
class VoucherKey:
    """A public key that tokens can be checked with, and the id by which they name it."""

    id: str
    public: bytes


@lru_cache(64)
def _signer(secret: bytes) -> Ed25519PrivateKey:
    """The key that signs: made from the engine's secret, so that it is kept nowhere."""
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"vouchers", "sha256"))


@lru_cache(64)
def voucher_key(secret: bytes) -> VoucherKey:
    """The public key of what the engine with this secret signs."""
    public = _signer(secret).public_key().public_bytes_raw()
    return VoucherKey(sha256(public).digest()[:ID_BYTES].hex(), public)


def about(hold: Hold) -> Signed:
    """What the token of a hold says."""
    return Signed(
        hold.code,
        hold.expires_at,
        hold.quantity,
        hold.money,
        hold.scheme,
        hold.reward,
        hold.outlet,
        "" if hold.outlet else hold.partner,
        hold.choice,
    )


def about_outcome(told: Mapping[str, Any]) -> Signed:
    """The same of a hold that the outcome of a command tells of."""
    return Signed(
        told["code"],
        datetime.fromisoformat(told["expires_at"]),
        told["quantity"],
        told["money"],
        told["scheme"],
        told["reward"],
        told["outlet"],
        "" if told["outlet"] else told["partner"],
        told["choice"],
    )


def token(secret: bytes, signed: Signed) -> str:
    """The token that says this, signed: the same whenever it is made, so that it is kept nowhere."""
    code = reduce(lambda number, each: number * len(ALPHABET) + ALPHABET.index(each), signed.code[:DRAWN], 0)
    numbers = (code, (signed.expires_at - EPOCH) // SECOND, signed.quantity, signed.money)
    texts = (signed.scheme, signed.reward, signed.outlet, signed.partner, signed.choice)
    said = bytes.fromhex(voucher_key(secret).id) + b"".join((*map(_number, numbers), *map(_text, texts)))
    return _written(said + _signer(secret).sign(TOKEN.encode() + said))


def short_code(secret: bytes, typed: str) -> str:
    """The short code that was typed, or that a signed token is about; nothing says yet that there is such a voucher.

    Raises: VoucherSignatureWrong.
    """
    return read(voucher_key(secret).public, as_typed(typed)).code if is_token(typed) else as_typed(typed)


@lru_cache(4096)
def read(public: bytes, text: str) -> Signed:
    """What a token says, once its signature fits this public key; a needless bit that is set is a wrong one, too.

    Raises: VoucherSignatureWrong.
    """
    body = text.removeprefix(TOKEN)
    try:
        raw = b32decode(body + "=" * (-len(body) % 8))
        said, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
        Ed25519PublicKey.from_public_bytes(public).verify(signature, TOKEN.encode() + said)
    except (binascii.Error, ValueError, InvalidSignature):
        raise VoucherSignatureWrong() from None
    if _written(raw) != text:
        raise VoucherSignatureWrong()
    left = iter(said[ID_BYTES:])
    code, seconds, quantity, money = (_number_from(left) for _ in range(4))
    scheme, reward, outlet, partner, choice = (_text_from(left) for _ in range(5))
    return Signed(_code(code), EPOCH + seconds * SECOND, quantity, money, scheme, reward, outlet, partner, choice)


def _written(raw: bytes) -> str:
    return TOKEN + b32encode(raw).decode().rstrip("=")


def _code(number: int) -> str:
    drawn = ""
    for _ in range(DRAWN):
        number, place = divmod(number, len(ALPHABET))
        drawn = ALPHABET[place] + drawn
    return drawn + check_character(drawn)


def _number(value: int) -> bytes:
    """A number in groups of seven bits, the lowest first; all but the last have their highest bit set."""
    groups = bytearray()
    while value > 127:
        groups.append(value & 127 | 128)
        value >>= 7
    return bytes((*groups, value))


def _number_from(left: Iterator[int]) -> int:
    value, shift = 0, 0
    for group in left:
        value |= (group & 127) << shift
        shift += 7
        if group < 128:
            break
    return value


def _text(value: str) -> bytes:
    raw = value.encode()
    return _number(len(raw)) + raw


def _text_from(left: Iterator[int]) -> str:
    return bytes(islice(left, _number_from(left))).decode()
