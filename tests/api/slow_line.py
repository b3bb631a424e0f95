"""A TCP proxy of ours between the service and Redis, on the loopback only, whose answers take as long as we say."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

_PIECE: Final = 65_536


class SlowLine:
    """Listens on a port of its own and carries bytes to the server of `url`; a context manager.

    `delay_seconds` may be changed at any time: each piece of an answer is held for so long before it is passed on.
    `delayed` counts those pieces, so that a test can tell how many askers really waited.
    """

    def __init__(self, url: str) -> None:
        parsed = urlsplit(url)
        assert parsed.hostname == "127.0.0.1", "the server listens on the loopback"
        assert parsed.port is not None
        self._upstream = (parsed.hostname, parsed.port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        here = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = parsed._replace(netloc=f":{parsed.password}@{here}" if parsed.password else here).geturl()
        self.delay_seconds = 0.0
        self.delayed = 0
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _cut(self._listener)
        with self._lock:
            sockets, threads = list(self._sockets), list(self._threads)
        for each in sockets:
            _cut(each)
        for thread in threads:
            thread.join(10)
            assert not thread.is_alive(), "a thread of the line does not end"

    def _start(self, work: object, *arguments: object) -> None:
        assert callable(work)
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        with self._lock:
            self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._upstream)
                for each in (client, server):
                    each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with self._lock:
                    self._sockets += (client, server)
                self._start(self._carry, client, server, False)
                self._start(self._carry, server, client, True)

    def _carry(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(_PIECE):
                if is_answer and self.delay_seconds:
                    with self._lock:
                        self.delayed += 1
                    time.sleep(self.delay_seconds)
                target.sendall(piece)
        _cut(source)
        _cut(target)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
