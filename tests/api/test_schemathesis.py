"""The OpenAPI document is true: whatever it allows is taken, whatever it forbids is refused, nothing breaks."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from points_engine.store.audit import audit
from tests.api.street import Clock, Street, lay_out

RELATED: Final = {
    ("time_out_of_range", ""): "an instant may lie in the future, a stretch may end before it begins",
    ("bad_cursor", ""): "a cursor is one that a list gave",
    ("invalid_value", "valid-until"): "a pattern knows no calendar: there is no 30 February",
    ("invalid_value", "born_on"): "somebody is born before they join",
    ("invalid_value", "until"): "a period ends after it begins",
    ("invalid_value", "last_seq"): "a stretch of the journal ends after it begins",
    ("invalid_value", "note"): "an objection says why",
    ("invalid_value", "start"): "a correction changes something",
    ("invalid_value", "outlet"): "the key of a cashier has an outlet; another caller names it",
    ("invalid_value", "kiosk"): "the key of a kiosk has a kiosk",
    ("invalid_value", "referrer"): "nobody brings themselves",
}
"""What the shape of single values cannot say, (code, field): why."""


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """The street over a database that all operations share."""
    clock = Clock()
    url = f"sqlite:///{tmp_path_factory.mktemp('books') / 'points.db'}"
    engine = PointsEngine(open_store(url, create=True), secret=b"a secret for tests only", clock=clock)
    with TestClient(create_app(engine, close=True), raise_server_exceptions=False) as client:
        made = Street(client, engine, clock)
        lay_out(made)
        yield made


@pytest.fixture(scope="module")
def schema(street: Street) -> Any:
    """The document, as schemathesis reads it."""
    return schemathesis.openapi.from_dict(street.client.get("/openapi.json").json())


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for every operation of the document."""
    if "operation" in metafunc.fixturenames:
        engine = PointsEngine(open_store("sqlite://", create=True), secret=b"a secret for tests only")
        paths = create_app(engine, close=True).openapi()["paths"]
        named = [(path, method) for path, methods in paths.items() for method in methods]
        named.remove(("/v1/events", "get"))  # a stream without an end
        metafunc.parametrize("operation", named, ids=[f"{method.upper()} {path}" for path, method in named])


def is_related(response: httpx.Response) -> bool:
    """Whether a refusal is about how values stand to each other, which no shape can tell."""
    if response.status_code not in (400, 422):
        return False
    told = response.json()
    fields = [reason.get("field") or "" for reason in told["reasons"]] or [""]
    return any((told["code"], name) in RELATED for name in fields)


def test_an_operation_keeps_to_its_document(operation: tuple[str, str], schema: Any, street: Street) -> None:
    path, method = operation
    cases = schema[path][method].as_strategy()

    @settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=settings().max_examples // 2)
    @given(case=cases)
    def keeps_to_it(case: schemathesis.Case) -> None:
        role = "committee" if path.startswith("/v1/samples") else "administrator"
        case.headers.setdefault("authorization", f"Bearer {street.tokens[role]}")
        if case.method == "POST" and not case.headers.get("idempotency-key"):
            case.headers["idempotency-key"] = uuid.uuid4().hex
        asked = case.as_transport_kwargs(base_url=str(street.client.base_url))
        asked.pop("cookies", None)  # the service knows none
        response = street.client.request(**asked)
        excluded: list[Any] = [positive_data_acceptance] if is_related(response) else []
        case.validate_response(response, excluded_checks=excluded)

    keeps_to_it()


def test_the_books_are_sound_after_all_of_it(street: Street) -> None:
    report = audit(street.engine.store)  # type: ignore[arg-type]
    assert report.is_sound, report
