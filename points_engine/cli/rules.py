"""Rule packs: `rules check`, `rules test`, `rules explain`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput
from points_engine.rulebook.schema import SCHEMA

if TYPE_CHECKING:
    from points_engine.rulebook.kinds import Rule
    from points_engine.rulebook.pack import Pack

Folders = Annotated[
    list[Path], typer.Argument(help="Folders of packs, or a folder of such. / 规则包文件夹", show_default=False)
]


def _packs_in(folders: list[Path]) -> list[Path]:
    from points_engine.stories import pack_folders

    found = [pack for folder in folders for pack in pack_folders(folder)]
    if not found:
        named = ", ".join(map(str, folders))
        raise BadInput(f"{named} 中没有规则包（pack.yaml）", f"there is no pack (pack.yaml) in {named}")
    return found


def check(terminal: Terminal, folders: Folders) -> None:
    """Find everything that is wrong or doubtful in packs. / 检查规则包"""
    from points_engine.rulebook.lint import lint
    from points_engine.rulebook.loading import load_pack
    from points_engine.rulebook.problems import PackProblems

    lines: list[str] = []
    documents: list[dict[str, Any]] = []
    errors = warnings = 0
    for folder in _packs_in(folders):
        try:
            problems = lint(load_pack(folder))
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


def test(terminal: Terminal, folders: Folders) -> None:
    """Play the examples beside the rules. / 运行规则包自带的例子"""
    from points_engine.stories import run_folder

    reports = [run_folder(folder) for folder in _packs_in(folders)]
    document = [
        {
            "pack": report.pack, "examples": len(report.stories),
            "passed": sum(story.is_green for story in report.stories),
            "failed": [story.text for story in report.stories if not story.is_green],
            "problems": list(report.problems), "not_exercised": list(report.not_exercised),
        }
        for report in reports
    ]  # fmt: skip
    terminal.show({"packs": document}, *(report.text for report in reports))
    if not all(report.is_green for report in reports):
        raise Found


def explain(terminal: Terminal, folders: Folders) -> None:
    """Tell in sentences what packs say. / 用文字解读规则包"""
    from points_engine.rulebook.loading import load_pack

    lines: list[str] = []
    documents: list[dict[str, Any]] = []
    for pack in [load_pack(folder) for folder in _packs_in(folders)]:
        told = [_told(terminal, pack, rule) for rule in pack.rules.values()]
        lines.append(f"{pack.title.in_language(terminal.language)} ({pack.scheme}, {pack.document})")
        for each in told:
            cite = f" [{each['cite']}]" if each["cite"] else ""
            lines += [
                f"  {each['kind']} {each['id']}: {each['title']}{cite}",
                *(f"    {part}" for part in each["says"]),
            ]
        documents.append({"scheme": pack.scheme, "hash": pack.hash, "rules": told})
    terminal.show({"packs": documents}, *lines)


def _told(terminal: Terminal, pack: Pack, rule: Rule) -> dict[str, Any]:
    """A rule with its title, where it is written, and what it says beyond the title, in the author's own words."""
    files = json.loads(pack.canonical)
    kind, raw = next(
        (name, each) for each in files[rule.place.file] for name in SCHEMA if each.get(name) == rule.id
    )  # the kind is the key that holds the rule's id
    says = [
        f"{key}: {_words(terminal, value)}" for key, value in raw.items() if key not in (kind, "title", "cite")
    ]  # fmt: skip
    title = rule.title.in_language(terminal.language)
    return {"kind": kind, "id": rule.id, "title": title, "cite": rule.cite, "place": str(rule.place), "says": says}


def _words(terminal: Terminal, value: Any) -> str:
    """A raw value of a rule on one line; of a text in both languages, the terminal's."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            return str(value[terminal.language])
        return ", ".join(f"{key}: {_words(terminal, each)}" for key, each in value.items())
    if isinstance(value, list):
        return "; ".join(_words(terminal, each) for each in value)
    return str(value)


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for name, function in (("check", check), ("test", test), ("explain", explain)):
        command(group, name)(function)
