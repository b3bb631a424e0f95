"""Results kept: JSON with the machine's facts, and curves as SVG for the README."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import log10
from pathlib import Path
from typing import Any, Final

from benchmarks.charts import CleanStyle, pygal
from benchmarks.effort import Effort
from benchmarks.table import Curve, Report

FOLDER: Final = Path(__file__).parent / "results"


def as_json(reports: Sequence[Report], effort: Effort, machine: Mapping[str, str | int]) -> dict[str, Any]:
    """Everything a run found, as plain values."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "effort": effort.name,
        "machine": dict(machine),
        "benchmarks": [report.as_json() for report in reports],
    }


def store(report: Report, effort: Effort, machine: Mapping[str, str | int], folder: Path = FOLDER) -> None:
    """Write one benchmark's JSON and its charts."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(as_json([report], effort, machine), indent=1, ensure_ascii=False)
    (folder / f"{report.name}.json").write_text(text + "\n")
    (folder / f"{report.name}.svg").write_text(_ratios(report))
    for chart in dict.fromkeys(curve.chart for curve in report.curves):
        drawn = _curves([curve for curve in report.curves if curve.chart == chart])
        (folder / f"{report.name}-{chart}.svg").write_text(drawn)


def store_targets(
    reports: Sequence[Report], effort: Effort, machine: Mapping[str, str | int], folder: Path = FOLDER
) -> None:
    """Write every row that has a target into one file, `targets.json`."""
    found = as_json(reports, effort, machine)
    found["targets"] = [
        {"benchmark": report["name"], **row} for report in found.pop("benchmarks") for row in report["rows"]
        if row["target"] is not None
    ]  # fmt: skip
    (folder / "targets.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def _ratios(report: Report) -> str:
    """Ratios to baselines as bars, each with the least or most that was hoped for."""
    rows = [row for row in report.rows if row.ratio is not None]
    chart = pygal.HorizontalBar(
        title=f"{report.title}: ratio to the baseline", style=CleanStyle, js=(), disable_xml_declaration=True,
        width=900, height=120 + 46 * max(1, len(rows)), legend_at_bottom=True, print_values=True,
        value_formatter=lambda value: "" if value is None else f"{value:.2f}x",
    )  # fmt: skip
    chart.x_labels = [f"{row.what} / {row.baseline}" for row in rows]
    bounds = [row.target.bound if row.target is not None and row.target.of == "ratio" else None for row in rows]
    chart.add("measured", [row.ratio for row in rows])
    chart.add("target", bounds)
    return _drawn(chart)


def _curves(curves: Sequence[Curve]) -> str:
    first = curves[0]
    chart = pygal.XY(
        title=f"{first.unit} by {first.x}", x_title=first.x, y_title=first.unit, style=CleanStyle, js=(),
        disable_xml_declaration=True, width=900, height=420, legend_at_bottom=True,
        x_value_formatter=lambda place: f"{10**place:,.0f}",
    )  # fmt: skip
    chart.x_labels = sorted({log10(size) for curve in curves for size in curve.points})
    for curve in curves:
        chart.add(curve.line, [(log10(size), value) for size, value in sorted(curve.points.items())])
    return _drawn(chart)


def _drawn(chart: Any) -> str:
    drawn: str = chart.render(is_unicode=True)
    return drawn + "\n"
