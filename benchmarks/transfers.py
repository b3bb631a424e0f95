"""Commands that move points, in batches through `execute` on PostgreSQL, beside TPC-B and the COPY limit."""

from __future__ import annotations

from statistics import median
from typing import Final

from benchmarks.batches import KINDS, Workload, measured
from benchmarks.processes import PROCESSES, Load, crew
from benchmarks.run import Run
from benchmarks.table import Report, Target
from benchmarks.town import founded

TARGETS: Final = {"opening": Target(">=", 4.0), "award": Target(">=", 2.5)}


def measure(run: Run) -> Report:
    """Rates of batches, as ratios to TPC-B and as shares of what COPY alone could do."""
    report = Report("transfers", "Batches through execute, PostgreSQL")
    tpcb: list[float] = []  # beside several processes
    together: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with run.places.books("postgresql") as store:
        work = Workload(run.effort.batch_commands)
        founded(store, PROCESSES * work.volunteers)
        with crew(store.url, run.effort.batch_commands) as processes:
            for _ in range(run.effort.rounds):
                tpcb.append(run.tpcb_rate())
                for kind, rates in together.items():
                    rates.append(processes.rate(Load(kind, batches=run.effort.batches)))
    for kind, rates in together.items():
        report.add(
            f"{kind}, batches of {run.effort.batch_commands:,}, {PROCESSES} processes", median(rates), "/s",
            baseline="pgbench TPC-B, 8 clients", beside=median(tpcb), target=TARGETS.get(kind), note=KINDS[kind],
        )  # fmt: skip
    beside: list[float] = []
    for one in measured(run, "postgresql", before_round=lambda: beside.append(run.tpcb_rate())):
        what = f"{one.kind}, batches of {run.effort.batch_commands:,}"
        report.add(
            what, one.rate, "/s", baseline="pgbench TPC-B, 8 clients", beside=median(beside),
            target=TARGETS.get(one.kind), note=KINDS[one.kind],
        )  # fmt: skip
        report.add(
            what, one.rate, "/s", baseline="COPY of the same rows", beside=one.bare_rate,
            note=f"{one.rows_per_command:.1f} rows a command",
        )  # fmt: skip
        report.phases.append(one.phases)
    return report
