"""Seeded runs of the simulation; a failure names its seed and step."""

from __future__ import annotations

import pytest

from tests.simulation.world import World

STEPS = 150


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_books_follow_the_model_through_crashes_and_a_bad_network(seed: int) -> None:
    world = World(seed)
    world.run(STEPS)
    assert world.seen["crash before commit"]
    assert world.seen["crash after commit"]
    assert world.seen["take replayed"]
    world.town.store.close()
