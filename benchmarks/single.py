"""Single commands of many callers through the group commit, beside TPC-B, plain SQLModel and django-hordak."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, islice
from statistics import median
from typing import Final

from benchmarks.baselines import hordak, orm
from benchmarks.batches import Workload
from benchmarks.loads import Answers, coroutines, threads
from benchmarks.places import NAMES, Dialect
from benchmarks.processes import PROCESSES, Load, crew
from benchmarks.run import Run
from benchmarks.table import Curve, Report, Target
from benchmarks.town import Desk, founded

CALLERS: Final = 64
"""Callers of the rows with targets: a district's kiosks and tills on a busy evening."""

ACCOUNTS: Final = 1_000


def measure(run: Run) -> Report:
    """Openings one by one; every round measures the baselines again."""
    report = Report("single", "Single commands through the group commit")
    _beside_servers(run, report)
    _beside_sqlite(run, report)
    return report


def _beside_servers(run: Run, report: Report) -> None:
    tpcb: list[float] = []
    plain: list[float] = []
    django: list[float] = []
    with run.places.database("postgresql") as url, run.places.database("postgresql") as django_url:
        orm.prepare(url, map(orm.wallet_number, range(ACCOUNTS)))
        missing = _prepare_hordak(django_url)

        def baselines() -> None:
            tpcb.append(run.tpcb_rate())
            plain.append(orm.transfer_rate(url, ACCOUNTS, run.effort.seconds))
            if not missing:
                django.append(hordak.transfer_rate(django_url, run.effort.seconds))

        mine = _callers(run, "postgresql", report, baselines)
    with run.places.books("postgresql") as store:
        founded(store, PROCESSES * Workload(ACCOUNTS).volunteers)
        with crew(store.url, ACCOUNTS) as processes:
            load = Load(commands=run.effort.calls, callers=CALLERS // PROCESSES)
            together = median(processes.rate(load) for _ in range(run.effort.rounds))
    report.add(
        f"opening by {CALLERS} coroutines in {PROCESSES} processes, PostgreSQL", together, "/s",
        baseline="pgbench TPC-B, 8 clients", beside=median(tpcb),
    )  # fmt: skip
    what = f"opening by {CALLERS} coroutines, PostgreSQL"
    for baseline, rates, bound in (
        ("pgbench TPC-B, 8 clients", tpcb, 1.5),
        ("plain SQLModel transfers, 8 clients", plain, 10.0),
        ("django-hordak transfers, 8 clients", django, 10.0),
    ):
        note = "" if rates else f"not measured: {missing}"
        beside = median(rates) if rates else None
        report.add(what, mine, "/s", baseline=baseline, beside=beside, target=Target(">=", bound), note=note)


def _prepare_hordak(url: str) -> str:
    """Empty when hordak is ready; else why it is not."""
    try:
        hordak.prepare(url)
    except hordak.HordakUnavailable as unavailable:
        return str(unavailable)
    return ""


def _beside_sqlite(run: Run, report: Report) -> None:
    plain: list[float] = []
    with run.places.database("sqlite") as url:
        orm.prepare(url, map(orm.wallet_number, range(ACCOUNTS)))
        # SQLite has one writer at a time; more clients would only wait for each other.
        mine = _callers(
            run, "sqlite", report,
            lambda: plain.append(orm.transfer_rate(url, ACCOUNTS, run.effort.seconds, processes=1, threads=1)),
        )  # fmt: skip
    report.add(
        f"opening by {CALLERS} coroutines, SQLite", mine, "/s", baseline="plain SQLModel transfers, 1 client",
        beside=median(plain), target=Target(">=", 10.0),
    )  # fmt: skip


def _callers(run: Run, dialect: Dialect, report: Report, baselines: Callable[[], None]) -> float:
    """Every number of callers in every round; answers the median rate of 64 of them."""
    effort, where = run.effort, NAMES[dialect]
    found: dict[int, list[Answers]] = {number: [] for number in dict.fromkeys((*effort.callers, CALLERS))}
    by_threads: list[Answers] = []
    desk, everybody = Desk("single"), cycle(range(ACCOUNTS))
    with run.places.books(dialect) as store:
        engine = founded(store, ACCOUNTS)
        for _ in range(effort.rounds):
            baselines()
            for number, answers in found.items():
                calls = min(effort.calls, max(8, effort.calls // 8 * number))  # one caller alone is slow
                answers.append(coroutines(engine, desk.openings(islice(everybody, calls)), number))
            by_threads.append(threads(engine, desk.openings(islice(everybody, effort.calls)), CALLERS))
    rates = {number: median(each.rate for each in answers) for number, answers in sorted(found.items())}
    for number, rate in rates.items():
        p50, p99 = (median(getattr(each, name) for each in found[number]) for name in ("p50", "p99"))
        report.add(f"{number:,} coroutines, {where}", rate, "/s", note=f"p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    report.add(f"{CALLERS} threads, {where}", median(each.rate for each in by_threads), "/s")
    report.curves.append(Curve("callers", "callers at once", "commands/s", where, rates))
    return rates[CALLERS]
