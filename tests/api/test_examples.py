"""Every operation has examples of what is asked, answered and refused, and they are what they say they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.errors import catalogue
from points_engine.store import open_store

STATUS_OF = {kind.code: kind.status for kind in catalogue()}


@pytest.fixture(scope="module")
def document() -> Iterator[dict[str, Any]]:
    """The document of the real application."""
    app = create_app(PointsEngine(open_store("sqlite://", create=True), secret=b"a secret for tests only"), close=True)
    with TestClient(app) as client:
        yield client.get("/openapi.json").json()


def bodies(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(operation, status or `request`, content by media type) of everything that is sent either way."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            if "requestBody" in operation:
                yield name, "request", operation["requestBody"]["content"]
            for status, response in operation["responses"].items():
                yield name, status, response.get("content", {})


def test_every_operation_has_an_example_of_request_answer_and_every_error(document: dict[str, Any]) -> None:
    missing = [
        (name, status)
        for name, status, contents in bodies(document)
        for media, content in contents.items()
        if "json" in media and "example" not in content and not content.get("examples") and content["schema"]
    ]
    assert missing == []


def test_an_example_is_what_its_schema_allows(document: dict[str, Any]) -> None:
    wrong = []
    for name, status, contents in bodies(document):
        for media, content in contents.items():
            if "json" not in media:
                continue
            schema = content["schema"] | {"components": document["components"]}
            validator = jsonschema_rs.Draft202012Validator(schema)
            values = [each["value"] for each in content.get("examples", {}).values()]
            values += [content["example"]] if "example" in content else []
            wrong += [(name, status, str(error)[:200]) for value in values for error in validator.iter_errors(value)]
    assert wrong == []


def test_problems_are_those_that_the_commands_name_and_stand_under_their_status(document: dict[str, Any]) -> None:
    for name, status, contents in bodies(document):
        for code, example in contents.get("application/problem+json", {}).get("examples", {}).items():
            assert STATUS_OF[code] == example["value"]["status"] == int(status), (name, code)
    shown = document["paths"]["/v1/check-ins"]["post"]["responses"]["409"]["content"]["application/problem+json"]
    assert set(shown["examples"]) == {"standing_blocks", "wrong_state", "already_checked_in", "not_admitted"}
