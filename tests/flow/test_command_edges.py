"""The edges of fields that a command checks for itself, in pairs: the last value that is taken, and the next one."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from points_engine.errors import InvalidValue
from points_engine.flow.counter.visits import RewardTaken
from points_engine.flow.entities import Activity
from points_engine.flow.service.records import stated_facts
from points_engine.flow.steps import STEPS
from points_engine.limits import AMOUNT_MAX, DEED_QUANTITY_MAX, KEY_USES, REWARDS_PER_VISIT, STOCK_MAX
from tests.engine.towns import START
from tests.flow.commands import a_command

A_REWARD = RewardTaken("town", "cup")

TAKEN: list[tuple[str, str, list[Any]]] = [
    ("propose_adjustment", "amount", [1, -1, AMOUNT_MAX, -AMOUNT_MAX]),
    ("propose_adjustment", "reason", ["x"]),
    ("receive_donation", "amount_minor", [1, AMOUNT_MAX]),
    ("receive_donation", "donor", ["x"]),
    ("register_activity", "capacity", [None, 0]),
    ("register_activity", "participants", [None, 0]),
    ("register_activity", "ends_on", [None, date(2026, 3, 1)]),
    ("register_activity", "opens_minute", [None, 0, 719]),
    ("register_activity", "closes_minute", [None, 541, 1440]),
    ("reject", "reason", ["x"]),
    ("correct", "reason", ["x"]),
    ("cancel_activity", "reason", ["x"]),
    ("solve_conflict", "reason", ["x"]),
    ("file_challenge", "text", ["x"]),
    ("answer_challenge", "answer", ["x"]),
    ("issue_key", "label", ["x"]),
    ("register_activity", "name", ["x"]),
    ("give_points", "points", [Fraction(1, 1000), Fraction(AMOUNT_MAX)]),
    ("record_deed", "quantity", [1, Fraction(1, 3), Fraction(DEED_QUANTITY_MAX)]),
    ("move_stock", "items", [1, STOCK_MAX]),
    ("note_key_uses", "uses", [{f"k{number}": START for number in range(KEY_USES)}]),
    ("redeem", "rewards", [(A_REWARD,), (A_REWARD,) * REWARDS_PER_VISIT]),
    ("set_pin", "pin_hash", ["$argon2id$x"]),
]
REFUSED: list[tuple[str, str, list[Any]]] = [
    ("propose_adjustment", "amount", [0, True, False, 1.5, "1", None, AMOUNT_MAX + 1, -AMOUNT_MAX - 1]),
    ("propose_adjustment", "reason", ["", " "]),
    ("receive_donation", "amount_minor", [0, -1, True, AMOUNT_MAX + 1]),
    ("receive_donation", "donor", ["", " "]),
    ("register_activity", "capacity", [-1, True]),
    ("register_activity", "participants", [-1, True]),
    ("register_activity", "ends_on", [date(2026, 2, 28)]),
    ("register_activity", "opens_minute", [-1, True, 1441]),
    ("register_activity", "closes_minute", [-1, False, 540, 1441]),
    ("reject", "reason", ["", " "]),
    ("correct", "reason", ["", " "]),
    ("cancel_activity", "reason", ["", " "]),
    ("solve_conflict", "reason", ["", " "]),
    ("file_challenge", "text", ["", " "]),
    ("answer_challenge", "answer", ["", " "]),
    ("issue_key", "label", ["", " "]),
    ("register_activity", "name", ["", " "]),
    ("give_points", "points", [Fraction(0), Fraction(-1), Fraction(AMOUNT_MAX) + Fraction(1, 1000)]),
    ("record_deed", "quantity", [0, -1, 1.5, True, DEED_QUANTITY_MAX + 1, Fraction(1, 10**20)]),
    ("move_stock", "items", [0, -1, True, 1.5, STOCK_MAX + 1]),
    ("note_key_uses", "uses", [{}, {f"k{number}": START for number in range(KEY_USES + 1)}]),
    ("redeem", "rewards", [(), (A_REWARD,) * (REWARDS_PER_VISIT + 1)]),
    ("set_pin", "pin_hash", ["", "123456"]),
]

CODES: frozenset[str] = frozenset({
    "volunteer", "activity", "code", "unit", "home_unit", "work_unit", "parent", "host", "category", "level", "kiosk",
    "partner", "outlet", "scheme", "reward", "fund", "fact", "source", "number", "referrer", "kind", "id", "principal",
    "absorbed", "survivor", "conflict", "challenge", "check_in", "adjustment", "visit", "to", "kinship", "sample",
})  # fmt: skip
"""Fields that hold a public code, in whichever command."""


def test_nothing_may_be_counted_on_a_shelf_but_not_bought_for_it() -> None:
    assert replace(a_command("move_stock"), stock="counted", items=0).items == 0
    with pytest.raises(InvalidValue):
        replace(a_command("move_stock"), stock="bought", items=0)


def coded() -> list[tuple[str, str, str]]:
    """Every code field of every command with what it must not hold: a blank, and nothing where it must be given."""
    found = []
    for step in STEPS:
        for field in fields(step.command):
            if field.name in CODES and (step.name, field.name) not in SPELLED_OTHERWISE:
                found.append((step.name, field.name, "a b"))
                if field.default is MISSING and field.type == "str":
                    found.append((step.name, field.name, ""))
    return found


SPELLED_OTHERWISE: frozenset[tuple[str, str]] = frozenset(
    (step, "code") for step in ("cancel_hold", "expire_hold", "confirm_hold", "confirm_offline", "refund")
)
"""Vouchers are typed with blanks and dashes."""


@pytest.mark.parametrize(("step", "field", "value"), coded())
def test_what_is_no_code_is_refused_wherever_a_code_stands(step: str, field: str, value: str) -> None:
    command = a_command(step)
    with pytest.raises(InvalidValue) as refused:
        replace(command, **{field: value})
    assert refused.value.facts["field"] == field


def each(table: list[tuple[str, str, list[Any]]]) -> list[tuple[str, str, Any]]:
    return [(step, field, value) for step, field, values in table for value in values]


@pytest.mark.parametrize(("step", "field", "value"), each(TAKEN))
def test_it_is_taken_up_to_its_edge(step: str, field: str, value: Any) -> None:
    assert getattr(replace(a_command(step), **{field: value}), field) == value


@pytest.mark.parametrize(("step", "field", "value"), each(REFUSED))
def test_it_is_refused_beyond_its_edge_and_the_field_is_named(step: str, field: str, value: Any) -> None:
    command = a_command(step)
    with pytest.raises(InvalidValue) as refused:
        replace(command, **{field: value})
    assert refused.value.facts["field"] == field


@pytest.mark.parametrize("missing", [{"start": None}, {"end": None}, {"start": None, "end": None}])
def test_a_stretch_that_is_written_down_has_both_ends_and_a_correction_has_one(missing: dict[str, None]) -> None:
    solved = replace(a_command("solve_conflict"), start=START, end=START)
    with pytest.raises(InvalidValue):
        replace(solved, resolution="record", **missing)
    if len(missing) == 2:
        with pytest.raises(InvalidValue):
            replace(solved, resolution="correct", **missing)
    else:
        assert replace(solved, resolution="correct", **missing).resolution == "correct"


@pytest.mark.parametrize(
    ("dates", "days"), [((None, None), None), ((START.date(), None), None), ((None, START.date()), None),
                        ((START.date(), START.date()), 1)],
)  # fmt: skip
def test_a_record_states_what_is_known_of_its_activity(dates: tuple[Any, Any], days: int | None) -> None:
    planned = Activity("garden", "Garden", "green", "riverside", "district", *dates, 12, "", None, None)
    stated = stated_facts(planned, {"activity.category": "water"})
    assert stated == {
        "activity.id": "garden", "activity.name": "Garden", "activity.category": "water", "activity.host": "riverside",
        "activity.level": "district", "activity.participants": 12, **({} if days is None else {"activity.days": days}),
    }  # fmt: skip
