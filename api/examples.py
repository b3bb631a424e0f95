"""Examples for the OpenAPI document, made from what is there: fields, refusal ladders, the catalogue of errors.

Nothing is written by hand here, so nothing can go stale: an operation's refusals are those that its commands name in
their docstrings, and what every operation can answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType
from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.problems import PROBLEM_JSON, problem
from points_engine.errors import EngineError, catalogue
from points_engine.flow.steps import BY_COMMAND

ALWAYS: Final = frozenset({
    "unauthorized", "forbidden", "invalid_value", "key_reused", "key_missing", "bad_cursor", "store_fault",
    "overloaded", "not_found", "body_too_large",
})  # fmt: skip
"""Errors that an operation may answer whatever its commands are, where it has their status."""

FACTS: Final[Mapping[str, object]] = {
    "required": 10, "available": 2, "missing": 8, "most": 2, "used": 2, "capacity": 12, "count": 1, "seconds": 30,
    "retry_after_seconds": 1, "required_minutes": 60,
}  # fmt: skip
"""Numbers of example errors; everything else is told by its name."""


def add_examples(document: dict[str, Any], app: FastAPI) -> None:
    """Give every operation of the document examples of its request, its answer and its problems."""
    schemas = document.get("components", {}).get("schemas", {})
    for route in routes_of(app.routes):
        for method in (route.methods or ()) if route.include_in_schema else ():
            _operation(document["paths"][route.path_format][method.lower()], route, schemas)


def routes_of(there: Iterable[Any]) -> Iterator[APIRoute]:
    """Every route, those of included routers too."""
    for route in there:
        if isinstance(route, APIRoute):
            yield route
        yield from routes_of(getattr(getattr(route, "original_router", None), "routes", ()))


def _operation(operation: dict[str, Any], route: APIRoute, schemas: Mapping[str, Any]) -> None:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body is not None:
        body.setdefault("example", example_of(body["schema"], schemas))
    possible = [kind for kind in catalogue() if kind.code in ALWAYS | codes_of(route.endpoint)]
    for status, response in operation["responses"].items():
        for media, content in response.get("content", {}).items():
            if media == PROBLEM_JSON:
                content["examples"] = _problems(int(status), possible, route.path_format)
            elif media == "application/json" and "examples" not in content:
                content.setdefault("example", example_of(content["schema"], schemas))


def _problems(status: int, possible: list[type[EngineError]], path: str) -> dict[str, Any]:
    kinds = [kind for kind in possible if kind.status == status]
    kinds = kinds or [kind for kind in catalogue() if kind.status == status]
    return {kind.code: {"summary": kind.en, "value": problem(_an_error(kind), "zh", path)} for kind in kinds}


def _an_error(kind: type[EngineError]) -> EngineError:
    names = re.findall(r"\{(\w+)\}", kind.zh)
    return kind(**{name: FACTS.get(name, name) for name in names})


def codes_of(endpoint: Callable[..., Any]) -> frozenset[str]:
    """The codes of the errors that the commands of a handler are refused with, as their docstrings say."""
    known = {kind.__name__: kind.code for kind in catalogue()}
    told: set[str] = set()
    for name in _names(endpoint.__code__):
        step = BY_COMMAND.get(endpoint.__globals__.get(name))  # type: ignore[arg-type]
        if step is not None:
            words = re.findall(r"[A-Z]\w+", step.decide.__doc__ or "")
            told |= {known[word] for word in words if word in known}
    return frozenset(told)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """A value that a JSON Schema allows, made of the examples of its fields.

    >>> example_of({"type": "object", "properties": {"a": {"type": "integer", "examples": [3]}}, "required": ["a"]}, {})
    {'a': 3}
    """
    if "$ref" in schema and depth < _DEEPEST:
        found = schemas[schema["$ref"].rpartition("/")[2]]
        return schema["examples"][0] if schema.get("examples") else example_of(found, schemas, depth + 1)
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example_of(schema[key][0], schemas, depth + 1)
    return _typed(schema, schemas, depth)


def _typed(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if kind == "object":
        return {name: example_of(field, schemas, depth + 1) for name, field in schema.get("properties", {}).items()}
    if kind == "array":
        return [example_of(schema.get("items", {}), schemas, depth + 1)] if depth < _DEEPEST else []
    if kind == "string":
        return _TEXTS.get(schema.get("format", ""), "text")
    return {"integer": max(0, schema.get("minimum", 1)), "number": 1, "boolean": True}.get(str(kind))


_DEEPEST: Final = 12
_TEXTS: Final = {"date": "2026-03-01", "date-time": "2026-03-01T09:00:00+08:00"}
