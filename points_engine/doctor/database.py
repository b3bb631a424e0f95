"""Checks of the database: reachable, durable, this version's schema, its triggers, its clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from points_engine.doctor.findings import Finding, Patient
from points_engine.doctor.surroundings import sqlite_file
from points_engine.errors import StoreFault
from points_engine.store import SqlStore, open_store, schema
from points_engine.store.audit import trigger_findings
from points_engine.store.columns import instant_of
from points_engine.store.opening import unprepared

OLDEST_POSTGRES: Final = 15
OLDEST_SQLITE: Final = (3, 37)
"""Versions: STRICT tables came to SQLite with 3.37."""

INIT: Final = ("运行 points init", "run points init")
SKEW: Final = timedelta(seconds=2)
SKEW_MOST: Final = timedelta(seconds=30)
"""How far two clocks may be apart; further, and the days of service and of expiry come out differently."""


def opened(patient: Patient) -> tuple[SqlStore | None, list[Finding]]:
    """The books, if they can be opened as they are, or why not. Nothing is made or migrated."""
    where = "POINTS_DATABASE_URL"
    file = sqlite_file(patient)
    if file is not None and not file.exists():
        return None, [
            Finding(
                "error", str(file), "没有这个数据库文件", "there is no such file", "运行 points init", "run points init"
            )
        ]
    try:
        with unprepared(patient.settings.database_url) as connection:
            is_empty, version = schema.is_empty(connection), schema.version_of(connection)
            if not is_empty and version is not None:
                schema.check_known(version)
        if not is_empty and version == schema.HEAD:
            return open_store(patient.settings.database_url), []
    except (StoreFault, SQLAlchemyError, OSError, ValueError) as error:
        said = str(error.facts["what"]) if isinstance(error, StoreFault) else type(error).__name__
        newer = "newer" in said
        right = (
            ("升级程序", "update the program")
            if newer
            else ("检查地址、账号与服务器", "check address, account and server")
        )
        return None, [Finding("error", where, f"数据库不可用：{said}", f"the database cannot be used: {said}", *right)]
    if is_empty:
        return None, [Finding("error", where, "数据库是空的", "the database is empty", *INIT)]
    there = version or "—"
    return None, [
        Finding(
            "error", where, f"数据库结构为 {there}，本版本需要 {schema.HEAD}",
            f"the database has schema {there}, this version needs {schema.HEAD}",
            "先备份，再运行 points init", "take a backup, then run points init",
        )
    ]  # fmt: skip


def version(patient: Patient) -> Iterator[Finding]:
    """The version of the database server."""
    assert patient.store is not None, "only asked with books"
    with patient.store.reading() as connection:
        if patient.store.dialect == "postgresql":
            number = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
            if number < OLDEST_POSTGRES:
                said = f"PostgreSQL {number}"
                yield _old(said, f"PostgreSQL {OLDEST_POSTGRES}")
            return
        said = str(connection.execute(text("SELECT sqlite_version()")).scalar_one())
        if tuple(map(int, said.split(".")[:2])) < OLDEST_SQLITE:
            yield _old(f"SQLite {said}", "SQLite 3.37")


def _old(there: str, wanted: str) -> Finding:
    return Finding("error", there, "版本过旧", "the version is too old", f"至少 {wanted}", f"{wanted} at least")


def durable(patient: Patient) -> Iterator[Finding]:
    """What was acknowledged must survive a power cut."""
    assert patient.store is not None, "only asked with books"
    with patient.store.reading() as connection:
        if patient.store.dialect == "postgresql":
            for name in ("fsync", "full_page_writes", "synchronous_commit"):
                if connection.execute(text(f"SHOW {name}")).scalar_one() == "off":
                    yield Finding(
                        "error", f"postgresql.conf: {name}", "已关闭：断电会丢失已确认的记录",
                        "is off: a power cut loses what was acknowledged", f"{name} = on", f"{name} = on",
                    )  # fmt: skip
        elif connection.execute(text("PRAGMA journal_mode")).scalar_one() not in ("wal", "memory"):
            yield Finding(
                "warning", "PRAGMA journal_mode", "未使用 WAL：读写会互相等待", "is not WAL: readers wait",
                "用本程序打开一次即可恢复", "opening it with this program sets it",
            )  # fmt: skip


def triggers(patient: Patient) -> Iterator[Finding]:
    """The triggers by which the database itself refuses to change what is recorded."""
    assert patient.store is not None, "only asked with books"
    with patient.store.reading() as connection:
        for found in trigger_findings(connection):
            yield Finding(
                "error", f"trigger {found.first['name']}", f"{found.broken} 个触发器缺失或被改动：账本可被篡改",
                f"{found.broken} triggers are missing or changed: the books can be edited",
                "查明原因，运行 points audit，再从备份恢复", "find out why, run points audit, restore from a backup",
            )  # fmt: skip


def clock(patient: Patient) -> Iterator[Finding]:
    """This machine's clock beside the database's, and beside what is written already."""
    assert patient.store is not None, "only asked with books"
    with patient.store.reading() as connection:
        recorded = instant_of(connection.execute(text("SELECT recorded_at FROM journal_head")).scalar_one())
        theirs: datetime | None = None
        if patient.store.dialect == "postgresql":
            theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    if theirs is not None and abs(theirs - patient.now) > SKEW:
        seconds = round((patient.now - theirs).total_seconds())
        yield Finding(
            "error" if abs(theirs - patient.now) > SKEW_MOST else "warning", "clock",
            f"本机时钟与数据库相差 {seconds} 秒", f"this machine's clock is {seconds} s off the database's",
            "两台机器都启用 NTP", "keep both by NTP",
        )  # fmt: skip
    if recorded - patient.now > SKEW:
        seconds = round((recorded - patient.now).total_seconds())
        yield Finding(
            "error", "journal_head", f"账本最后一笔在未来 {seconds} 秒：时钟曾经走快或现在走慢",
            f"the newest entry is {seconds} s in the future: a clock was fast, or is slow now",
            "校准时钟后再继续", "set the clock right before going on",
        )  # fmt: skip
