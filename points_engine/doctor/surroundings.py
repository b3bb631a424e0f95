"""Checks of what the process runs in: settings, the secret, the disk, Redis."""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from points_engine.doctor.findings import Finding, Patient
from points_engine.settings import SECRET_CHARACTERS, Settings

FREE_BYTES: Final = 1 << 30
"""bytes that a disk with books on it should have free: a busy month and a backup."""
FULL_BYTES: Final = 100 << 20
"""bytes free below which commits will soon fail."""
REDIS_SECONDS: Final = 2.0

_NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.glusterfs"}
)
"""File systems over a network: their locks do not keep two writers apart, and SQLite needs them to."""


def sqlite_file(patient: Patient) -> Path | None:
    """The file of SQLite books, if that is what they are."""
    url = make_url(patient.settings.database_url)
    database = url.database or ""
    if url.get_backend_name() != "sqlite" or database in ("", ":memory:"):
        return None
    return Path(database).absolute()


def settings(patient: Patient) -> Iterator[Finding]:
    """POINTS_ variables that mean nothing: most often a typing mistake that leaves a default in force."""
    known = {f"POINTS_{name.upper()}" for name in Settings.model_fields}
    for name in sorted(patient.environment):
        if name.upper().startswith("POINTS_") and name.upper() not in known and not name.startswith("POINTS_TEST_"):
            near = difflib.get_close_matches(name.upper(), known, 1)
            zh, en = (f"是否想写 {near[0]}", f"did you mean {near[0]}?") if near else ("删除它", "remove it")
            yield Finding("warning", name, "没有这个设置", "there is no such setting", zh, en)


def secret(patient: Patient) -> Iterator[Finding]:
    """The secret behind voucher codes: there, long enough, and readable by its owner only."""
    if patient.settings.secret is not None:
        return
    path = patient.settings.secret_file
    where = str(path)
    if not path.exists():
        yield Finding(
            "warning", where, "还没有密钥文件，首次使用时会新建", "there is no secret yet; the first use makes one",
            "若账本已在使用，恢复原来的文件或设置 POINTS_SECRET",
            "if the books are in use, bring its file back or set POINTS_SECRET",
        )  # fmt: skip
        return
    if path.stat().st_mode & 0o077:
        yield Finding(
            "error",
            where,
            "其他用户可以读取密钥文件",
            "others can read the secret",
            f"chmod 600 {path}",
            f"chmod 600 {path}",
        )
    if path.stat().st_size < SECRET_CHARACTERS:
        yield Finding(
            "error", where, "密钥太短", "the secret is too short",
            f"至少 {SECRET_CHARACTERS} 个字符", f"at least {SECRET_CHARACTERS} characters",
        )  # fmt: skip


def disk(patient: Patient) -> Iterator[Finding]:
    """Room for the books of SQLite, and for what is written beside them."""
    file = sqlite_file(patient)
    folders = {_there((file or patient.settings.secret_file.absolute()).parent)}
    for folder in sorted(folders):
        free = shutil.disk_usage(folder).free
        if free < FREE_BYTES:
            megabytes = free >> 20
            yield Finding(
                "error" if free < FULL_BYTES else "warning", str(folder),
                f"磁盘仅剩 {megabytes} MiB", f"{megabytes} MiB are free", "腾出至少 1 GiB", "free 1 GiB at least",
            )  # fmt: skip


def _there(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def file_system(patient: Patient, mounts: Path = Path("/proc/mounts")) -> Iterator[Finding]:
    """SQLite needs locks that work, which file systems over a network do not give."""
    file = sqlite_file(patient)
    if file is None or not mounts.exists():
        return
    folder = _there(file.parent).resolve()
    best, kind = Path("/"), ""
    for line in mounts.read_text("utf-8", "replace").splitlines():
        _, point, type_, *_ = line.split(" ")
        place = Path(point.replace("\\040", " "))
        if folder.is_relative_to(place) and (not kind or len(place.parts) >= len(best.parts)):
            best, kind = place, type_
    if kind in _NETWORK:
        yield Finding(
            "error", str(file), f"SQLite 文件在网络文件系统（{kind}）上，账本可能损坏",
            f"the SQLite file lies on a network file system ({kind}): the books can be damaged",
            "放到本机磁盘，或改用 PostgreSQL", "put it on a disk of this machine, or use PostgreSQL",
        )  # fmt: skip


def redis(patient: Patient) -> Iterator[Finding]:
    """Redis, where it is configured."""
    url = patient.settings.redis_url
    if not url:
        return
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS) as server:
            server.ping()
    except (RedisError, OSError, ValueError) as error:
        yield Finding(
            "warning", "POINTS_REDIS_URL", f"无法连接 Redis（{type(error).__name__}）；限流按进程计算，其余不受影响",
            f"Redis cannot be reached ({type(error).__name__}): limits are per process, nothing else changes",
            "启动 Redis，或去掉此设置", "start Redis, or take the setting away",
        )  # fmt: skip
