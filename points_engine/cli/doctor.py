"""`points doctor`: what is wrong with this deployment."""

from __future__ import annotations

import os
from dataclasses import asdict

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.terminal import Terminal

WEIGHTS = {"error": ("错误", "ERROR"), "warning": ("注意", "WARNING"), "note": ("提示", "note")}


def doctor(terminal: Terminal) -> None:
    """Say what is wrong with this deployment, and what would be right. / 检查部署:哪里不对,应当如何"""
    from points_engine.doctor import examine
    from points_engine.engine import utc_now

    examined = examine(terminal.settings, os.environ, utc_now())
    table = terminal.table(
        *(
            terminal.say(*each)
            for each in (("检查", "check"), ("结果", "result"), ("何处", "where"), ("情况", "what"), ("应当", "right"))
        )
    )
    for each in examined:
        name = terminal.say(each.check.zh, each.check.en)
        if each.skipped:
            table.add_row(name, terminal.say("未检查", "not looked at"), "", "", "")
        elif not each.findings:
            table.add_row(name, terminal.say("正常", "ok"), "", "", "")
        for found in each.findings:
            table.add_row(
                name, terminal.say(*WEIGHTS[found.weight]), found.where, terminal.say(found.zh, found.en),
                terminal.say(found.right_zh, found.right_en),
            )  # fmt: skip
    findings = [found for each in examined for found in each.findings]
    errors = sum(found.weight == "error" for found in findings)
    warnings = sum(found.weight == "warning" for found in findings)
    said = terminal.say(f"{errors} 个错误，{warnings} 个注意事项", f"{errors} errors, {warnings} warnings")
    document = [
        {"check": each.check.name, "skipped": each.skipped, "findings": [asdict(found) for found in each.findings]}
        for each in examined
    ]
    terminal.show({"is_well": not errors, "errors": errors, "warnings": warnings, "checks": document}, table, said)
    if errors:
        raise Found


def add_to(group: typer.Typer) -> None:
    """Add this command to a group."""
    command(group, "doctor")(doctor)
