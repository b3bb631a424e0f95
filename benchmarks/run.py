"""One run: its effort, its server, and TPC-B on that server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from benchmarks.baselines.tpcb import Tpcb, tpcb
from benchmarks.effort import Effort
from benchmarks.places import Places


@dataclass(slots=True)
class Run:
    """What every benchmark is given."""

    effort: Effort
    places: Places
    _stack: ExitStack
    _tpcb: Tpcb | None = field(default=None)

    def tpcb_rate(self) -> float:
        """TPC-B transactions per second, measured now."""
        if self._tpcb is None:
            self._tpcb = self._stack.enter_context(tpcb(self.places, self.effort.tpcb_scale))
        return self._tpcb.rate(self.effort.seconds)


@contextmanager
def run(effort: Effort, at: Places) -> Iterator[Run]:
    """A run on a server that is there."""
    with ExitStack() as stack:
        yield Run(effort, at, stack)
