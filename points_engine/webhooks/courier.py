"""The courier: signs messages as Standard Webhooks says, and posts them.

Source: Standard Webhooks specification 1.0.0 (signature `v1`: HMAC-SHA256 over `id.timestamp.body`).
"""

from __future__ import annotations

import base64
import hmac
import os
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import httpcore
from standardwebhooks import Webhook as Signer

from points_engine.flow.entities import Webhook
from points_engine.webhooks.messages import Message
from points_engine.webhooks.targets import GuardedNetwork, Network, TargetRefused, addresses_of, refuse_any

SECRETS: Final = "webhooks"
"""The purpose of the secret that the secrets of addresses are made of."""

OVERLAP: Final = timedelta(days=1)
"""for which a message is signed with the secret before as well, once there is a new one."""

PATIENCE_SECONDS: Final = 10.0
"""seconds within which a receiver has to answer."""

ANSWER_BYTES: Final = 16 << 10
"""bytes of an answer that are read at most: nobody needs them."""

TIMEOUTS: Final = {"connect": 5.0, "write": 5.0, "read": PATIENCE_SECONDS, "pool": PATIENCE_SECONDS}


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a post: the status, or 0 where there was no answer and `error` says why.

    `retry_after` are the seconds that the receiver asks for, where it does.
    """

    status: int
    error: str = ""
    retry_after: int = 0

    @property
    def is_taken(self) -> bool:
        """Whether the receiver has it."""
        return 200 <= self.status < 300


class Courier:
    """Posts messages for one programme; any number of threads may use it.

    `secret` is what the secrets of addresses are made of; `networks` are those that messages may go to besides public
    addresses, and the only ones without TLS.
    """

    def __init__(self, secret: bytes, clock: Callable[[], datetime], networks: Sequence[Network] = ()) -> None:
        self._secret, self.clock = secret, clock
        self.networks = tuple(networks)
        self._lock = threading.Lock()
        self._pools: dict[bool, httpcore.ConnectionPool] = {}

    def _pool(self, *, secure: bool) -> httpcore.ConnectionPool:
        """The connections with TLS, or those without: made when the first message goes there, for what is trusted takes
        a while to read."""
        with self._lock:
            if secure not in self._pools:
                network = GuardedNetwork(self.networks, public=secure)
                self._pools[secure] = httpcore.ConnectionPool(
                    _trusted() if secure else None, max_connections=8, keepalive_expiry=30, network_backend=network
                )
            return self._pools[secure]

    def secret_of(self, webhook: str, generation: int) -> str:
        """The secret that whoever reads at an address checks signatures with: `whsec_…`."""
        made = hmac.digest(self._secret, f"{webhook}\n{generation}".encode(), "sha256")
        return f"whsec_{base64.b64encode(made).decode()}"

    def check(self, url: str) -> None:
        """Refuse an address in a network where nothing is sent; one that means nothing yet may mean something later.

        Raises: TargetRefused.
        """
        parts = urlsplit(url)
        is_secure = parts.scheme == "https"
        if not is_secure and not self.networks:
            raise TargetRefused("https only")
        try:
            found = addresses_of(parts.hostname or "", parts.port or (443 if is_secure else 80))
        except TargetRefused:
            return
        refuse_any(parts.hostname or "", found, self.networks, public=is_secure)

    def headers(self, webhook: Webhook, message: Message, body: str, now: datetime) -> dict[str, str]:
        """The headers of a message: its id, the time, and its signature; two for a day after a new secret."""
        generations = [webhook.generation]
        if webhook.rotated_at is not None and now < webhook.rotated_at + OVERLAP:
            generations.append(webhook.generation - 1)
        signed = (Signer(self.secret_of(webhook.code, each)).sign(message.id, now, body) for each in generations)
        return {
            "content-type": "application/json",
            "user-agent": "points-engine",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signed),
        }

    def post(self, webhook: Webhook, message: Message, now: datetime) -> Answer:
        """Post a message; redirects are not followed, and what is answered is not kept."""
        body = message.text()
        pool = self._pool(secure=webhook.url.lower().startswith("https:"))
        headers = list(self.headers(webhook, message, body, now).items())
        ends = time.monotonic() + PATIENCE_SECONDS
        try:
            with pool.stream(
                "POST", webhook.url, headers=headers, content=body.encode(), extensions={"timeout": TIMEOUTS}
            ) as answer:
                read = 0
                for part in answer.iter_stream():
                    read += len(part)
                    if read > ANSWER_BYTES or time.monotonic() > ends:
                        break
                return Answer(answer.status, retry_after=_retry_after(answer.headers))
        except TargetRefused as refused:
            return Answer(0, str(refused))
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as broken:
            return Answer(0, f"{type(broken).__name__}: {broken}"[:200])
        except (httpcore.UnsupportedProtocol, ValueError) as wrong:
            return Answer(0, f"{type(wrong).__name__}: {wrong}"[:200])

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            for pool in self._pools.values():
                pool.close()


def _trusted() -> ssl.SSLContext:
    """The authorities that are trusted: the usual ones, and that of `SSL_CERT_FILE`."""
    made = httpcore.default_ssl_context()
    if own := os.environ.get("SSL_CERT_FILE"):
        made.load_verify_locations(own)
    return made


def _retry_after(headers: Sequence[tuple[bytes, bytes]]) -> int:
    for name, value in headers:
        if name.lower() == b"retry-after" and value.strip().isdigit():
            return min(int(value), 24 * 60 * 60)
    return 0
