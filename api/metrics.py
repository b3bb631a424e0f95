"""Numbers for Prometheus: requests, refusals, commits, jobs. Labels are routes, codes and names of jobs; no person.

Each process answers for itself. Where several share one address, set PROMETHEUS_MULTIPROC_DIR to an empty folder that
they all write to: whichever is asked answers for all of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from points_engine.group_commit import Commit
from points_engine.jobs.running import JobState
from points_engine.reading.webhooks import WebhookView

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
BATCH: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The numbers of one application."""

    def __init__(self) -> None:
        self._registry = own = CollectorRegistry()
        self._requests = Counter(
            "points_requests", "Requests by route and status.", ("method", "route", "status"), registry=own
        )
        self._seconds = Histogram(
            "points_request_seconds", "Time to answer, by route.", ("route",), buckets=SECONDS, registry=own
        )
        self._refusals = Counter(
            "points_refusals", "Answers other than yes, by their stable code.", ("code",), registry=own
        )
        self._commits = Histogram(
            "points_commit_seconds", "Time of one commit, by lane.", ("lane",), buckets=SECONDS, registry=own
        )
        self._batches = Histogram(
            "points_commit_commands", "Commands of one commit, by lane.", ("lane",), buckets=BATCH, registry=own
        )
        self._waiting = Gauge(
            "points_queue_commands", "Commands that wait for a commit.", multiprocess_mode="livesum", registry=own
        )

    def request(self, method: str, route: str, status: int, seconds: float, code: str | None) -> None:
        """Count one request."""
        known = method if method in METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)
        if code is not None:
            self._refusals.labels(code).inc()

    def commit(self, done: Commit) -> None:
        """Count one commit; called by the writer thread."""
        self._commits.labels(done.lane).observe(done.seconds)
        self._batches.labels(done.lane).observe(done.commands)
        self._waiting.set(done.waiting)

    def text(self, states: list[JobState], webhooks: list[WebhookView], seq: int) -> bytes:
        """Everything, as Prometheus reads it; jobs, webhooks and the journal are the programme's, whichever process
        answers.
        """
        ours = self._registry
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            ours = CollectorRegistry()
            MultiProcessCollector(ours)  # type: ignore[no-untyped-call]
        books = CollectorRegistry()
        books.register(_Books(states, webhooks, seq))
        return generate_latest(ours) + generate_latest(books)


class _Books:
    """The journal's head, the jobs' last runs and how far webhooks were told, as they were read for this answer."""

    def __init__(self, states: list[JobState], webhooks: list[WebhookView], seq: int) -> None:
        self._states, self._webhooks, self._seq = states, webhooks, seq

    def collect(self) -> Iterator[Metric]:
        """The families."""
        yield GaugeMetricFamily("points_journal_seq", "The newest place in the journal.", value=self._seq)
        ended = GaugeMetricFamily("points_job_ended_timestamp_seconds", "When a job last ended.", labels=("job",))
        failed = GaugeMetricFamily("points_job_failed", "1 if its last whole run failed.", labels=("job",))
        found = GaugeMetricFamily("points_job_findings", "Findings of its last whole run.", labels=("job",))
        handled = GaugeMetricFamily("points_job_handled", "Rows its last whole run handled.", labels=("job",))
        due = GaugeMetricFamily("points_job_due_timestamp_seconds", "When a job is due.", labels=("job",))
        for state in self._states:
            name = [state.job.name]
            due.add_metric(name, state.next_at.timestamp())
            if state.ended is not None and state.ended.ended_at is not None:
                ended.add_metric(name, state.ended.ended_at.timestamp())
                failed.add_metric(name, float(bool(state.ended.error)))
                found.add_metric(name, len(state.ended.findings))
                handled.add_metric(name, state.ended.handled)
        yield from (ended, failed, found, handled, due)
        behind = GaugeMetricFamily("points_webhook_behind", "Places of the journal not told yet.", labels=("webhook",))
        waiting = GaugeMetricFamily("points_webhook_waiting", "Messages told again later.", labels=("webhook",))
        given_up = GaugeMetricFamily("points_webhook_given_up", "Messages that were given up.", labels=("webhook",))
        suspended = GaugeMetricFamily("points_webhook_suspended", "1 if nobody answered there.", labels=("webhook",))
        for each in self._webhooks:
            if each.webhook.state != "removed":
                name = [each.webhook.code]
                behind.add_metric(name, max(0, self._seq - each.cursor.seq))
                waiting.add_metric(name, each.waiting)
                given_up.add_metric(name, each.given_up)
                suspended.add_metric(name, float(each.webhook.state == "suspended"))
        yield from (behind, waiting, given_up, suspended)
