"""Writing rule packs: `rules explain`, `rules diff`, `rules fmt`, `rules new`, `rules schema`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.rules import Folders, packs_in
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

if TYPE_CHECKING:
    from points_engine.rulebook.pack import Pack

Folder = Annotated[Path, typer.Argument(help="Folder of a pack. / 规则包文件夹", show_default=False)]
OnDay = Annotated[str, typer.Option("--on", help="The day whose values are told; default today. / 以哪一天的数值为准")]
Check = Annotated[bool, typer.Option("--check", help="Change nothing; tell what would change. / 只检查，不改动")]
Markdown = Annotated[bool, typer.Option("--markdown", help="As Markdown. / 以 Markdown 输出")]


def _day(text: str, pack: Pack) -> date:
    """The day that was asked for, or today where the pack counts its days; never before the pack's first."""
    from points_engine.rulebook.notation import day_of

    if not text:
        return max(pack.effective_on, datetime.now(UTC).astimezone(pack.zone).date())
    day = day_of(text)
    if day is None:
        raise BadInput(f"“{text}”不是日期，应写作 YYYY-MM-DD", f"'{text}' is not a date; write YYYY-MM-DD")
    return day


def explain(terminal: Terminal, folders: Folders, on: OnDay = "", markdown: Markdown = False) -> None:
    """Tell in plain sentences what packs say. / 用文字解读规则包"""
    from points_engine.rulebook.explaining import as_markdown, as_plain_text
    from points_engine.rulebook.explaining import explain as explained
    from points_engine.rulebook.loading import load_pack

    texts: list[str] = []
    documents: list[dict[str, Any]] = []
    for pack in [load_pack(folder) for folder in packs_in(folders)]:
        explanation = explained(pack, _day(on, pack), terminal.language)
        texts.append((as_markdown if markdown else as_plain_text)(explanation))
        documents.append({"scheme": pack.scheme, "hash": pack.hash, **asdict(explanation)})
    terminal.show({"packs": documents}, *texts)


def diff(terminal: Terminal, old: Folder, new: Folder) -> None:
    """Tell what changes from one version of a pack to another, and for whom. / 比较两版规则包"""
    from points_engine.rulebook.comparing import diff as compared
    from points_engine.rulebook.loading import load_pack

    comparison = compared(*(load_pack(packs_in([folder])[0]) for folder in (old, new)))
    lines = comparison.sentences(terminal.language) or [terminal.say("没有变化", "nothing changes")]
    terminal.show(asdict(comparison), *lines)


def fmt(terminal: Terminal, folders: Folders, check: Check = False) -> None:
    """Write rule files in their one layout. / 统一规则文件的写法"""
    from points_engine.rulebook.formatting import fmt as formatted
    from points_engine.rulebook.loading import is_own_file

    changed: list[str] = []
    for folder in packs_in(folders):
        for path in sorted(folder.glob("*.yaml")):
            if not is_own_file(path):
                zh, en = f"{path} 不是本文件夹里的普通文件", f"{path} is not a plain file of its folder"
                raise BadInput(zh, en)
            try:
                text = path.read_bytes().decode("utf-8")
            except UnicodeDecodeError:
                raise BadInput(f"{path} 不是 UTF-8 编码", f"{path} is not UTF-8 text") from None
            written = formatted(text, path.name)
            if written != text:
                changed.append(str(path))
                if not check:
                    path.write_text(written, encoding="utf-8")
    terminal.show({"changed": changed, "written": not check}, *changed)
    if check and changed:
        raise Found


def new(terminal: Terminal, folder: Folder) -> None:
    """Begin a small complete pack in a new folder, which gives it its name. / 新建规则包"""
    from points_engine.rulebook.scaffolding import new_pack

    if folder.exists():
        raise BadInput(f"{folder} 已经存在", f"{folder} is already there")
    today = datetime.now(UTC).date()
    try:
        files = new_pack(folder.name, today)
    except ValueError as error:
        name = folder.name
        raise BadInput(f"“{name}”不能作名称：只用小写字母、数字、_ 和 -，以字母开头", str(error)) from None
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    terminal.show({"files": [str(folder / name) for name in files]}, *(str(folder / name) for name in files))


def schema(
    terminal: Terminal,
    folder: Annotated[Path, typer.Argument(help="Where the files are written. / 写到哪个文件夹")] = Path("rules"),
    check: Check = False,
) -> None:
    """Write the JSON Schema of rule files, for editors. / 写出规则文件的 JSON Schema"""
    from points_engine.rulebook.schema_export import SCHEMA_FILES, text_of

    changed: list[str] = []
    for name, make in SCHEMA_FILES.items():
        path, text = folder / name, text_of(make())
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            changed.append(str(path))
            if not check:
                path.write_text(text, encoding="utf-8")
    terminal.show({"changed": changed, "written": not check}, *changed)
    if check and changed:
        raise Found


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    for name, function in (("explain", explain), ("diff", diff), ("fmt", fmt), ("new", new), ("schema", schema)):
        command(group, name)(function)
