"""The clock of a story: it stands still until an act moves it, and it never goes back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from points_engine.stories.values import Moment


class StoryClock:
    """Now, as the story says; also the maker of ids, so that a story played again gives the same books."""

    def __init__(self) -> None:
        self.zone = ZoneInfo("UTC")
        self.now: datetime | None = None
        self._made = 0

    def __call__(self) -> datetime:
        """The present instant."""
        assert self.now is not None, "nothing is asked of the engine before the story has named its day"
        return self.now.astimezone(UTC)

    @property
    def today(self) -> date:
        """The day it is in the scheme's time zone."""
        return self().astimezone(self.zone).date()

    def make_id(self) -> str:
        """The next id."""
        self._made += 1
        return f"{self._made:07d}"

    def begin_day(self, day: date) -> None:
        """Move to the beginning of a day.

        Raises: ValueError for a day that is over.
        """
        if self.now is not None and day < self.today:
            raise ValueError(f"a day from {self.today} on; the clock does not go back")
        begin = datetime.combine(day, time(), self.zone)
        self.now = begin if self.now is None else max(self.now, begin)

    def reach(self, moment: Moment) -> datetime:
        """The instant of a moment; the clock moves on to it unless it is later already."""
        at = moment.on(self.today, self.zone)
        self.pass_to(at)
        return at

    def pass_to(self, at: datetime) -> None:
        """Move on to an instant unless the clock is later already."""
        assert self.now is not None, "the story has named its day"
        self.now = max(self.now, at)

    def wait(self, length: timedelta) -> None:
        """Let time pass."""
        assert self.now is not None, "the story has named its day"
        self.now = self.now.astimezone(UTC) + length
