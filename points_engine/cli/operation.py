"""Setting up and running: `init`, `serve`, `demo`."""

from __future__ import annotations

import gc
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from points_engine.cli.commands import command
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput

Host = Annotated[str, typer.Option("--host", help="Address to listen on; default POINTS_HOST. / 监听地址")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65_535, help="Port; default POINTS_PORT. / 端口")]


def init(
    terminal: Terminal,
    pack: Annotated[
        list[Path] | None,
        typer.Option("--pack", help="Folder of a pack to publish; may be given again. / 规则包文件夹"),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day in force; default the pack's own."),
    ] = None,
) -> None:
    """Create or migrate the database; publish packs and register whom they name. / 建立或升级账本,发布规则包"""
    from points_engine.interchange.packs import Published, publish_folder

    published: list[Published] = []
    with terminal.books(create=True) as (engine, store):
        effective_on = day.date() if day else None
        published += [publish_folder(engine, folder, terminal.principal, effective_on) for folder in pack or ()]
        dialect = store.dialect
    lines = [terminal.say(f"账本已就绪（{dialect}）", f"The books are ready ({dialect}).")]
    for each in published:
        state = terminal.say(
            "已发布" if each.created else "此前已发布", "published" if each.created else "was published"
        )
        since = terminal.say(f"自 {each.effective_on} 起", f"from {each.effective_on}")
        lines.append(f"{each.scheme}: {state} {since} ({each.hash[:12]})")
    terminal.show({"dialect": dialect, "published": published}, *lines)


def ready_for_traffic() -> None:
    """Keep what was loaded out of the cycle collector, and let the event loop in between the writer's work.

    Measured: full collections pause 64 to 90 ms, and a busy thread delays the event loop by 5 ms otherwise.
    """
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(0.0005)


def serve(
    terminal: Terminal,
    host: Host = "",
    port: Port = None,
    jobs: Annotated[bool, typer.Option(help="Run the due jobs in this process too. / 同时运行定时任务")] = True,
) -> None:
    """Serve the pages and the API. / 启动网页与接口服务"""
    from api.app import create_app
    from api.limiting import limiter_from
    from api.serving import serve as serve_app
    from points_engine import logs

    settings = terminal.settings
    with terminal.books(create=True) as (engine, store):
        ready_for_traffic()
        logs.configure(settings.log_level)
        serve_app(
            create_app(
                engine, store, jobs=jobs and settings.jobs, limiter=limiter_from(settings), redis_url=settings.redis_url
            ),
            host=host or settings.host,
            port=settings.port if port is None else port,
            drain_seconds=settings.drain_seconds,
        )


def demo(
    terminal: Terminal,
    host: Host = "",
    port: Port = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew: the SQLite file is removed. / 重新开始")] = False,
    only_prepare: Annotated[bool, typer.Option("--only-prepare", help="Do not serve. / 只准备数据")] = False,
) -> None:
    """Prepare the Huadu demonstration programme, then serve it. / 准备花都演示计划并启动服务"""
    from points_engine.demonstration import prepare

    if fresh:
        _remove(terminal.settings.database_url)
    with terminal.books(create=True) as (engine, _), terminal.progress() as tell:
        programme = prepare(engine, _rules(terminal), tell)
    keys = [asdict(key) for key in programme.keys]
    lines = [terminal.say("演示计划已就绪", "The demonstration programme is ready.")]
    lines += ["  " + "  ".join(str(value) for value in key.values() if value) for key in keys]
    terminal.show({"keys": keys}, *lines)
    if not only_prepare:
        serve(terminal, host, port)


def _rules(terminal: Terminal) -> Path:
    folders = terminal.settings.rule_folders()
    if not folders:
        raise BadInput("找不到规则文件夹；请设 POINTS_RULES", "there is no folder of rules; set POINTS_RULES")
    return folders[0]


def _remove(url: str) -> None:
    from sqlalchemy import make_url

    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise BadInput("--fresh 仅适用于 SQLite 文件", "--fresh is for SQLite files only")
    for suffix in ("", "-wal", "-shm"):
        Path(parsed.database + suffix).unlink(missing_ok=True)


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    command(group, "init")(init)
    command(group, "serve")(serve)
    command(group, "demo")(demo)
