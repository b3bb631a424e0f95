"""A long run by hand: `python -m tests.simulation --steps 20000 --seed 7`; `--postgresql` for a server of its own."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from contextlib import contextmanager

from points_engine.store.opening import open_store
from points_engine.store.stores import SqlStore
from tests.servers import postgres_server
from tests.simulation.world import World

LIFE = 1_500
"""Steps after which a town begins anew with the next seed: a full one asks for nothing new, and is slow to compare."""


@contextmanager
def opened(*, postgresql: bool) -> Iterator[SqlStore]:
    """Empty books, thrown away afterwards."""
    if not postgresql:
        store = open_store("sqlite://", create=True)
        yield store
        store.close()
        return
    with postgres_server(own=True, fsync=False) as server:
        store = open_store(server.create_database("simulation"), create=True)
        yield store
        store.close()


def main() -> None:
    """Run simulations, print every seed before it runs, and what happened in them."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    left, seed = asked.steps, asked.seed
    while left > 0:
        steps, started = min(left, LIFE), time.monotonic()
        print(f"seed {seed}, {steps} steps", end=" ", flush=True)
        with opened(postgresql=asked.postgresql) as store:
            world = World(seed, store)
            world.run(steps)
            told = world.mirror.seen
            print(f"{sum(told.values())} messages, {time.monotonic() - started:.0f} s", flush=True)
            for what, times in sorted((world.seen + told).items()):
                print(f"{times:8} {what}")
        left, seed = left - steps, seed + 1


if __name__ == "__main__":
    main()
