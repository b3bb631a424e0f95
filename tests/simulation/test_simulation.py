"""Seeded runs of the simulation; a failure names its seed and step."""

from __future__ import annotations

from collections import Counter

import pytest

from points_engine.store.opening import open_store
from tests.simulation.world import World

STEPS = 400
SEEDS = (2, 3, 8)

pytestmark = pytest.mark.slow


def test_the_books_follow_the_model_through_crashes_and_a_bad_network() -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        world = World(seed, open_store("sqlite://", create=True))
        world.run(STEPS)
        seen += world.seen
        seen += world.mirror.seen
        world.store.close()
    for what in ("crash before commit", "crash after commit", "conflict", "answer lost after", "answer lost before",
                 "place_hold again", "confirm_hold yes", "redeem yes", "expire_lots yes", "reverse yes"):  # fmt: skip
        assert seen[what], f"never seen: {what}"
    told = {line.partition(" ")[2] for line in seen}
    assert told >= {"command_expired", "key_reused", "insufficient_points", "hold_expired", "four_eyes"}


def test_the_same_seed_gives_the_same_run() -> None:
    runs = []
    for _ in range(2):
        world = World(7, open_store("sqlite://", create=True))
        world.run(40)
        runs.append((world.seen, world.mirror.seen, world.mirror.model.books.ledger))
        world.store.close()
    assert runs[0] == runs[1]
