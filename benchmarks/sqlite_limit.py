"""The same batches on SQLite with `synchronous=FULL`, beside a raw `executemany` of the same rows."""

from __future__ import annotations

from benchmarks.batches import KINDS, measured
from benchmarks.run import Run
from benchmarks.table import Report, Target


def measure(run: Run) -> Report:
    """Rates of batches as shares of what SQLite alone could do."""
    report = Report("sqlite_limit", "Batches through execute, SQLite")
    for one in measured(run, "sqlite"):
        report.add(
            f"{one.kind}, batches of {run.effort.batch_commands:,}", one.rate, "/s",
            baseline="raw executemany of the same rows", beside=one.bare_rate, target=Target(">=", 0.4),
            note=f"{KINDS[one.kind]}; {one.rows_per_command:.1f} rows a command",
        )  # fmt: skip
        report.phases.append(one.phases)
    return report
