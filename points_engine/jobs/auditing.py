"""The nightly audit: every promise of the books, checked on one snapshot."""

from __future__ import annotations

import logging

from points_engine.jobs.jobs import JobReport, Shift
from points_engine.limits import JOB_FINDINGS_KEPT
from points_engine.store.audit import audit

log = logging.getLogger("points_engine.jobs")


def audit_books(shift: Shift) -> JobReport:
    """Check every promise of the books; a finding names the first broken row by its ids, never a person."""
    report = audit(shift.store, lambda name, done, total: shift.go_on())
    findings = tuple(map(str, report.findings))[:JOB_FINDINGS_KEPT]
    for finding in findings:
        log.error("audit: %s", finding)
    return JobReport(sum(report.counts.values()), findings=findings)
