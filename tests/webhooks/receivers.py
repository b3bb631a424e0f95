"""A receiver on a port of this machine, which takes messages and answers as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass(frozen=True)
class Got:
    """One message as it came."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """What the message is called."""
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.body)
        return said

    def verified(self, secret: str) -> dict[str, Any]:
        """What it says, once its signature was checked."""
        said: dict[str, Any] = Webhook(secret).verify(self.body, dict(self.headers))
        return said

    def verified_at(self, secret: str, now: datetime) -> dict[str, Any]:
        """The same under a clock of the test's own: the time is its, the signature is checked over it."""
        stated = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        assert abs(now - stated) < timedelta(minutes=5)
        assert Webhook(secret).sign(self.id, stated, self.body.decode()) in self.headers["webhook-signature"].split()
        return self.told


@dataclass
class Receiver:
    """What came, and what is answered: a status for everything, or one for the type of a message."""

    url: str
    got: list[Got] = field(default_factory=list)
    status: int = 204
    refuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def types(self) -> list[str]:
        """The types of what came, in order."""
        return [each.told["type"] for each in self.got]

    def answer(self, got: Got) -> int:
        """The status with which a message is answered."""
        self.got.append(got)
        return self.refuses.get(got.told["type"], self.status)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.answer(Got(headers, body)))
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_request(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/points")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join(10)
