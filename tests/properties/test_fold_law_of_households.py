"""The fold law where a household's service is counted together: any order of arrival, and any cutting into batches,
gives the same awards, minutes, balances, levels and folds, whoever moves between households meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.flow.people.volunteers import RegisterVolunteer, StateFact
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.facts import fact_id, record_natural
from points_engine.flow.service.records import RecordService
from points_engine.flow.steps import Command
from points_engine.store.opening import open_store
from tests.engine.test_households import homes
from tests.engine.towns import Town, at

pytestmark = pytest.mark.slow

PEOPLE = ("ann", "bo", "cy")
DAYS = ("2024-12-30", "2024-12-31", "2025-01-01", "2026-01-05", "2026-01-06")
TIMES = ("06:00", "09:00", "14:00")


def a_record(number: str, day: str, time: str, minutes: int) -> RecordService:
    start = at(f"{day} {time}")
    return RecordService(number, "garden", start, start + timedelta(minutes=minutes), "kiosk")


records = st.lists(
    st.builds(
        a_record, st.sampled_from(PEOPLE), st.sampled_from(DAYS), st.sampled_from(TIMES),
        st.sampled_from([50, 100, 170, 250]),
    ),
    min_size=2,
    max_size=10,
    unique_by=lambda record: (record.volunteer, record.start),
)  # fmt: skip
moves = st.lists(
    st.builds(
        lambda number, day, home: StateFact(number, "volunteer.household", date.fromisoformat(day), home),
        st.sampled_from(PEOPLE),
        st.sampled_from(["2024-01-01", *DAYS]),
        st.sampled_from(["", "h1", "h1", "h2"]),
    ),
    max_size=5,
    unique_by=lambda fact: (fact.volunteer, fact.from_day),
)
choices = st.lists(st.sampled_from(["shorten", "move", "reverse", "nothing", "nothing"]), max_size=10)


def changes_to(served: Sequence[RecordService], chosen: Sequence[str]) -> list[Command]:
    commands: list[Command] = []
    for record, choice in zip(served, chosen, strict=False):
        fact = fact_id(record_natural(record.volunteer, record.activity, record.start), record.start)
        if choice == "shorten":
            commands.append(CorrectRecord(fact, "left early", end=record.start + timedelta(minutes=40)))
        elif choice == "move":
            earlier = record.start - timedelta(days=1)
            commands.append(CorrectRecord(fact, "wrong day", earlier, earlier + timedelta(minutes=90)))
        elif choice == "reverse":
            commands.append(ReverseRecord(fact, "false"))
    return commands


def run(phases: Sequence[Sequence[Command]], url: str, *, together: bool) -> dict[str, Any]:
    town = Town(open_store(url, create=True), town=homes())
    town.all_accepted([RegisterVolunteer(number, number.title(), date(2024, 1, 1)) for number in PEOPLE])
    for phase in phases:
        if together:
            town.all_accepted(phase)
        else:
            for command in phase:
                town.accepted(command, "lea")
    town.assert_sound()
    found = standing(town)
    for number in PEOPLE:  # from scratch: what changes nothing, stated before all history, posts nothing
        again = town.accepted(StateFact(number, "volunteer.teams", date(1950, 1, 1), ["a team"]))
        assert (again["entry"], again["changed"], again.get("others")) == (None, [], None)
    assert standing(town) == found
    town.store.close()
    return found


def standing(town: Town) -> dict[str, Any]:
    return {
        "awards": town.awards(),
        "minutes": [town.minutes(number) for number in PEOPLE],
        "lots": [town.lots(number=number) for number in PEOPLE],
        "tiers": sorted(
            tuple(map(str, row))
            for row in town.query("SELECT volunteer_id, subject, tier, from_day FROM tier_held WHERE NOT is_void")
        ),
        "folds": sorted(tuple(row) for row in town.query("SELECT subject, last_id, state_json FROM fold") if row[1]),
    }


@given(data=st.data(), served=records, moved=moves, chosen=choices)
def test_any_order_of_arrival_and_any_cutting_gives_the_same_books(
    data: st.DataObject,
    served: list[RecordService],
    moved: list[StateFact],
    chosen: list[str],
) -> None:
    plain: list[Command] = [*moved, *sorted(served, key=lambda record: record.start)]
    changes = changes_to(served, chosen)
    in_order = run([plain, changes], "sqlite://", together=False)
    shuffled = [data.draw(st.permutations(phase)) for phase in (plain, changes)]
    assert run(shuffled, "sqlite://", together=data.draw(st.booleans())) == in_order


def test_a_history_with_a_move_is_the_same_on_every_database_in_any_order(database_url: str) -> None:
    served = [a_record(n, d, t, 170) for d in DAYS for n, t in zip(PEOPLE, TIMES, strict=True)]
    moved = [
        StateFact(number, "volunteer.household", date.fromisoformat(day), home)
        for number, day, home in (
            ("ann", "2024-01-01", "h1"), ("bo", "2024-01-01", "h1"), ("cy", "2024-12-31", "h1"),
            ("bo", "2025-01-01", "h2"), ("bo", "2026-01-06", "h1"), ("ann", "2026-01-06", ""),
        )
    ]  # fmt: skip
    changes = changes_to(served, ["nothing", "reverse", "shorten", "move"] * 4)
    in_order = run([[*moved, *served], changes], "sqlite://", together=False)
    assert run([[*reversed(served), *reversed(moved)], changes], database_url, together=True) == in_order
