"""The service as a process: its logs name nobody, and on SIGTERM what it acknowledged is in the books."""

from __future__ import annotations

import json
import signal
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from points_engine.engine import PointsEngine, utc_now
from points_engine.store import open_store
from points_engine.store.audit import audit
from tests.api.street import RESIDENTS, Street, lay_out
from tests.crashes.served import Served, served

pytestmark = [pytest.mark.crash, pytest.mark.slow]

SECRET = b"a secret for tests only, long enough"
CLIENTS = 8


def street_of(url: str, address: str) -> Street:
    """The small programme, with its keys, whose requests go to a service elsewhere."""
    engine = PointsEngine(open_store(url, create=True), secret=SECRET, clock=utc_now)
    made = Street(httpx.Client(base_url=address, timeout=30), engine, utc_now)  # type: ignore[arg-type]
    lay_out(made)
    return made


def a_whole_story(street: Street) -> list[str]:
    """Somebody registers, serves, redeems and returns; mistakes are made. Answers what must never be logged."""
    phone, name, reason = "13800138000", "欧阳春花", "她忘了带卡所以补录"
    person = {"number": "XH-4711", "name": name, "joined_on": "2026-01-05", "phone": phone, "home_unit": "XH-C1"}
    street.done("administrator", "/v1/volunteers", person)
    now = datetime.now(UTC)
    presence = {"volunteer": "XH-4711", "activity": "XH-garden"}
    street.done("kiosk", "/v1/check-ins", presence | {"at": (now - timedelta(minutes=130)).isoformat()})
    record = street.done("kiosk", "/v1/check-outs", presence)["fact"]
    street.done("steward", "/v1/approvals", {"record": record, "level": "steward"})
    for path in ("", "/balance", "/statement", "/records", f"/quotes?scheme={RESIDENTS}"):
        street.read("kiosk", f"/v1/volunteers/XH-4711{path}")
    code = street.done("kiosk", "/v1/redemptions", {"volunteer": "XH-4711", "scheme": RESIDENTS, "reward": "soap"})[
        "code"
    ]
    street.read("merchant", f"/v1/redemptions/{code}")
    key = f"till-{uuid.uuid4().hex}"
    assert street.post("merchant", f"/v1/redemptions/{code}/confirm", {"outlet": "wangs-1"}, key).is_success
    assert street.post("merchant", f"/v1/redemptions/{code}/refunds", {"reason": reason}).is_success
    # mistakes
    street.post("administrator", "/v1/volunteers", {**person, "joined_on": name})
    street.post("administrator", "/v1/volunteers", {**person, "name": name + "二"})
    street.client.post("/v1/volunteers", content=f"{{ {name}", headers=street.headers("administrator"))
    street.get("", f"/nowhere/{phone}?name={name}")
    street.client.get("/v1/packs", headers={"Authorization": f"Bearer {street.tokens['kiosk']}x"})
    return [name, "春花", phone, "XH-4711", code, key, reason, street.engine.store.url, *street.tokens.values()]


def test_the_logs_of_a_whole_story_name_nobody(database_url: str, tmp_path: Path) -> None:
    open_store(database_url, create=True).close()
    with served(database_url, tmp_path, drain_seconds="0") as service:
        street = street_of(database_url, service.address)
        personal = a_whole_story(street)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0
    logged = service.logged()
    assert [word for word in personal if word in logged] == []
    lines = [json.loads(line) for line in logged.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) >= 18
    for line in requests:
        assert {"at", "level", "request", "principal", "method", "route", "status", "code", "ms"} <= line.keys()
    approved = [line for line in requests if line["route"] == "/v1/approvals"]
    assert [(line["principal"], line["status"]) for line in approved] == [("steward:steward", 201)]
    assert {line["code"] for line in requests if line["status"] >= 400} >= {"no_such_page", "invalid_value"}
    street.client.close()
    street.engine.store.close()


class Till:
    """A client that donates one fen at a time and keeps what it was told."""

    def __init__(self, street: Street, address: str) -> None:
        self.acknowledged: list[str] = []
        self.statuses: list[int] = []
        self.retry_after: list[str] = []
        self._headers, self._address = street.headers("administrator"), address

    def run(self) -> None:
        """Ask until the service is gone."""
        with httpx.Client(base_url=self._address, timeout=30) as client:
            while True:
                number = f"T-{uuid.uuid4().hex[:16]}"
                body = {"number": number, "name": "n", "joined_on": "2026-01-05"}
                headers = {**self._headers, "Idempotency-Key": number}
                try:
                    response = client.post("/v1/volunteers", json=body, headers=headers)
                except httpx.TransportError:
                    return
                self.statuses.append(response.status_code)
                if response.status_code == 201:
                    self.acknowledged.append(number)
                else:
                    self.retry_after.append(response.headers.get("Retry-After", ""))
                    time.sleep(0.02)


