"""Shapes of single values: the last that passes, the first that does not, and the field's name in the refusal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from points_engine.errors import InvalidValue
from points_engine.flow import shapes
from points_engine.limits import AMOUNT_MAX, FACTS_PER_RECORD

KNOWN = ("a", "b")


def one_of(field: str, value: Any) -> None:
    shapes.one_of(field, value, KNOWN)


def some_text(field: str, value: Any) -> None:
    shapes.text(field, value, least=1)


def token(field: str, value: Any) -> None:
    shapes.token(field, value, 5)


PASSING: list[tuple[Callable[..., object], Any]] = [
    (shapes.code, "a"),
    (shapes.code, "x" * 64),
    (shapes.code, "志愿者-1/2.3:4@5+6_7"),
    (shapes.optional_code, None),
    (shapes.optional_code, ""),
    (shapes.address, "community-fund"),
    (shapes.text, ""),
    (shapes.text, "x" * 500),
    (shapes.text, "line\nand\ttab"),
    (some_text, "x"),
    (token, "12345"),
    (one_of, "b"),
    (shapes.moment, datetime(1901, 1, 1, tzinfo=UTC)),
    (shapes.moment, datetime(9998, 12, 31, tzinfo=UTC)),
    (shapes.day, date(1900, 1, 1)),
    (shapes.day, date(9999, 12, 31)),
    (shapes.quantity, 1),
    (shapes.quantity, 1000),
    (shapes.amount, 1),
    (shapes.amount, AMOUNT_MAX),
    (shapes.exact_number, "-999999999999999/999999999999999"),
    (shapes.stated, {}),
    (shapes.stated, {"record.evaluation": "good", "activity.days": 3, "record.quantity": "1/2", "record.paid": True}),
]

FAILING: list[tuple[Callable[..., object], Any]] = [
    (shapes.code, ""),
    (shapes.code, "x" * 65),
    (shapes.code, "a b"),
    (shapes.code, "a|b"),
    (shapes.code, "a\n"),
    (shapes.code, 5),
    (shapes.optional_code, "a b"),
    (shapes.address, "community/reserved"),
    (shapes.text, "x" * 501),
    (shapes.text, "\x00"),
    (shapes.text, "\x7f"),
    (shapes.text, "\ud800"),
    (shapes.text, None),
    (some_text, "   "),
    (token, ""),
    (token, "123456"),
    (token, "a\x00"),
    (one_of, "c"),
    (shapes.moment, datetime(2026, 3, 1)),  # noqa: DTZ001
    (shapes.moment, datetime(1900, 12, 31, tzinfo=UTC)),
    (shapes.moment, datetime(9999, 1, 1, tzinfo=UTC)),
    (shapes.moment, date(2026, 3, 1)),
    (shapes.day, date(1899, 12, 31)),
    (shapes.day, datetime(2026, 3, 1, tzinfo=UTC)),
    (shapes.quantity, 0),
    (shapes.quantity, 1001),
    (shapes.quantity, True),
    (shapes.quantity, "1"),
    (shapes.amount, 0),
    (shapes.amount, AMOUNT_MAX + 1),
    (shapes.amount, 1.0),
    (shapes.exact_number, "1e3"),
    (shapes.exact_number, "1/0"),
    (shapes.exact_number, "9" * 16),
    (shapes.document, "\x00"),
    (shapes.document, 5),
]


def named(value: object) -> str:
    """A name of a case that is the same in every process."""
    return str(getattr(value, "__name__", repr(value)))


@pytest.mark.parametrize(("shape", "value"), PASSING)
def test_it_passes(shape: Callable[..., object], value: Any) -> None:
    shape("field", value)


@pytest.mark.parametrize(("shape", "value"), FAILING, ids=named)
def test_it_is_refused_and_the_field_is_named(shape: Callable[..., object], value: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        shape("field", value)
    assert refused.value.facts["field"] == "field"
    assert len(refused.value.facts["value"]) <= 60
    assert refused.value.sentence("en").encode()


@pytest.mark.parametrize(
    "name",
    [
        "points_per_hour",  # a parameter of the rules
        "lifetime_time",  # a measure
        "record.minutes",  # what the engine measures
        "record.start",
        "record.recorded_by",
        "volunteer.flags",  # stated for a person, with a day
        "day.holiday",  # what the calendar says
        "credited.points",
        "record.colour",  # not declared
    ],
)
def test_what_the_engine_or_the_rules_know_cannot_be_stated_with_an_occasion(name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        shapes.stated("facts", {name: 1000})
    assert refused.value.facts["field"] == f"facts.{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("record.evaluation", 5),
        ("record.paid", "yes"),
        ("record.paid", 1),
        ("activity.days", "3"),
        ("activity.days", True),
        ("record.quantity", "many"),
        ("record.evaluation", ["good"]),
        ("record.evaluation", 1.5),
        ("record.evaluation", None),
    ],
)
def test_a_fact_of_another_type_than_declared_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        shapes.stated("facts", {name: value})
    assert refused.value.facts["field"] == f"facts.{name}"


def test_a_record_states_a_bounded_number_of_facts() -> None:
    with pytest.raises(InvalidValue):
        shapes.facts("facts", {f"record.f{n}": 1 for n in range(FACTS_PER_RECORD + 1)})
