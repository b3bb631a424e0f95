"""What is said about a request of the wrong shape: in the caller's language, whatever is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from api.app import create_app
from api.asked import NewDeed, NewVolunteer
from api.examples import example_of
from api.expectations import OTHERWISE, SAID, expected, stated
from points_engine.bilingual import in_language
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.api.street import Clock, Street, lay_out

ODD: tuple[Any, ...] = (
    None, True, 7, -1, 10**30, 0.5, "", "x", " ", "\x00", "2026-02-30", "2026-03-01T09:00:00", "x" * 700, [], [[]],
    [1] * 600, {}, {"x": {}},
)  # fmt: skip
"""Values of which at least one is wrong for every field."""

NO_BODIES: tuple[Any, ...] = (None, [], "x", 1)

SENTENCE = re.compile(r"\b(?!JSON|UTF|ISO)[A-Za-z]{2,}( [A-Za-z]{2,}){2,}")
"""Three English words in a row."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """The street, on SQLite: what is said does not depend on the database."""
    clock = Clock()
    url = f"sqlite:///{tmp_path_factory.mktemp('books') / 'points.db'}"
    engine = PointsEngine(open_store(url, create=True), secret=b"a secret for tests only", clock=clock)
    with TestClient(create_app(engine, close=True), raise_server_exceptions=False) as client:
        made = Street(client, engine, clock)
        lay_out(made)
        yield made


def wrong_bodies(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """(path, body) with one field wrong, one missing, one too many, and bodies that are none; of every POST."""
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        content = methods.get("post", {}).get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            continue
        schema = content["schema"]
        model = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        sound = example_of(schema, schemas)
        yield from ((path, none) for none in NO_BODIES)
        yield path, {**sound, "colour": "red"}
        for name in model.get("properties", {}):
            yield path, {key: value for key, value in sound.items() if key != name}
            yield from ((path, {**sound, name: odd}) for odd in ODD)


def test_no_english_sentence_is_in_a_chinese_answer_about_a_wrong_body(town: Street) -> None:
    document = town.read("", "/openapi.json")
    tried, english = 0, []
    for path, body in wrong_bodies(document):
        role = "committee" if path.startswith("/v1/samples") else "administrator"
        address = re.sub(r"\{\w+\}", "x", path)
        headers = town.headers(role, accept_language="zh-CN", idempotency_key=f"k{tried}")
        response = town.client.post(address, json=body, headers=headers)
        if response.status_code != 422:
            continue
        tried += 1
        told = response.json()
        assert response.headers["content-language"] == "zh-CN"
        said = [told["detail"], *(str(reason.get("say") or "") for reason in told["reasons"])]
        said = [re.sub(r"格式 \S+", "", re.sub(r"的值 .* 无效", "", each)) for each in said]
        english += [(path, each) for each in said if SENTENCE.search(each)]
        assert OTHERWISE[0] not in "".join(said), (path, told)
    assert tried > 800
    assert english == []


def test_what_is_in_a_query_or_a_header_is_said_in_both_languages(town: Street) -> None:
    for language, words in (("zh-CN", "应为 不大于 200"), ("en", "expected at most 200")):
        response = town.get("administrator", "/v1/samples?limit=1000", accept_language=language)
        assert (response.status_code, response.json()["reasons"][0]["field"]) == (422, "limit")
        assert words in response.json()["detail"]
    headers = town.headers("administrator", idempotency_key="x", content_type="application/json")
    broken = town.client.post("/v1/gifts", content=b"{", headers=headers)
    assert broken.json()["detail"] == "字段 body 的值 — 无效：应为 格式正确的 JSON。"


def test_what_is_missing_and_what_is_too_much_is_said_without_the_rest_of_the_body(town: Street) -> None:
    body = {"number": "N", "name": "秘密", "joined_on": "2026-03-01", "colour": "red"}
    told = town.post("administrator", "/v1/volunteers", body).json()
    assert told["reasons"] == [{"field": "colour", "say": "没有此字段，请删去"}]
    told = town.post("administrator", "/v1/volunteers", {"name": "秘密"}).json()
    assert told["detail"] == "字段 number 的值 — 无效：应为 必填，不能缺少。"
    assert "秘密" not in str(told)


def test_an_item_of_a_bulk_request_is_said_in_the_callers_language(town: Street) -> None:
    town.done("administrator", "/v1/imports", {"code": "march"})
    item = {"volunteer": "MEI", "activity": "XH-garden", "start": "yesterday", "end": "2026-03-01T10:00:00+08:00"}
    for language, words in (("zh-CN", "应为 带时区的"), ("en", "expected an ISO 8601 time")):
        answer = town.post(
            "administrator", "/v1/imports/march/records", {"items": [item]}, accept_language=language
        ).json()
        assert words in answer["items"][0]["problem"]["detail"]


@pytest.mark.parametrize("model", [NewVolunteer, NewDeed])
def test_a_table_by_type_has_every_error_that_a_model_raises(model: Any) -> None:
    raised: list[ErrorDetails] = []
    bodies: tuple[Any, ...] = (
        {}, [], {"number": 1, "quantity": "a", "facts": [], "born_on": "x", "occurred_at": "2026-03-01"},
    )  # fmt: skip
    for odd in bodies:
        with pytest.raises(ValidationError) as wrong:
            TypeAdapter(model).validate_python(odd)
        raised += wrong.value.errors()
    for error in raised:
        assert error["type"] in SAID
        assert not SENTENCE.search(str(in_language(expected(error), "zh"))), error
        assert len(stated(error)) <= 60
