"""`points backup` and `points restore`: the whole of the books into one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.terminal import Terminal

if TYPE_CHECKING:
    from points_engine.interchange.backups import BackupReport

File = Annotated[Path, typer.Argument(help="The backup file. / 备份文件", show_default=False)]


def backup(terminal: Terminal, file: File) -> None:
    """Write all of the books to a file, while the service goes on. / 备份全部账本到一个文件"""
    from dataclasses import asdict

    from points_engine.interchange.backups import back_up
    from points_engine.store import schema

    with terminal.books() as (engine, store), terminal.progress() as tell:
        report = back_up(store, file, engine.clock(), schema.HEAD, tell)
    size = file.stat().st_size
    terminal.show(
        {**asdict(report), "bytes": size},
        _counted(terminal, report),
        terminal.say(
            f"已备份 {report.total} 行至 {file}（{size} 字节，seq {report.seq}）",
            f"{report.total} rows saved to {file} ({size} bytes, seq {report.seq})",
        ),
        f"SHA-256 {report.sha256}",
        terminal.say(
            "备份含个人信息，请妥善保管；POINTS_SECRET（或密钥文件）不在其中，须另行保存。",
            "It holds personal data: keep it safe. POINTS_SECRET (or its file) is not in it: keep that as well.",
        ),
    )


def restore(terminal: Terminal, file: File) -> None:
    """Fill an empty database from a backup of either kind, and audit it. / 从备份恢复到空数据库并稽核"""
    from dataclasses import asdict

    from points_engine.interchange import backups
    from points_engine.store.audit import audit

    with terminal.progress() as tell:
        report = backups.restore(terminal.settings.database_url, file, tell)
        with terminal.books() as (_, store):
            found = audit(store, lambda name, done, total: tell("check", done + 1, total))
            dialect = store.dialect
    said = terminal.say(
        f"已恢复 {report.total} 行（{report.database} → {dialect}，seq {report.seq}）",
        f"{report.total} rows restored ({report.database} to {dialect}, seq {report.seq})",
    )
    verdict = (
        terminal.say(f"稽核：{len(found.checks)} 项通过", f"Audit: {len(found.checks)} checks passed")
        if found.is_sound
        else terminal.say("稽核未通过：", "The audit failed: ") + "; ".join(map(str, found.findings))
    )
    terminal.show({**asdict(report), "audit": found.as_dict()}, _counted(terminal, report), said, verdict)
    if not found.is_sound:
        raise Found


def _counted(terminal: Terminal, report: BackupReport) -> str:
    return ", ".join(f"{count} {name}" for name, count in report.rows.items() if count) or terminal.say("空", "empty")


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    command(group, "backup")(backup)
    command(group, "restore")(restore)
