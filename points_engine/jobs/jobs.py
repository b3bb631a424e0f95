"""A job: what it is for, when it is due, what it works with and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from points_engine.flow.outcomes import Outcome, Submission
from points_engine.store import SqlStore

if TYPE_CHECKING:
    from points_engine.webhooks import Courier

PRINCIPAL: Final = "jobs"
"""Who asks for what a sweep does."""

Execute = Callable[[Sequence[Submission]], Sequence[Outcome]]
"""What brings a slice of commands into the books: the engine itself, or the bulk lane of a process that serves."""


class JobInterrupted(Exception):
    """The process stops, or has lost the job's lock: the run ends here, and what it did stays done."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What one sweep works with. `go_on` is called between slices of work and raises `JobInterrupted`; `courier` posts
    to webhooks."""

    store: SqlStore
    execute: Execute
    now: datetime
    go_on: Callable[[], None]
    courier: Courier | None = None


@dataclass(frozen=True, slots=True)
class JobReport:
    """One sweep: how many rows it handled, how many were refused or failed, and whether more remain."""

    handled: int = 0
    refused: int = 0
    more: bool = False
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Every:
    """A schedule of slots that begin at whole multiples of `length`.

    >>> Every(timedelta(minutes=10)).begun(datetime(2026, 3, 2, 9, 17, tzinfo=UTC), ZoneInfo("UTC")).isoformat()
    '2026-03-02T09:10:00+00:00'
    """

    length: timedelta

    def begun(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the slot began that `now` is in."""
        return _EPOCH + (now - _EPOCH) // self.length * self.length

    def next(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the next slot begins."""
        return self.begun(now, zone) + self.length

    def in_words(self) -> tuple[str, str]:
        """How often, in Chinese and English."""
        seconds = self.length // timedelta(seconds=1)
        if seconds % 60:
            return f"每 {seconds} 秒", f"every {seconds} s"
        return f"每 {seconds // 60} 分钟", f"every {seconds // 60} min"


@dataclass(frozen=True, slots=True)
class Daily:
    """A schedule of one slot a day, from a time of day where the programme is.

    >>> Daily(time(3)).begun(datetime(2026, 3, 2, 18, 59, tzinfo=UTC), ZoneInfo("Asia/Shanghai")).isoformat()
    '2026-03-01T19:00:00+00:00'
    """

    at: time

    def begun(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the slot began that `now` is in."""
        today = now.astimezone(zone).date()
        begins = datetime.combine(today, self.at, zone)
        if begins > now:
            begins = datetime.combine(today - timedelta(days=1), self.at, zone)
        return begins.astimezone(UTC)

    def next(self, now: datetime, zone: ZoneInfo) -> datetime:
        """When the next slot begins."""
        day = self.begun(now, zone).astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(day, self.at, zone).astimezone(UTC)

    def in_words(self) -> tuple[str, str]:
        """How often, in Chinese and English."""
        return f"每天 {self.at:%H:%M}", f"every day at {self.at:%H:%M}"


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """A job by name: what it is for, when a slot of it begins, and the sweep that is repeated until nothing remains."""

    name: str
    zh: str
    en: str
    schedule: Every | Daily
    sweep: Callable[[Shift], JobReport]
