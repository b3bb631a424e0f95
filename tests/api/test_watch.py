"""Every request has an id and is counted; the process says whether it can do its work; its numbers name nobody."""

from __future__ import annotations

import asyncio
import re

import pytest
from sqlalchemy import text
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from api.metrics import Metrics
from api.watch import Watch
from points_engine.jobs import BY_NAME
from points_engine.jobs.running import JobRunner
from points_engine.limits import OPEN_REQUESTS
from tests.api.street import Street, earn, voucher


def metrics(street: Street) -> dict[str, float]:
    """The numbers that the process tells."""
    response = street.get("", "/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = [line for line in response.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_every_answer_has_a_request_id_of_the_callers_or_ours(street: Street) -> None:
    given = street.get("kiosk", "/v1/packs", X_Request_Id="till-7.0001")
    assert given.headers["x-request-id"] == "till-7.0001"
    for bad in ("x", "y" * 65, "a b c d e f g h", "<script>alert(1)"):
        made = street.get("", "/v1/packs", X_Request_Id=bad)
        assert made.status_code == 401
        assert re.fullmatch("[0-9a-f]{16}", made.headers["x-request-id"])


def test_requests_refusals_and_commits_are_counted_by_route_and_code(street: Street) -> None:
    earn(street)
    street.post("kiosk", "/v1/redemptions", {"volunteer": "MEI", "scheme": "huadu-residents", "reward": "nothing"})
    street.get("kiosk", "/v1/volunteers/NOBODY")
    street.get("", "/wp-login.php")
    told = metrics(street)
    assert told['points_requests_total{method="GET",route="/v1/volunteers/{number}",status="404"}'] == 1
    assert told['points_requests_total{method="GET",route="none",status="404"}'] == 1
    assert told['points_refusals_total{code="reward_not_offered"}'] == 1
    assert told['points_refusals_total{code="not_found"}'] == 1
    assert told['points_request_seconds_count{route="/v1/check-ins"}'] == 1
    assert told['points_commit_seconds_count{lane="interactive"}'] >= 4
    assert told['points_commit_commands_sum{lane="interactive"}'] >= 4
    assert told["points_journal_seq"] == street.get("", "/readyz").json()["seq"]
    assert 'points_job_due_timestamp_seconds{job="audit"}' in told


def test_the_numbers_name_nobody(street: Street) -> None:
    earn(street)
    code = voucher(street)
    street.get("merchant", f"/v1/redemptions/{code}")
    told = street.get("", "/metrics").text
    for personal in ("MEI", "BO", "梅", code, street.tokens["kiosk"], "steward:"):
        assert personal not in told


def test_a_red_audit_shows_in_the_readiness_and_in_the_numbers(street: Street) -> None:
    assert street.get("", "/readyz").json()["audit"] == "never"
    store = street.engine.store
    runner = JobRunner(street.engine, store)  # type: ignore[arg-type]
    runner.run("audit", "test")
    assert street.get("", "/readyz").json()["audit"] == "sound"
    with store.operating() as connection:  # type: ignore[attr-defined]
        connection.execute(
            text("INSERT INTO account (account, asset, version, balance) VALUES ('volunteer/x', 'minutes', 1, 7)")
        )
    street.clock.later(seconds=1)
    runner.run("audit", "test")
    ready = street.get("", "/readyz")
    assert (ready.status_code, ready.json()["audit"]) == (200, "findings")
    told = metrics(street)
    assert told['points_job_findings{job="audit"}'] >= 1
    assert told['points_job_failed{job="audit"}'] == 0
    assert set(BY_NAME) == {"audit", *(name for name in BY_NAME if name != "audit")}


def test_a_process_on_its_way_out_refuses_what_is_new(street: Street) -> None:
    street.client.app.state.watch.stop_taking()  # type: ignore[attr-defined]
    refused = street.post("kiosk", "/v1/check-ins", {"volunteer": "MEI", "activity": "XH-garden"})
    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["Connection"] == "close"
    assert street.get("", "/healthz").status_code == 200
    ready = street.get("", "/readyz", Accept_Language="en")
    assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
    assert "stopping" in ready.json()["detail"]


@pytest.mark.parametrize("version", ["9999_future", "0001_books"])
def test_another_schema_is_not_ready(street: Street, version: str) -> None:
    with street.engine.store.operating() as connection:  # type: ignore[attr-defined]
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
    ready = street.get("", "/readyz")
    assert (ready.status_code, ready.json()["code"]) == (503, "not_ready")
    assert version in ready.json()["detail"]
    assert street.get("", "/healthz").status_code == 200


def test_more_than_a_process_can_answer_soon_is_refused_at_once() -> None:
    async def load() -> list[tuple[str, int]]:
        release = asyncio.Event()
        told: list[tuple[str, int]] = []

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            await release.wait()
            await PlainTextResponse("done")(scope, receive, send)

        watch = Watch(Metrics())
        watched = watch.over(slow)

        async def ask(path: str) -> None:
            async def send(message: Message) -> None:
                if message["type"] == "http.response.start":
                    told.append((path, message["status"]))

            async def receive() -> Message:
                return {"type": "http.request", "body": b"", "more_body": False}

            scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
            await watched(scope, receive, send)

        taken = [asyncio.create_task(ask("/v1/packs")) for _ in range(OPEN_REQUESTS)]
        await asyncio.sleep(0)
        await ask("/v1/more")
        health = asyncio.create_task(ask("/healthz"))
        await asyncio.sleep(0)
        release.set()
        await asyncio.gather(*taken, health)
        await ask("/v1/later")
        assert watch.open_requests == 0
        return told

    told = asyncio.run(load())
    assert told[0] == ("/v1/more", 503)
    assert dict(told)["/v1/packs"] == dict(told)["/healthz"] == dict(told)["/v1/later"] == 200
    assert len(told) == OPEN_REQUESTS + 3
