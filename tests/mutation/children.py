"""Work in a forked child: silent, bounded in time and memory, and heard line by line."""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

MEMORY_BYTES: Final = 4 << 30
"""What a child may take: a mutant that piles up without end is stopped before the machine is full."""

Tell = Callable[[Any], None]


def in_child(work: Callable[[Tell], None], seconds: float, heard: Tell, log: Path | None = None) -> str:
    """Do `work` in a forked child; answers `done`, `crashed` or `timeout`.

    `work` is given the function by which it tells one JSON value at a time; `heard` is called with each of them, in
    this process. What the child prints goes to `log`, or nowhere. It may set an alarm for itself (`timeout` too).
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if not child:
        os.close(reading)
        _be_a_child(work, writing, log)
    os.close(writing)
    with suppress(PermissionError):
        os.setpgid(child, child)
    ended = False
    try:
        ended = _listen(reading, time.monotonic() + seconds, heard)
    finally:
        os.close(reading)
        if not ended:
            os.killpg(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    if not ended or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM):
        return "timeout"
    return "crashed" if status else "done"


def _listen(reading: int, deadline: float, heard: Tell) -> bool:
    """Hear what is told until the child closes its end, which is True, or until the deadline."""
    told = bytearray()
    while (left := deadline - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            continue
        piece = os.read(reading, 1 << 16)
        if not piece:
            return True
        told += piece
        *lines, rest = told.split(b"\n")
        told = bytearray(rest)
        for line in lines:
            heard(json.loads(line))
    return False


def _be_a_child(work: Callable[[Tell], None], writing: int, log: Path | None) -> NoReturn:
    status = 1
    try:
        with suppress(PermissionError):
            os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        quiet = os.open(log or os.devnull, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        work(lambda value: _write(writing, value))
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _write(writing: int, value: Any) -> None:
    text = json.dumps(value).encode() + b"\n"
    while text:
        text = text[os.write(writing, text) :]
