"""The OpenAPI document is complete, and so is the table of errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

import api.refusals
from api.app import create_app
from api.problems import DESCRIPTIONS, problem
from points_engine.engine import PointsEngine
from points_engine.errors import catalogue
from points_engine.store import open_store
from tests.api.operations import OPEN

METHODS = ("get", "post")
WRITES_NOTHING = {"/v1/packs/checks"}
"""A POST that only answers: what it is asked about is too long for a query."""


@pytest.fixture(scope="module")
def document() -> Iterator[dict[str, Any]]:
    """The document of the real application."""
    app = create_app(PointsEngine(open_store("sqlite://", create=True), secret=b"a secret for tests only"), close=True)
    with TestClient(app) as client:
        yield client.get("/openapi.json").json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every (method, path, operation)."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, path, methods[method]


def test_every_operation_says_what_it_does_and_what_it_refuses(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert operation["tags"], path
        if path.startswith("/v1/") and path not in OPEN:
            assert {"401", "403", "503"} <= operation["responses"].keys(), path
            assert operation["security"], path
        if method == "post" and path not in WRITES_NOTHING:
            assert {"400", "422"} <= operation["responses"].keys(), path
            names = {each["name"] for each in operation["parameters"]}
            assert "idempotency-key" in names, path


def test_every_operation_has_a_name_of_its_own_for_generated_clients(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert sorted(set(names)) == sorted(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in names), names


def test_what_is_left_out_of_a_query_or_the_headers_is_never_null(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            assert {"type": "null"} not in parameter["schema"].get("anyOf", ()), (path, parameter["name"])


def test_every_problem_has_the_one_schema(document: dict[str, Any]) -> None:
    assert {"type", "title", "status", "detail", "code", "instance", "reasons"} == set(
        document["components"]["schemas"]["Problem"]["properties"]
    )
    for _, path, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400 and path.startswith("/v1/"):
                content = response["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, (path, status)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    for reference in set(references(document)):
        node: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in node, reference
            node = node[part]


def test_every_error_has_a_status_and_both_sentences() -> None:
    assert issubclass(api.refusals.WrongPin, Exception)
    codes = [error.code for error in catalogue()]
    assert len(codes) == len(set(codes))
    for error in catalogue():
        assert error.zh, error.code
        assert error.en, error.code
        assert error.status in DESCRIPTIONS or error.status in (405, 429), error.code
        made = problem(error(), "en", "/")
        assert made["code"] == error.code
        assert made["status"] == error.status
