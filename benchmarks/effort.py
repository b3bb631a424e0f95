"""How much work a run of the benchmarks does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes of a run. Subject and baselines take turns `rounds` times, and medians are shown."""

    name: str
    rounds: int
    seconds: float  # of one run of a client baseline
    tpcb_scale: int  # at least the number of clients, so that branches are not what is measured
    batches: int  # of one round
    batch_commands: int
    log_rows: int  # of the real log; 0: all of it
    log_copies: int  # for the memory of a longer import
    late_rows: int  # recorded in shuffled order without being sorted first
    callers: tuple[int, ...]
    calls: int  # commands of one measurement with many callers
    counter_seconds: float
    postings: tuple[int, int]
    reads: int  # of one kind, over books of one size


FULL: Final = Effort(
    "full", rounds=5, seconds=8, tpcb_scale=10, batches=8, batch_commands=1_000, log_rows=0, log_copies=10,
    late_rows=10_000, callers=(1, 8, 64, 256, 1_024), calls=12_000, counter_seconds=20,
    postings=(10_000, 1_000_000), reads=400,
)  # fmt: skip
QUICK: Final = Effort(
    "quick", rounds=2, seconds=2, tpcb_scale=8, batches=3, batch_commands=1_000, log_rows=6_000, log_copies=3,
    late_rows=800, callers=(1, 8, 64, 256), calls=2_500, counter_seconds=8,
    postings=(10_000, 100_000), reads=100,
)  # fmt: skip
TINY: Final = Effort(
    "tiny", rounds=1, seconds=0.2, tpcb_scale=1, batches=1, batch_commands=40, log_rows=120, log_copies=2,
    late_rows=40, callers=(1, 8), calls=48, counter_seconds=0.5,
    postings=(400, 800), reads=8,
)  # fmt: skip
"""Shows that everything runs; its numbers mean nothing."""
