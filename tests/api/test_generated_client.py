"""A client that openapi-python-client generates from the document plays the whole story against a live service."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.store import open_store
from tests.api.live import Served, serve
from tests.api.street import RESIDENTS

PACKAGE = "generated_points_client"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated package; a warning of the generator is a failure, for it leaves operations out."""
    folder = tmp_path_factory.mktemp("client")
    engine = PointsEngine(open_store("sqlite://", create=True), secret=b"a secret for tests only")
    (folder / "openapi.json").write_text(json.dumps(create_app(engine, close=True).openapi()), encoding="utf-8")
    command = [
        str(Path(sys.executable).with_name("openapi-python-client")), "generate", "--meta", "none", "--fail-on-warning",
        "--path", "openapi.json", "--output-path", PACKAGE,
    ]  # fmt: skip
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    made = subprocess.run(
        command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module(PACKAGE)
    sys.path.remove(str(folder))


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:
    """The small programme on a port, on each database."""
    with serve(database_url) as made:
        yield made


class Caller:
    """Calls generated operations in a role."""

    def __init__(self, package: ModuleType, served: Served) -> None:
        self._package, self._served = package, served

    def __call__(self, role: str, operation: str, *path: str, body: Any = None, **query: Any) -> Any:
        """The parsed answer of an operation, named `tag.operation`."""
        tag, _, name = operation.partition(".")
        module = importlib.import_module(f"{PACKAGE}.api.{tag}.{name}")
        tokens = self._served.street.tokens
        session = self._package.AuthenticatedClient(base_url=self._served.address, token=tokens[role])
        with session as opened:
            if "idempotency_key" in signature(module.sync_detailed).parameters:
                query["idempotency_key"] = uuid.uuid4().hex
            if body is not None:
                query["body"] = body
            answer = module.sync_detailed(*path, client=opened, **query)
        assert answer.parsed is not None, answer
        return answer.parsed

    def model(self, name: str, /, **fields: Any) -> Any:
        """A model of the generated package."""
        return getattr(importlib.import_module(f"{PACKAGE}.models"), name).from_dict(fields)


def test_the_whole_story_through_a_generated_client(client: ModuleType, served: Served) -> None:
    call = Caller(client, served)
    clock = served.street.clock
    new = {"number": "LAN", "name": "兰", "joined_on": "2026-01-05", "home_unit": "XH-C1"}
    assert call("steward", "volunteers.register_volunteer", body=call.model("NewVolunteer", **new)).number == "LAN"

    here = {"volunteer": "LAN", "activity": "XH-garden"}
    assert call("kiosk", "service.check_in", body=call.model("Arrival", **here)).activity == "XH-garden"
    clock.later(minutes=130)
    record = call("kiosk", "service.check_out", body=call.model("Departure", **here))
    assert (record.service_minutes, record.awaiting) == (130, ["steward"])
    approval = call.model("NewApproval", record=record.fact, level="steward")
    decided = call("steward", "service.approve", body=approval)
    assert decided.awarded.additional_properties == {RESIDENTS: 2}

    quotes = {each.reward: each for each in call("kiosk", "volunteers.volunteer_quotes", "LAN")}
    assert (quotes["soap"].possible, quotes["soap"].points) == (True, "2")
    wish = call.model("NewRedemption", volunteer="LAN", scheme=RESIDENTS, reward="soap")
    first = call("kiosk", "redemptions.place_hold", body=wish)
    assert call("kiosk", "redemptions.cancel_redemption", first.code).state == "released"
    held = call("kiosk", "redemptions.place_hold", body=wish)
    used = call("merchant", "redemptions.confirm_redemption", held.code, body=call.model("Confirmation"))
    assert (used.state, used.outlet, used.again) == ("confirmed", "wangs-1", False)
    refused = call("other merchant", "redemptions.confirm_redemption", held.code, body=call.model("Confirmation"))
    assert (type(refused).__name__, refused.code) == ("Problem", "wrong_outlet")
    back = call("merchant", "redemptions.refund_redemption", held.code, body=call.model("NewRefund", reason="破损"))
    assert (back.state, back.points) == ("refunded", "2")

    lines = call("kiosk", "volunteers.volunteer_statement", "LAN").items
    assert [(line.kind, line.amount) for line in lines][-2:] == [("award", "2"), ("award", "130")]
    entry = call("kiosk", "books.entry", decided.entry)
    assert entry.why.zh == "服务 2 小时 10 分，得 2 积分，余 10 分钟转入下次"

    drawn = call("committee", "committee.draw_sample", body=call.model("NewSample", scheme=RESIDENTS, size=2))
    sample = call("committee", "committee.show_sample", drawn.sample)
    assert (drawn.state, len(sample.entries)) == ("drawn", 2)
    for each in sample.entries:
        assert call("committee", "committee.show_sampled_entry", drawn.sample, each.entry).is_sound
        said = call.model("NewMark", entry=each.entry, verdict="agreed")
        call("committee", "committee.mark_sampled", drawn.sample, body=said)
    signed = call("committee", "committee.sign_sample", drawn.sample, body=call.model("NewSignOff"))
    assert (signed.agreed, signed.objections) == (2, 0)
