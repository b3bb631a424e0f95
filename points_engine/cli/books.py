"""Checking the books: `audit`."""

from __future__ import annotations

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.terminal import Terminal


def check(terminal: Terminal) -> None:
    """Check every promise of the books. / 全账稽核"""
    from points_engine.store.audit import audit

    with terminal.books() as (_, store), terminal.progress() as tell:
        report = audit(store, lambda name, done, total: tell("check", done + 1, total))
    table = terminal.table(
        terminal.say("检查", "check"), terminal.say("结果", "result"), terminal.say("发现", "finding")
    )
    broken = {finding.check: finding for finding in report.findings}
    for name in report.checks:
        found = broken.get(name)
        table.add_row(
            name, terminal.say("通过", "ok") if found is None else terminal.say("有误", "BROKEN"), str(found or "")
        )
    counted = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count)
    checks, broke = len(report.checks), len(report.findings)
    if report.is_sound:
        verdict = terminal.say(
            f"账本完好：{checks} 项检查通过，至 seq {report.seq}（{counted}）",
            f"The books are sound: {checks} checks passed, up to seq {report.seq} ({counted}).",
        )
    else:
        verdict = terminal.say(f"账本有误：{broke} 项检查未通过", f"The books are broken: {broke} checks failed.")
    terminal.show(report.as_dict(), table, verdict)
    if not report.is_sound:
        raise Found


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    command(group, "audit")(check)
