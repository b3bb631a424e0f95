"""Imports over HTTP: an outcome for every item, sent again safely, taken back as a whole."""

from __future__ import annotations

import uuid
from typing import Any

from tests.api.street import RESIDENTS, Street

RECORDS = "/v1/imports/march/records"


def item(day: int = 1, number: str = "MEI", **fields: Any) -> dict[str, Any]:
    """Two hours in the garden on a day of February."""
    start, end = f"2026-02-{day:02d}T09:00:00+08:00", f"2026-02-{day:02d}T11:00:00+08:00"
    return {"volunteer": number, "activity": "XH-garden", "start": start, "end": end} | fields


def opened(street: Street) -> Street:
    """A street with an import that is open."""
    street.done("administrator", "/v1/imports", {"code": "march", "title": "三月"})
    return street


def test_every_item_has_its_own_outcome_and_fails_no_neighbour(street: Street) -> None:
    opened(street)
    items = [
        item(1),
        item(2, number="NOBODY"),
        item(3, end="2026-02-03T08:00:00+08:00"),
        item(4, end="tomorrow"),
        {"volunteer": "MEI"},
        item(6, facts={"record.minutes": 5}),
        item(1),
        item(8),
        item(9, activity="SL-garden"),
        "nonsense",
    ]
    response = street.post("steward", RECORDS, {"items": items}, accept_language="en")
    assert response.status_code == 200
    done = response.json()
    assert [each["index"] for each in done["items"]] == list(range(10))
    codes = [each["problem"]["code"] if each["problem"] else each["status"] for each in done["items"]]
    assert codes == [
        "accepted", "not_found", "time_out_of_range", "invalid_value", "invalid_value", "invalid_value",
        "duplicate_record", "accepted", "forbidden", "invalid_value",
    ]  # fmt: skip
    assert (done["accepted"], done["refused"], done["faults"]) == (2, 8, 0)
    assert done["items"][0]["result"]["service_minutes"] == 120
    assert done["items"][1]["problem"]["instance"] == f"{RECORDS}#1"
    assert done["items"][3]["problem"]["reasons"][0]["field"] == "end"
    assert done["items"][2]["problem"]["detail"].endswith("the end is before the start.")
    shown = street.read("committee", "/v1/imports/march")
    assert (shown["in_force"], shown["volunteers"], shown["minutes"]) == (2, 1, 240)


def test_a_request_sent_again_answers_the_first_outcomes(street: Street) -> None:
    opened(street)
    key = uuid.uuid4().hex
    first = street.post("administrator", RECORDS, {"items": [item(1), item(2, number="NOBODY"), item(3)]}, key).json()
    again = street.post("administrator", RECORDS, {"items": [item(1), item(2), item(3)]}, key).json()
    assert (first["accepted"], first["replayed"], again["accepted"], again["replayed"]) == (2, 0, 3, 2)
    assert again["items"][0]["result"] == first["items"][0]["result"]
    other = street.post("administrator", RECORDS, {"items": [item(20)]}, key).json()
    assert other["items"][0]["problem"]["code"] == "key_reused"
    long = street.post("administrator", RECORDS, {"items": [item(21)]}, "k" * 200)
    assert (long.status_code, long.json()["reasons"][0]["field"]) == (422, "key")


def test_an_import_is_taken_back_as_a_whole_and_only_once(street: Street) -> None:
    opened(street)
    deed = {"volunteer": "BO", "kind": "mediation", "occurred_at": "2026-02-01T19:00:00+08:00"}
    street.done("administrator", RECORDS, {"items": [item(1), item(2), item(3, number="BO")]})
    done = street.done("administrator", "/v1/imports/march/deeds", {"items": [deed, deed | {"quantity": "1/0"}]})
    assert [each["status"] for each in done["items"]] == ["accepted", "refused"]
    (record,) = [
        each for each in street.read("steward", "/v1/volunteers/MEI/records")["items"] if each["start"][8:10] == "01"
    ]
    street.done("steward", "/v1/approvals", {"record": record["record"]})
    assert street.points("MEI") == "2"
    assert street.post("steward", "/v1/imports/march/undo", {"reason": "x"}).status_code == 403
    undone = street.done("administrator", "/v1/imports/march/undo", {"reason": "签到表日期有误"})
    assert (undone["reversed"], undone["minutes"], undone["accepted"], undone["next"]) == (4, -120, 2, None)
    assert street.points("MEI") == "0"
    (shown,) = street.read("committee", "/v1/imports?state=undone")["items"]
    assert (shown["state"], shown["in_force"], shown["taken_back"], shown["minutes"]) == ("undone", 0, 4, 0)
    assert street.read("committee", "/v1/imports?state=open")["items"] == []
    late = street.done("administrator", RECORDS, {"items": [item(9)]})
    assert late["items"][0]["problem"]["code"] == "wrong_state"
    again = street.done("administrator", "/v1/imports/march/undo", {"reason": "签到表日期有误"})
    assert (again["reversed"], again["items"]) == (0, [])
    assert street.done("administrator", "/v1/imports", {"code": "march", "title": "三月"})["created"] is False
    assert street.done("administrator", RECORDS, {"items": [item(1)]})["accepted"] == 1


def test_opening_balances_are_booked_once_per_line(street: Street) -> None:
    lot = {"volunteer": "MEI", "scheme": RESIDENTS, "points": 25, "line": 1, "expires_on": "2027-12-31"}
    items = [lot, lot | {"line": 2, "expires_on": None}, lot | {"line": 3, "expires_on": "2020-01-01"}]
    done = street.done("administrator", "/v1/opening-balances", {"items": items})
    assert [each["status"] for each in done["items"]] == ["accepted", "accepted", "refused"]
    assert street.points("MEI") == "50"
    again = street.done("administrator", "/v1/opening-balances", {"items": items})
    assert [each["problem"]["code"] for each in again["items"]] == ["already_exists", "already_exists", "invalid_value"]
    assert street.points("MEI") == "50"


def test_an_import_that_nobody_announced_is_not_there(street: Street) -> None:
    for path in ("records", "deeds", "undo"):
        body: dict[str, Any] = {"reason": "x"} if path == "undo" else {"items": [{}]}
        assert street.post("administrator", f"/v1/imports/april/{path}", body).json()["code"] == "not_found"
    assert street.get("committee", "/v1/imports/april").json()["code"] == "not_found"
    opened(street)
    other = street.post("administrator", "/v1/imports", {"code": "march", "title": "四月"})
    assert other.json()["code"] == "already_exists"
    bodies: tuple[dict[str, Any], ...] = ({"items": []}, {"items": [item()] * 501}, {})
    for each in bodies:
        assert street.post("administrator", RECORDS, each).json()["code"] == "invalid_value"


def test_five_hundred_records_are_one_request(street: Street) -> None:
    opened(street)
    for place in range(50):
        new = {"number": f"V-{place}", "name": "某人", "joined_on": "2026-01-01", "home_unit": "XH-C1"}
        street.done("steward", "/v1/volunteers", new)
    items = [item(1 + each // 50, number=f"V-{each % 50}") for each in range(500)]
    done = street.done("steward", RECORDS, {"items": items})
    assert done["accepted"] == 500
