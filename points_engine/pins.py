"""PINs: six digits that somebody remembers, kept as an Argon2id hash that is worth nothing without the secret.

Six digits are few: the hash of one is made of a keyed digest, so that whoever has the database but not the deployment's
secret cannot try them all; and whoever has neither has `PIN_TRIES` tries before a lock (flow.access.pins).
"""

from __future__ import annotations

from hashlib import sha256
from hmac import new as hmac
from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue

DIGITS: Final = 6
_SHAPE: Final = Both(f"{DIGITS} digits, not all the same and not in a row", f"{DIGITS} 位数字，不能全部相同或连续")

# 19 MiB, two passes: OWASP's second choice for Argon2id; one check takes some 20 ms and 19 MiB.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def check_pin(pin: str) -> None:
    """Refuse what cannot be a PIN, or would be the first guess.

    Raises: InvalidValue; it does not repeat the PIN.

    >>> check_pin("407215")
    """
    steps = {int(after) - int(before) for before, after in pairwise(pin)} if _is_digits(pin) else set()
    if not _is_digits(pin) or steps in ({0}, {1}, {-1}):
        raise InvalidValue(field="pin", value="—", expected=_SHAPE)


def _is_digits(pin: str) -> bool:
    return len(pin) == DIGITS and pin.isascii() and pin.isdigit()


def hashed(pin: str, volunteer_id: str, pepper: bytes, once: str) -> str:
    """The hash to keep. The same PIN under the same idempotency key `once` gives the same hash: a retry is a retry."""
    salt = hmac(pepper, f"salt\n{volunteer_id}\n{pin}\n{once}".encode(), sha256).digest()[:16]
    return _HASHER.hash(_keyed(pin, volunteer_id, pepper), salt=salt)


def is_pin(pin: str, volunteer_id: str, pepper: bytes, kept: str) -> bool:
    """Whether a PIN is the one behind a hash."""
    try:
        return _HASHER.verify(kept, _keyed(pin, volunteer_id, pepper))
    except (VerifyMismatchError, InvalidHashError):
        return False


def proof(pin: str, pepper: bytes, once: str) -> str:
    """What stands for a PIN in the record of a try: the same for the same PIN and key, and worth nothing else."""
    return hmac(pepper, f"try\n{once}\n{pin}".encode(), sha256).hexdigest()[:32]


def _keyed(pin: str, volunteer_id: str, pepper: bytes) -> str:
    return hmac(pepper, f"pin\n{volunteer_id}\n{pin}".encode(), sha256).hexdigest()
