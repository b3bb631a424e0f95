"""Rule packs: `rules check`, `rules test`.

What the examples leave uncovered is told; only `rules test --strict` fails for it.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

Folders = Annotated[
    list[Path], typer.Argument(help="Folders of packs, or a folder of such. / 规则包文件夹", show_default=False)
]

Before = Annotated[
    Path | None, typer.Option("--before", help="The version that the pack replaces. / 要替换的版本", show_default=False)
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail for what no example shows. / 有未被例子覆盖的规则即失败")]


def packs_in(folders: list[Path]) -> list[Path]:
    """The folders of packs, those of a folder of packs included. Raises: BadInput where there is none."""
    from points_engine.stories import pack_folders

    found = [pack for folder in folders for pack in pack_folders(folder)]
    if not found:
        named = ", ".join(map(str, folders))
        raise BadInput(f"{named} 中没有规则包（pack.yaml）", f"there is no pack (pack.yaml) in {named}")
    return found


def check(terminal: Terminal, folders: Folders, before: Before = None) -> None:
    """Find everything that is wrong or doubtful in packs. / 检查规则包"""
    from points_engine.rulebook.lint import lint
    from points_engine.rulebook.loading import load_pack
    from points_engine.rulebook.problems import PackProblems
    from points_engine.rulebook.reachability import doubts

    lines: list[str] = []
    documents: list[dict[str, Any]] = []
    errors = warnings = 0
    replaced = None if before is None else load_pack(packs_in([before])[0])
    for folder in packs_in(folders):
        try:
            pack = load_pack(folder)
            problems = (*lint(pack), *doubts(pack, before=replaced))
        except PackProblems as found:
            problems = found.problems
        for each in problems:
            is_error = each.severity == "error"
            errors, warnings = errors + is_error, warnings + (not is_error)
            said = each.in_language(terminal.language)
            mark = "" if is_error else terminal.say("提醒：", "warning: ")
            lines.append(f"{folder / each.place.file}:{each.place.line}:{each.place.column}: {mark}{said}")
            documents.append(
                {
                    "pack": folder.name, "file": str(folder / each.place.file), "line": each.place.line,
                    "column": each.place.column, "severity": each.severity, "code": each.code, "sentence": said,
                }
            )  # fmt: skip
    lines.append(terminal.say(f"{errors} 个错误，{warnings} 个提醒", f"{errors} errors, {warnings} warnings"))
    terminal.show({"errors": errors, "warnings": warnings, "problems": documents}, *lines)
    if errors:
        raise Found


def test(terminal: Terminal, folders: Folders, strict: Strict = False) -> None:  # noqa: PT028 - a command, not a test
    """Play the examples beside the rules, and tell what they leave uncovered. / 运行规则包自带的例子"""
    from points_engine.stories import run_folder

    reports = [run_folder(folder) for folder in packs_in(folders)]
    document = [
        {
            "pack": report.pack, "examples": len(report.stories),
            "passed": sum(story.is_green for story in report.stories),
            "failed": [story.text for story in report.stories if not story.is_green],
            "problems": list(report.problems), "not_exercised": list(report.not_exercised),
            "rules": asdict(report.rules), "clauses": asdict(report.clauses), "edges": asdict(report.edges),
            "not_cited": list(report.not_cited),
            "edges_untested": [
                {
                    "code": each.code, "file": each.place.file, "line": each.place.line, "column": each.place.column,
                    "edge": each.offending, "sentence": each.in_language(terminal.language),
                }
                for each in report.edges_untested
            ],
        }
        for report in reports
    ]  # fmt: skip
    terminal.show({"packs": document}, *(report.in_language(terminal.language) for report in reports))
    if not all(report.is_green and (report.is_complete or not strict) for report in reports):
        raise Found


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for name, function in (("check", check), ("test", test)):
        command(group, name)(function)
