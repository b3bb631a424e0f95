"""One server process that runs without rights and leaves nothing behind.

Invariant: the server never runs as root, lives only in its own temporary directory, and is gone together with that
directory once this process has ended, however it ended.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

START_SECONDS = 60.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.01
# A Unix socket address holds 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_BYTES = 103

# The watchdog reads the pid of the server, line by line. When the pipe closes, its parent is dead: it kills the
# server and the server's children, then removes the directory. The word "done" sends it away.
WATCHDOG = """
import os, shutil, signal, sys, time
directory, pid = sys.argv[1], 0
for line in sys.stdin:
    if line.strip() == "done":
        sys.exit(0)
    pid = int(line)
def is_ours(pid):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as command:
            return directory.encode() in command.read()
    except FileNotFoundError:
        return not os.path.isdir("/proc/self")
if pid and is_ours(pid):
    for number, seconds in ((signal.SIGQUIT, 2), (signal.SIGKILL, 1)):
        try:
            os.kill(pid, number)
            for _ in range(seconds * 20):
                os.kill(pid, 0)
                time.sleep(0.05)
        except ProcessLookupError:
            break
for _ in range(20):
    shutil.rmtree(directory, ignore_errors=True)
    if not os.path.exists(directory):
        break
    time.sleep(0.1)
"""


class ServerUnavailable(RuntimeError):
    """No real server can be had here; tests fail with this message and are never skipped."""


@dataclass(frozen=True)
class Account:
    """The unprivileged account that servers run as when the tests run as root."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Return an existing account without rights when this process is root, else None."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        entry = pwd.getpwnam("nobody")
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


class OwnServer:
    """One server process of ours in its own temporary directory, watched by a small process that outlives us."""

    def __init__(self, prefix: str, tmp_dir: Path | None) -> None:
        self.account = unprivileged_account()
        self.directory = Path(tempfile.mkdtemp(prefix=prefix, dir=tmp_dir)).resolve()
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", WATCHDOG, str(self.directory)],
            stdin=subprocess.PIPE,
            start_new_session=True,
            text=True,
        )
        atexit.register(self.close)
        if self.account:
            os.chown(self.directory, self.account.uid, self.account.gid)
        self.log = self.directory / "server.log"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process id of the running server, or None."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def command(self) -> Sequence[str]:
        """Return the command line that starts the server in the foreground."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Tell whether the server answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start the server and wait until it answers."""
        deadline = time.monotonic() + START_SECONDS
        self._spawn()
        while not self.is_ready():
            if time.monotonic() > deadline:
                raise ServerUnavailable(
                    f"{self.command()[0]} did not answer in {START_SECONDS:.0f} s.\n{self._log_tail()}"
                )
            if self.pid is None:
                # The memory of a server that was killed is freed a moment later than the server itself.
                if "shared memory" not in self._log_tail() or time.monotonic() > deadline - START_SECONDS / 2:
                    raise ServerUnavailable(f"{self.command()[0]} stopped while starting.\n{self._log_tail()}")
                time.sleep(0.2)
                self._spawn()
            time.sleep(POLL_SECONDS)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop the server in good order, or by force when it takes longer than ``STOP_SECONDS``."""
        if self._process and self.pid is not None:
            self._process.send_signal(number)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        self._tell_watchdog("0")

    def kill(self) -> None:
        """End the server and its children with SIGKILL, as a power cut would."""
        if self._process and self.pid is not None:
            children = _children(self._process.pid)
            self._process.kill()
            for child in children:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            self._process.wait()
        self._tell_watchdog("0")

    def restart(self) -> None:
        """Stop the server in good order if it runs, and start it again on the same data and address."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the server and remove its directory; calling it again, or in a forked child, does nothing."""
        atexit.unregister(self.close)
        if os.getpid() != self._owner or not self.directory.exists():
            return
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._tell_watchdog("done")
        if self._watchdog.stdin:
            self._watchdog.stdin.close()
        self._watchdog.wait()

    def run(self, command: Sequence[str]) -> str:
        """Run a command as the account of the server and return what it printed."""
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self._identity())
        if done.returncode:
            raise ServerUnavailable(f"{command[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def runnable(self, executable: Path, root: Path) -> Path:
        """Return the executable, or that of a copy of ``root`` in our directory if the account can't run it there."""
        try:
            self.run([str(executable), "--version"])
        except PermissionError:
            copy = self.directory / "copy"
            copy.mkdir(exist_ok=True)
            for name in {executable.relative_to(root).parts[0], f"{executable.relative_to(root).parts[0]}.libs"}:
                if (root / name).exists():
                    shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("*.a", "include"))
            return copy / executable.relative_to(root)
        return executable

    def _spawn(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._identity(),
            )
        self._tell_watchdog(str(self._process.pid))

    def _identity(self) -> dict[str, Any]:
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.directory)}
        place = {"cwd": self.directory, "env": environment, "umask": 0o077}
        if self.account is None:
            return place
        return {**place, "user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def _tell_watchdog(self, line: str) -> None:
        if self._watchdog.stdin and not self._watchdog.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.stdin.write(f"{line}\n")
                self._watchdog.stdin.flush()

    def _log_tail(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-30:]) if self.log.exists() else "(no log)"


def package_directory(name: str) -> Path | None:
    """Return where an installed package lies, without importing it, or None."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def free_port() -> int:
    """Return a loopback TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_socket_path(path: Path) -> None:
    """Refuse a path that a Unix socket address cannot hold. Raises ServerUnavailable."""
    if len(os.fsencode(path)) > SOCKET_PATH_BYTES:
        raise ServerUnavailable(f"{path} is too long for a Unix socket; give a shorter tmp_dir.")


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
