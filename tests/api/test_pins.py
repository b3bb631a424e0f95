"""Number and PIN: who may set it, what it opens, how guessing it ends."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from points_engine.engine import PointsEngine
from points_engine.pins import hashed, is_pin
from points_engine.store import open_store
from points_engine.store.audit import audit
from tests.api.street import RESIDENTS, Clock, Street, earn, lay_out

PIN, WRONG = "407215", "111112"


def with_pin(street: Street) -> None:
    """Mei gets a PIN from the steward."""
    street.done("steward", "/v1/volunteers/MEI/pin", {"pin": PIN})


def say(street: Street, pin: str, role: str = "kiosk", key: str = "") -> tuple[int, str]:
    """Say Mei's PIN; answers the status and the code."""
    response = street.post(role, "/v1/volunteers/MEI/identifications", {"pin": pin}, key)
    return response.status_code, response.json().get("code", "")


def test_a_pin_opens_what_is_personal_at_a_device_for_some_minutes(street: Street) -> None:
    earn(street)
    street.read("kiosk", "/v1/volunteers/MEI/balance")
    with_pin(street)
    assert street.read("kiosk", "/v1/volunteers/MEI")["has_pin"]
    personal = [f"/v1/volunteers/MEI/{what}" for what in ("balance", "statement", "records", "tiers", "quotes")]
    for path in personal:
        response = street.get("kiosk", path)
        assert (response.status_code, response.json()["code"]) == (403, "identification_needed"), path
        street.read("steward", path)
    hold = {"volunteer": "MEI", "scheme": RESIDENTS, "reward": "soap"}
    assert street.post("kiosk", "/v1/redemptions", hold).json()["code"] == "identification_needed"

    said = street.done("kiosk", "/v1/volunteers/MEI/identifications", {"pin": PIN})
    assert said["volunteer"]["number"] == "MEI"
    for path in personal:
        assert street.get("kiosk", path, identification=said["identification"]).status_code == 200, path
    assert street.post("kiosk", "/v1/redemptions", hold, identification=said["identification"]).status_code == 201

    assert street.get("merchant", personal[-1], identification=said["identification"]).status_code == 403, (
        "an identification is of one device"
    )
    for forged in (
        "",
        "x",
        "9999999999.00",
        said["identification"][:-1] + "g",
        "9999999999" + said["identification"][10:],
    ):
        assert street.get("kiosk", personal[0], identification=forged).status_code == 403, forged
    street.clock.later(minutes=10)
    assert street.get("kiosk", personal[0], identification=said["identification"]).status_code == 403, (
        "the identification is over"
    )


def test_wrong_pins_are_counted_and_locked_for_longer_each_time(street: Street) -> None:
    with_pin(street)
    for left in (4, 3, 2, 1, 0):
        response = street.post("kiosk", "/v1/volunteers/MEI/identifications", {"pin": WRONG}, accept_language="en")
        assert (response.status_code, response.json()["code"]) == (403, "wrong_pin")
        assert response.json()["detail"] == f"That PIN is not right; {left} tries are left."
    for minutes in (15, 60, 24 * 60, 24 * 60):
        locked = street.post("kiosk", "/v1/volunteers/MEI/identifications", {"pin": PIN})
        assert (locked.status_code, locked.json()["code"]) == (429, "too_many_tries"), "even the right one"
        assert locked.headers["retry-after"] == str(minutes * 60)
        assert f"请在 {minutes} 分钟后再试" in locked.json()["detail"]
        street.clock.later(minutes=minutes)
        for _ in range(5):
            assert say(street, WRONG) == (403, "wrong_pin")
    street.clock.later(days=1)
    assert say(street, PIN) == (201, "")
    assert [say(street, WRONG) for _ in range(5)] == [(403, "wrong_pin")] * 5, "a right one starts the count anew"
    assert say(street, WRONG) == (429, "too_many_tries")


def test_who_types_at_one_device_keeps_nobody_from_another(street: Street) -> None:
    with_pin(street)
    for _ in range(5):
        say(street, WRONG)
    assert say(street, PIN) == (429, "too_many_tries"), "at this device"
    assert say(street, PIN, "merchant") == (201, ""), "and nowhere else"
    assert say(street, PIN) == (201, ""), "the right PIN opens it everywhere"


