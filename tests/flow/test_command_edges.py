"""The edges of fields that a command checks for itself, in pairs: the last value that is taken, and the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from points_engine.errors import InvalidValue
from points_engine.limits import AMOUNT_MAX
from tests.flow.commands import a_command

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
]


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
