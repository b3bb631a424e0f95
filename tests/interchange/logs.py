"""Builders: service logs as files, and books to import them into."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from points_engine.engine import PointsEngine
from points_engine.flow.outcomes import Submission
from points_engine.flow.steps import Command
from points_engine.interchange.imports import ImportOrder, ImportReport, run_import
from points_engine.interchange.statements import balance
from points_engine.store import SqlStore
from points_engine.store.audit import audit

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "rules"
SAMPLE = ROOT / "tests" / "data" / "oss_sample.csv"
SCHEME = "oss-time-bank"
HEADER = "volunteer,check_in,check_out,category,activity"


@dataclass(frozen=True, slots=True)
class Books:
    """An engine and its store."""

    engine: PointsEngine
    store: SqlStore

    def load(self, path: Path, *, name: str = "", recorded_by: str = "kiosk") -> ImportReport:
        """Import a file."""
        order = ImportOrder(path, SCHEME, recorded_by, "clerk", name=name, rule_folders=[RULES])
        return run_import(self.engine, self.store, order)

    def do(self, command: Command, key: str, principal: str = "clerk") -> dict[str, object]:
        """Execute one command."""
        return dict(self.engine.submit(Submission(command, principal, key)).expect())

    def balances(self) -> dict[str, tuple[int, int]]:
        """(minutes, points) by volunteer."""
        with self.store.reading() as connection:
            numbers = connection.execute(text("SELECT number FROM volunteer ORDER BY number")).scalars().all()
            found = {number: balance(connection, number, self.engine.clock()) for number in numbers}
        return {number: (each.minutes, sum(s.points.spendable for s in each.schemes)) for number, each in found.items()}

    def counts(self) -> dict[str, int]:
        """How many rows the books have."""
        with self.store.reading() as connection:
            return {
                table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("entry", "posting", "fact", "award", "trace", "command", "volunteer", "activity")
            }

    def assert_sound(self) -> None:
        """Audit the books."""
        report = audit(self.store)
        assert report.is_sound, [str(finding) for finding in report.findings]


def a_log(path: Path, *rows: str, header: str = HEADER) -> Path:
    """A CSV file of these rows."""
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def a_row(volunteer: str = "mei", day: int = 1, minutes: int = 90, activity: str = "garden") -> str:
    """One stretch from nine o'clock on a day of March 2026."""
    hours, rest = divmod(minutes, 60)
    on = f"2026-03-{day:02}"
    return f"{volunteer},{on}T09:00:00+08:00,{on}T{9 + hours:02}:{rest:02}:00+08:00,care,{activity}"


def shuffled(path: Path, target: Path, seed: int = 7) -> Path:
    """The same rows in another order."""
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    random.Random(seed).shuffle(rows)
    target.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return target
