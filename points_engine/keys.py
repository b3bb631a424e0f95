"""Secrets of API keys: made here, shown once, kept nowhere; the books hold their hashes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Final

PREFIX: Final = "pe"
"""Every key begins with it, so that one that leaked into a log or a repository can be searched for."""


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A new key: `token` is what its holder keeps, `id` and `digest` are what the books keep."""

    id: str
    token: str
    digest: str


def fresh_key() -> FreshKey:
    """A key with 192 bits of chance: its plain hash cannot be turned back by guessing."""
    identity, secret = secrets.token_hex(6), secrets.token_urlsafe(24)
    return FreshKey(identity, f"{PREFIX}_{identity}_{secret}", digest_of(secret))


def parted(token: str) -> tuple[str, str] | None:
    """The id and the secret of a token; None for something else.

    >>> parted("pe_0123456789ab_secret"), parted("secret")
    (('0123456789ab', 'secret'), None)
    """
    prefix, _, rest = token.partition("_")
    identity, _, secret = rest.partition("_")
    return (identity, secret) if prefix == PREFIX and identity and secret else None


def digest_of(secret: str) -> str:
    """What the books keep of a secret."""
    return sha256(secret.encode()).hexdigest()


def is_secret(secret: str, digest: str) -> bool:
    """Whether a secret is the one behind a digest, in constant time."""
    return compare_digest(digest_of(secret), digest)