def test_many_devices_are_no_way_around_the_count(street: Street) -> None:
    with_pin(street)
    devices = [f"gate-{number}" for number in range(4)]
    for name in devices:
        street.issue(name, "merchant", outlet="wangs-1")
    for name in devices[:3]:
        assert [say(street, WRONG, name)[1] for _ in range(5)] == ["wrong_pin"] * 5
    assert say(street, PIN, devices[3]) == (429, "too_many_tries"), "a device that nobody had tried at"
    street.clock.later(minutes=15)
    assert say(street, PIN, devices[3]) == (201, "")


def test_staff_unlock_a_pin_and_it_is_written_down(street: Street) -> None:
    with_pin(street)
    for _ in range(5):
        say(street, WRONG)
    assert say(street, PIN)[0] == 429
    assert street.post("kiosk", "/v1/volunteers/MEI/pin/unlock").status_code == 403
    assert street.post("foreign steward", "/v1/volunteers/MEI/pin/unlock").status_code == 403
    street.done("steward", "/v1/volunteers/MEI/pin/unlock")
    assert say(street, PIN) == (201, "")
    (line,) = street.read("administrator", "/v1/audit?command=unlock_pin")["items"]
    assert (line["principal"], line["content"]) == ("steward:steward", {"volunteer": "MEI"})
    assert audit(street.engine.store).findings == ()  # type: ignore[arg-type]


def test_a_hundred_guesses_at_once_get_no_more_than_five(street: Street) -> None:
    with_pin(street)
    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(lambda _: say(street, WRONG)[1], range(100)))
    assert codes.count("wrong_pin") == 5
    assert codes.count("too_many_tries") == 95


def test_a_lock_outlives_the_process(sqlite_url: str) -> None:
    clock = Clock()
    tokens: dict[str, str] = {}
    for turn in range(2):
        engine = PointsEngine(open_store(sqlite_url, create=True), secret=b"a secret for tests only", clock=clock)
        with TestClient(create_app(engine, close=True)) as client:
            street = Street(client, engine, clock, tokens)
            if not turn:
                lay_out(street)
                with_pin(street)
                for _ in range(5):
                    say(street, WRONG)
            assert say(street, PIN) == (429, "too_many_tries")


def test_a_retry_is_one_try_and_another_pin_under_the_same_key_is_refused(street: Street) -> None:
    with_pin(street)
    for _ in range(10):
        assert say(street, WRONG, key="typed once") == (403, "wrong_pin")
    assert say(street, PIN, key="typed once") == (422, "key_reused"), "a key does not buy free guesses"
    assert [say(street, WRONG)[1] for _ in range(4)] == ["wrong_pin"] * 4
    assert say(street, WRONG)[1] == "too_many_tries"


def test_volunteers_change_their_pin_by_saying_the_old_one(street: Street) -> None:
    path, new = "/v1/volunteers/MEI/pin", "902846"
    first = street.post("kiosk", path, {"pin": new, "old_pin": PIN})
    assert (first.status_code, first.json()["code"]) == (409, "wrong_state"), "the first one comes from staff"
    with_pin(street)
    assert street.post("kiosk", path, {"pin": new}).json()["code"] == "wrong_pin"
    assert street.post("kiosk", path, {"pin": new, "old_pin": WRONG}).json()["code"] == "wrong_pin"
    for _ in range(2):
        assert street.post("kiosk", path, {"pin": new, "old_pin": PIN}, "change").status_code == 200
    assert say(street, PIN)[1] == "wrong_pin"
    assert say(street, new)[0] == 201


@pytest.mark.parametrize("pin", ["123456", "987654", "000000", "12345", "1234567", "12345a", "４０７２１５", ""])
def test_what_would_be_guessed_first_is_no_pin(street: Street, pin: str) -> None:
    response = street.post("steward", "/v1/volunteers/MEI/pin", {"pin": pin})
    assert (response.status_code, response.json()["code"]) == (422, "invalid_value")
    assert not pin or pin not in response.json()["detail"], "it is not repeated"


def test_neither_a_pin_nor_its_hash_is_told_or_worth_anything_without_the_secret(street: Street) -> None:
    with_pin(street)
    say(street, WRONG)
    log = street.get("administrator", "/v1/audit").text
    assert "argon2" not in log
    assert PIN not in log
    assert WRONG not in log
    kept = hashed(PIN, "id", b"pepper", "once")
    assert is_pin(PIN, "id", b"pepper", kept)
    assert not is_pin(PIN, "id", b"another secret", kept)
    assert not is_pin(PIN, "another volunteer", b"pepper", kept)
    assert not is_pin(PIN, "id", b"pepper", "")
