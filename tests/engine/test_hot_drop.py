"""A hot drop: far more takers than items, all at once. Exactly the items go, and nobody loses a point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from points_engine.flow.counter.holds import CancelHold, PlaceHold
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Outcome
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.group_commit import GroupCommit
from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.towns import Town, closing

CALLERS, TAKERS, ITEMS, RICH = 64, 320, 20, 10


@pytest.fixture
def drop(database_url: str) -> Iterator[Town]:
    """Give a town with 20 cups and 320 people who can each pay for one."""
    rules = packs.TOWN.replace("stock: 5", f"stock: {ITEMS}")
    for town in closing(Town(open_store(database_url, create=True), town=packs.town(rules=rules))):
        people = [f"p{number}" for number in range(TAKERS)]
        town.all_accepted([RegisterVolunteer(each, each, date(2024, 1, 1)) for each in people])
        town.all_accepted([OpenBalance(each, "town", RICH, 1) for each in people])
        yield town


def test_exactly_the_items_go_and_nobody_loses_a_point(drop: Town) -> None:
    asked = [drop.submission(PlaceHold(f"p{number}", "town", "cup")) for number in range(TAKERS)]
    with GroupCommit(drop.engine) as group, ThreadPoolExecutor(CALLERS) as callers:
        outcomes: list[Outcome] = list(callers.map(lambda each: group.submit(each).result(), asked))
    told = Counter("taken" if outcome.error is None else outcome.error.code for outcome in outcomes)
    assert told == {"taken": ITEMS, "sold_out": TAKERS - ITEMS}
    assert drop.query("SELECT available, held FROM shelf WHERE reward = 'cup'")[0] == (0, ITEMS)
    spent = {f"p{number}": 3 if outcome.error is None else 0 for number, outcome in enumerate(outcomes)}
    owned = {number: (drop.balance("", number), drop.balance("held", number)) for number in (*spent,)[:: TAKERS // 40]}
    joined = drop.query("SELECT count(*), sum(amount) FROM lot WHERE account LIKE 'volunteer/%/held'")[0]
    assert joined == (ITEMS, 3 * ITEMS)
    assert all(held == spent[number] for number, (_, held) in owned.items())
    assert len({sum(amounts) for amounts in owned.values()}) == 1, "what is not held is still there"
    drop.assert_sound()


def test_a_taker_after_one_who_gave_it_back_finds_it(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.accepted(OpenBalance("mei", "town", 50, 1))
    for number in ("bo", "lea"):
        town.volunteer(number, joined="2026-01-01")
        town.accepted(OpenBalance(number, "town", 50, 1))
    town.hold("cup", 3)
    kept = town.hold("cup", 2, "bo")
    assert town.refused(PlaceHold("lea", "town", "cup")) == "sold_out"
    outcomes = town.engine.execute(
        [town.submission(CancelHold(kept)), town.submission(PlaceHold("lea", "town", "cup", quantity=2))]
    )
    assert [outcome.status for outcome in outcomes] == ["accepted", "accepted"]
    town.assert_sound()
