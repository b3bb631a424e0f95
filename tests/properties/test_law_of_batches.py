"""The law of batches: any cutting of a list of commands into batches gives the same outcomes and the same books."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.wire import canonical
from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.towns import Town, dump
from tests.properties.histories import MOMENTS, REGISTERED, Step, histories, written_out

Answer = tuple[str, str, str]


def answer(outcome: Outcome) -> Answer:
    """What an outcome says, without its place in the journal."""
    error = "" if outcome.error is None else f"{outcome.error.code} {sorted(outcome.error.facts.items())!r}"
    return outcome.status, canonical(dict(outcome.result)), error


def batches(submissions: Sequence[Submission], cuts: Sequence[int]) -> list[Sequence[Submission]]:
    """The list cut before the places in `cuts`."""
    places = sorted({cut for cut in cuts if 0 < cut < len(submissions)})
    return [submissions[a:b] for a, b in zip([0, *places], [*places, len(submissions)], strict=True)]


def played(
    town: Town, history: Sequence[Sequence[Step]], cuts: Sequence[int] | None
) -> tuple[list[Answer], dict[str, list[str]]]:
    """The answers and the books after a history, cut as told, or (None) one command at a time."""
    town.all_accepted(REGISTERED)
    number = len(town.founding(town.pack, packs.guild())) + len(REGISTERED) + 1  # ids count from 1
    answers: list[Answer] = []
    for moment, submissions in zip(MOMENTS, written_out(number, history), strict=True):
        town.now = moment
        pieces = [[each] for each in submissions] if cuts is None else batches(submissions, cuts)
        for piece in pieces:
            for outcome in town.engine.execute(piece):
                assert outcome.status != "fault", outcome
                plain: Any = json.loads(canonical(dict(outcome.result)))
                assert plain == dict(outcome.result), "a replayed result is equal to the first one"
                answers.append(answer(outcome))
    town.assert_sound()
    books = dump(town.store)
    town.store.close()
    return answers, books


def assert_same(history: Sequence[Sequence[Step]], cuts: Sequence[int], one: Town, other: Town) -> None:
    answers_one, books_one = played(one, history, None)
    answers_other, books_other = played(other, history, cuts)
    assert answers_other == answers_one
    for table, rows in books_one.items():
        assert books_other[table] == rows, table


@given(history=histories, cuts=st.lists(st.integers(1, 13), max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_cutting_gives_the_same_outcomes_and_books(history: list[list[Step]], cuts: list[int]) -> None:
    assert_same(history, cuts, Town(guild=packs.guild()), Town(guild=packs.guild()))


@given(history=histories, cuts=st.lists(st.integers(1, 13), max_size=4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_cutting_gives_the_same_where_debts_are_forbidden(history: list[list[Step]], cuts: list[int]) -> None:
    town, guild = packs.town("block", "restore", ceiling=12, floor=0), packs.guild("block")
    assert_same(history, cuts, Town(town=town, guild=guild), Town(town=town, guild=guild))


@pytest.mark.slow
@given(history=histories, cuts=st.lists(st.integers(1, 13), max_size=4))
@settings(
    max_examples=5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
def test_any_cutting_gives_the_same_on_postgresql(postgres: Any, history: list[list[Step]], cuts: list[int]) -> None:
    import uuid

    names = [f"law_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    one, other = (open_store(postgres.create_database(name), create=True) for name in names)
    try:
        assert_same(history, cuts, Town(one, guild=packs.guild()), Town(other, guild=packs.guild()))
    finally:
        for name in names:
            postgres.drop_database(name)
