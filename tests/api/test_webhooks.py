"""Webhooks over HTTP: registered, told, looked at, asked again, and kept out of networks that are nobody's business."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from points_engine.webhooks import networks_of
from tests.api.street import Clock, Street, earn, lay_out, voucher
from tests.webhooks.receivers import Receiver, receiving


@pytest.fixture
def here(database_url: str) -> Iterator[Street]:
    """Give the small programme where messages may go to this machine."""
    clock = Clock()
    engine = PointsEngine(open_store(database_url, create=True), secret=b"a secret for tests only", clock=clock)
    app = create_app(engine, close=True, networks=networks_of("127.0.0.0/8"))
    with TestClient(app, raise_server_exceptions=False) as client:
        made = Street(client, engine, clock)
        lay_out(made)
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a receiver that listens."""
    with receiving() as made:
        yield made


def tell(street: Street) -> None:
    """Run the job to its end."""
    street.clock.later(minutes=1)
    begun = street.done("administrator", "/v1/jobs/tell_webhooks/runs")
    for _ in range(400):
        (run, *_) = street.read("administrator", "/v1/jobs/runs?job=tell_webhooks")["items"]
        if run["run"] == begun["run"] and run["ended_at"]:
            return
    raise AssertionError("the job does not end")


def test_the_story_of_a_partner_s_till(here: Street, receiver: Receiver) -> None:
    address = {"code": "wangs-erp", "url": receiver.url, "label": "王记收银系统", "partner": "wangs"}
    registered = here.done("administrator", "/v1/webhooks", address)
    earn(here)
    code = voucher(here)
    here.done("merchant", f"/v1/redemptions/{code}/confirm", {"outlet": "wangs-1"})
    tell(here)
    told = [each.verified_at(registered["secret"], here.clock.now) for each in receiver.got]
    assert [each["type"] for each in told] == ["webhook.registered", "redemption.held", "redemption.confirmed"]
    confirmed = told[-1]["data"]
    assert (confirmed["partner"], confirmed["outlet"], confirmed["reward"]) == ("wangs", "wangs-1", "soap")
    assert code not in receiver.got[-1].body.decode()
    assert "volunteer" not in confirmed
    shown = here.read("committee", "/v1/webhooks/wangs-erp")
    assert (shown["taken"], shown["waiting"], shown["last_status"], shown["state"]) == (3, 0, 204, "active")


def test_what_is_missed_is_listed_and_told_again(here: Street, receiver: Receiver) -> None:
    here.done("administrator", "/v1/webhooks", {"code": "p", "url": receiver.url, "label": "p"})
    receiver.status = 500
    tell(here)
    (missed,) = here.read("administrator", "/v1/webhooks/p/missed")["items"]
    assert (missed["attempts"], missed["last_status"]) == (1, 500)
    assert here.read("administrator", "/v1/webhooks")["items"][0]["failures"] == 1
    receiver.status = 200
    here.done("administrator", "/v1/webhooks/p/replay", {"after": "0-0"})
    tell(here)
    assert here.read("administrator", "/v1/webhooks/p/missed")["items"] == []
    assert receiver.got[-1].told["type"] == "webhook.replayed"
    assert "programme.unit_registered" in receiver.types, "from the very beginning"


def test_the_numbers_say_who_is_behind(here: Street, receiver: Receiver) -> None:
    def number(name: str) -> float:
        lines = [line for line in here.client.get("/metrics").text.splitlines() if line.startswith(f"{name}{{")]
        (line,) = [line for line in lines if 'webhook="p"' in line]
        return float(line.rpartition(" ")[2])

    here.done("administrator", "/v1/webhooks", {"code": "p", "url": receiver.url, "label": "p"})
    earn(here)
    assert number("points_webhook_behind") > 0
    receiver.status = 500
    tell(here)
    assert number("points_webhook_waiting") > 0
    assert number("points_webhook_suspended") == 0
    receiver.status = 410
    tell(here)
    assert number("points_webhook_suspended") == 1
    here.done("administrator", "/v1/webhooks/p/state", {"state": "removed"})
    assert "points_webhook_behind{" not in here.client.get("/metrics").text


def test_the_secret_is_the_same_at_a_retry_and_another_when_it_is_asked_for(here: Street) -> None:
    address = {"code": "p", "url": "https://1.1.1.1/", "label": "p"}
    first = here.post("administrator", "/v1/webhooks", address, key="once").json()
    assert here.post("administrator", "/v1/webhooks", address, key="once").json() == first
    second = here.done("administrator", "/v1/webhooks/p/secret")
    assert second["secret"] != first["secret"]
    assert first["secret"].startswith("whsec_")
    assert first["secret"] not in here.get("administrator", "/v1/audit-log").text


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://10.0.0.1/x", "https://[::1]/", "https://169.254.169.254/latest", "http://1.1.1.1/"],
)
def test_an_address_in_a_network_that_is_nobody_s_business_is_refused(street: Street, url: str) -> None:
    answer = street.post("administrator", "/v1/webhooks", {"code": "p", "url": url, "label": "p"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_value")
    assert street.read("administrator", "/v1/webhooks")["items"] == []


@pytest.mark.parametrize(
    "url",
    ["ftp://1.1.1.1/", "https://lea:secret@1.1.1.1/", "https://1.1.1.1/#x", "https://1.1.1.1:0/", "https://[1.1.1.1/",
     "https:///x", "https://1.1.1.1/ x", "javascript:1", "https://" + "a" * 500],
)  # fmt: skip
def test_what_is_no_address_is_refused(street: Street, url: str) -> None:
    answer = street.post("administrator", "/v1/webhooks", {"code": "p", "url": url, "label": "p"})
    assert answer.status_code == 422, answer.text
    assert "secret" not in answer.text


def test_an_edit_names_what_it_edits(here: Street) -> None:
    here.done("administrator", "/v1/webhooks", {"code": "p", "url": "https://1.1.1.1/", "label": "p"})
    tag = here.get("administrator", "/v1/webhooks/p").headers["etag"]
    changes = {"url": "https://1.1.1.1/x", "label": "q", "topics": ["stock"]}
    done = here.post("administrator", "/v1/webhooks/p/changes", changes, if_match=tag)
    assert done.status_code == 200, done.text
    late = here.post("administrator", "/v1/webhooks/p/state", {"state": "removed"}, if_match=tag)
    assert (late.status_code, late.json()["code"]) == (412, "changed_meanwhile")
    shown = here.read("administrator", "/v1/webhooks/p")
    assert (shown["url"], shown["topics"], shown["state"]) == ("https://1.1.1.1/x", ["stock"], "active")
