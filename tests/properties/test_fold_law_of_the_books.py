"""The fold law in the books: any order of arrival of the same facts gives the same awards, minutes and balances.

Nothing is spent and no ceiling is reached: what depends on acceptance is left out, everything else must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.flow.people.volunteers import RegisterVolunteer, StateFact
from points_engine.flow.service.approvals import ApproveFact
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.facts import fact_id, record_natural
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.steps import Command
from tests.engine import packs
from tests.engine.towns import Town, at, dump
from tests.properties.histories import DAYS, MINUTES, TIMES

UNBOUNDED = {"ceiling": 1_000_000}

pytestmark = pytest.mark.slow


def records_of(places: Sequence[tuple[str, str, str, int]]) -> list[RecordService]:
    """Records by (day, time, activity, minutes), each start at an activity once."""
    found: dict[tuple[datetime, str], RecordService] = {}
    for day, time, activity, minutes in places:
        start = at(f"{day} {time}")
        end = start + timedelta(minutes=minutes)
        found[start, activity] = RecordService("mei", activity, start, end, "kiosk")
    return list(found.values())


records = st.lists(
    st.tuples(
        st.sampled_from(DAYS), st.sampled_from(TIMES), st.sampled_from(["garden", "street"]), st.sampled_from(MINUTES)
    ),
    min_size=1,
    max_size=9,
).map(records_of)
deeds = st.lists(
    st.builds(
        lambda day, kind: RecordDeed("mei", kind, at(f"{day} 10:00")),
        st.sampled_from(DAYS),
        st.sampled_from(["blood", "repair"]),
    ),
    max_size=3,
    unique_by=lambda deed: (deed.kind, deed.occurred_at),
)


def changes_to(chosen: Sequence[RecordService], choices: Sequence[str]) -> list[Command]:
    """One change of each record, as chosen; changes of different records may come in any order."""
    commands: list[Command] = []
    for record, choice in zip(chosen, choices, strict=False):
        fact = fact_id(record_natural(record.volunteer, record.activity, record.start), record.start)
        match choice:
            case "approve":
                commands.append(ApproveFact(fact, "steward"))
            case "shorten":
                commands.append(CorrectRecord(fact, "left early", end=record.start + timedelta(minutes=40)))
            case "move":
                earlier = record.start - timedelta(days=40)
                commands.append(CorrectRecord(fact, "wrong day", earlier, earlier + timedelta(minutes=90)))
            case "reverse":
                commands.append(ReverseRecord(fact, "false"))
            case _:
                pass
    return commands


flags = st.lists(
    st.builds(
        lambda day, flag: StateFact("mei", "volunteer.flags", date.fromisoformat(day), [flag]),
        st.sampled_from(DAYS),
        st.sampled_from(["double", "none"]),
    ),
    max_size=2,
    unique_by=lambda fact: fact.from_day,
)
choices = st.lists(st.sampled_from(["approve", "shorten", "move", "reverse", "nothing"]), max_size=9)

Standing = dict[str, Any]


def standing(town: Town) -> Standing:
    """What the law speaks of: awards, states of facts, minutes, balances by lot, tiers."""
    return {
        "town": town.awards("town"),
        "guild": town.awards("guild"),
        "states": [tuple(row) for row in town.query("SELECT natural, state, granted FROM fact ORDER BY 1")],
        "minutes": town.minutes(),
        "lots": [town.lots(part, scheme=scheme) for scheme in ("town", "guild") for part in ("", "debt")],
        "tiers": [
            tuple(row) for row in town.query("SELECT tier, level, from_day FROM tier_held WHERE NOT is_void ORDER BY 1")
        ],
        "folds": [tuple(row) for row in town.query("SELECT scheme, state_json FROM fold ORDER BY 1")],
    }


def a_town() -> Town:
    town = Town(town=packs.town(**UNBOUNDED), guild=guild_without_ceiling())
    town.accepted(RegisterVolunteer("mei", "Mei", date(2024, 1, 1)))
    return town


def guild_without_ceiling() -> Any:
    from points_engine.rulebook.loading import pack_from_canonical

    return pack_from_canonical(packs.guild().canonical.replace('"2024-01-01":"15"', '"2024-01-01":"99999"'))


def run(phases: Sequence[Sequence[Command]], *, together: bool) -> Standing:
    town = a_town()
    for phase in phases:
        if together:
            town.all_accepted(phase)
        else:
            for command in phase:
                town.accepted(command, "lea")
    town.assert_sound()
    found = standing(town)
    assert_folding_again_changes_nothing(town)
    town.store.close()
    return found


def assert_folding_again_changes_nothing(town: Town) -> None:
    """From scratch equals incremental: stating what changes nothing, before all history, posts nothing."""
    before = dump(town.store)
    again = town.accepted(StateFact("mei", "volunteer.teams", date(1950, 1, 1), ["a team"]))
    assert (again["entry"], again["changed"]) == (None, [])
    assert dump(town.store)["award"] == before["award"]
    assert dump(town.store)["fold"] == before["fold"]
    town.assert_sound()


@given(data=st.data(), served=records, done=deeds, stated=flags, chosen=choices)
def test_any_order_of_arrival_gives_the_same_awards_minutes_and_balances(
    data: st.DataObject,
    served: list[RecordService],
    done: list[RecordDeed],
    stated: list[StateFact],
    chosen: list[str],
) -> None:
    first: list[Command] = [*served, *done]
    then: list[Command] = [*changes_to(served, chosen), *stated]
    in_order = run([sorted(first, key=_moment), then], together=False)
    shuffled = [data.draw(st.permutations(phase)) for phase in (first, then)]
    assert run(shuffled, together=data.draw(st.booleans())) == in_order


def _moment(command: Command) -> datetime:
    return command.start if isinstance(command, RecordService) else command.occurred_at
