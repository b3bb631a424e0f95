"""The JSON Schema (2020-12) of rule files and of pack.yaml, made from the schema that reads them.

An editor completes and checks with it while the author types.  It knows the form of a file; what needs the pack (names,
types, what must hold between keys) is told by the loader.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from points_engine.rulebook.glossary import key_name, kind_name, word_name
from points_engine.rulebook.grammar import MOST_CHARACTERS
from points_engine.rulebook.kinds import Text
from points_engine.rulebook.loading import CALENDARS, PACK_KEYS
from points_engine.rulebook.parameters import UNIT_OF
from points_engine.rulebook.schema import SCHEMA
from points_engine.rulebook.schema_forms import (
    ChoiceForm,
    DatedForm,
    EitherForm,
    Form,
    FormulaForm,
    ListForm,
    NamedForm,
    NotedForm,
    ReferenceForm,
    TableForm,
    TextForm,
    WholeForm,
    form_of,
    tables_in,
)  # fmt: skip
from points_engine.rulebook.schema_patterns import DAY, ID, LITERALS, NOTATIONS, SLUG, SYMBOLS, WHOLE, pattern_of
from points_engine.rulebook.shapes import Key
from points_engine.rulebook.vocabulary import FACTS, type_name

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCALAR = ["string", "number", "boolean"]
"""A piece of text: an editor may already have turned `1` into a number and `true` into a truth value."""


def rules_schema() -> Json:
    """The schema of a rule file: a list of rules, each of one kind."""
    keys = [key for kind in SCHEMA.values() for key in kind.keys]
    return {
        "$schema": DIALECT,
        "title": "规则文件 / Rule file",
        "description": "规则列表，每条一个种类。 / A list of rules, each of one kind.",
        "type": "array",
        "items": {"oneOf": [{"$ref": f"#/$defs/{kind}"} for kind in SCHEMA]},
        "$defs": {
            **{kind: _rule(kind) for kind in SCHEMA},
            **_shared(keys),
        },
    }


def pack_schema() -> Json:
    """The schema of pack.yaml."""
    return {
        "$schema": DIALECT,
        "title": "pack.yaml",
        "description": "规则包的抬头：账套、积分、发布单位、生效日。 / The head of a pack.",
        **_table(PACK_KEYS, "pack"),
        "$defs": _shared(PACK_KEYS),
    }


def text_of(schema: Json) -> str:
    """The text of a schema's file.

    >>> text_of({"type": "array"})
    '{\\n  "type": "array"\\n}\\n'
    """
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


SCHEMA_FILES: Mapping[str, Any] = {"pack.schema.json": pack_schema, "rules.schema.json": rules_schema}
"""The files beside the packs, and what makes each."""


def _rule(kind: str) -> Json:
    table = _table(SCHEMA[kind].keys, kind)
    named = {"$ref": "#/$defs/id", "description": _said(Text("规则的名称", "the rule's id"))}
    if kind == "parameter":
        table["allOf"] = [_typed(unit) for unit in UNIT_OF] + [_untyped()]
    return {
        "description": _said(kind_name(kind)),
        **table,
        "properties": {kind: named, **table["properties"]},
        "required": [kind, *table.get("required", ())],
    }


def _table(keys: tuple[Key, ...], kind: str) -> Json:
    required = [key.name for key in keys if key.required]
    return {
        "type": "object",
        "properties": {key.name: _property(key, kind) for key in keys},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(key: Key, kind: str) -> Json:
    described = {"description": _said(key_name(key.name, kind))}
    return {**described, **_schema(form_of(key.shape), key.name, kind)}


def _said(text: Text) -> str:
    return f"{text.zh} / {text.en}"


def _schema(form: Form, key: str, kind: str) -> Json:
    if isinstance(form, TextForm):
        return _text(form.sort)
    if isinstance(form, ChoiceForm):
        return _choice(form.words, key)
    if isinstance(form, WholeForm):
        whole = {"type": "integer", "minimum": form.least, "maximum": form.most}
        return {"anyOf": [whole, {"type": "string", "pattern": WHOLE}]}
    if isinstance(form, NotedForm):
        return {"$ref": f"#/$defs/{_name_of(form)}"}
    if isinstance(form, FormulaForm):
        return _formula(form)
    if isinstance(form, ListForm):
        return _list(form, key, kind)
    if isinstance(form, TableForm):
        return _table(form.keys, kind)
    if isinstance(form, NamedForm):
        item = _schema(form.item, key, kind)
        return {"type": "object", "propertyNames": {"pattern": SLUG}, "additionalProperties": item}
    if isinstance(form, EitherForm):
        return {"anyOf": [_schema(one, key, kind) for one in form.forms]}
    if isinstance(form, DatedForm):
        return {"type": "object", "minProperties": 1, "propertyNames": {"pattern": DAY}}
    assert isinstance(form, ReferenceForm), form
    return {"$ref": "#/$defs/id"}


def _text(sort: str) -> Json:
    if sort == "boolean":
        return {"enum": [True, False, "true", "false"]}
    return {} if sort == "anything" else {"$ref": f"#/$defs/{sort}"}


def _choice(words: tuple[str, ...], key: str) -> Json:
    said = [f"{word}: {_said(word_name(word, key))}" for word in words]
    return {"enum": list(words), "markdownDescription": "  \n".join(said)}


def _name_of(form: NotedForm) -> str:
    return form.code.removeprefix("bad_").removeprefix("unknown_") + "_text"


def _noted(form: NotedForm) -> Json:
    """A short notation: a pattern, or the few words that it knows."""
    if form.code == "unknown_fact":
        bare = {name.rpartition(".")[2] for name in FACTS} | {"activity"}
        return {"enum": sorted(word for word in {*FACTS, *bare} if form.reader(word))}
    if form.code == "bad_calendar":
        return {"enum": sorted(CALENDARS)}
    found = NOTATIONS.get(form.code)
    return {"type": "string", **found} if found else {"type": SCALAR}


def _formula(form: FormulaForm) -> Json:
    """An expression, with the type that it must have where the key alone says which."""
    expression = {"$ref": "#/$defs/expression"}
    if not isinstance(form.wanted, str):
        return expression
    return {**expression, "$comment": type_name(form.wanted, "en")}


def _list(form: ListForm, key: str, kind: str) -> Json:
    item = _schema(form.item, key, kind)
    many = {"type": "array", "items": item, "minItems": form.least}
    return {"anyOf": [many, item]} if form.single else many


def _typed(unit: str) -> Json:
    """The values of a parameter, and the cells of a table, by what they are measured in."""
    value = _value(unit)
    table = {"type": "object", "additionalProperties": value}
    return {
        "allOf": [
            {
                "if": {"required": ["measured_in"], "properties": {"measured_in": {"const": unit}}},
                "then": {"properties": {"values": {"additionalProperties": value}}},
            },
            {
                "if": {
                    "required": ["measured_in", "of"],
                    "properties": {"measured_in": {"const": "table"}, "of": {"const": unit}},
                },
                "then": {"properties": {"values": {"additionalProperties": table}}},
            },
        ]
    }


def _untyped() -> Json:
    """A parameter that does not say its unit is a plain number; a table that does not, one of plain numbers."""
    number = _value("number")
    table = {"type": "object", "additionalProperties": number}
    return {
        "allOf": [
            {
                "if": {"not": {"required": ["measured_in"]}},
                "then": {"properties": {"values": {"additionalProperties": number}}},
            },
            {
                "if": {
                    "required": ["measured_in"],
                    "properties": {"measured_in": {"const": "table"}},
                    "not": {"required": ["of"]},
                },
                "then": {"properties": {"values": {"additionalProperties": table}}},
            },
        ]
    }


def _value(unit: str) -> Json:
    if unit == "date":
        return {"type": "string", "pattern": DAY, "format": "date"}
    if unit == "boolean":
        return _text("boolean")
    if unit == "list":
        return {"anyOf": [{"type": "array", "items": {"$ref": "#/$defs/text"}}, {"$ref": "#/$defs/text"}]}
    if unit not in LITERALS:
        return {"$ref": "#/$defs/text"}
    plain = {"const": 0} if unit in ("duration", "percent") else {"type": "integer" if unit == "money" else "number"}
    return {"anyOf": [plain, {"type": "string", "pattern": pattern_of(unit)}]}


def _shared(keys: Iterable[Key]) -> Json:
    """The short texts that many keys hold."""
    noted = {_name_of(form): _noted(form) for key in keys for form in _noted_in(form_of(key.shape))}
    return {
        **noted,
        "id": {"type": "string", "pattern": ID},
        "slug": {"type": "string", "pattern": SLUG},
        "text": {"type": SCALAR, "minLength": 1, "pattern": r"\S"},
        "sentence": {
            "type": "object",
            "properties": {"zh": {"$ref": "#/$defs/text"}, "en": {"$ref": "#/$defs/text"}},
            "required": ["zh", "en"],
            "additionalProperties": False,
        },
        "duration": _value("duration"),
        "expression": {"type": SCALAR, "minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": SYMBOLS},
    }


def _noted_in(form: Form) -> Iterator[NotedForm]:
    """Every notation that is used somewhere below a form."""
    if isinstance(form, NotedForm):
        yield form
    if isinstance(form, (ListForm, NamedForm)):
        yield from _noted_in(form.item)
    for table in tables_in(form):
        for key in table.keys:
            yield from _noted_in(form_of(key.shape))
