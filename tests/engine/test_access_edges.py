"""Edges of keys and PINs: what is noted once, how long a lock still lasts, units that are none."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from points_engine.flow.access.keys import IssueKey, NoteKeyUses
from points_engine.flow.access.pins import CountPinTry, SetPin
from points_engine.flow.people.changes import LinkUnits
from points_engine.flow.service.records import RecordDeed
from tests.engine.towns import START, Town, at


def test_a_use_that_was_noted_is_not_noted_again(town: Town) -> None:
    town.accepted(IssueKey("k1", "a" * 64, "steward", "lea", "Lea"))
    assert town.accepted(NoteKeyUses({"k1": START}))["noted"] == 1
    assert town.accepted(NoteKeyUses({"k1": START}))["noted"] == 0
    assert town.accepted(NoteKeyUses({"k1": START + timedelta(microseconds=1)}))["noted"] == 1


@pytest.mark.parametrize(("after", "minutes", "seconds"), [(0, 15, 900), (839, 2, 61), (840, 1, 60), (899, 1, 1)])
def test_a_lock_says_how_long_it_still_lasts(town: Town, after: int, minutes: int, seconds: int) -> None:
    town.volunteer()
    town.accepted(SetPin("mei", "$argon2id$x"))
    for number in range(5):
        town.accepted(CountPinTry("mei", f"{number}" * 64))
    town.now += timedelta(seconds=after)
    outcome = town.do(CountPinTry("mei", "9" * 64))
    assert outcome.error is not None
    facts = outcome.error.facts
    assert (outcome.error.code, facts["minutes"], facts["retry_after_seconds"]) == ("too_many_tries", minutes, seconds)


def test_a_unit_that_is_left_empty_is_none(town: Town) -> None:
    town.volunteer(home_unit="riverside")
    town.accepted(LinkUnits("mei", date(2026, 3, 1), "", ""))
    assert [tuple(row) for row in town.query("SELECT home_unit, work_unit FROM volunteer")] == [(None, None)]


def test_half_an_item_earns_half(town: Town) -> None:
    town.volunteer()
    done = town.accepted(RecordDeed("mei", "blood", at("2026-03-01 10:00"), Fraction(3, 2)))
    assert done["awarded"] == {"town": 6}
