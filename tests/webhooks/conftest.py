"""Books under a clock that tests move, an address of this machine, and the job that tells it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from points_engine.engine import PointsEngine
from points_engine.errors import JobRunning
from points_engine.flow.access.webhooks import RegisterWebhook
from points_engine.flow.entities import Webhook
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.programme import RegisterUnit
from points_engine.jobs import JobRunner
from points_engine.reading import Reader
from points_engine.reading.webhooks import WebhookView, webhook
from points_engine.store import open_store
from points_engine.store.job_runs import JobRun
from points_engine.store.stores import SqlStore
from points_engine.webhooks import networks_of
from tests.webhooks.receivers import Receiver, receiving


@dataclass
class Office:
    """A programme whose books are told to addresses."""

    url: str
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    units: int = 0

    def __post_init__(self) -> None:
        self.store: SqlStore = open_store(self.url, create=True)
        self.engine = PointsEngine(self.store, secret=b"a secret of the tests" * 2, clock=lambda: self.now)
        self.runner = JobRunner(self.engine, self.store, networks=networks_of("127.0.0.0/8"))

    def done(self, command: Any) -> Outcome:
        """Execute a command that must be accepted."""
        outcome = self.engine.submit(Submission(command, "lea", uuid.uuid4().hex))
        outcome.expect()
        return outcome

    def register(self, url: str, code: str = "platform", **narrowed: Any) -> Outcome:
        """An address is told what happens from now on."""
        return self.done(RegisterWebhook(code, url, code, **narrowed))

    def happen(self, times: int = 1) -> list[str]:
        """So many units are registered; answers the ids of the messages that tell of it."""
        ids = []
        for _ in range(times):
            self.units += 1
            outcome = self.done(RegisterUnit(f"u{self.units}", "street", "街", "Street"))
            ids.append(f"msg_{outcome.seq}_{outcome.index}")
        return ids

    def tell(self, **later: float) -> JobRun:
        """Run the job, some time later."""
        self.now += timedelta(**later)
        for _ in range(100):
            try:
                return self.runner.run("tell_webhooks", "lea")
            except JobRunning:  # the server has not let go of the run before yet
                time.sleep(0.02)
        raise AssertionError("the job does not end")

    def state(self, code: str = "platform") -> WebhookView:
        """How it goes at an address."""
        with Reader(self.store, lambda: self.now).open() as view:
            return webhook(view, code)

    def row(self, code: str = "platform") -> Webhook:
        """What the books say of an address."""
        return self.state(code).webhook


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """Give a programme on each database."""
    made = Office(database_url)
    yield made
    made.runner.courier.close()
    made.store.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a receiver that listens."""
    with receiving() as made:
        yield made
