"""The real service log of `data/`: as stretches, shuffled, and several times over."""

from __future__ import annotations

import csv
import random
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

T = TypeVar("T")
Stretch = tuple[str, datetime, datetime, str]
"""Who served, from when to when, and where."""

LOG: Final = Path(__file__).parent / "data" / "oss_sessions.csv"
SCHEME: Final = "oss-time-bank"
RULES: Final = Path(__file__).parent.parent / "rules"


def _sampled(rows: list[T], wanted: int) -> list[T]:
    """About so many of the rows, evenly spread over the file, or all of them."""
    return rows[:: max(1, len(rows) // wanted)][:wanted] if wanted else rows


def stretches(rows: int = 0) -> list[Stretch]:
    """About `rows` rows of the log in file order, or all of it."""
    with LOG.open(newline="") as file:
        found = [
            (row["volunteer"], datetime.fromisoformat(row["check_in"]), datetime.fromisoformat(row["check_out"]),
             row["activity"])
            for row in csv.DictReader(file)
        ]  # fmt: skip
    return _sampled(found, rows)


def written(path: Path, rows: int, *, copies: int = 1, shuffled: bool = False) -> int:
    """Write a part of the log, or all of it, `copies` times with other volunteers; answers how many rows."""
    with LOG.open(newline="") as file:
        header, *body = file.read().splitlines()
    body = _sampled(body, rows)
    lines = [f"{mark}{line}" for mark in ("", *(f"c{copy}-" for copy in range(1, copies))) for line in body]
    if shuffled:
        random.Random(1).shuffle(lines)
    path.write_text("\n".join((header, *lines)) + "\n")
    return len(lines)
