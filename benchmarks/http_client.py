"""A lean HTTP/1.1 client over kept connections: a client library would cost more than the servers that are measured."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any, Final

KEPT_SECONDS: Final = 3.0
"""seconds for which a line that nobody used is used again: servers hang up after five."""


class Connection:
    """One kept connection, on which requests go one after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str) -> None:
        self._reader, self._writer, self._token = reader, writer, token

    async def ask(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, bytes]:
        """Send a request; answers the status and the body."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self._token}\r\n"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + content)
        told = await self._reader.readuntil(b"\r\n\r\n")
        status = int(told[9:12])
        lower = told.lower()
        place = lower.find(b"content-length:")
        length = int(lower[place + 15 : lower.index(b"\r\n", place)]) if place >= 0 else 0
        return status, await self._reader.readexactly(length) if length else b""

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def connected(port: int, token: str) -> Connection:
    """A connection to a server on this machine."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    return Connection(reader, writer, token)


@dataclass
class Answers:
    """How long each answer took and what it was; `seconds` is the time of all of them."""

    milliseconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    def note(self, began: float, status: int) -> None:
        """Count one answer."""
        self.statuses[status] = self.statuses.get(status, 0) + 1
        if status < 300:
            self.milliseconds.append((time.perf_counter() - began) * 1000)

    @property
    def rate(self) -> float:
        """Accepted requests (or errands) per second."""
        return len(self.milliseconds) / self.seconds

    @property
    def p50(self) -> float:
        """Median, in milliseconds."""
        return median(self.milliseconds)

    @property
    def p99(self) -> float:
        """99th percentile, in milliseconds."""
        return quantiles(self.milliseconds, n=100, method="inclusive")[98]

    @property
    def note_of_times(self) -> str:
        """The times in words."""
        return f"p50 {self.p50:.1f} ms, p99 {self.p99:.1f} ms"


Errand = Callable[[Connection, int], Awaitable[int]]
"""What a client does in one turn, by the number of the turn; answers the status."""


def closed_loop(port: int, token: str, errand: Errand, clients: int, turns: Sequence[int]) -> Answers:
    """So many clients that each wait for an answer before they ask again, until all turns are taken."""
    return asyncio.run(_closed_loop(port, token, errand, clients, turns))


async def _closed_loop(port: int, token: str, errand: Errand, clients: int, turns: Sequence[int]) -> Answers:
    answers, waiting = Answers(), iter(turns)
    lines = [await connected(port, token) for _ in range(clients)]

    async def client(line: Connection) -> None:
        for turn in waiting:
            began = time.perf_counter()
            answers.note(began, await errand(line, turn))

    began = time.perf_counter()
    await asyncio.gather(*map(client, lines))
    answers.seconds = time.perf_counter() - began
    for line in lines:
        line.close()
    return answers


def open_loop(port: int, token: str, errand: Errand, rate: float, seconds: float, first: int) -> Answers:
    """Requests that come at a rate whether earlier ones were answered or not, as people at many counters do."""
    return asyncio.run(_open_loop(port, token, errand, rate, seconds, first))


async def _open_loop(port: int, token: str, errand: Errand, rate: float, seconds: float, first: int) -> Answers:
    answers, idle = Answers(), [(await connected(port, token), time.perf_counter()) for _ in range(64)]
    tasks: set[asyncio.Task[None]] = set()

    async def one(turn: int, due: float) -> None:
        line, since = idle.pop() if idle else (None, 0.0)
        if line is not None and time.perf_counter() - since > KEPT_SECONDS:
            line.close()
            line = None
        line = line or await connected(port, token)
        answers.note(due, await errand(line, turn))
        idle.append((line, time.perf_counter()))

    began, turn = time.perf_counter(), 0
    while (now := time.perf_counter()) - began < seconds:
        while turn < (now - began) * rate:
            task = asyncio.create_task(one(first + turn, began + turn / rate))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            turn += 1
        await asyncio.sleep(0.002)
    await asyncio.gather(*tasks)
    answers.seconds = time.perf_counter() - began
    for line, _ in idle:
        line.close()
    return answers
