"""What devices kept while they were offline, and conflicts, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from tests.api.street import Street

BATCH = "/v1/kiosk-batches"
NOON = 3 * 60  # minutes from the morning of the street to noon


def tap(action: str, clock: str, number: str = "MEI", activity: str = "XH-garden", **more: Any) -> dict[str, Any]:
    """A tap that a device kept."""
    return {
        "id": uuid.uuid4().hex,
        "action": f"check_{action}",
        "volunteer": number,
        "activity": activity,
        "at": f"2026-03-02T{clock}:00+08:00",
    } | more


def test_a_batch_is_carried_out_item_by_item_with_its_real_times(street: Street) -> None:
    street.clock.later(minutes=NOON)
    items = [
        tap("in", "09:00"),
        tap("in", "09:01", "BO"),
        tap("out", "11:10"),
        tap("out", "11:00", "NOBODY"),
        tap("in", "10:00", kiosk="K-SL"),
        tap("in", "10:00", activity="SL-garden"),
        tap("in", "10:00") | {"at": "ten o'clock"},
        tap("out", "10:02", "BO"),
    ]
    done = street.done("kiosk", BATCH, {"items": items})
    statuses = [each["status"] for each in done["items"]]
    assert statuses == ["accepted"] * 4 + ["refused"] * 3 + ["accepted"]
    assert (done["accepted"], done["set_aside"], done["refused"]) == (5, 1, 3)
    assert [each["problem"]["code"] for each in done["items"][4:7]] == ["forbidden", "forbidden", "invalid_value"]
    assert done["items"][2]["result"]["service_minutes"] == 130
    (record,) = street.read("kiosk", "/v1/volunteers/MEI/records")["items"]
    assert (record["start"], record["end"]) == ("2026-03-02T01:00:00Z", "2026-03-02T03:10:00Z")
    again = street.done("kiosk", BATCH, {"items": items[:4]})
    assert [each["result"] for each in again["items"]] == [each["result"] for each in done["items"][:4]]
    assert again["replayed"] == 4


def test_what_was_set_aside_is_listed_solved_and_opened_again(street: Street) -> None:
    street.clock.later(minutes=NOON)
    items = [tap("out", "10:00"), tap("out", "10:00", "MAI"), tap("out", "10:05", "BO")]
    street.done("kiosk", BATCH, {"items": items})
    listed = sorted(street.read("steward", "/v1/conflicts")["items"], key=lambda each: str(each["number"]))
    assert [(each["code"], each["number"], each["volunteer"]) for each in listed] == [
        ("not_checked_in", "BO", "BO"), ("not_found", "MAI", None), ("not_checked_in", "MEI", "MEI")
    ]  # fmt: skip
    assert listed[2]["why"]["zh"] == "签退时没有对应的签到"
    bo, mai, mei = (f"/v1/conflicts/{each['conflict']}" for each in listed)
    assert street.get("foreign steward", mei).json()["code"] == "forbidden"
    assert street.read("foreign steward", "/v1/conflicts")["items"] == []
    assert [each["number"] for each in street.read("steward", "/v1/conflicts?volunteer=BO")["items"]] == ["BO"]
    assert [each["number"] for each in street.read("steward", "/v1/conflicts?code=not_found&unit=XH")["items"]] == [
        "MAI"
    ]
    assert street.get("steward", "/v1/conflicts?unit=SL").json()["code"] == "forbidden"

    sheet = {"reason": "查签到表", "start": "2026-03-02T09:00:00+08:00", "end": "2026-03-02T10:00:00+08:00"}
    done = street.done("steward", f"{mei}/resolutions", sheet | {"resolution": "record"})
    assert done["done"]["service_minutes"] == 60
    assert street.read("steward", mei)["record"] == done["done"]["fact"]
    retry = {"resolution": "retry", "reason": "编号有误", "volunteer": "MEI"}
    assert street.post("steward", f"{mai}/resolutions", retry).json()["code"] == "not_checked_in"
    street.done("steward", f"{mai}/resolutions", {"resolution": "keep", "reason": "误触"})
    assert street.post("steward", f"{mai}/resolutions", retry).json()["code"] == "wrong_state"
    assert street.done("steward", f"{mai}/reopen")["state"] == "open"
    bad = street.post("steward", f"{bo}/resolutions", {"resolution": "record", "reason": "x"})
    assert (bad.status_code, bad.json()["reasons"][0]["field"]) == (422, "start")
    assert len(street.read("committee", "/v1/conflicts?state=all")["items"]) == 3
    assert [each["resolution"] for each in street.read("committee", "/v1/conflicts?state=solved")["items"]] == [
        "record"
    ]


def test_conflicts_come_in_pages(street: Street) -> None:
    street.clock.later(minutes=NOON)
    street.done("kiosk", BATCH, {"items": [tap("out", f"10:{each:02d}", f"N{each}") for each in range(0, 10, 2)]})
    found: list[Any] = []
    cursor = ""
    while True:
        page = street.read("steward", f"/v1/conflicts?limit=2{cursor}")
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == street.read("steward", "/v1/conflicts")["items"]
    assert len(found) == 5


def test_a_check_out_that_meets_an_imported_record_is_a_conflict_and_blocks_nobody(street: Street) -> None:
    body = {"volunteer": "MEI", "activity": "XH-garden"}
    street.done("kiosk", "/v1/check-ins", body)
    street.clock.later(hours=2)
    start = street.read("kiosk", "/v1/volunteers/MEI")["present_since"]
    record = body | {"start": start, "end": "2026-03-02T10:00:00+08:00"}
    street.done("steward", "/v1/service-records", record)
    left = street.done("kiosk", "/v1/check-outs", body)
    (conflict,) = street.read("steward", "/v1/conflicts")["items"]
    assert left["conflict"] == conflict["conflict"]
    assert conflict["record"] == left["fact"]
    assert street.read("kiosk", "/v1/volunteers/MEI")["present_at"] is None
    street.done("kiosk", "/v1/check-ins", body)


def test_kiosks_are_registered_and_listed_within_their_unit(street: Street) -> None:
    new = {"code": "K-XH-2", "unit": "XH-C1", "name_zh": "社区签到机", "name_en": "Community kiosk"}
    assert street.done("administrator", "/v1/kiosks", new)["created"]
    assert [each["code"] for each in street.read("steward", "/v1/kiosks")["items"]] == ["K-XH", "K-XH-2"]
    assert [each["code"] for each in street.read("administrator", "/v1/kiosks")["items"]] == ["K-SL", "K-XH", "K-XH-2"]


def test_five_hundred_taps_are_one_request(street: Street) -> None:
    for place in range(50):
        new = {"number": f"V-{place}", "name": "某人", "joined_on": "2026-01-01", "home_unit": "XH-C1"}
        street.done("steward", "/v1/volunteers", new)
    street.clock.later(minutes=NOON)
    items = [
        tap(action, f"{hour:02d}:{minute}", f"V-{place}")
        for hour in range(6, 11)
        for action, minute in (("in", "00"), ("out", "40"))
        for place in range(50)
    ]
    done = street.done("kiosk", BATCH, {"items": items})
    assert (done["accepted"], done["set_aside"]) == (500, 0)
