"""`python -m benchmarks [NAME…] [--quick | --full] [--json FILE]`: measure, print ratios, keep results."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Final

from rich.console import Console

from benchmarks import (
    drop,
    effort,
    growth,
    hot,
    http,
    import_log,
    lanes,
    machine,
    quotes,
    results,
    rules,
    single,
    sqlite_limit,
    transfers,
)
from benchmarks.places import places
from benchmarks.run import Run, run
from benchmarks.table import Report, print_report, print_summary

BENCHMARKS: Final[dict[str, Callable[[Run], Report]]] = {
    "import_log": import_log.measure,
    "transfers": transfers.measure,
    "sqlite_limit": sqlite_limit.measure,
    "hot": hot.measure,
    "drop": drop.measure,
    "single": single.measure,
    "lanes": lanes.measure,
    "growth": growth.measure,
    "quotes": quotes.measure,
    "rules": rules.measure,
    "http": http.measure,
}
"""Every benchmark by name, in the order of a whole run."""

TEN_MILLION: Final = (10_000, 10_000_000)


def parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Every number beside a baseline.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which to run: {', '.join(BENCHMARKS)}; all if none")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a few seconds each: rough numbers in about ten minutes")
    size.add_argument("--tiny", action="store_true", help="only to see that everything runs; nothing is kept")
    parser.add_argument("--full", action="store_true", help="growth with 10,000,000 postings instead of 1,000,000")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything into one file as well")
    parser.add_argument("--results", type=Path, default=results.FOLDER, metavar="FOLDER", help="where results are kept")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    return chosen


def effort_of(chosen: argparse.Namespace) -> effort.Effort:
    """How much is to be done."""
    size = effort.TINY if chosen.tiny else effort.QUICK if chosen.quick else effort.FULL
    return replace(size, postings=TEN_MILLION) if chosen.full else size


def main(arguments: Sequence[str] | None = None, console: Console | None = None) -> int:
    """Run benchmarks; answers 1 where a part failed, never for a number."""
    chosen, console = parsed(arguments), console or Console(width=None if sys.stdout.isatty() else 160)
    size, here, reports, failed = effort_of(chosen), machine.facts(), [], []
    console.print(", ".join(f"{name} {value}" for name, value in here.items()))
    with places() as at, run(size, at) as running:
        names, began = chosen.names or list(BENCHMARKS), monotonic()
        for place, name in enumerate(names, 1):
            console.print(f"{place} of {len(names)}, after {monotonic() - began:.0f} s: {name} …")
            try:
                report = BENCHMARKS[name](running)
            except Exception:
                console.print_exception()
                failed.append(name)
                continue
            print_report(report, console)
            reports.append(report)
            if size.name != "tiny":
                results.store(report, size, here, chosen.results)
                if not chosen.names:
                    results.store_targets(reports, size, here, chosen.results)
    print_summary(reports, console)
    if failed:
        console.print(f"[bold red]not measured, because it failed: {', '.join(failed)}[/]")
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(results.as_json(reports, size, here), indent=1, ensure_ascii=False) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
