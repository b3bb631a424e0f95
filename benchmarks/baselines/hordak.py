"""django-hordak, a double-entry ledger for Django, in an environment of its own that is made when it is wanted."""

from __future__ import annotations

import subprocess
import sys
import venv
from hashlib import sha256
from pathlib import Path
from typing import Final

from benchmarks.baselines.clients import THREADS, rate_of

ACCOUNTS: Final = 100

_HERE: Final = Path(__file__).resolve().parent.parent
_SCRIPT: Final = _HERE / "hordak_baseline.py"
"""Run with -P: a module beside it must not stand for one of the standard library's, such as `http`."""
_REQUIREMENTS: Final = _HERE / "requirements-hordak.txt"


class HordakUnavailable(RuntimeError):
    """The environment could not be made; the other baselines go on without it."""


def interpreter() -> Path:
    """The interpreter of hordak's environment under `var/`, made anew when the requirements have changed.

    Raises: HordakUnavailable.
    """
    mark = sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = _HERE.parent / "var" / "benchmarks" / f"hordak-{mark}"
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    finished = folder / "finished"
    if not finished.exists():
        venv.create(folder, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(_REQUIREMENTS)]
        _run(install)
        finished.touch()
    return python


def prepare(url: str) -> None:
    """Make hordak's tables and accounts in an empty database.

    Raises: HordakUnavailable.
    """
    _run([str(interpreter()), "-P", str(_SCRIPT), "prepare", url, str(ACCOUNTS)])


def transfer_rate(url: str, seconds: float) -> float:
    """Transfers per second of 8 clients."""
    return rate_of([str(interpreter()), "-P", str(_SCRIPT), "work", url, str(seconds), str(THREADS)])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise HordakUnavailable(f"django-hordak: {done.stderr.strip()[-300:]}")
