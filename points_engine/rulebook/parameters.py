"""Parameters: how dated values are written, by what they are measured in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from points_engine.rulebook import notation
from points_engine.rulebook.checking import fits
from points_engine.rulebook.expressions import literal_of
from points_engine.rulebook.kinds import Parameter, Value
from points_engine.rulebook.reader import Node, Table
from points_engine.rulebook.shapes import Bad, Desk, Key, as_boolean, as_text, choice, listing, parsed
from points_engine.rulebook.vocabulary import (
    BOOLEAN,
    DATE,
    DURATION,
    LIST_OF_TEXT,
    MONEY,
    NUMBER,
    POINTS,
    TEXT,
    type_name,
)  # fmt: skip

UNIT_OF: Mapping[str, str] = {
    "number": NUMBER, "duration": DURATION, "points": POINTS, "money": MONEY, "percent": NUMBER, "text": TEXT,
    "date": DATE, "boolean": BOOLEAN, "list": LIST_OF_TEXT,
}  # fmt: skip
"""`measured_in` in words of the expression language; a table is a table of these."""


def unit_of_parameter(measured_in: object, of: object = "number") -> str:
    """The exact type of a parameter's name in an expression.

    >>> unit_of_parameter("percent"), unit_of_parameter("table", "points")
    ('number', 'table of points')
    """
    if measured_in == "table":
        return f"table of {UNIT_OF.get(str(of), NUMBER)}"
    return UNIT_OF.get(str(measured_in), NUMBER)


def _number(node: Node, desk: Desk, what: str, measured_in: str) -> int | Fraction | Bad:
    text = as_text(node, desk, what)
    if isinstance(text, Bad):
        return text
    literal = literal_of(text)
    unit = UNIT_OF[measured_in]
    if literal is None:
        return desk.note(node.place, "bad_number", text)
    number, found = literal
    vague = (measured_in == "percent" and "%" not in text and number) or (measured_in == "money" and _is_vague(text))
    if fits(found, unit) and not vague:
        return number
    wanted, wanted_zh = type_name(unit, "en"), type_name(unit, "zh")
    if measured_in == "percent":
        wanted, wanted_zh = "a percentage (such as 80 %)", "百分数（如 80 %）"
    suggestion = {"duration": f"{text} h", "percent": f"{text} %", "money": f"{text} yuan"}.get(measured_in, "")
    return desk.note(
        node.place, "wrong_type", text, what=what, wanted=wanted, wanted_zh=wanted_zh,
        found=type_name(found, "en"), found_zh=type_name(found, "zh"), suggestion=suggestion if found == NUMBER else "",
    )  # fmt: skip


def _is_vague(text: str) -> bool:
    """A decimal without a currency: 10.00 could be meant as yuan, and would be read as fen."""
    return "." in text and text.replace(".", "", 1).lstrip("-").isdigit()


def _value(node: Node, desk: Desk, what: str, measured_in: str) -> object:
    if measured_in == "text":
        return as_text(node, desk, what)
    if measured_in == "date":
        return parsed(notation.day_of, "bad_date")(node, desk, what)
    if measured_in == "boolean":
        return as_boolean(node, desk, what)
    if measured_in == "list":
        return listing(as_text, least=0)(node, desk, what)
    if measured_in == "table":
        return _cells(node, desk, what)
    return _number(node, desk, what, measured_in)


def _cells(node: Node, desk: Desk, what: str) -> Mapping[str, object] | Bad:
    if not isinstance(node, Table):
        return desk.note(node.place, "not_a_mapping", what=what)
    of = str(desk.fields.get("of", "number"))
    return {key: _value(cell, desk, f"{what}.{key}", of) for key, (_, cell) in node.entries.items()}


def _values(node: Node, desk: Desk, what: str) -> tuple[tuple[date, object], ...] | Bad:
    """`{2019-07-01: 1, 2024-01-01: 2}`: from each day on, the value; days ascend."""
    if not isinstance(node, Table):
        return desk.note(node.place, "not_a_mapping", what=what)
    measured_in = str(desk.fields.get("measured_in", "number"))
    if not node.entries:
        return desk.note(node.place, "no_values")
    dated: list[tuple[date, object]] = []
    for text, (at, value) in node.entries.items():
        read = _value(value, desk, f"the value of {text}", measured_in)
        day = notation.day_of(text)
        if day is None:
            desk.note(at.place, "bad_date", text)
        elif dated and day <= dated[-1][0]:
            desk.note(at.place, "dates_not_ascending", text, before=dated[-1][0].isoformat())
        else:
            dated.append((day, read))
    return tuple(dated)


PARAMETER_KEYS = (
    Key("measured_in", choice(*UNIT_OF, "table")),
    Key("of", choice(*(unit for unit in UNIT_OF if unit != "list"))),
    Key("values", _values, required=True),
)


def parameter(**fields: object) -> Parameter:
    """Build a parameter; its values are typed by `measured_in`."""
    values = fields.pop("values")
    assert isinstance(values, tuple), values
    typed: tuple[tuple[date, Value | Mapping[str, Value]], ...] = values
    return Parameter(values=typed, **fields)  # type: ignore[arg-type]
