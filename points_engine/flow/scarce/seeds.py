"""The seed of a draw: nobody knows it beforehand, everybody can check it afterwards.

It is an HMAC-SHA256, by the engine's secret, of the draw's code and of the id that it was opened with.  Its SHA-256 is
published when the draw is opened; the seed itself when it has been drawn, and stands nowhere before.
"""

from __future__ import annotations

import hmac
from hashlib import sha256


def seed_of(secret: bytes, code: str, identity: str) -> str:
    """The seed of a draw, as 64 hexadecimal digits."""
    return hmac.digest(secret, f"draw|{code}|{identity}".encode(), "sha256").hex()


def commitment_to(seed: str) -> str:
    """What is published of a seed beforehand: the SHA-256 of its digits.

    >>> commitment_to("00" * 32)[:16]
    '60e05bd1b195af2f'
    """
    return sha256(seed.encode()).hexdigest()
