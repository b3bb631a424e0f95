"""Data in and out: `import`, `import-undo`, `openings`, `export beancount`, `export csv`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from points_engine.cli.commands import Found, command
from points_engine.cli.terminal import Terminal
from points_engine.interchange.problems import BadInput, Problems
from points_engine.ledger.amounts import shown

SHOWN: int = 20
"""problems shown at the terminal; --json shows all that were kept."""


class RecordedBy(StrEnum):
    """How a log was recorded."""

    KIOSK = "kiosk"
    SELF_LOCATED = "self_located"
    STEWARD = "steward"
    BACKFILL = "backfill"


File = Annotated[Path, typer.Argument(help="CSV (UTF-8) or XLSX. / 文件", show_default=False)]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", help="FIELD=COLUMN, for example start=check_in; may be given again. / 列对应"),
]


def import_log(
    terminal: Terminal,
    file: File,
    scheme: Annotated[str, typer.Option("--scheme", help="Scheme; its shipped pack is published if need be. / 账套")],
    recorded_by: Annotated[RecordedBy, typer.Option("--recorded-by", help="How it was recorded. / 记录方式")],
    name: Annotated[str, typer.Option("--name", help="The import's code; default from the content. / 导入编号")] = "",
    column: Columns = None,
    host: Annotated[str, typer.Option("--host", help="Unit that answers for the activities. / 主办组织")] = "",
    pack: Annotated[Path | None, typer.Option("--pack", help="Folder of the scheme's rules. / 规则包文件夹")] = None,
    time_zone: Annotated[str, typer.Option("--time-zone", help="Zone of times without an offset. / 时区")] = "",
) -> None:
    """Import a service log, in any order, as often as you like. / 导入服务记录"""
    from points_engine.interchange.columns import chosen
    from points_engine.interchange.imports import ImportOrder, run_import

    order = ImportOrder(
        file, scheme, recorded_by.value, terminal.principal, name=name, host=host, pack=pack,
        rule_folders=terminal.settings.rule_folders(), columns=chosen(column or ()), zone=_zone(time_zone),
    )  # fmt: skip
    with terminal.books(create=True) as (engine, store), terminal.progress() as tell:
        report = run_import(engine, store, order, tell)
        scales = _scales(store)
    points = {each: shown(amount, scales[each]) for each, amount in sorted(report.points.items())}
    rate = round(report.rows / report.seconds) if report.seconds else report.rows
    earned = ", ".join(f"{amount} ({each})" for each, amount in points.items()) or "0"
    refused = report.problems.count
    lines = [
        terminal.say(f"导入 {report.code}", f"Import {report.code}"),
        terminal.say(
            f"  {report.rows} 行：入账 {report.imported}，重复 {report.duplicates}，未入账 {refused}",
            f"  {report.rows} rows: {report.imported} imported, {report.duplicates} duplicates, {refused} refused",
        ),
        terminal.say(
            f"  新登记志愿者 {report.volunteers} 名、活动 {report.activities} 个",
            f"  {report.volunteers} volunteers and {report.activities} activities registered",
        ),
        terminal.say(
            f"  服务 {report.minutes} 分钟，积分 {earned}", f"  {report.minutes} minutes of service, points: {earned}"
        ),
        terminal.say(f"  {report.seconds:.1f} 秒，每秒 {rate} 行", f"  {report.seconds:.1f} s, {rate} rows/s"),
    ]
    document = {
        "import": report.code, "scheme": report.scheme, "published": report.published, "rows": report.rows,
        "imported": report.imported, "duplicates": report.duplicates, "refused": refused,
        "volunteers": report.volunteers, "activities": report.activities, "minutes": report.minutes,
        "points": points, "seconds": f"{report.seconds:.3f}", "problems": list(report.problems),
    }  # fmt: skip
    terminal.show(document, *lines)
    _complain(terminal, report.problems)


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise BadInput(f"不认识时区 {name}", f"{name} is not a time zone such as Asia/Shanghai") from error


def _scales(store: object) -> dict[str, int]:
    from points_engine.interchange.books import names
    from points_engine.store import SqlStore

    assert isinstance(store, SqlStore), "a store of ours"
    with store.reading() as connection:
        decimals = names(connection).decimals
    return {asset.removeprefix("points/"): scale for asset, scale in decimals.items()}


def _complain(terminal: Terminal, problems: Problems) -> None:
    """Name the first rows that did not get in.

    Raises: Found, if there are any.
    """
    for problem in list(problems)[:SHOWN]:
        where = terminal.say(f"第 {problem.line} 行", f"line {problem.line}")
        terminal.complain(problem.code, f"{where}: {problem.sentence(terminal.language)}")
    if problems.count > SHOWN:
        more = problems.count - SHOWN
        terminal.complain("more", terminal.say(f"另有 {more} 行未列出", f"{more} more rows are not shown"))
    if problems.count:
        raise Found


def undo(
    terminal: Terminal,
    code: Annotated[str, typer.Argument(help="The import's code. / 导入编号", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why. / 原因")] = "import undone / 撤销导入",
) -> None:
    """Undo a whole import: every record of it is reversed. / 撤销整批导入"""
    from points_engine.interchange.undoing import undo_import

    with terminal.books() as (engine, store), terminal.progress() as tell:
        report = undo_import(engine, store, code, principal=terminal.principal, reason=reason, progress=tell)
    refused = report.problems.count
    terminal.show(
        {
            "import": code, "reversed": report.reversed, "refused": refused, "minutes": report.minutes,
            "seconds": f"{report.seconds:.3f}", "problems": list(report.problems),
        },
        terminal.say(
            f"导入 {code}：冲正 {report.reversed} 条记录，{report.minutes} 分钟；未能冲正 {refused} 条",
            f"Import {code}: {report.reversed} records reversed, {report.minutes} minutes; {refused} refused",
        ),
    )  # fmt: skip
    _complain(terminal, report.problems)


def openings(terminal: Terminal, file: File, column: Columns = None) -> None:
    """Book opening balances: volunteer, scheme, points, expires_on. / 期初余额"""
    from points_engine.interchange.columns import chosen
    from points_engine.interchange.openings import run_openings

    with terminal.books() as (engine, store), terminal.progress() as tell:
        report = run_openings(
            engine, store, file, principal=terminal.principal, mapping=chosen(column or ()), progress=tell
        )
    refused = report.problems.count
    terminal.show(
        {
            "rows": report.rows, "booked": report.booked, "duplicates": report.duplicates, "refused": refused,
            "problems": list(report.problems),
        },
        terminal.say(
            f"{report.rows} 行：入账 {report.booked}，重复 {report.duplicates}，未入账 {refused}",
            f"{report.rows} rows: {report.booked} booked, {report.duplicates} duplicates, {refused} refused",
        ),
    )  # fmt: skip
    _complain(terminal, report.problems)


def export_beancount(
    terminal: Terminal, output: Annotated[Path, typer.Option("--output", "-o", help="File to write. / 输出文件")]
) -> None:
    """Write the books as a beancount file. / 导出为 beancount"""
    from points_engine.interchange.beancount import write_beancount

    with (
        terminal.books() as (_, store),
        terminal.progress() as tell,
        _new_file(output).open("w", encoding="utf-8") as file,
    ):
        count = write_beancount(store, file, lambda entries: tell("write", entries, None))
    _exported(terminal, count, output)


def export_csv(
    terminal: Terminal, output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write. / 输出文件夹")]
) -> None:
    """Write postings.csv and balances.csv. / 导出为 CSV"""
    from points_engine.interchange.tables import write_tables

    if output.exists() and not output.is_dir():
        raise BadInput(f"{output} 不是文件夹", f"{output} is not a folder")
    with terminal.books() as (_, store), terminal.progress() as tell:
        count = write_tables(store, output, lambda entries: tell("write", entries, None))
    _exported(terminal, count, output)


def _new_file(path: Path) -> Path:
    if path.is_dir():
        raise BadInput(f"{path} 是文件夹", f"{path} is a folder")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"无法写入 {path}：{error.strerror}", f"cannot write {path}: {error.strerror}") from error
    return path


def _exported(terminal: Terminal, count: int, output: Path) -> None:
    terminal.show(
        {"entries": count, "output": str(output)},
        terminal.say(f"已导出 {count} 张凭证到 {output}", f"{count} entries written to {output}"),
    )


def add_to(group: typer.Typer) -> None:
    """Add these commands to a group."""
    command(group, "import")(import_log)
    command(group, "import-undo")(undo)
    command(group, "openings")(openings)


def add_exports_to(group: typer.Typer) -> None:
    """Add the exports to a group."""
    command(group, "beancount")(export_beancount)
    command(group, "csv")(export_csv)
