"""The OpenAPI document: what FastAPI writes, said more exactly, so that generated clients can rely on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api import problems
from api.examples import add_examples, routes_of
from api.headers import key_scheme, say_what_is_read
from api.shapes import CODE_SCHEMA

TAGS: Final = (
    "volunteers", "activities", "service", "imports", "kiosks", "redemptions", "draws", "books", "committee",
    "programme", "keys", "webhooks", "jobs", "public", "health",
)  # fmt: skip
"""The groups of operations, in the order of the document."""


def operation_id(route: APIRoute) -> str:
    """An operation is called what its handler is called; a test holds the names apart."""
    return route.name


def openapi(app: FastAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes,
            tags=[{"name": name} for name in TAGS],
        )  # fmt: skip
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        made = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(made.pop("$defs", {}))
        schemas["Problem"] = made
        document["components"]["securitySchemes"] = key_scheme()
        for route in routes_of(app.routes):
            for method in (route.methods or ()) if route.include_in_schema else ():
                say_what_is_read(document["paths"][route.path_format][method.lower()], route.dependant)
        for parameter in _parameters(document):
            _say_exactly(parameter)
        add_examples(document, app)
        app.openapi_schema = document
    return app.openapi_schema


def _parameters(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        for operation in methods.values():
            yield from operation.get("parameters", ())


def _say_exactly(parameter: dict[str, Any]) -> None:
    """A path names things by their codes; what is left out of a query or the headers is absent, never null."""
    schema = parameter["schema"]
    if parameter["in"] == "path":
        parameter["schema"] = CODE_SCHEMA | schema
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        parameter["schema"] = {**{name: value for name, value in schema.items() if name != "anyOf"}, **kinds[0]}
    if parameter["name"] == "idempotency-key":
        parameter["required"] = True
    if parameter["in"] == "header" and parameter["schema"].get("format") == "date-time":
        parameter["schema"].pop("format")  # generators write headers as plain text
        parameter["schema"]["pattern"] = INSTANT


INSTANT: Final = (
    r"^(19\d[1-9]|19[1-9]\d|[2-8]\d{3}|9[0-8]\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
    r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-3]):[0-5]\d)$"
)
"""How an instant is written in a header."""