def test_on_sigterm_what_was_taken_is_answered_and_what_is_new_is_refused(database_url: str, tmp_path: Path) -> None:
    open_store(database_url, create=True).close()
    with served(database_url, tmp_path, drain_seconds="1.5") as service:
        street = street_of(database_url, service.address)
        tills = [Till(street, service.address) for _ in range(CLIENTS)]
        running = [threading.Thread(target=till.run) for till in tills]
        for each in running:
            each.start()
        time.sleep(1.5)
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(30) == 0, service.logged()
        assert time.monotonic() - began < 15
        for each in running:
            each.join(30)
    _assert_kept(street, tills, service)


def _assert_kept(street: Street, tills: list[Till], service: Served) -> None:
    acknowledged = {number for till in tills for number in till.acknowledged}
    statuses = [status for till in tills for status in till.statuses]
    assert len(acknowledged) > 20
    assert set(statuses) == {201, 503}, service.logged()
    assert {after for till in tills for after in till.retry_after} == {"2"}
    store: Any = street.engine.store
    with store.reading() as connection:
        there = {row.number for row in connection.exec_driver_sql("SELECT number FROM volunteer_number")}
    assert acknowledged <= there, "everything that was acknowledged is in the books"
    assert audit(store).is_sound
    store.close()


class Customer:
    """A client behind a balancer: what one process does not take is asked again, under the same key, at the next."""

    def __init__(self, street: Street, addresses: list[str]) -> None:
        self.asked: list[str] = []
        self.answers: list[tuple[str, int]] = []
        self.asked_again = 0
        self._headers, self._addresses = street.headers("administrator"), addresses

    def run(self, over: threading.Event) -> None:
        """Register volunteers until it is over; every one of them, however often it has to be asked."""
        clients: dict[str, httpx.Client] = {}
        while not over.is_set():
            number = f"R-{uuid.uuid4().hex[:16]}"
            self.asked.append(number)
            deadline = time.monotonic() + 30
            while (status := self._once(clients, number)) != 201:
                assert time.monotonic() < deadline, f"nobody answers: {status}"
                self.asked_again += 1
                time.sleep(0.02)
        for each in clients.values():
            each.close()

    def _once(self, clients: dict[str, httpx.Client], number: str) -> int:
        address = self._addresses[self.asked_again % len(self._addresses)]
        client = clients.setdefault(address, httpx.Client(base_url=address, timeout=10))
        body = {"number": number, "name": "n", "joined_on": "2026-01-05"}
        try:
            response = client.post("/v1/volunteers", json=body, headers={**self._headers, "Idempotency-Key": number})
        except httpx.TransportError:
            return 0
        self.answers.append((number, response.status_code))
        return response.status_code


def test_a_new_process_takes_over_under_load_and_nobody_notices(database_url: str, tmp_path: Path) -> None:
    """A reload: the new process starts beside the old one, which is stopped while everybody goes on asking."""
    open_store(database_url, create=True).close()
    over, failures = threading.Event(), list[BaseException]()

    def run(customer: Customer) -> None:
        try:
            customer.run(over)
        except BaseException as failure:
            failures.append(failure)

    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    with served(database_url, tmp_path / "old", drain_seconds="0.5") as old:
        street = street_of(database_url, old.address)
        addresses = [old.address]
        customers = [Customer(street, addresses) for _ in range(CLIENTS)]
        running = [threading.Thread(target=run, args=(each,)) for each in customers]
        for each in running:
            each.start()
        with served(database_url, tmp_path / "new", drain_seconds="0.5") as new:
            addresses.append(new.address)
            time.sleep(0.5)
            old.process.send_signal(signal.SIGTERM)
            assert old.process.wait(30) == 0, old.logged()
            after = sum(len(each.asked) for each in customers)
            time.sleep(1.5)
            over.set()
            for each in running:
                each.join(40)
            assert not failures, failures
            assert sum(len(each.asked) for each in customers) > after, "the new process goes on alone"
    _assert_each_once(street, customers)


def _assert_each_once(street: Street, customers: list[Customer]) -> None:
    asked = [number for each in customers for number in each.asked]
    statuses = {status for each in customers for _, status in each.answers}
    assert len(asked) == len(set(asked)) > 20
    assert statuses <= {201, 503}
    assert sum(each.asked_again for each in customers) > 0, "somebody was sent on to the new process"
    store: Any = street.engine.store
    with store.reading() as connection:
        there = [row.number for row in connection.exec_driver_sql("SELECT number FROM volunteer_number")]
    assert sorted(number for number in there if number.startswith("R-")) == sorted(asked), "each of them, once"
    assert audit(store).is_sound
    street.client.close()
    store.close()
