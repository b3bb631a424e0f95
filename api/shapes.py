"""Shapes of what callers send, as the OpenAPI document tells them: what a shape allows, the engine takes.

The engine checks every value itself (`points_engine.flow.shapes`); the patterns here only say so beforehand, so that a
client can check before it sends.  Tests hold the two against each other: schemathesis, with every value of a shape.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import Path
from pydantic import AwareDatetime, Field, StrictBool, WithJsonSchema

from points_engine.flow.shapes import QUANTITIES, STATEABLE
from points_engine.limits import (
    AMOUNT_MAX,
    CODE_CHARACTERS,
    DEED_QUANTITY_MAX,
    FACTS_PER_RECORD,
    TEXT_CHARACTERS,
    TOKEN_CHARACTERS,
)
from points_engine.rulebook.vocabulary import BOOLEAN, LIST_OF_TEXT, NUMBER, TEXT, Fact

_YEAR: Final = r"^(19\d[1-9]|19[1-9]\d|[2-8]\d{3}|9[0-8]\d\d)"
EXACT: Final = r"^[1-9][0-9]{0,8}(/[1-9][0-9]{0,9}|\.[0-9]{1,10})?$|^0\.[0-9]{0,9}[1-9]$"
"""An exact number above 0, as text: `3`, `1/2` or `0.25`."""
_PLAIN: Final = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
_FILLED: Final = r"^[^\x00-\x20\x7f-\xa0][^\x00-\x08\x0b-\x1f\x7f]*$"
_TEXT: Final[dict[str, Any]] = {"type": "string", "maxLength": TEXT_CHARACTERS, "pattern": _PLAIN}

CODE_SCHEMA: Final[dict[str, Any]] = {"minLength": 1, "maxLength": CODE_CHARACTERS, "pattern": r"^[\w./:@+-]+$"}
Code = Annotated[
    str,
    Field(min_length=1, max_length=CODE_CHARACTERS, json_schema_extra={"pattern": CODE_SCHEMA["pattern"]}),
]
"""A public code: letters of any script, digits and `_ . / : @ + -`."""

TypedCode = Annotated[
    str,
    Path(
        description="a voucher's short code, as somebody may type it, or the signed token that its QR code says",
        json_schema_extra={"maxLength": TOKEN_CHARACTERS},
        examples=["5XJCNT3GZ2"],
    ),
]
"""A voucher in a path: its short code, or its token."""

CodeOrNone = Annotated[
    str, Field(max_length=CODE_CHARACTERS, json_schema_extra={"pattern": r"^[\w./:@+-]*$"}, description="empty: none")
]
"""A public code, or nothing."""

Words = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS, json_schema_extra={"pattern": _FILLED})]
"""Plain text with something in it."""

Note = Annotated[str, Field(max_length=TEXT_CHARACTERS, json_schema_extra={"pattern": _PLAIN})]
"""Plain text, or none."""

Day = Annotated[date, Field(json_schema_extra={"pattern": _YEAR})]
"""A calendar day from 1901 on."""

Moment = Annotated[AwareDatetime, Field(json_schema_extra={"pattern": _YEAR})]
"""An instant with its offset from UTC, from 1901 on."""


def _fact(name: str, fact: Fact) -> dict[str, Any]:
    """The JSON Schema of one fact that may be stated."""
    told = {"description": f"{fact.zh} · {fact.en}" + (f" ({fact.unit})" if fact.unit else "")}
    if name in QUANTITIES:
        exact = {"type": "string", "pattern": EXACT}
        return told | {"anyOf": [{"type": "integer", "minimum": 1, "maximum": DEED_QUANTITY_MAX}, exact]}
    if fact.choices:
        return told | {"type": "string", "enum": list(fact.choices)}
    return told | _TYPES[fact.type]


_TYPES: Final[dict[str, dict[str, Any]]] = {
    BOOLEAN: {"type": "boolean"},
    NUMBER: {"type": "integer", "minimum": -AMOUNT_MAX, "maximum": AMOUNT_MAX},
    TEXT: _TEXT,
    LIST_OF_TEXT: {"type": "array", "items": _TEXT},
}
"""How a fact of each type is written in JSON; days are not stated: an activity is registered with its days."""

Facts = Annotated[
    dict[str, str | StrictBool | int | list[str]],
    WithJsonSchema(
        {
            "type": "object",
            "description": "facts stated with it; rules read them",
            "properties": {name: _fact(name, fact) for name, fact in STATEABLE.items() if fact.type in _TYPES},
            "additionalProperties": False,
            "maxProperties": FACTS_PER_RECORD,
            "examples": [{"record.role": "leader"}],
        }
    ),
]
"""Facts stated with a record or a deed."""
