"""Errands: seeded submissions of a town, and what must be true of them after any crash.

Every errand would show if it ran twice: a donation would be counted twice, a hold would take points and stock again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.steps import Command
from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.towns import SECRET, START, Town

PEOPLE = ("ann", "bob", "cat", "dee")
OWNED = 100_000
FOUNDED = 100_000
"""What the fund holds before any errand, in fen."""


@dataclass(frozen=True, slots=True)
class Told:
    """An outcome as a client remembers it: the code of a refusal is empty where the errand was accepted."""

    code: str
    result: Mapping[str, Any]

    @classmethod
    def of(cls, outcome: Outcome) -> Told:
        """What an outcome said."""
        return cls("" if outcome.error is None else outcome.error.code, dict(outcome.result))


def found_town(url: str) -> None:
    """Found a town in which four volunteers own more than they can spend, and cups are few."""
    store = open_store(url, create=True)
    town = Town(store, town=packs.town(ceiling=10 * OWNED))
    town.all_accepted([RegisterVolunteer(each, each.title(), date(2026, 1, 1)) for each in PEOPLE])
    town.all_accepted([OpenBalance(each, "town", OWNED, 1_000_000) for each in PEOPLE])
    store.close()


def reopened(url: str) -> Town:
    """The town as it stands in the books, with an engine that makes ids of its own."""
    town = Town(open_store(url), bare=True)
    town.engine = PointsEngine(town.store, secret=SECRET, clock=lambda: START)
    return town


def errand(seed: int, caller: str, number: int) -> Submission:
    """The `number`-th errand of a caller."""
    chance = random.Random(f"{seed} {caller} {number}")
    who = chance.choice(PEOPLE)
    commands: tuple[Command, ...] = (
        ReceiveDonation("community", chance.randint(1, 9), "neighbours"),
        PlaceHold(who, "town", "class", quantity=chance.randint(1, 2)),
        PlaceHold(who, "town", "cup"),
        OpenBalance(who, "town", chance.randint(1, 9), chance.randint(1, 400)),
    )
    return Submission(chance.choice(commands), "errands", f"{caller}-{number}")


def assert_happened_once(town: Town, asked: Sequence[Submission], told: Mapping[str, Told]) -> None:
    """Try everything again under its key: what was acknowledged is there as it was told, and nothing is there twice.

    `told` are the acknowledged outcomes by key; refusals are not kept in the books, and may be told again or not.
    """
    outcomes = dict(zip((each.key for each in asked), town.engine.execute(asked), strict=True))
    for key, before in told.items():
        if not before.code:
            assert outcomes[key].replayed, f"{key} was acknowledged, and the books do not know it"
            assert Told.of(outcomes[key]) == before, f"{key} has another outcome than the acknowledged one"
        assert outcomes[key].status != "fault"
    again = town.engine.execute(asked)
    for each, outcome in zip(asked, again, strict=True):
        assert outcome.result == outcomes[each.key].result, f"{each.key} has two outcomes"
        assert outcome.replayed == outcomes[each.key].is_accepted
    assert_adds_up(town, asked, {key for key, outcome in outcomes.items() if outcome.is_accepted})
    town.assert_sound()


def assert_adds_up(town: Town, asked: Iterable[Submission], accepted: set[str]) -> None:
    """The books hold what was accepted, each once."""
    done = [each.command for each in asked if each.key in accepted]
    rows = town.query("SELECT key FROM command WHERE principal = 'errands' ORDER BY 1")
    assert sorted(row[0] for row in rows) == sorted(accepted)
    given = sum(each.amount_minor for each in done if isinstance(each, ReceiveDonation))
    assert town.total("fund/community/donors", "CNY") == -FOUNDED - given
    holds = town.query("SELECT reward, quantity FROM hold ORDER BY 1, 2")
    wanted = sorted((each.reward, each.quantity) for each in done if isinstance(each, PlaceHold))
    assert [tuple(row) for row in holds] == wanted
    opened = sum(each.points for each in done if isinstance(each, OpenBalance))
    assert town.total("scheme/town/opening") == -opened - OWNED * len(PEOPLE)
    seqs = [row[0] for row in town.query("SELECT seq FROM journal ORDER BY 1")]
    assert seqs == list(range(1, len(seqs) + 1)), "the journal has no gap"
