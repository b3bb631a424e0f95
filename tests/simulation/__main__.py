"""A long run by hand: `python -m tests.simulation --steps 20000 --seed 7`."""

from __future__ import annotations

import argparse

from tests.simulation.world import World


def main() -> None:
    """Run one simulation and print what happened in it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--steps", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    world = World(asked.seed)
    print(f"seed {asked.seed}, {asked.steps} steps", flush=True)
    world.run(asked.steps)
    for what, times in sorted(world.seen.items()):
        print(f"{times:8} {what}")


if __name__ == "__main__":
    main()
