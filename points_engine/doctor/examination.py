"""The examination: every check in its order; what needs the books is left out where they cannot be opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from points_engine.doctor import database, programme, surroundings
from points_engine.doctor.findings import Check, Examined, Finding, Patient
from points_engine.settings import Settings

REACHABLE: Final = Check(
    "database", "数据库可用、结构为本版本", "database reachable, schema of this version", lambda _: ()
)

CHECKS: Final[tuple[Check, ...]] = (
    Check("settings", "设置", "settings", surroundings.settings, needs_books=False),
    Check("secret", "密钥文件", "secret", surroundings.secret, needs_books=False),
    Check("disk", "磁盘空间", "disk space", surroundings.disk, needs_books=False),
    Check("file_system", "文件系统", "file system of SQLite", surroundings.file_system, needs_books=False),
    Check("redis", "Redis", "Redis", surroundings.redis, needs_books=False),
    Check("time_zones", "时区数据", "time zone data", programme.time_zones, needs_books=False),
    REACHABLE,
    Check("version", "数据库版本", "version of the database", database.version),
    Check("durable", "断电不丢", "durability", database.durable),
    Check("triggers", "防篡改触发器", "triggers that refuse changes", database.triggers),
    Check("clock", "时钟", "clock", database.clock),
    Check("packs", "生效的规则包", "packs in force", programme.packs),
    Check("keys", "密钥", "keys", programme.keys),
    Check("jobs", "定时任务", "jobs", programme.jobs),
    Check("webhooks", "网络回调", "webhooks", programme.webhooks),
    Check("last_audit", "上次稽核", "last audit", programme.last_audit),
)


def examine(settings: Settings, environment: Mapping[str, str], now: datetime) -> list[Examined]:
    """Look at everything. The books are opened as they are: nothing is made, migrated or written."""
    patient = Patient(settings, dict(environment), now)
    store, why_not = database.opened(patient)
    try:
        return [_made(check, replace(patient, store=store), why_not) for check in CHECKS]
    finally:
        if store is not None:
            store.close()


def _made(check: Check, patient: Patient, why_not: list[Finding]) -> Examined:
    if check is REACHABLE:
        return Examined(check, tuple(why_not))
    if check.needs_books and patient.store is None:
        return Examined(check, skipped=True)
    return Examined(check, tuple(check.look(patient)))
