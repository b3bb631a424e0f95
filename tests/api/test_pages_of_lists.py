"""Pages of lists against a model: whatever is asked for, in whatever steps, while the list grows, is the list."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import create_app
from api.cursors import cursor_of, key_of
from api.refusals import BadCursor
from points_engine.engine import PointsEngine
from points_engine.flow.outcomes import Submission
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.service.records import RecordDeed
from points_engine.store import open_store
from tests.api.street import MORNING, Clock, Street, lay_out

LIST_SIZE = 30


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """The street with some activities, deeds and keys, many of them at the same instant."""
    folder: Path = tmp_path_factory.mktemp("books")
    clock = Clock()
    store = open_store(f"sqlite:///{folder / 'points.db'}", create=True)
    engine = PointsEngine(store, secret=b"a secret for tests only", clock=clock)
    with TestClient(create_app(engine, close=True)) as client:
        made = Street(client, engine, clock)
        lay_out(made)
        for number in range(LIST_SIZE):
            made.execute(RegisterActivity(f"A-{number % 7}-{number}", "名", "greening", "XH-C1"))
            moment = MORNING - timedelta(hours=number)
            made.execute(RecordDeed("BO", "mediation", moment, Fraction(number + 1)))
            made.issue(f"key-{number}", "committee")
        yield made


LISTS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "/v1/activities": ("administrator", lambda item: item["code"]),
    "/v1/volunteers/BO/records": ("administrator", lambda item: item["record"]),
    "/v1/keys": ("administrator", lambda item: item["key"]),
    "/v1/audit": ("committee", lambda item: (item["seq"], item["index"])),
}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(path=st.sampled_from(sorted(LISTS)), steps=st.lists(st.integers(1, 40), min_size=1, max_size=8))
def test_pages_of_any_sizes_join_to_the_whole(street: Street, path: str, steps: list[int]) -> None:
    name = LISTS[path][1]
    whole = [name(each) for each in street.read("administrator", f"{path}?limit=200")["items"]]
    assert len(set(whole)) == len(whole)
    found: list[Any] = []
    cursor, turn = "", 0
    while True:
        limit = steps[turn % len(steps)]
        page = street.read("administrator", f"{path}?limit={limit}{cursor}")
        assert len(page["items"]) <= limit
        found += [name(each) for each in page["items"]]
        assert (page["next"] is None) == (len(found) == len(whole)), "there is a next page if there is something on it"
        if page["next"] is None:
            break
        cursor, turn = f"&cursor={page['next']}", turn + 1
    assert found == whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=10)
@given(limit=st.integers(1, 9), grown=st.lists(st.sampled_from("AMZ"), max_size=4))
def test_a_list_that_grows_meanwhile_tells_everything_once(street: Street, limit: int, grown: list[str]) -> None:
    before = {each["code"] for each in street.read("administrator", "/v1/activities?limit=200")["items"]}
    found: list[str] = []
    cursor = ""
    while True:
        page = street.read("administrator", f"/v1/activities?limit={limit}{cursor}")
        found += [each["code"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
        if grown and len(before) + len(grown) < 150:
            code = f"{grown.pop()}-{uuid.uuid4().hex[:8]}"
            command = RegisterActivity(code, "名", "greening", "XH-C1", starts_on=date(2026, 3, 1))
            street.engine.submit(Submission(command, "set-up", uuid.uuid4().hex)).expect()
    assert found == sorted(found)
    assert len(set(found)) == len(found)
    assert before <= set(found)


@given(key=st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_a_cursor_is_the_key_that_it_was_made_of(key: list[str]) -> None:
    assert key_of(cursor_of(tuple(key)), *[str] * len(key)) == tuple(key)


@given(cursor=st.text(min_size=1, max_size=80))
def test_any_other_text_is_refused_and_nothing_breaks(cursor: str) -> None:
    try:
        found = key_of(cursor, int, str)
    except BadCursor:
        return
    assert found is not None
    assert len(found) == 2
