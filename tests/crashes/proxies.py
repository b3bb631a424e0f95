"""A TCP proxy of ours between an engine and PostgreSQL, on the loopback only, that follows orders about COMMIT."""

from __future__ import annotations

import ctypes
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Literal, Self

from sqlalchemy import make_url

Order = Literal[
    "cut before", "cut after", "cut answer", "hold", "slow", "late", "silent before", "silent after", "cut anywhere",
    "cut begin",
]  # fmt: skip
"""What happens to the next COMMIT.

`cut before`: it never reaches the server.  `cut after`: it is sent on, and both sides are cut at once.  `cut answer`:
the server's answer is awaited, and thrown away.  `hold`: the client is cut off, and COMMIT reaches the server only when
a later session claims keys.  `slow`: the answer comes byte by byte.  `late`: it comes after a while.  `silent before`:
COMMIT never reaches the server, and from then on the client's packets vanish without an answer, as on a line that is
dead.  `silent after`: the same after COMMIT was sent on.  `cut anywhere`: the client is cut off at its next message,
whatever that is.  `cut begin`: it is cut off at its next BEGIN.
"""

_COMMIT: Final = b"COMMIT\x00"
_CLAIM: Final = b"INSERT INTO command_key"
_BEGIN: Final = b"BEGIN\x00"
_PIECE: Final = 65_536
_LATE_SECONDS: Final = 1.0
_SO_ATTACH_FILTER: Final = 26
_MARKS: Final[dict[Order, bytes]] = {"cut anywhere": b"", "cut begin": _BEGIN}
"""What the message has in it that an order is about, if not COMMIT."""


@dataclass(slots=True)
class _Line:
    """One connection through the proxy."""

    client: socket.socket
    server: socket.socket
    is_answer_awaited: bool = False
    is_slow: bool = False
    is_late: bool = False
    is_silent: bool = False

    def cut(self) -> None:
        """Cut both sides."""
        self.cut_client()
        _cut(self.server)

    def cut_client(self) -> None:
        """Cut the client off; the server hears nothing of it."""
        _cut(self.client)


class Proxy:
    """Listens on a port of its own and carries bytes to the server of `url`; a context manager."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        assert parsed.host == "127.0.0.1", "the server listens on the loopback"
        assert parsed.port is not None
        self._upstream = (parsed.host, parsed.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        here = parsed.set(port=self._listener.getsockname()[1]).update_query_dict({"sslmode": "disable"})
        self.url = here.render_as_string(hide_password=False)
        self._lock = threading.Lock()
        self._orders: list[Order] = []
        self.done: list[Order] = []
        self._held: list[_Line] = []
        self._lines: list[_Line] = []
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _cut(self._listener)
        with self._lock:
            lines = list(self._lines)
        for line in lines:
            line.cut()
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive(), "a thread of the proxy does not end"

    def order(self, *orders: Order) -> None:
        """Queue orders: each is carried out on one COMMIT (`cut anywhere`: on the next message), and then done."""
        with self._lock:
            self._orders += orders

    def _start(self, work: object, *arguments: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self._upstream)
                except OSError:  # the server is away: so is the proxy
                    client.close()
                    continue
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line = _Line(client, server)
                with self._lock:
                    self._lines.append(line)
                self._start(self._to_server, line)
                self._start(self._to_client, line)

    def _to_server(self, line: _Line) -> None:
        with suppress(OSError):
            while piece := line.client.recv(_PIECE):
                order = self._next_order(piece)
                if order is None:
                    line.server.sendall(piece)
                    if _CLAIM in piece:
                        self._let_go()
                elif order in ("cut before", "cut anywhere", "cut begin"):
                    line.cut()
                elif order in ("silent before", "silent after"):
                    line.is_silent = True
                    _silence(line.client)
                    if order == "silent after":
                        line.server.sendall(piece)
                    else:
                        _cut(line.server)
                    return
                elif order == "cut after":
                    line.server.sendall(piece)
                    line.cut()
                elif order == "hold":
                    with self._lock:
                        self._held.append(line)
                    line.cut_client()
                    return
                else:
                    line.is_answer_awaited, line.is_slow = order == "cut answer", order == "slow"
                    line.is_late = order == "late"
                    line.server.sendall(piece)
        if line not in self._held:
            line.cut()

    def _to_client(self, line: _Line) -> None:
        with suppress(OSError):
            while piece := line.server.recv(_PIECE):
                if line.is_answer_awaited or line.is_silent:
                    break
                if line.is_late:
                    line.is_late = False
                    time.sleep(_LATE_SECONDS)
                if line.is_slow:
                    for byte in piece:
                        line.client.sendall(bytes([byte]))
                    line.is_slow = False
                else:
                    line.client.sendall(piece)
        if line.is_silent:
            _cut(line.server)
        else:
            line.cut()

    def _next_order(self, piece: bytes) -> Order | None:
        with self._lock:
            if not self._orders or _MARKS.get(self._orders[0], _COMMIT) not in piece:
                return None
            order = self._orders.pop(0)
            self.done.append(order)
            return order

    def _let_go(self) -> None:
        """Somebody claims keys: held COMMITs reach the server now, while that session may be waiting for them."""
        with self._lock:
            held, self._held = self._held, []
        for line in held:
            line.server.sendall(b"Q" + (4 + len(_COMMIT)).to_bytes(4, "big") + _COMMIT)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def _silence(connection: socket.socket) -> None:
    """Drop every packet that comes in from now on, unanswered, by a filter in the kernel that lets nothing through."""
    nothing = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF: return 0 bytes of the packet
    program = struct.pack("HL", 1, ctypes.addressof(nothing))
    connection.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
