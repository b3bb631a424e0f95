"""Checks of what the programme has in the books: rules in force, keys, jobs, the last audit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from points_engine.doctor.findings import Finding, Patient, Weight
from points_engine.flow.entities import ApiKey, KeyUse, PackVersion, Scheme
from points_engine.jobs import JOBS, Job
from points_engine.jobs.jobs import Every
from points_engine.jobs.table import AUDIT
from points_engine.reading import Reader, View
from points_engine.reading.webhooks import webhooks as told
from points_engine.store import job_runs
from points_engine.store.job_runs import JobRun

SOON: Final = timedelta(days=30)
"""How long before a rule or key ends it is told."""
UNUSED: Final = timedelta(days=30)
LATE_DAILY: Final = timedelta(hours=36)
LATE_SLOTS: Final = 10
"""How late a job may be: a day and a half for the nightly ones, ten slots for the others."""
WEBHOOKS: Final = 200
"""addresses that are looked at."""
NAMED: Final = 5
"""ids that are named in one finding."""


def time_zones(patient: Patient) -> Iterator[Finding]:
    """Time zone data: without it no service day can be told."""
    for name in ("Asia/Shanghai", "UTC"):
        try:
            ZoneInfo(name)
        except LookupError:
            yield Finding("error", name, "缺少时区数据", "there is no time zone data", "安装 tzdata", "install tzdata")


def packs(patient: Patient) -> Iterator[Finding]:
    """Every scheme has rules in force today, and none of them ends unnoticed."""
    with _view(patient) as view:
        schemes = view.where(Scheme)
        if not schemes:
            yield Finding(
                "note", "scheme", "还没有账套", "there is no scheme yet", "points init --pack …", "points init --pack …"
            )
        for scheme in schemes:
            yield from _pack(view, scheme.code, patient)


def _pack(view: View, scheme: str, patient: Patient) -> Iterator[Finding]:
    versions = sorted(view.where(PackVersion, scheme=scheme), key=lambda each: each.effective_on)
    zone = view.pack(versions[-1].hash).zone if versions else ZoneInfo("UTC")
    today = patient.now.astimezone(zone).date()
    begun = [each for each in versions if each.effective_on <= today]
    if not begun:
        first = versions[0].effective_on if versions else "—"
        yield Finding(
            "error", f"scheme {scheme}", f"今天没有生效的规则包（最早 {first}）",
            f"no pack is in force today (first: {first})",
            "发布今天起生效的规则包", "publish a pack that is in force from today",
        )  # fmt: skip
        return
    pack = view.pack(begun[-1].hash)
    if pack.demonstration:
        yield Finding(
            "note", f"scheme {scheme}", "规则包仅供演示", "the pack is a demonstration", "正式运行前发布正式办法",
            "publish the regulation itself before going live",
        )  # fmt: skip
    following = [each for each in versions if each.effective_on > today]
    for rule in pack.rules.values():
        until = rule.until_day
        if until is not None and not following and today <= until <= today + SOON:
            yield Finding(
                "warning", f"scheme {scheme}, rule {rule.id}", f"将于 {until} 失效，且没有后续版本",
                f"ends on {until}, and no version follows", "发布下一版规则包", "publish the next version of the pack",
            )  # fmt: skip


def keys(patient: Patient) -> Iterator[Finding]:
    """Keys that are past their time, will be soon, or that nobody ever used."""
    with _view(patient) as view:
        held = [each for each in view.where(ApiKey) if each.revoked_at is None]
        used = {each.key_id for each in view.where(KeyUse)}
    now = patient.now
    expired = [each.id for each in held if each.expires_at is not None and each.expires_at <= now]
    soon = [each.id for each in held if each.expires_at is not None and now < each.expires_at <= now + SOON]
    unused = [each.id for each in held if each.id not in used and each.issued_at < now - UNUSED]
    if expired:
        yield _keys("note", expired, "把已过期的密钥撤销", "revoke keys that have expired", "已过期", "expired")
    if soon:
        yield _keys("warning", soon, "签发新密钥", "issue new ones", "30 天内过期", "expire within 30 days")
    if unused:
        yield _keys(
            "warning", unused, "撤销不用的密钥", "revoke those that nobody needs",
            "签发 30 天以来从未使用", "were never used in the 30 days since they were issued",
        )  # fmt: skip
    live = [each for each in held if each.id not in expired]
    if live and not any(each.role == "administrator" for each in live):
        yield Finding(
            "warning", "api_key", "没有有效的管理员密钥", "no administrator has a valid key", "签发一个", "issue one"
        )


def _keys(weight: Weight, ids: Sequence[str], right_zh: str, right_en: str, zh: str, en: str) -> Finding:
    named = ", ".join(ids[:NAMED]) + (" …" if len(ids) > NAMED else "")
    return Finding(
        weight,
        f"api_key {named}",
        f"{len(ids)} 个密钥{zh}",
        f"{len(ids)} keys: {en}",
        right_zh,
        right_en,
    )


def webhooks(patient: Patient) -> Iterator[Finding]:
    """Addresses that are told what happens take it."""
    with _view(patient) as view:
        for each in told(view, WEBHOOKS, None).items:
            webhook, where = each.webhook, f"webhook {each.webhook.code}"
            if webhook.state == "suspended":
                yield Finding(
                    "warning", where, f"已停发：{each.cursor.last_error or each.cursor.last_status}",
                    f"suspended: {each.cursor.last_error or each.cursor.last_status}",
                    "修复接收方后恢复，或移除", "let it go on once the receiver is well, or remove it",
                )  # fmt: skip
            elif webhook.state == "active" and (each.given_up or each.cursor.failures):
                yield Finding(
                    "warning", where, f"连续失败 {each.cursor.failures} 次，放弃 {each.given_up} 条",
                    f"{each.cursor.failures} failures in a row, {each.given_up} messages given up",
                    "查看 /v1/webhooks/…/missed，修复后重发", "look at /v1/webhooks/…/missed, mend it and replay",
                )  # fmt: skip


def jobs(patient: Patient) -> Iterator[Finding]:
    """Jobs that have not run for too long, or failed."""
    assert patient.store is not None, "only asked with books"
    with patient.store.reading() as connection:
        ended = {job.name: job_runs.last_ended(connection, job.name) for job in JOBS}
    for job in JOBS:
        yield from _job(job, ended[job.name], patient)


def _job(job: Job, last: JobRun | None, patient: Patient) -> Iterator[Finding]:
    late = job.schedule.length * LATE_SLOTS if isinstance(job.schedule, Every) else LATE_DAILY
    run = (
        "让 points serve 运行，或定时执行 points jobs run",
        "keep points serve running, or run points jobs run by cron",
    )
    if last is None:
        yield Finding("warning", f"job {job.name}", "从未运行", "has never run", *run)
    elif patient.now - last.started_at > late:
        hours = (patient.now - last.started_at) // timedelta(hours=1)
        yield Finding("error", f"job {job.name}", f"{hours} 小时未运行", f"has not run for {hours} h", *run)
    if last is not None and last.error:
        yield Finding(
            "error", f"job {job.name}", f"上次运行失败：{last.error}", f"failed: {last.error}",
            f"查看日志，再运行 points jobs run {job.name}", f"look at the log, then run points jobs run {job.name}",
        )  # fmt: skip


def last_audit(patient: Patient) -> Iterator[Finding]:
    """What the last nightly audit found."""
    assert patient.store is not None, "only asked with books"
    with patient.store.reading() as connection:
        ended = job_runs.last_ended(connection, AUDIT)
    if ended is not None and ended.findings:
        yield Finding(
            "error", f"audit {ended.started_at:%Y-%m-%d %H:%M}Z", f"发现 {len(ended.findings)} 处：{ended.findings[0]}",
            f"{len(ended.findings)} findings: {ended.findings[0]}",
            "停止改动，保留现场，运行 points audit", "change nothing, keep what is there, run points audit",
        )  # fmt: skip


def _view(patient: Patient) -> AbstractContextManager[View]:
    assert patient.store is not None, "only asked with books"
    return Reader(patient.store, lambda: patient.now).open()
