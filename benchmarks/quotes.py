"""What one volunteer can have of a catalogue of 5,000 rewards: every one with its price, or what is missing for it."""

from __future__ import annotations

import gc
import time
from statistics import median, quantiles
from typing import Final

from benchmarks.places import NAMES, Dialect
from benchmarks.run import Run
from benchmarks.table import Report, Target
from benchmarks.town import REWARDS, founded, number_of, pack, with_rewards
from points_engine.reading import Reader, offers
from points_engine.rulebook.pack import Pack

CATALOGUE: Final = 5_000
KINDS: Final = 40
"""so many prices, conditions and limits there are: what rewards of a kind share is found out once."""

ASKERS: Final = 20

_KIND: Final = """
- parameter: price_{kind}
  measured_in: points
  values: {{2005-01-01: {points}}}
- parameter: most_{kind}
  measured_in: number
  values: {{2005-01-01: {most}}}
"""
_REWARD: Final = """
- reward: r{number:04}
  category: commerce
  partner: shop
  price: price_{kind}
  when: ["lifetime_time >= {hours} h"]
  limits: [{{most: most_{kind}, over: month}}]
"""


def catalogue() -> Pack:
    """The rules of the town with 5,000 rewards: some too dear, some for those with more hours, all with a limit."""
    kinds = "".join(_KIND.format(kind=n, points=10 ** (n % 9), most=n + 1) for n in range(KINDS))
    files: dict[str, str] = {}
    for n in range(CATALOGUE):
        name = f"rewards-{n // 1_000}.yaml"
        reward = _REWARD.format(number=n, kind=n % KINDS, hours=100 if n % KINDS % 5 == 0 else 0)
        files[name] = files.get(name, "") + reward
    return with_rewards({"kinds.yaml": kinds, **files})


def measure(run: Run) -> Report:
    """The answer in process, from a snapshot that is opened for it, by twenty volunteers in turn."""
    report = Report("quotes", "Quotes of a large catalogue")
    dialects: tuple[Dialect, ...] = ("postgresql", "sqlite")
    for dialect in dialects:
        few = _times(run, dialect, pack(), REWARDS)
        many = _times(run, dialect, catalogue(), CATALOGUE)
        report.add(
            f"{CATALOGUE:,} rewards for one volunteer, {NAMES[dialect]}", median(many), "ms",
            baseline=f"{REWARDS} rewards", beside=median(few), target=Target("<=", 20, "value"),
            note=f"p99 {quantiles(many, n=100)[98]:.1f} ms",
        )  # fmt: skip
    return report


def _times(run: Run, dialect: Dialect, rules: Pack, rewards: int) -> list[float]:
    """Milliseconds of every answer, with what was loaded kept out of the cycle collector, as `points serve` does."""
    times: list[float] = []
    with run.places.books(dialect) as store:
        reader = Reader(store, founded(store, ASKERS, rules=rules).clock)
        gc.collect()
        gc.freeze()
        try:
            for turn in range(-ASKERS, max(ASKERS, run.effort.reads // 2)):
                began = time.perf_counter()
                with reader.open() as view:
                    found = offers.quotes(view, number_of(turn % ASKERS))
                if turn >= 0:  # packs compiled, statements prepared
                    times.append((time.perf_counter() - began) * 1000)
                assert len(found) == rewards, len(found)
        finally:
            gc.unfreeze()
    return times
