"""What a benchmark found: rows with their baselines and targets, phases, curves; printed as tables of ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.watching import Phases


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a row's ratio to its baseline, or on its own value."""

    how: Literal[">=", "<="]
    bound: float
    of: Literal["ratio", "value"] = "ratio"

    def is_met(self, number: float) -> bool:
        return number >= self.bound if self.how == ">=" else number <= self.bound

    def __str__(self) -> str:
        return f"{self.how} {self.bound:g}" + ("x" if self.of == "ratio" else "")


@dataclass(frozen=True, slots=True)
class Row:
    """One finding: a value in a unit, the baseline that was measured beside it, and what was hoped for."""

    what: str
    value: float
    unit: str
    baseline: str = ""
    beside: float | None = None  # the baseline's value, in the same unit
    target: Target | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        return None if not self.beside else self.value / self.beside

    @property
    def told(self) -> str:
        """The number that the target is about: the ratio, or the value with its unit."""
        if self.target is not None and self.target.of == "value":
            return f"{shown(self.value)} {self.unit}"
        return "" if self.ratio is None else f"{self.ratio:.2f}x"

    @property
    def verdict(self) -> Literal["met", "missed", ""]:
        """Whether the target was met; empty where there is none, or nothing to compare with."""
        number = self.value if self.target is not None and self.target.of == "value" else self.ratio
        if self.target is None or number is None:
            return ""
        return "met" if self.target.is_met(number) else "missed"


@dataclass(frozen=True, slots=True)
class Curve:
    """One line of a chart: values by the size of the load."""

    chart: str
    x: str
    unit: str
    line: str
    points: Mapping[int, float]


@dataclass(slots=True)
class Report:
    """Everything one benchmark found."""

    name: str
    title: str
    rows: list[Row] = field(default_factory=list)
    phases: list[Phases] = field(default_factory=list)
    curves: list[Curve] = field(default_factory=list)

    def add(self, what: str, value: float, unit: str, **more: Any) -> None:
        """Add a row; further words as in `Row`."""
        self.rows.append(Row(what, value, unit, **more))

    @property
    def missed(self) -> list[Row]:
        return [row for row in self.rows if row.verdict == "missed"]

    def as_json(self) -> dict[str, Any]:
        """Rows with their ratios and verdicts, phases and curves, as plain values."""
        rows = [asdict(row) | {"ratio": row.ratio, "verdict": row.verdict} for row in self.rows]
        return {
            "name": self.name,
            "title": self.title,
            "rows": rows,
            "phases": [each.as_json() for each in self.phases],
            "curves": [asdict(curve) for curve in self.curves],
        }


def shown(number: float) -> str:
    """Three significant digits, or whole thousands.

    >>> shown(12345.6), shown(4.5678), shown(0.01234)
    ('12,346', '4.57', '0.0123')
    """
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def print_report(report: Report, console: Console) -> None:
    """Print the table of ratios, and where the time went."""
    table = Table(title=report.title, title_justify="left", title_style="bold")
    table.add_column("what", ratio=3)
    for name in ("measured", "beside", "ratio", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("baseline", ratio=2)
    table.add_column("", no_wrap=True)
    for row in report.rows:
        table.add_row(
            Text(row.what + (f"\n  {row.note}" if row.note else "")),
            f"{shown(row.value)} {row.unit}",
            "" if row.beside is None else shown(row.beside),
            "" if row.ratio is None else f"{row.ratio:.2f}x",
            "" if row.target is None else str(row.target),
            Text(row.baseline),
            {"met": "[green]met[/]", "missed": "[bold red]missed[/]", "": ""}[row.verdict],
        )
    console.print(table)
    for each in report.phases:
        _print_phases(each, console)


def _print_phases(phases: Phases, console: Console) -> None:
    table = Table(title=f"where the time goes: {phases.what}", title_justify="left")
    table.add_column("phase")
    for name in ("share", "of it computing", "of it waiting", "µs a command"):
        table.add_column(name, justify="right")
    total = sum(spent.wall for spent in phases.spent.values()) or 1.0
    for name, spent in phases.spent.items():
        cpu = min(1.0, spent.cpu / spent.wall) if spent.wall else 0.0
        each = f"{spent.wall / max(1, phases.commands) * 1e6:,.0f}"
        table.add_row(name, f"{spent.wall / total:.0%}", f"{cpu:.0%}", f"{1 - cpu:.0%}", each)
    console.print(table)


def print_summary(reports: Sequence[Report], console: Console) -> None:
    """Every target in one table: what was measured, beside what, and whether it was met; missed ones last again."""
    aimed = [(report, row) for report in reports for row in report.rows if row.target is not None]
    table = Table(title="Targets", title_justify="left", title_style="bold")
    for name in ("benchmark", "what", "beside"):
        table.add_column(name)
    for name in ("measured", "target"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for report, row in aimed:
        verdict = {"met": "[green]met[/]", "missed": "[bold red]missed[/]", "": "not measured"}[row.verdict]
        table.add_row(report.name, Text(row.what), Text(row.baseline), row.told, str(row.target), verdict)
    console.print(table)
    missed = [(report, row) for report, row in aimed if row.verdict == "missed"]
    console.print(f"{sum(row.verdict == 'met' for _, row in aimed)} of {len(aimed)} targets met.")
    for report, row in missed:
        console.print(Text(f"missed: {report.name}: {row.what}: {row.told}, target {row.target}", style="red"))
