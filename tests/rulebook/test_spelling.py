"""The names of slots in stored states: the same for ever, whatever the code calls what they are made of."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from types import MappingProxyType

import pytest

from points_engine.rulebook.plans import Plan
from points_engine.rulebook.spelling import signature, spelled
from points_engine.rulebook.terms import UNKNOWN, Window
from tests.rulebook.builders import a_pack, award, cap, e, measure, parameter, rounding

SUMMER = Window("season", season=((7, 1), (8, 31)))


def test_the_spelling_of_version_1_stays_word_by_word() -> None:
    spellings = {
        "None": None,
        "''": "",
        "-3": -3,
        "()": (),
        "('day',)": ("day",),
        "('day', 2)": ("day", 2),
        "Fraction(1, 3)": Fraction(1, 3),
        "datetime.date(2026, 3, 1)": date(2026, 3, 1),
        "UNKNOWN": UNKNOWN,
        "{'a': Fraction(3, 2)}": {"a": Fraction(3, 2)},
        "mappingproxy({'a': 1})": MappingProxyType({"a": 1}),
        "Window(kind='season', offset=0, length=0, unit='', season=((7, 1), (8, 31)), event='')": SUMMER,
        "Window(kind='last', offset=0, length=3, unit='month', season=None, event='')": Window("last", 0, 3, "month"),
        "<boolean: record.minutes > 0>": e("record.minutes > 0"),
    }
    assert {spelled(value): value for value in spellings.values()} == spellings


def test_what_has_no_spelling_is_not_guessed() -> None:
    with pytest.raises(AssertionError, match="list has no spelling"):
        spelled(([],))


def test_one_part_more_or_in_another_place_is_another_definition() -> None:
    assert signature("ab", "c") != signature("a", "bc")
    assert signature(("a",), "b") != signature("a", ("b",))


def test_the_slots_of_states_that_are_stored_are_found_again() -> None:
    many = parameter("many", {"2026-01-01": 5}, measured_in="points")
    pack = a_pack(
        many,
        award("service", "1 points", per="hour"),
        cap("daily", "2 h", "day", when=(e("record.minutes > 0"),)),
        cap("summer", "20 points", SUMMER, limits="amount", applies_to=("service",)),
        measure("total", "sum", "record.minutes", "year", same=("activity",)),
        rounding("hours", "minutes", 60, "down"),
    )
    plan = Plan(pack)
    slots = {*plan.slots, *plan.round_slots}
    assert slots == {
        "c:daily~d80370",
        "c:summer~a16365",
        "m:total~af6f7f",
        "r:hours~7312b2",
    }
