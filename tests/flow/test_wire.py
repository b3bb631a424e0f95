"""The wire: every command to canonical JSON and back, and a bad field named, whatever stands in it."""

from __future__ import annotations

import dataclasses
import json
import re
import typing
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.errors import InvalidValue
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.steps import BY_NAME, STEPS
from points_engine.flow.wire import canonical, content, decoded, fingerprint, instant
from tests.flow.commands import START, a_command, a_value

NAMES = [step.name for step in STEPS]
FIELDS = [(step.name, field.name) for step in STEPS for field in dataclasses.fields(step.command)]


@pytest.mark.parametrize("name", NAMES)
def test_a_command_is_the_same_after_the_wire(name: str) -> None:
    command = a_command(name)
    text = content(command)
    again = decoded(BY_NAME[name].command, json.loads(text))
    assert content(again) == text
    assert again == command


@pytest.mark.parametrize("name", NAMES)
def test_fields_with_defaults_may_be_left_out(name: str) -> None:
    step = BY_NAME[name]
    fields = json.loads(content(a_command(name)))
    required = {
        field.name: fields[field.name]
        for field in dataclasses.fields(step.command)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    if name == "correct":
        required["end"] = fields["end"]  # a correction must say what it changes
    assert decoded(step.command, required) is not None


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_field_is_named(name: str) -> None:
    fields = json.loads(content(a_command(name))) | {"colour": "red"}
    with pytest.raises(InvalidValue) as refused:
        decoded(BY_NAME[name].command, fields)
    assert refused.value.facts["field"] == "colour"


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_field_is_named(name: str) -> None:
    step = BY_NAME[name]
    for field in dataclasses.fields(step.command):
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            fields = json.loads(content(a_command(name)))
            del fields[field.name]
            with pytest.raises(InvalidValue) as refused:
                decoded(step.command, fields)
            assert refused.value.facts["field"] == field.name


WRONG: list[Any] = [
    None, True, 0, -1, 10**20, 1.5, "", " ", "a b", "x" * 501, "\x00", "\ud800", "2026-02-30", "1e999999999",
    "1/0", [], ["\ud800"], [[]], {}, {"a": 1}, {"record.evaluation": 1.5}, {"per_hour": 1000}, {"record.minutes": 1},
    {"record.recorded_by": "kiosk"}, {"record.quantity": "1e999999"}, {"volunteer.flags": ["x"]}, "9" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_whatever_stands_in_a_field_it_is_taken_or_refused_by_name(name: str, field: str) -> None:
    """Nothing crashes, nothing that cannot be stored gets through, and the field at fault is named."""
    step = BY_NAME[name]
    sound = json.loads(content(a_command(name)))
    refusals: list[InvalidValue] = []
    for wrong in WRONG:
        try:
            content(decoded(step.command, sound | {field: wrong})).encode()
        except InvalidValue as refused:
            refusals.append(refused)
    assert refusals, "no field takes anything whatever"
    assert {re.split(r"[.\[]", refused.facts["field"])[0] for refused in refusals} == {field}
    assert all(refused.sentence("zh-CN").encode() for refused in refusals)


@pytest.mark.parametrize(("name", "field"), FIELDS)
def test_a_command_built_in_code_is_checked_as_well(name: str, field: str) -> None:
    step = BY_NAME[name]
    hint = typing.get_type_hints(step.command)[field]
    if hint is bool:
        return
    sound = {other.name: a_value(name, other.name) for other in dataclasses.fields(step.command)}
    wrong: Any = "\x00" if hint is str or str in typing.get_args(hint) else object()
    with pytest.raises((InvalidValue, TypeError)) as refused:
        step.command(**(sound | {field: wrong}))
    if isinstance(refused.value, InvalidValue):
        assert str(refused.value.facts["field"]).partition(".")[0] == field


@given(st.timedeltas(timedelta(days=-40_000), timedelta(days=2_500_000)), st.integers(-14, 14))
def test_instants_are_fixed_width_text_that_sorts_like_time(since: timedelta, hours: int) -> None:
    utc = START + since
    there = utc.astimezone(timezone(timedelta(hours=hours)))
    assert instant(there) == instant(utc)
    assert len(instant(utc)) == 27
    assert datetime.fromisoformat(instant(utc)) == utc
    assert (instant(utc) < instant(START)) is (utc < START)


def test_the_same_content_has_the_same_fingerprint_however_it_was_said() -> None:
    shanghai = timezone(timedelta(hours=8))
    one = RecordService("mei", "garden", START, START + timedelta(hours=1), "kiosk", {})
    other = RecordService(
        "mei", "garden", START.astimezone(shanghai), (START + timedelta(hours=1)).astimezone(shanghai), "kiosk"
    )
    assert fingerprint("record_service", content(one)) == fingerprint("record_service", content(other))
    assert fingerprint("record_deed", content(one)) != fingerprint("record_service", content(one))


A_DEED = {"volunteer": "mei", "kind": "blood", "occurred_at": instant(START)}
INEXACT = ["1e9", "1e-9", "1/0", "1/00", "", "½", "0x10", "1_0", "9" * 16, 0.5, True, None, "0"]


@pytest.mark.parametrize("quantity", ["1", "3/4", "0.25", 2])
def test_quantities_stay_exact(quantity: Any) -> None:
    deed = decoded(RecordDeed, A_DEED | {"quantity": quantity})
    assert deed.quantity == Fraction(quantity)
    assert decoded(RecordDeed, json.loads(content(deed))) == deed


@pytest.mark.parametrize("quantity", INEXACT)
def test_a_quantity_that_is_not_an_exact_number_in_bounds_is_refused(quantity: Any) -> None:
    with pytest.raises(InvalidValue) as refused:
        decoded(RecordDeed, A_DEED | {"quantity": quantity})
    assert refused.value.facts["field"] == "quantity"


def test_values_without_a_place_in_a_command_have_no_canonical_text() -> None:
    with pytest.raises(TypeError):
        canonical({"a": object()})


def test_canonical_text_has_sorted_keys_and_exact_values() -> None:
    value = {"b": Fraction(1, 3), "a": date(2026, 3, 1), "c": [True, None, START]}
    assert canonical(value) == '{"a":"2026-03-01","b":"1/3","c":[true,null,"2026-03-01T01:00:00.000000Z"]}'


def test_a_field_that_came_later_leaves_the_content_of_older_commands_as_it_was() -> None:
    older = '{"outlet":"","quantity":1,"reward":"cup","scheme":"town","volunteer":"mei"}'
    assert content(PlaceHold("mei", "town", "cup")) == older
    assert '"choice":"tea"' in content(PlaceHold("mei", "town", "cup", choice="tea"))
